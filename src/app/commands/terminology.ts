// lamplight terminology: release files of code systems into the database, which versions there are, and which one answers.
import { ok, type Result } from '../../fhir/result.ts';
import { type Loaded, loadReleaseFile } from '../../terminology/load/load.ts';
import { listReleases, putIntoUse, removeRelease } from '../../terminology/releases.ts';
import { duration, type Progress, showProgress } from '../load/progress.ts';
import { printHint, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface TerminologyLoadOptions {
  release?: string;
  use: boolean;
  json?: boolean;
  quiet?: boolean;
}

/** One for the work, one for the lock, one to spare. */
const connections = 3;

export async function loadTerminology(settings: Settings, files: string[], options: TerminologyLoadOptions): Promise<number> {
  let progress: Progress | undefined;
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(1);
    printNote('stopping at the next place to go on from; once more stops at once');
    interrupt.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const hear = {
    format(plan: { system: string; version: string }, bytes: number): void {
      progress?.end();
      if (options.quiet !== true) printNote(`${plan.system}, version ${plan.version}`);
      progress = showProgress(bytes, options.quiet === true, process.stderr, 'concepts');
    },
    bytes: (count: number) => progress?.bytes(count),
    concepts: (count: number) => progress?.resources(count),
    note: (text: string) => (progress === undefined ? printNote(text) : progress.note(text)),
  };
  try {
    for (const file of files) {
      const begun = performance.now();
      const wish = { version: options.release, use: options.use, signal: interrupt.signal, hear };
      const loaded = await withDatabase(settings, (database) => loadReleaseFile(database, file, wish, () => new Date()), { connections });
      progress?.end();
      progress = undefined;
      if (!loaded.ok) return refused(loaded.problem.kind === 'busy', loaded);
      say(loaded.value, (performance.now() - begun) / 1000, options);
    }
    return 0;
  } finally {
    progress?.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

function refused(stopped: boolean, result: Extract<Result<Loaded>, { ok: false }>): number {
  const status = printProblem(result.problem);
  printHint(stopped ? 'give the same command again to go on' : 'what was loaded before is served as before');
  return status;
}

function say(loaded: Loaded, seconds: number, { json, quiet, use }: TerminologyLoadOptions): void {
  const { system, version, concepts, already } = loaded;
  if (json === true) console.log(JSON.stringify(loaded));
  if (quiet === true) return;
  if (already === true) return printNote(`${system} ${version} was loaded from this file before`);
  printNote(`${concepts.toLocaleString('en')} concepts of ${system} ${version} in ${duration(seconds)}`);
  if (!use) printHint(`lamplight terminology use '${system}' '${version}' makes it answer where no version is named`);
}

export async function listTerminology(settings: Settings, options: { json?: boolean }): Promise<number> {
  const releases = await withDatabase(settings, async (database) => ok(await listReleases(database)), { make: false });
  if (!releases.ok) return printProblem(releases.problem);
  if (options.json === true) {
    for (const { system, version, kind, state, inUse, size, completed } of releases.value)
      console.log(JSON.stringify({ system, version, kind, state, inUse, size, completed }));
    return 0;
  }
  printTable(
    ['system', 'version', 'state', 'size', 'loaded'],
    releases.value.map(({ system, version, kind, state, inUse, size, completed }) => [
      system,
      version,
      inUse ? 'in use' : state,
      kind === 'package' ? `${size.toLocaleString('en')} resources` : `${size.toLocaleString('en')} concepts`,
      completed?.toISOString().slice(0, 10) ?? '',
    ]),
  );
  return 0;
}

export async function useTerminology(settings: Settings, system: string, version: string): Promise<number> {
  const done = await withDatabase(settings, (database) => putIntoUse(database, system, version), { make: false });
  if (!done.ok) return printProblem(done.problem);
  printNote(`${system} answers in version ${version} where none is named`);
  return 0;
}

export async function removeTerminology(settings: Settings, system: string, version: string): Promise<number> {
  const done = await withDatabase(settings, (database) => removeRelease(database, system, version), { make: false });
  if (!done.ok) return printProblem(done.problem);
  printNote(`${system} ${version} is removed`);
  return 0;
}
