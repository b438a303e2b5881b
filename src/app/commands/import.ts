// lamplight import: what an export wrote, into a record, with the versions and times that it had. A second run finds everything there.
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { withDestination } from '../destination/choose.ts';
import type { Destination } from '../destination/contract.ts';
import { type Progress, showProgress } from '../load/progress.ts';
import { printData, printHint, printMisuse, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { hashOf, type Manifest, manifestName } from './export.ts';

export interface ImportOptions {
  url?: string;
  token?: string;
  newVersions?: boolean;
  report?: string;
  json?: boolean;
  quiet?: boolean;
}

/** Characters and lines of one request. */
const charactersMax = 4_000_000;
const linesMax = 1_000;

interface Summary {
  outcomes: Record<string, number>;
  refused: { file: string; line: number; what: string; reason: string; where?: string }[];
}

export async function importCommand(settings: Settings, paths: string[], options: ImportOptions): Promise<number> {
  if (paths.length === 0) return printMisuse('Name folders of exports or files of NDJSON, or another server with --from');
  const files = await filesOf(paths);
  if (!files.ok) return printProblem(files.problem);
  const started = performance.now();
  let bytes = 0;
  for (const file of files.value) bytes += (await stat(file)).size;
  const progress = showProgress(bytes, options.quiet === true);
  const summary: Summary = { outcomes: {}, refused: [] };
  const done = await withDestination(settings, { ...options, make: true, jobs: 4 }, async (destination) => {
    for (const file of files.value) {
      const taken = await takeFile(destination, file, options.newVersions !== true, summary, progress);
      if (!taken.ok) return taken;
    }
    return ok(undefined);
  });
  progress.end();
  if (!done.ok) return printProblem(done.problem);
  return finish(summary, options, (performance.now() - started) / 1000);
}

async function finish({ outcomes, refused }: Summary, options: ImportOptions, seconds: number): Promise<number> {
  const total = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  if (options.report !== undefined)
    await writeFile(options.report, refused.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 });
  if (options.json === true)
    await printData(JSON.stringify({ lines: total, ...outcomes, refused: refused.length, seconds: Math.round(seconds * 10) / 10 }));
  else {
    const words = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome === 'nothing' ? 'deleted already' : outcome}`);
    printNote(
      `${words.length === 0 ? 'nothing was there to be taken over' : words.join(', ')} (${seconds.toFixed(1)} s, ${Math.round(total / seconds)}/s)`,
    );
  }
  for (const { file, line, what, reason } of refused.slice(0, 10))
    console.error(`${file}:${line}: ${what === '' ? '' : `${what}: `}${reason}`);
  if (refused.length === 0) return 0;
  printHint(
    `${refused.length} lines were refused${options.report === undefined ? ': --report FILE writes them all' : `: see ${options.report}`}`,
  );
  return 1;
}

async function takeFile(
  destination: Destination,
  file: string,
  keepVersions: boolean,
  summary: Summary,
  progress: Progress,
): Promise<Result<void>> {
  let lines: string[] = [];
  let characters = 0;
  let number = 0;
  const flush = async (): Promise<Result<void>> => {
    const taken = await destination.takeLines(lines, number - lines.length + 1, keepVersions);
    if (!taken.ok) return taken;
    for (const { line, what, outcome, problem } of taken.value) {
      if (problem === undefined) {
        summary.outcomes[outcome ?? 'done'] = (summary.outcomes[outcome ?? 'done'] ?? 0) + 1;
        continue;
      }
      progress.refused();
      summary.refused.push({ file, line, what, reason: problem.message, ...(problem.where === undefined ? {} : { where: problem.where }) });
    }
    progress.resources(taken.value.length);
    progress.bytes(characters);
    lines = [];
    characters = 0;
    return ok(undefined);
  };
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    lines.push(line);
    number++;
    characters += line.length + 1;
    if (lines.length < linesMax && characters < charactersMax) continue;
    const done = await flush();
    if (!done.ok) return done;
  }
  return lines.length === 0 ? ok(undefined) : flush();
}

/** The files of exports in the order of their manifests, checked against their hashes; other files as they are. */
async function filesOf(paths: readonly string[]): Promise<Result<string[]>> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return fail('not-found', `There is no ${path}`);
    if (!found.isDirectory()) {
      files.push(path);
      continue;
    }
    const manifest = await manifestOf(path);
    if (manifest === undefined) {
      const names = (await readdir(path)).filter((name) => name.endsWith('.ndjson')).sort();
      if (names.length === 0) return fail('not-found', `${path} holds no files of NDJSON`);
      files.push(...names.map((name) => join(path, name)));
      continue;
    }
    for (const { file, sha256 } of manifest.files) {
      if (!/^[\w.-]{1,100}$/.test(file)) return fail('invalid', `${join(path, manifestName)} names a file outside its folder`);
      const whole = join(path, file);
      const hash = await hashOf(whole).catch(() => undefined);
      if (hash === undefined) return fail('not-found', `${whole} is missing: the export is not complete`);
      if (hash !== sha256)
        return fail(
          'invalid',
          `${whole} is not as it was exported (its SHA-256 is another): export again, or name the file itself to take it as it is`,
        );
      files.push(whole);
    }
  }
  return ok(files);
}

async function manifestOf(folder: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}
