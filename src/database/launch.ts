// The database that Lamplight runs on: the one that DATABASE_URL names, or a PostgreSQL of its own in the data folder.
//
//   const server = await openServer({ dataDir: '.lamplight', databaseUrl: process.env.DATABASE_URL });
//   if (server.ok) { const db = await connect(server.value.connection); …; await server.value.stop(); }
import { existsSync } from 'node:fs';
import { fail, ok, type Result } from '../fhir/result.ts';
import { clusterMajor, configure, makeCluster, savedPassword, serverRole } from './cluster.ts';
import type { Connection } from './contract.ts';
import { findBinaries } from './find-server.ts';
import { keepRunning } from './keep-running.ts';
import { findPlace, type Place } from './place.ts';
import { connect } from './pool.ts';
import { findPostmaster, interrupt, type Postmaster, startPostmaster, stopPostmaster } from './postmaster.ts';

export interface ServerRequest {
  dataDir: string;
  /** DATABASE_URL. Where given, nothing is started and nothing stopped. */
  databaseUrl?: string;
  /** Where the cluster of an unreachable data folder goes (root only). */
  shelter?: string;
  /** Hears what happens to the server while it runs, for the log. */
  say?: (message: string) => void;
  /** Only for tests: no fsync. */
  durable?: boolean;
  /** Only for tests: not an installed server. */
  bundledOnly?: boolean;
}

export interface Server {
  connection: Connection;
  /** What happened: `adopted` is a server that a killed Lamplight left running, `named` the one of DATABASE_URL. */
  how: 'named' | 'made' | 'started' | 'adopted' | 'attached';
  /** Process of the embedded server at its start; one that was brought back after a crash has another. */
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
  const notes = [`PostgreSQL ${binaries.value.major} from ${binaries.value.from}`, `database in ${place.cluster}`, ...place.notes];

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

  const guarding = guard(place);
  const running = (server: Postmaster, how: Server['how']): Result<Server> => {
    const { end } = keepRunning(server, () => startPostmaster(binaries.value, place, server.socketFolder), request.say ?? (() => {}));
    const stop = async () => {
      await end();
      await guarding.stop();
    };
    guarding.use(stop);
    return ok({ connection: connectionTo(server, place), how, pid: server.pid, notes, stop });
  };

  const orphan = findPostmaster(place.cluster);
  if (orphan !== undefined) {
    if (!changed && orphan.ready && (await answers(connectionTo(orphan, place)))) return running(orphan, 'adopted');
    await stopPostmaster(orphan, place);
  }
  const started = await startPostmaster(binaries.value, place);
  if (started.ok) return running(started.value, fresh ? 'made' : 'started');
  guarding.release();
  return started;
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

/** Watches over a server from the moment it is started: it must not outlive us, however we end (kill -9 excepted). */
function guard(place: Place) {
  const atExit = () => {
    const server = findPostmaster(place.cluster);
    if (server !== undefined) interrupt(server.pid);
  };
  const release = () => {
    process.off('exit', atExit);
    for (const signal of endings) process.off(signal, onSignal);
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    const server = findPostmaster(place.cluster);
    stopping ??= (server === undefined ? Promise.resolve() : stopPostmaster(server, place)).finally(release);
    return stopping;
  };
  let wholeStop = stop;
  /** Whoever else listens for the signal (the program's own orderly end) calls `stop` itself. */
  const onSignal = (signal: NodeJS.Signals) => {
    if (process.listeners(signal).some((listener) => !guards.has(listener))) return;
    wholeStop().then(() => process.kill(process.pid, signal));
  };
  guards.add(onSignal);
  process.on('exit', atExit);
  // Before the others: a listener by `once` is no longer among them when it has been called.
  for (const signal of endings) process.prependListener(signal, onSignal);
  return {
    stop,
    release,
    use(better: () => Promise<void>) {
      wholeStop = better;
    },
  };
}

const endings: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** The listeners above: several servers may be guarded at once. */
const guards = new WeakSet<object>();
