// npm run bench -- backup [patients] [folder] [rounds]: how fast the whole record goes into a file and comes back, and whether memory
// stays flat. The floor of a backup is COPY of all tables with the rows thrown away; the peer, where the server's programs have
// it, is pg_dump and pg_restore. With a folder the record is kept in it and used again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { about, afterRestore } from '../../src/app/backup/about.ts';
import { migrations } from '../../src/app/database.ts';
import { backupBytes, openForRestore, verifyBackup } from '../../src/database/backup/backup.ts';
import { readFileBytes, writeBackupFile } from '../../src/database/backup/backup-file.ts';
import { openCopyConnection } from '../../src/database/backup/connection.ts';
import { copyOut } from '../../src/database/backup/copy-out.ts';
import type { Connection } from '../../src/database/contract.ts';
import { findBinaries } from '../../src/database/find-server.ts';
import { acquireInstance } from '../../src/database/instance.ts';
import { openServer } from '../../src/database/launch.ts';
import { connect } from '../../src/database/pool.ts';
import type { Result } from '../../src/fhir/result.ts';
import { writePopulation } from '../scale/population.ts';
import { command } from '../scale/program.ts';

const patients = Number(process.argv[2] ?? 300);
const kept = process.argv[3] || undefined;
const rounds = Number(process.argv[4] ?? 3);
const folder = kept ?? mkdtempSync(join(tmpdir(), 'lamplight-backup-bench-'));
const dataDir = join(folder, 'record');
const passphrase = 'four words that have nothing to do';

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

interface Turn {
  seconds: number;
  /** Of this process, in MB: at its beginning, after a third, two thirds, and the most. */
  rss: number[];
}

async function timed(work: () => Promise<unknown>): Promise<Turn> {
  globalThis.gc?.();
  const rss = (): number => Math.round(process.memoryUsage.rss() / 1e6);
  const samples = [rss()];
  const timer = setInterval(() => samples.push(rss()), 50);
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  samples.push(rss());
  const at = (part: number): number => samples[Math.floor((samples.length - 1) * part)]!;
  return { seconds, rss: [at(0), at(1 / 3), at(2 / 3), Math.max(...samples)] };
}

async function main(): Promise<void> {
  if (!existsSync(dataDir)) {
    const files = await writePopulation(join(folder, 'files'), patients);
    await command(['load', '--quiet', ...files.map(({ file }) => file)], {
      LAMPLIGHT_DATA_DIR: dataDir,
      LAMPLIGHT_DEMO: 'off',
      LAMPLIGHT_LOG_LEVEL: 'warn',
      DATABASE_URL: '',
    });
  }
  const instance = must(await acquireInstance(dataDir));
  const server = must(await openServer({ dataDir }));
  try {
    await measure(server.connection);
  } finally {
    await server.stop();
    instance.release();
  }
}

