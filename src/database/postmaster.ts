// The running server of one cluster: finding it through postmaster.pid, starting it, stopping it.
// The file's lines: https://github.com/postgres/postgres/blob/master/src/include/utils/pidfile.h
import { spawn } from 'node:child_process';
import { closeSync, fchownSync, mkdtempSync, openSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, ok, type Result } from '../fhir/result.ts';
import { makeOwnedFolder, serverEnvironment } from './cluster.ts';
import type { Place } from './place.ts';
import { processFacts, processStart } from './process-identity.ts';
import type { Binaries } from './programs.ts';

/** A server that is proven to run on this cluster. */
export interface Postmaster {
  pid: number;
  startTime: string;
  socketFolder: string;
  port: number;
  ready: boolean;
}

/** The name of a Unix socket may have 107 bytes on Linux and 103 elsewhere, `/.s.PGSQL.5432` included. */
const socketFolderBytesMax = 103 - '/.s.PGSQL.5432'.length;
const port = 5432;
const pollMs = 5;

/** undefined: none runs. A file whose process is another program by now counts as none. */
export function findPostmaster(cluster: string): Postmaster | undefined {
  const file = pidFile(cluster);
  if (file === undefined) return undefined;
  const startTime = processStart(file.pid);
  if (startTime === undefined || !serves(file.pid, cluster)) return undefined;
  return { pid: file.pid, startTime, socketFolder: file.socketFolder, port: file.port, ready: file.ready };
}

export const isRunning = (server: Postmaster): boolean => processStart(server.pid) === server.startTime;

function pidFile(cluster: string): Omit<Postmaster, 'startTime'> | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pid, , , port, socketFolder, , , status] = lines;
  return { pid: Number(pid), socketFolder: socketFolder ?? '', port: Number(port), ready: status?.trim() === 'ready' };
}

/** A postmaster runs in its cluster's folder; where that cannot be read, its arguments must name the folder. */
function serves(pid: number, cluster: string): boolean {
  const facts = processFacts(pid);
  if (facts === undefined) return false;
  const named = facts.args.some((arg, at) => arg === '-D' && facts.args[at + 1] === cluster);
  const isPostgres = /^(postgres|postmaster)$/.test(basename(facts.args[0] ?? ''));
  return isPostgres && (facts.folder === undefined ? named : facts.folder === realpathSync(cluster));
}

/**
 * Starts the server and waits until it accepts connections, however long a recovery takes. `socketFolder`: the one it had
 * before, when it is started again under a pool that knows it.
 */
export async function startPostmaster(
  binaries: Binaries,
  place: Place,
  socketFolder = makeSocketFolder(place),
): Promise<Result<Postmaster>> {
  removeReusedPidFile(place.cluster);
  const logFile = join(place.home, 'postgres.start.log');
  let attempts = 0;
  for (;;) {
    const log = openSync(logFile, 'w', 0o600);
    // Where root and the owner of the data folder take turns, either must be able to write it.
    if (place.user !== undefined) fchownSync(log, place.user.uid, place.user.gid);
    // Detached, so that Ctrl-C in the terminal reaches us alone and we stop the server after the last request.
    const child = spawn(binaries.postgres, ['-D', place.cluster, '-p', `${port}`, '-k', quoted(socketFolder)], {
      ...place.user,
      cwd: place.home,
      env: serverEnvironment(),
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.unref();
    const ended = new Promise<string>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('exit', (code, by) => resolve(`it ended with ${by ?? code}`));
    });
    const started = await untilReady(place.cluster, child.pid, ended);
    if (typeof started !== 'string') return ok(started);

    const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-4).join(' ');
    // After a kill of the postmaster alone its children need a moment to notice and end.
    attempts += 1;
    if (/pre-existing shared memory block|lock file .* already exists/.test(said) && attempts < 50) {
      await sleep(100);
      continue;
    }
    return fail('unsupported', `PostgreSQL did not start on ${place.cluster}: ${said === '' ? started : said} (its log: ${logFile})`);
  }
}

/** A string says why it did not come up. */
async function untilReady(cluster: string, pid: number | undefined, ended: Promise<string>): Promise<Postmaster | string> {
  let why: string | undefined;
  ended.then((reason) => {
    why = reason;
  });
  while (why === undefined) {
    await sleep(pollMs);
    const found = pidFile(cluster);
    if (found?.ready && found.pid === pid) {
      const startTime = processStart(found.pid);
      if (startTime !== undefined) return { ...found, startTime };
    }
  }
  return why;
}

/**
 * PostgreSQL refuses to start over a pid file whose process exists, even when that id belongs to another program by now.
 * The file goes only when that is proven and no process works in the cluster's folder.
 */
function removeReusedPidFile(cluster: string): void {
  const file = pidFile(cluster);
  if (file === undefined || processStart(file.pid) === undefined || serves(file.pid, cluster)) return;
  const folder = realpathSync(cluster);
  const inUse = readdirOrNone('/proc').some((name) => /^\d+$/.test(name) && processFacts(Number(name))?.folder === folder);
  if (!inUse) rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

function readdirOrNone(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Beside the cluster where the name is short enough, else one of its own in the folder for temporary files. */
function makeSocketFolder(place: Place): string {
  const beside = join(place.home, 'postgres.socket');
  const folder = Buffer.byteLength(beside) <= socketFolderBytesMax ? beside : mkdtempSync(join(tmpdir(), 'lamplight-'));
  makeOwnedFolder(folder, place.user);
  return folder;
}

/** unix_socket_directories is a list: quotes keep commas and spaces of the path in one entry. */
const quoted = (path: string): string => `"${path.replaceAll('"', '""')}"`;

/**
 * Fast shutdown: open transactions are rolled back, everything committed is on disk. After `patienceMs` the immediate one,
 * which loses nothing committed either but makes the next start recover.
 * https://www.postgresql.org/docs/current/server-shutdown.html
 */
export async function stopPostmaster(server: Postmaster, place: Place, patienceMs = 60_000): Promise<void> {
  if (isRunning(server)) interrupt(server.pid);
  let waitedMs = 0;
  while (isRunning(server)) {
    await sleep(pollMs);
    waitedMs += pollMs;
    if (waitedMs >= patienceMs && isRunning(server)) {
      send(server.pid, 'SIGQUIT');
      waitedMs = 0;
    }
  }
  if (server.socketFolder !== join(place.home, 'postgres.socket')) rmSync(server.socketFolder, { recursive: true, force: true });
}

/** Asks for a fast shutdown without waiting. Only for a process that is known to be the server. */
export const interrupt = (pid: number): void => send(pid, 'SIGINT');

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between.
  }
}
