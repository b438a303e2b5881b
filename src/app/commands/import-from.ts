// lamplight import --from: another FHIR server's bulk export into the record of this machine. The work is a job in the database: killed
// and run again it goes on where it stood, with the export that the other server has begun.
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type BulkResult, commandImportKind, type ImportAsked } from '../../gateways/bulk/contract.ts';
import { exportUrlOf } from '../../gateways/bulk/from-server.ts';
import { importJob } from '../../gateways/bulk/import-job.ts';
import type { Job, Jobs } from '../../jobs/contract.ts';
import { openJobs } from '../../jobs/jobs.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import { importSignIn } from '../import-sign-in.ts';
import { openOwnRecord } from '../own-record.ts';
import { printData, printHint, printMisuse, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface ImportFromOptions {
  from: string;
  group?: string;
  type?: string;
  since?: string;
  newVersions?: boolean;
  restart?: boolean;
  url?: string;
  json?: boolean;
  quiet?: boolean;
}

const account = namedUuid('account', 'command line');
const lookMs = 200;

export async function importFromCommand(settings: Settings, paths: readonly string[], options: ImportFromOptions): Promise<number> {
  if (paths.length > 0) return printMisuse('--from names where everything comes from: leave the paths out');
  if (options.url !== undefined)
    return printMisuse(
      '--from imports into the record of this machine',
      'at another server, POST $import with exportUrl (docs/bulk-import.md)',
    );
  const exportUrl = exportUrlOf({ from: options.from, group: options.group, types: options.type, since: options.since });
  if (!exportUrl.ok) return printMisuse(exportUrl.problem.message, exportUrl.problem.where);
  const started = performance.now();
  const done = await withDatabase(settings, (database) => imported(database, settings, exportUrl.value, options), { connections: 6 });
  if (!done.ok) return printProblem(done.problem);
  return finish(done.value, options, (performance.now() - started) / 1000);
}

interface Ended {
  transactionTime: string;
  taken: number;
  refused: number;
  exportErrors: number;
  /** Folder with the files of what was refused. */
  folder: string;
  files: string[];
}

async function imported(database: Database, settings: Settings, exportUrl: string, options: ImportFromOptions): Promise<Result<Ended>> {
  const own = await openOwnRecord(database, settings);
  if (!own.ok) return own;
  const signIn = importSignIn(settings);
  if (!signIn.ok) return signIn;
  const root = settings.exportDir ?? join(settings.dataDir, 'exports');
  const named = settings.importFrom?.split(',').map((place) => place.trim()) ?? [];
  // The person at the keyboard has named the server; files that it keeps elsewhere the site must name.
  const allowed = [...named, new URL(exportUrl).origin];
  let thrown = '';
  const jobs = openJobs(database, {
    failed: (_, error) => {
      thrown = error instanceof Error ? error.message : 'unknown';
    },
  });
  try {
    const job = await jobFor(jobs, exportUrl, options);
    if (!job.ok) return job;
    jobs.work([importJob({ ...own.value, root, allowed, signIn: signIn.value }, commandImportKind)]);
    const ended = await watched(jobs, job.value.id, options.quiet === true, () => thrown);
    if (ended === undefined || ended.state === 'cancelled') return fail('conflict', 'The import was cancelled');
    if (ended.state === 'failed') return { ok: false, problem: ended.problem ?? fail('busy', 'The import failed').problem };
    const result = JSON.parse(String(ended.result)) as BulkResult & { taken: number; refused: number; exportErrors?: number };
    const { transactionTime, taken, refused, exportErrors = 0 } = result;
    return ok({ transactionTime, taken, refused, exportErrors, folder: join(root, ended.id), files: result.error.map(({ file }) => file) });
  } finally {
    await jobs.close();
  }
}

/** The one that was begun, where the same was asked for; another that has not ended is in the way. */
async function jobFor(jobs: Jobs, exportUrl: string, { newVersions, restart, since }: ImportFromOptions): Promise<Result<Job>> {
  // What changed since is here already as it was before: it becomes a new version of it.
  const keepVersions = newVersions !== true && since === undefined;
  const open = (await jobs.list(commandImportKind)).filter(({ ended }) => ended === undefined);
  for (const job of open) {
    const asked = JSON.parse(String(job.wish)) as ImportAsked;
    if (restart === true) await jobs.cancel(job.id);
    else if (asked.exportUrl === exportUrl && asked.keepVersions === keepVersions) return ok(job);
    else
      return fail(
        'conflict',
        `An import from ${asked.exportUrl ?? 'elsewhere'} has not ended: run it again to go on, or give it up with --restart`,
      );
  }
  const asked: ImportAsked = {
    caller: {
      person: { id: account, name: whoAmI(), role: 'administrator' },
      purpose: 'HSYSADMIN',
      from: 'lamplight',
      request: randomUUID(),
    },
    request: exportUrl,
    sources: [],
    exportUrl,
    keepVersions,
  };
  return ok(await jobs.ask(commandImportKind, JSON.stringify(asked), account));
}

function whoAmI(): string {
  try {
    return `command line (${userInfo().username})`;
  } catch {
    return 'command line';
  }
}

/** Until it has ended, saying how far it is. */
async function watched(jobs: Jobs, id: string, quiet: boolean, thrown: () => string): Promise<Job | undefined> {
  const terminal = process.stderr.isTTY === true;
  let said = '';
  for (;;) {
    const job = await jobs.get(id);
    if (job === undefined || job.ended !== undefined) {
      if (terminal && said !== '') process.stderr.write('\n');
      return job;
    }
    const note = thrown() === '' ? (job.progress.note ?? '') : `${job.progress.note ?? 'begun'}; will try again: ${thrown()}`;
    if (!quiet && note !== said && note !== '') process.stderr.write(terminal ? `\r\u001b[K${note}` : `${note}\n`);
    said = note;
    await sleep(lookMs);
  }
}

async function finish(
  { transactionTime, taken, refused, exportErrors, folder, files }: Ended,
  { json }: ImportFromOptions,
  seconds: number,
): Promise<number> {
  const rounded = Math.round(seconds * 10) / 10;
  if (json === true) await printData(JSON.stringify({ taken, refused, exportErrors, transactionTime, seconds: rounded }));
  else printNote(`${taken} taken as of ${transactionTime} (${rounded} s); the next time: --since ${transactionTime}`);
  if (refused > 0)
    printHint(
      `${refused} lines were refused: see ${files.map((file) => join(folder, file)).join(', ')}. A server without whole numbers as versions, and what is here already, need --new-versions`,
    );
  if (exportErrors > 0) printHint(`The other server could not export everything: its manifest names ${exportErrors} files of errors`);
  return refused + exportErrors > 0 ? 1 : 0;
}