async function measure(connection: Connection): Promise<void> {
  if ('url' in connection) throw new Error('The bench has an embedded server.');
  const admin = must(await connect(connection, { connectionsMax: 2, statementTimeoutMs: 0 }));
  const { rows } = await admin.query<{ resources: number; size: number; version: string }>({
    text: `select (select count(*) from resource)::int as resources, pg_database_size(current_database())::float8 as size, current_setting('server_version') as version`,
  });
  const { resources, size, version } = rows[0]!;
  const file = join(folder, 'plain.lamplight');
  const sealed = join(folder, 'sealed.lamplight');
  const write = async (name: string, secret: string | undefined): Promise<number> =>
    must(await writeBackupFile(name, backupBytes(connection, about, secret), { passphrase: secret, force: true })).bytes;

  let bytes = 0;
  const lines: [string, Turn, string][] = [];
  const line = async (name: string, work: () => Promise<unknown>, more: () => string = () => ''): Promise<void> => {
    const turn = await timed(work);
    lines.push([name, turn, more()]);
  };
  const sizeOf = (name: string) => (): string => `${(statSync(name).size / 1e6).toFixed(1)} MB`;
  const fresh = async (name: string): Promise<Connection> => {
    await admin.query({ text: `drop database if exists ${name} with (force)` });
    await admin.query({ text: `create database ${name} template template0` });
    return { ...connection, database: name };
  };
  const restored = async (name: string, from: string, secret: string | undefined, keepIndexes: boolean): Promise<void> => {
    const empty = await fresh('back');
    await line(name, () => restore(empty, from, secret, keepIndexes));
  };
  const restore = async (to: Connection, from: string, secret: string | undefined, keepIndexes: boolean): Promise<void> => {
    const opened = must(await openForRestore(readFileBytes(from), secret, { migrations, afterwards: afterRestore, ears: {}, keepIndexes }));
    must(await opened.restoreInto(to));
  };

  for (let round = 0; round < rounds; round++) {
    await line('floor: COPY, rows thrown away', async () => {
      const on = await openCopyConnection(connection);
      for await (const piece of copyOut(on, about, {})) void piece;
      await on.close();
    });
    await line(
      'backup, read again',
      async () => {
        bytes = await write(file, undefined);
      },
      sizeOf(file),
    );
    await line('backup, encrypted, read again', () => write(sealed, passphrase), sizeOf(sealed));
    await line('verify', async () => must(await verifyBackup(readFileBytes(file), undefined)));
    await restored('restore, indexes made afterwards', file, undefined, false);
    await restored('restore, indexes kept while rows come', file, undefined, true);
    await restored('restore, encrypted', sealed, passphrase, false);
    await peers(connection, fresh, line);
  }
  await admin.query({ text: 'drop database if exists back with (force)' });
  await admin.close();

  const day = new Date().toISOString().slice(0, 10);
  console.log(
    `\n${day}, Node ${process.version}, PostgreSQL ${version}: ${resources} resources, ${(size / 1e6).toFixed(0)} MB of database, ${(bytes / 1e6).toFixed(1)} MB of rows; the middle of ${rounds}\n`,
  );
  console.log('| work | s | MB of rows/s | resources/s | RSS MB: start, 1/3, 2/3, most | file |\n| --- | --- | --- | --- | --- | --- |');
  for (const name of new Set(lines.map(([one]) => one))) {
    const own = lines.filter(([one]) => one === name).toSorted((a, b) => a[1].seconds - b[1].seconds);
    const [, { seconds, rss }, more] = own[Math.floor(own.length / 2)]!;
    console.log(
      `| ${name} | ${seconds.toFixed(2)} | ${(bytes / 1e6 / seconds).toFixed(1)} | ${Math.round(resources / seconds)} | ${rss.join(', ')} | ${more} |`,
    );
  }
}

/** pg_dump and pg_restore of the same version, where they are installed; the embedded package has neither. */
async function peers(
  connection: Exclude<Connection, { url: string }>,
  fresh: (name: string) => Promise<Connection>,
  line: (name: string, work: () => Promise<unknown>, more?: () => string) => Promise<void>,
): Promise<void> {
  const { host, port, user, password, database } = connection;
  const binaries = await findBinaries({ user: undefined, copyTo: folder });
  if (!binaries.ok || !existsSync(join(binaries.value.from, 'pg_dump'))) return;
  const run = (program: string, args: string[]): void => {
    const done = spawnSync(join(binaries.value.from, program), args, {
      env: { ...process.env, PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
    });
    if (done.status !== 0) throw new Error(`${program}: ${String(done.stderr).slice(-300)}`);
  };
  const dump = join(folder, 'peer.dump');
  await line(
    'peer: pg_dump -Fc -Z1',
    async () => run('pg_dump', ['-Fc', '-Z1', '-f', dump, database]),
    () => `${(statSync(dump).size / 1e6).toFixed(1)} MB`,
  );
  await fresh('back');
  await line('peer: pg_restore, one process', async () => run('pg_restore', ['-d', 'back', '--single-transaction', dump]));
}

try {
  await main();
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
