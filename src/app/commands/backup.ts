// lamplight backup: the whole database into one file, beside a Lamplight that runs or without one; and the check of such a file.
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { backupBytes, verifyBackup } from '../../database/backup/backup.ts';
import { mayWrite, readFileBytes, writeBackupFile } from '../../database/backup/backup-file.ts';
import type { BackupEars, BackupSummary } from '../../database/backup/contract.ts';
import { Refusal, settled } from '../../database/backup/refusal.ts';
import type { Connection } from '../../database/contract.ts';
import { connect } from '../../database/pool.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { about, auditWhole } from '../backup/about.ts';
import { noteBackup } from '../backup/last-backup.ts';
import { passphraseOf } from '../backup/passphrase.ts';
import { migrations } from '../database.ts';
import { commandName } from '../destination/choose.ts';
import { type Progress, showProgress } from '../load/progress.ts';
import { migrationState } from '../migration-state.ts';
import { printData, printMisuse, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { isInstalled, notInstalled } from '../with-database.ts';
import { withServer } from '../with-server.ts';

export interface BackupOptions {
  passphraseFile?: string;
  verify?: boolean;
  force?: boolean;
  json?: boolean;
  quiet?: boolean;
}

type Made = Partial<BackupSummary> & { fileBytes?: number };

export async function backupCommand(settings: Settings, file: string, options: BackupOptions): Promise<number> {
  const started = performance.now();
  const passphrase = passphraseOf(settings, options.passphraseFile);
  if (!passphrase.ok) return printProblem(passphrase.problem);
  if (file === '-' && options.verify !== true && process.stdout.isTTY)
    return printMisuse('A backup is no text for a terminal', 'name a file, or send it on: lamplight backup - > monday.lamplight');
  const done =
    options.verify === true
      ? await verified(file, passphrase.value, options.quiet === true)
      : await made(settings, file, passphrase.value, options);
  if (!done.ok) return printProblem(done.problem);
  const encrypted = passphrase.value !== undefined;
  if (options.json === true && file !== '-') await printData(JSON.stringify({ file, encrypted, ...done.value }));
  else if (options.quiet !== true) printNote(sentence(file, done.value, encrypted, (performance.now() - started) / 1000, options));
  return 0;
}

function sentence(
  file: string,
  { header, rows, bytes, fileBytes }: Made,
  encrypted: boolean,
  seconds: number,
  options: BackupOptions,
): string {
  if (header === undefined) return 'written to standard output: check it where it arrived with "lamplight backup --verify"';
  const size = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
  const what = `${rows!.toLocaleString('en')} rows (${size(bytes!)}${fileBytes === undefined ? '' : `, ${size(fileBytes)} in the file`}${encrypted ? ', encrypted' : ''}) as of ${header.made}, feed position ${header.position}, Lamplight ${header.lamplight}`;
  return options.verify === true
    ? `${file} is whole and unchanged: ${what}`
    : `${file}: ${what}; read again and found right (${seconds.toFixed(1)} s)`;
}

async function verified(file: string, passphrase: string | undefined, quiet: boolean): Promise<Result<Made>> {
  if (file === '-') return verifyBackup(process.stdin, passphrase);
  const fileBytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const progress = showProgress(fileBytes, quiet, process.stderr, 'rows');
  try {
    const checked = await verifyBackup(readFileBytes(file, progress.bytes), passphrase, progress.resources);
    return checked.ok ? ok({ ...checked.value, fileBytes }) : checked;
  } finally {
    progress.end();
  }
}

function made(settings: Settings, file: string, passphrase: string | undefined, options: BackupOptions): Promise<Result<Made>> {
  if (!isInstalled(settings)) return Promise.resolve(notInstalled(settings));
  const free = file === '-' ? ok(undefined) : mayWrite(file, options.force === true);
  if (!free.ok) return Promise.resolve(free);
  return withServer(
    settings,
    async ({ connection }) => {
      const noted = await audited(connection, file);
      return noted.ok ? write(settings, connection, file, passphrase, options) : noted;
    },
    { alone: false },
  );
}

/** Before the first row is read: also a backup that is broken off has given rows away. */
async function audited(connection: Connection, file: string): Promise<Result<void>> {
  const database = await connect(connection, { connectionsMax: 1 });
  if (!database.ok) return database;
  try {
    return await settled(async () => {
      const state = await migrationState(database.value, migrations);
      if (state.empty) return fail('not-found', 'The database is empty: there is nothing to back up.');
      if (state.unknown.length > 0)
        return fail(
          'conflict',
          `The database was used by a newer Lamplight (it has the step ${state.unknown[0]}): back it up with that version.`,
        );
      await auditWhole(database.value, 'backup', commandName(), file === '-' ? 'to=standard output' : `file=${resolve(file)}`);
      return ok(undefined);
    });
  } finally {
    await database.value.close();
  }
}

async function write(
  settings: Settings,
  connection: Connection,
  file: string,
  passphrase: string | undefined,
  options: BackupOptions,
): Promise<Result<Made>> {
  const quiet = options.quiet === true;
  let progress: Progress | undefined;
  const ears: BackupEars = {
    expect(rows) {
      progress = showProgress(rows, quiet, process.stderr, 'rows');
    },
    rows(count) {
      progress?.bytes(count);
      progress?.resources(count);
    },
  };
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const bytes = unlessStopped(backupBytes(connection, about, passphrase, ears), stop.signal);
  try {
    if (file === '-') return await toStandardOutput(settings, bytes);
    const checking = (): void => progress?.note('written; reading it again');
    const written = await writeBackupFile(file, bytes, { passphrase, force: options.force === true, checking });
    if (written.ok) noteBackup(settings.dataDir, { made: written.value.header.made, file: resolve(file) });
    return written;
  } finally {
    progress?.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

async function* unlessStopped(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    if (signal.aborted) throw new Refusal('busy', 'The backup was stopped: there is no file.');
    yield chunk;
  }
}

const toStandardOutput = (settings: Settings, bytes: AsyncIterable<Uint8Array>): Promise<Result<Made>> =>
  settled(async () => {
    const made = new Date().toISOString();
    for await (const chunk of bytes) if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
    noteBackup(settings.dataDir, { made, file: '-' });
    return ok({});
  });
