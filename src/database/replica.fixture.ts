// A primary and its hot standby for a test, as an operator would make them: initdb, pg_basebackup -R, two servers.
//
//   const pair = await replicaPair();            // undefined: this machine has no pg_basebackup
//   await pair.replayed();                       // the replica has what the primary has now
//   await pair.pause(); …; await pair.resume();  // it stays where it is
import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCluster, savedPassword, serverEnvironment, serverRole } from './cluster.ts';
import type { Connection, Database } from './contract.ts';
import { findBinaries } from './find-server.ts';
import type { Place } from './place.ts';
import { connect } from './pool.ts';
import { findPostmaster, interrupt, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';
import { processStart } from './process-identity.ts';
import { serverUser } from './server-user.ts';

type LocalConnection = Exclude<Connection, { url: string }>;

export interface ReplicaPair {
  primary: LocalConnection;
  replica: LocalConnection;
  /** A pool on the primary, closed by `drop`. */
  db: Database;
  /** Waits until the replica has replayed what the primary has written now. */
  replayed(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stopReplica(): Promise<void>;
  startReplica(): Promise<void>;
  /** It is there and does not answer, as behind a network that has failed. */
  freezeReplica(): void;
  thawReplica(): void;
  drop(): Promise<void>;
}

/** As DATABASE_URL takes it. */
export const urlOf = ({ host, port, user, password, database }: LocalConnection): string =>
  `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;

/** Vacuum by hand only, and a replica that does not wait for long reads: a test decides when replay cancels one. */
const siteConf = `
fsync = off
shared_buffers = 32MB
max_wal_size = 256MB
wal_level = replica
autovacuum = off
wal_receiver_status_interval = 1s
max_standby_streaming_delay = 100ms
hot_standby_feedback = off
`;

const must = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

const folderName = 'lamplight-pair-';
const ownerOf = (pid: number): string => `${pid} ${processStart(pid)}`;

/** Pairs that a killed run left behind. */
async function clearAway(user: Place['user']): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(folderName))) {
    const root = join(tmpdir(), name);
    const owner = existsSync(join(root, 'owner')) ? readFileSync(join(root, 'owner'), 'utf8') : '';
    if (owner === '' || owner === ownerOf(Number(owner.split(' ')[0]))) continue;
    for (const one of ['replica', 'primary']) {
      const home = join(root, one);
      const server = findPostmaster(join(home, 'postgres'));
      const where: Place = { home, cluster: join(home, 'postgres'), user, passwordFile: '', notes: [] };
      if (server !== undefined) await stopPostmaster(server, where);
    }
    rmSync(root, { recursive: true, force: true });
  }
}

function parentOf(pid: string): number | undefined {
  try {
    // The name in parentheses may hold anything: the fields start behind the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** Undefined where no pg_basebackup lies beside the server that would be started. */
export async function replicaPair(): Promise<ReplicaPair | undefined> {
  const user = serverUser();
  await clearAway(user);
  const root = mkdtempSync(join(tmpdir(), folderName));
  chmodSync(root, 0o711);
  writeFileSync(join(root, 'owner'), ownerOf(process.pid));
  const binaries = must(await findBinaries({ user, copyTo: root }));
  const baseBackup = join(dirname(binaries.postgres), 'pg_basebackup');
  if (!existsSync(baseBackup)) {
    rmSync(root, { recursive: true, force: true });
    return undefined;
  }
  const place = (name: string): Place => {
    const home = join(root, name);
    mkdirSync(home, { mode: 0o711 });
    if (user !== undefined) spawnSync('chown', [`${user.uid}:${user.gid}`, home]);
    return { home, cluster: join(home, 'postgres'), user, passwordFile: join(root, 'password'), notes: [] };
  };
  const [first, second] = [place('primary'), place('replica')];
  const password = savedPassword(first.passwordFile);
  must(await makeCluster(binaries, first));
  appendFileSync(join(first.cluster, 'postgresql.conf'), `listen_addresses = ''\n${siteConf}`);
  writeFileSync(join(first.cluster, 'pg_hba.conf'), 'local all all scram-sha-256\nlocal replication all scram-sha-256\n');

  const running = new Map<Place, Postmaster>();
  // They must not outlive a test that ends by itself.
  const atExit = (): void => {
    for (const { pid } of running.values()) interrupt(pid);
  };
  process.on('exit', atExit);
  const start = async (where: Place): Promise<LocalConnection> => {
    const server = must(await startPostmaster(binaries, where));
    running.set(where, server);
    return { host: server.socketFolder, port: server.port, user: serverRole, password, database: 'postgres' };
  };
  const stop = async (where: Place): Promise<void> => {
    const server = running.get(where);
    running.delete(where);
    if (server !== undefined) await stopPostmaster(server, where);
  };

  const signalAll = (where: Place, signal: NodeJS.Signals): void => {
    const server = running.get(where);
    if (server === undefined) return;
    for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one)))
      if (Number(name) === server.pid || parentOf(name) === server.pid) process.kill(Number(name), signal);
  };

  const primary = await start(first);
  const copied = spawnSync(
    baseBackup,
    [
      '-h',
      primary.host,
      '-p',
      String(primary.port),
      '-U',
      serverRole,
      '-D',
      second.cluster,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '--no-sync',
    ],
    { ...user, cwd: '/', env: { ...serverEnvironment(), PGPASSWORD: password }, encoding: 'utf8' },
  );
  if (copied.status !== 0) throw new Error(`pg_basebackup: ${copied.stderr}`);
  const replica = await start(second);
  const db = must(await connect(primary));
  const onReplica = async <T>(text: string): Promise<T[]> => {
    const there = must(await connect(replica, { connectionsMax: 1 }));
    try {
      return (await there.query<T>({ text })).rows;
    } finally {
      await there.close();
    }
  };
  return {
    primary,
    replica,
    db,
    async replayed() {
      const { rows } = await db.query<{ at: string }>({ text: 'select pg_current_wal_insert_lsn()::text as at' });
      const { at } = rows[0]!;
      for (let tries = 0; tries < 400; tries++) {
        const [row] = await onReplica<{ done: boolean }>(`select pg_last_wal_replay_lsn() >= '${at}'::pg_lsn as done`);
        if (row!.done) return;
        await sleep(25);
      }
      throw new Error('the replica did not come that far');
    },
    pause: async () => void (await onReplica('select pg_wal_replay_pause()')),
    resume: async () => void (await onReplica('select pg_wal_replay_resume()')),
    stopReplica: () => stop(second),
    startReplica: async () => void (await start(second)),
    freezeReplica: () => signalAll(second, 'SIGSTOP'),
    thawReplica: () => signalAll(second, 'SIGCONT'),
    async drop() {
      signalAll(second, 'SIGCONT');
      await db.close();
      await stop(second);
      await stop(first);
      process.off('exit', atExit);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
