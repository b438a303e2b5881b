// The database that Lamplight runs on: the one that DATABASE_URL names, or a PostgreSQL of its own in the data folder.
//
//   const server = await openServer({ dataDir: '.lamplight', databaseUrl: process.env.DATABASE_URL });
//   if (server.ok) { const db = await connect(server.value.connection); …; await server.value.stop(); }
import { existsSync } from 'node:fs';
import { fail, ok, type Result } from '../fhir/result.ts';
import { clusterMajor, configure, makeCluster, savedPassword, serverRole } from './cluster.ts';
import type { Connection } from './contract.ts';
import { findBinaries } from './find-server.ts';
import { findPlace, type Place } from './place.ts';
import { connect } from './pool.ts';
import { findPostmaster, interrupt, isRunning, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';

export interface ServerRequest {
  dataDir: string;
  /** DATABASE_URL. Where given, nothing is started and nothing stopped. */
  databaseUrl?: string;
  /** Where the cluster of an unreachable data folder goes (root only). */
  shelter?: string;
  /** Only for tests: no fsync. */
  durable?: boolean;
  /** Only for tests: not an installed server. */
  bundledOnly?: boolean;
}

export interface Server {
  connection: Connection;
  /** What happened: `adopted` is a server that a killed Lamplight left running, `named` the one of DATABASE_URL. */
  how: 'named' | 'made' | 'started' | 'adopted' | 'attached';
  /** Process of the embedded server. */
  pid?: number;
  /** For doctor: programs and folders in use. */
  notes: string[];
  /** Fast shutdown of a server that is ours; nothing otherwise. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * For whoever holds the data folder (acquireInstance): makes, starts or adopts the embedded server. It ends with `stop`,
 * with the process, or with SIGINT, SIGTERM and SIGHUP where nobody else handles these.
 */
export async function openServer(request: ServerRequest): Promise<Result<Server>> {
  const ready = prepare(request);
  if (!ready.ok) return ready;
  if ('connection' in ready.value) return ok(ready.value);
  const place = ready.value;

  const binaries = await findBinaries({
    major: clusterMajor(place.cluster),
    user: place.user,
    copyTo: place.home,
    bundledOnly: request.bundledOnly,
  });
  if (!binaries.ok) return binaries;
  const notes = [`PostgreSQL ${binaries.value.major} from ${binaries.value.from}`, `database in ${place.cluster}`];

  const fresh = !existsSync(place.cluster);
  if (fresh) {
    const made = await makeCluster(binaries.value, place);
    if (!made.ok) return made;
  } else if (!existsSync(place.passwordFile)) {
    return fail(
      'not-found',
      `${place.passwordFile} is missing, so the database beside it cannot be opened. Bring the file back from a backup.`,
    );
  }
  const changed = await configure(binaries.value, place, request.durable ?? true);

  const orphan = findPostmaster(place.cluster);
  if (orphan !== undefined) {
    if (!changed && orphan.ready && (await answers(connectionTo(orphan, place)))) return ok(ours(orphan, place, 'adopted', notes));
    await stopPostmaster(orphan, place);
  }
  const started = await startPostmaster(binaries.value, place);
  return started.ok ? ok(ours(started.value, place, fresh ? 'made' : 'started', notes)) : started;
}

/** For commands beside a running Lamplight: uses its server and leaves it alone. */
export async function attachServer(request: ServerRequest): Promise<Result<Server>> {
  const ready = prepare(request);
  if (!ready.ok) return ready;
  if ('connection' in ready.value) return ok(ready.value);
  const place = ready.value;
  const server = findPostmaster(place.cluster);
  if (server === undefined || !server.ready)
    return fail('busy', `The database in ${place.cluster} is not running yet. Try again in a moment.`);
  return ok({ connection: connectionTo(server, place), how: 'attached', pid: server.pid, notes: [], stop: async () => {} });
}

/** A server that is named needs no place; the other needs one, on a system where it can be started. */
function prepare(request: ServerRequest): Result<Server | Place> {
  if (request.databaseUrl !== undefined && request.databaseUrl !== '') {
    return ok({
      connection: { url: request.databaseUrl },
      how: 'named',
      notes: ['PostgreSQL named by DATABASE_URL'],
      stop: async () => {},
    });
  }
  if (process.platform === 'win32') return fail('unsupported', 'On Windows Lamplight does not start PostgreSQL itself: set DATABASE_URL.');
  return findPlace(request.dataDir, request.shelter);
}

const connectionTo = (server: Postmaster, place: Place): Connection => ({
  host: server.socketFolder,
  port: server.port,
  user: serverRole,
  password: savedPassword(place.passwordFile),
  database: 'postgres',
});

async function answers(connection: Connection): Promise<boolean> {
  const db = await connect(connection, { connectionsMax: 1, connectTimeoutMs: 2_000, statementTimeoutMs: 2_000 });
  if (db.ok) await db.value.close();
  return db.ok;
}

function ours(server: Postmaster, place: Place, how: Server['how'], notes: string[]): Server {
  const atExit = () => {
    if (isRunning(server)) interrupt(server.pid);
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopPostmaster(server, place).finally(() => {
      process.off('exit', atExit);
      for (const signal of endings) process.off(signal, onSignal);
    });
    return stopping;
  };
  /** Whoever else listens for the signal (the program's own orderly end) calls `stop` itself. */
  const onSignal = (signal: NodeJS.Signals) => {
    if (process.listenerCount(signal) > 1) return;
    stop().then(() => process.kill(process.pid, signal));
  };
  process.on('exit', atExit);
  for (const signal of endings) process.on(signal, onSignal);
  return { connection: connectionTo(server, place), how, pid: server.pid, notes, stop };
}

const endings: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
