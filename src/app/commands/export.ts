// lamplight export: the record, or a part of it, as NDJSON in a folder, with a manifest that says what is in it and its hashes.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { withDestination } from '../destination/choose.ts';
import type { ExportAsk, ExportDone } from '../destination/contract.ts';
import { printData, printMisuse, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';

export interface ExportOptions {
  url?: string;
  token?: string;
  type?: string;
  since?: string;
  after?: string;
  filter?: string[];
  patients?: boolean;
  group?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `manifest.json` beside the files. */
export interface Manifest {
  transactionTime: string;
  files: (ExportDone['files'][number] & { sha256: string })[];
}

export const manifestName = 'manifest.json';

export async function exportCommand(settings: Settings, folder: string, options: ExportOptions): Promise<number> {
  if (options.patients === true && options.group !== undefined) return printMisuse('--patients and --group exclude each other');
  if (options.since !== undefined && options.after !== undefined) return printMisuse('--since and --after exclude each other');
  const started = performance.now();
  const done = await exported(settings, folder, options);
  if (!done.ok) return printProblem(done.problem);
  const { manifest } = done.value;
  const count = (gone: boolean): number =>
    manifest.files.filter(({ deleted }) => deleted === gone).reduce((sum, file) => sum + file.count, 0);
  const summary = {
    folder,
    transactionTime: manifest.transactionTime,
    resources: count(false),
    deleted: count(true),
    files: manifest.files.length,
  };
  const seconds = (performance.now() - started) / 1000;
  if (options.json === true) await printData(JSON.stringify({ ...summary, seconds: Math.round(seconds * 10) / 10 }));
  else
    printNote(
      `${summary.resources} resources${summary.deleted === 0 ? '' : ` and ${summary.deleted} deletions`} in ${summary.files} files of ${folder} as of ${summary.transactionTime} (${seconds.toFixed(1)} s, ${Math.round(summary.resources / seconds)}/s)`,
    );
  return 0;
}

async function exported(settings: Settings, folder: string, options: ExportOptions): Promise<Result<{ manifest: Manifest }>> {
  const empty = await emptyFolder(folder);
  if (!empty.ok) return empty;
  const since = options.after === undefined ? ok(options.since) : await timeOf(options.after);
  if (!since.ok) return since;
  const ask: ExportAsk = {};
  if (options.type !== undefined) ask.types = options.type;
  if (since.value !== undefined) ask.since = since.value;
  if (options.filter !== undefined) ask.filters = options.filter;
  if (options.patients === true) ask.of = 'Patient';
  if (options.group !== undefined) ask.of = `Group/${encodeURIComponent(options.group)}`;
  const hear = options.quiet === true ? () => {} : progressLine();
  return withDestination(settings, options, async (destination) => {
    const done = await destination.exportTo(ask, folder, hear);
    if (!done.ok) return done;
    const files: Manifest['files'] = [];
    for (const file of done.value.files) files.push({ ...file, sha256: await hashOf(join(folder, file.file)) });
    const manifest: Manifest = { transactionTime: done.value.transactionTime, files };
    await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
    return ok({ manifest });
  });
}

/** One line that is written over, on a terminal; a line now and then elsewhere. */
function progressLine(): (note: string) => void {
  let at = performance.now();
  return (note) => {
    if (note === '' || performance.now() - at < (process.stderr.isTTY === true ? 200 : 10_000)) return;
    at = performance.now();
    process.stderr.write(process.stderr.isTTY === true ? `\r\u001b[K${note}` : `${note}\n`);
  };
}

async function emptyFolder(folder: string): Promise<Result<void>> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = await readdir(folder);
    return names.length === 0 ? ok(undefined) : fail('conflict', `${folder} is not empty: name a new folder, so that nothing is mixed`);
  } catch (error) {
    return fail('invalid', `${folder} cannot be used: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`);
  }
}

async function timeOf(folder: string): Promise<Result<string>> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Partial<Manifest>;
    if (typeof manifest.transactionTime === 'string') return ok(manifest.transactionTime);
  } catch {
    // Told below.
  }
  return fail('invalid', `${folder} holds no ${manifestName} of an export`);
}

export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
