// A whole Lamplight as its users have it: a process of its own, started by the command, with its own embedded PostgreSQL in
// a folder that is thrown away. For tests that attack it from outside; what they may look at inside is its database.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../src/database/contract.ts';
import { attachServer } from '../src/database/launch.ts';
import { connect } from '../src/database/pool.ts';
import type { Rights } from '../src/people/contract.ts';
import { openPeople } from '../src/people/people.ts';

/** The repository, from test/ as well as from dist/test/. */
const root = process.cwd();

export interface RunningServer {
  dataDir: string;
  /** `http://127.0.0.1:port`. */
  address: string;
  process: ChildProcess;
  /** What it wrote to stdout and stderr, the last 100 kB. */
  said(): string;
  /** Ends at once and without a word, as by a power cut; its PostgreSQL lives on. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for the end, which must be an orderly one. */
  stop(): Promise<void>;
}

export interface StartSettings {
  dataDir: string;
  env?: Record<string, string>;
  /** Arguments of node itself, for a probe that is loaded before the program. */
  nodeArgs?: string[];
}

export const temporaryFolder = (name: string): string => mkdtempSync(join(tmpdir(), `lamplight-${name}-`));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** Starts `lamplight serve` on a free port and waits for its line "ready". */
export async function startServer({ dataDir, env = {}, nodeArgs = [] }: StartSettings): Promise<RunningServer> {
  const child = spawn(process.execPath, [...nodeArgs, 'bin/lamplight.js', 'serve'], {
    cwd: root,
    env: {
      ...environment(),
      LAMPLIGHT_DATA_DIR: dataDir,
      LAMPLIGHT_PORT: '0',
      LAMPLIGHT_MLLP_PORT: 'off',
      LAMPLIGHT_MQTT_PORT: 'off',
      LAMPLIGHT_DEMO: 'off',
      LAMPLIGHT_DEMO_PAST_DAYS: '0',
      LAMPLIGHT_WAREHOUSE: 'off',
      LAMPLIGHT_LOG_LEVEL: 'error',
      LAMPLIGHT_ADMIN_PASSWORD: 'correct horse battery staple',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-100_000);
      const ready = /^ready (\S+)/m.exec(said);
      if (ready !== null) resolve(ready[1]!);
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', (code, signal) => reject(new Error(`lamplight serve ended with ${signal ?? code} before it was ready:\n${said}`)));
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const stop = async (): Promise<void> => {
    const alive = child.exitCode === null && child.signalCode === null;
    await end('SIGTERM');
    if (alive && child.exitCode !== 0) throw new Error(`lamplight serve ended with ${child.signalCode ?? child.exitCode}:\n${said}`);
  };
  return { dataDir, address, process: child, said: () => said, kill: () => end('SIGKILL'), stop };
}

/** The settings of whoever runs the test must not leak in. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(LAMPLIGHT_|DATABASE_URL|NODE_OPTIONS|VITEST|PG)/.test(name));
  return Object.fromEntries(kept);
}

/** The database of a running server, seen past the program. The caller closes it. */
export async function databaseOf(dataDir: string): Promise<Database> {
  for (let tries = 1; ; tries++) {
    const server = await attachServer({ dataDir });
    const database = server.ok ? await connect(server.value.connection, { connectionsMax: 2, statementTimeoutMs: 120_000 }) : server;
    if (database.ok) return database.value;
    if (tries >= 100) throw new Error(database.problem.message);
    await sleep(100);
  }
}

/** A bearer token with these rights. */
export async function tokenFor(database: Database, rights: Rights, validMs = 3600_000): Promise<string> {
  const issued = await openPeople(database).issueToken({ name: `test-${rights.role}`, ...rights }, validMs, new Date());
  if (!issued.ok) throw new Error(issued.problem.message);
  return issued.value.token;
}

/** The postmaster first, then its children, of the cluster in this data folder; empty while none runs. */
export function postgresProcesses(dataDir: string): { postmaster: number | undefined; children: number[] } {
  const postmaster = postmasterOf(dataDir);
  if (postmaster === undefined) return { postmaster, children: [] };
  const children = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const parent = parentOf(name);
    return parent === postmaster ? [Number(name)] : [];
  });
  return { postmaster, children };
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

function postmasterOf(dataDir: string): number | undefined {
  for (const folder of readdirSync(dataDir)) {
    try {
      const pid = Number(readFileSync(join(dataDir, folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
      if (pid > 0 && /postgres|postmaster/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) return pid;
    } catch {
      // No cluster in this folder, or it ends just now.
    }
  }
  return undefined;
}

/** Waits until the server says that it can serve. */
export async function untilReady({ address, process: child, said }: RunningServer, patienceMs = 60_000): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended by itself:\n${said()}`);
    const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    if (Date.now() > until) throw new Error(`${address} did not become ready again:\n${said()}`);
    await sleep(25);
  }
}

export interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A command of the command line, to its end. */
export async function runCommand(args: string[], env: Record<string, string>): Promise<Ran> {
  const child = spawn(process.execPath, [join(root, 'bin', 'lamplight.js'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ran: Ran = { status: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    ran.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    ran.stderr += String(chunk);
  });
  [ran.status] = (await once(child, 'close')) as [number | null];
  return ran;
}
