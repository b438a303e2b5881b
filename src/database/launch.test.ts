import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '../fhir/result.ts';
import { configure } from './cluster.ts';
import type { Database } from './contract.ts';
import { DatabaseError } from './failure.ts';
import { findBinaries } from './find-server.ts';
import { attachServer, openServer, type Server, type ServerRequest } from './launch.ts';
import { findPlace } from './place.ts';
import { connect } from './pool.ts';
import { type Postmaster, startPostmaster } from './postmaster.ts';
import { processStart } from './process-identity.ts';

/** A data folder that was used and closed: copied where a test needs one to start from, since making one takes a second. */
let used: string;
let parent: string;
let request: ServerRequest;
const opened: Server[] = [];
beforeAll(async () => {
  used = join(mkdtempSync(join(tmpdir(), 'lamplight-launch-')), 'data');
  chmodSync(join(used, '..'), 0o711);
  const server = await openServer({ dataDir: used, durable: false });
  if (!server.ok) throw new Error(server.problem.message);
  await server.value.stop();
});
afterAll(() => rmSync(join(used, '..'), { recursive: true, force: true }));
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'lamplight-launch-'));
  chmodSync(parent, 0o711);
  request = { dataDir: join(parent, 'data'), shelter: parent, durable: false };
});
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop();
  rmSync(parent, { recursive: true, force: true });
});

const open = async (changed: Partial<ServerRequest> = {}): Promise<Server> => {
  const server = await openServer({ ...request, ...changed });
  if (!server.ok) throw new Error(server.problem.message);
  opened.push(server.value);
  return server.value;
};
const startUsed = (changed: Partial<ServerRequest> = {}): Promise<Server> => {
  execFileSync('cp', ['-a', used, request.dataDir]);
  return open(changed);
};
/** What a Lamplight that was killed leaves: its server, running, and nobody who watches over it. */
const leftRunning = async (durable = false): Promise<Postmaster> => {
  execFileSync('cp', ['-a', used, request.dataDir]);
  const place = value(findPlace(request.dataDir));
  const binaries = value(await findBinaries({ user: place.user, copyTo: place.home }));
  await configure(binaries, place, durable);
  return value(await startPostmaster(binaries, place));
};
const value = <T>(result: Result<T>): T => {
  if (result.ok) return result.value;
  throw new Error(result.problem.message);
};
const using = async <T>(server: Server, work: (db: Database) => Promise<T>): Promise<T> => {
  const db = await connect(server.connection);
  if (!db.ok) throw new Error(db.problem.message);
  try {
    return await work(db.value);
  } finally {
    await db.value.close();
  }
};
const note = (server: Server, text: string) =>
  using(server, (db) => db.query({ text: `create table if not exists note as select '${text}' as text` }));
const notes = (server: Server) => using(server, async (db) => (await db.query({ text: 'select text from note' })).rows);
const ended = async (pid: number) => {
  while (processStart(pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('the embedded server', () => {
  test('is made at the first start and keeps what it holds over a restart', async () => {
    const first = await open();
    expect(first.how).toBe('made');
    await note(first, 'kept');
    await first.stop();
    expect(processStart(first.pid!)).toBeUndefined();
    const second = await open();
    expect(second.how).toBe('started');
    expect(await notes(second)).toEqual([{ text: 'kept' }]);
  });

  test('is durable, checks its pages, listens only on a private socket and keeps values out of its log', async () => {
    const server = await open({ durable: true });
    const names = [
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'data_checksums',
      'server_encoding',
      'password_encryption',
      'listen_addresses',
      'jit',
    ];
    const { rows } = await using(server, (db) =>
      db.query({
        text: `select array_agg(current_setting(name) order by place) as values from unnest($1::text[]) with ordinality as n (name, place)`,
        values: [names],
      }),
    );
    expect(rows).toEqual([{ values: ['on', 'on', 'on', 'on', 'UTF8', 'scram-sha-256', '', 'off'] }]);
    const socketFolder = 'host' in server.connection ? server.connection.host : '';
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
    expect(statSync(join(request.dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);

    await using(server, async (db) => {
      await db.query({ text: 'select $1::int', values: ['Doe, Jane'] }).catch(() => {});
      await db.query({ text: `select 'Doe, Jane'::int` }).catch(() => {});
    });
    await server.stop();
    const logs = join(request.dataDir, 'postgres', 'log');
    const texts = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
    expect(texts.join('')).toContain('database system is shut down');
    expect(texts.join('')).not.toContain('Doe');
  });

  test('sorts by bytes and knows letters beyond ASCII', async () => {
    const server = await startUsed();
    const { rows } = await using(server, (db) => db.query({ text: `select 'Z' < 'a' as bytes, lower('ÄRZTIN') as lower` }));
    expect(rows).toEqual([{ bytes: true, lower: 'ärztin' }]);
  });

  test('that a killed Lamplight left running is adopted', async () => {
    const left = await leftRunning();
    const next = await open();
    expect(next).toMatchObject({ how: 'adopted', pid: left.pid });
    await note(next, 'used');
    await next.stop();
    expect(processStart(left.pid)).toBeUndefined();
  });

  test('is restarted rather than adopted when its settings have changed', async () => {
    const left = await leftRunning();
    const next = await open({ durable: true });
    expect(next.how).toBe('started');
    expect(processStart(left.pid)).toBeUndefined();
  });

  test('comes back by itself when it is killed while it is in use, under the same pool', async () => {
    const said: string[] = [];
    const server = await startUsed({ durable: true, say: (message) => said.push(message) });
    await note(server, 'acknowledged');
    await using(server, async (db) => {
      process.kill(server.pid!, 'SIGKILL');
      for (;;) {
        const answer = await db.query({ text: 'select text from note' }).catch((error: unknown) => error);
        if (!(answer instanceof DatabaseError)) {
          expect(answer).toMatchObject({ rows: [{ text: 'acknowledged' }] });
          if (said.length === 2) break;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    expect(said).toEqual(['PostgreSQL ended unexpectedly and is started again.', 'PostgreSQL runs again.']);
  });

  test('recovers at the next start after kill -9 of PostgreSQL', async () => {
    const left = await leftRunning(true);
    const beside = value(await attachServer(request));
    await note(beside, 'acknowledged');
    process.kill(left.pid, 'SIGKILL');
    await ended(left.pid);
    const next = await open({ durable: true });
    expect(next.how).toBe('started');
    expect(await notes(next)).toEqual([{ text: 'acknowledged' }]);
  });

  test('starts over a pid file whose id belongs to another program, and leaves that program alone', async () => {
    const first = await startUsed();
    const pidFile = join(request.dataDir, 'postgres', 'postmaster.pid');
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    await first.stop();
    const stranger = spawn('sleep', ['1000'], { uid: statSync(join(request.dataDir, 'postgres')).uid, cwd: '/' });
    writeFileSync(pidFile, [`${stranger.pid}`, ...lines.slice(1)].join('\n'));
    expect((await open()).how).toBe('started');
    expect(processStart(stranger.pid!)).toBeDefined();
    stranger.kill('SIGKILL');
  });

  test('that was half made when a kill came is made anew', async () => {
    mkdirSync(join(request.dataDir, 'postgres.new'), { recursive: true });
    writeFileSync(join(request.dataDir, 'postgres.new', 'PG_VERSION'), '15\n');
    expect((await open()).how).toBe('made');
  });

  test('works below a closed home, and again when the data folder was moved', async () => {
    mkdirSync(join(parent, 'home'), { mode: 0o700 });
    request.dataDir = join(parent, 'home', 'data');
    const first = await open();
    await note(first, 'at home');
    await first.stop();
    renameSync(request.dataDir, join(parent, 'home', 'moved'));
    request.dataDir = join(parent, 'home', 'moved');
    expect(await notes(await open())).toEqual([{ text: 'at home' }]);
  });

  test('works in a folder whose name is long and has spaces, commas and quotes', async () => {
    request.dataDir = join(parent, `clinic "north", ${'long '.repeat(20)}ward`);
    const server = await open();
    await note(server, 'found');
    expect(await notes(server)).toEqual([{ text: 'found' }]);
    const socketFolder = 'host' in server.connection ? server.connection.host : '';
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
    await server.stop();
    expect(existsSync(socketFolder)).toBe(false);
  });

  test('can be used by a command beside it, which leaves it running', async () => {
    const server = await startUsed();
    await note(server, 'shared');
    const beside = value(await attachServer(request));
    expect(await notes(beside)).toEqual([{ text: 'shared' }]);
    await beside.stop();
    expect(processStart(server.pid!)).toBeDefined();
  });

  test('runs from the npm package where none is installed, without its install script', async () => {
    const server = await open({ bundledOnly: true });
    const { rows } = await using(server, (db) => db.query({ text: `select lower('ÄRZTIN') as lower, 'Z' < 'a' as bytes` }));
    expect(rows).toEqual([{ lower: 'ärztin', bytes: true }]);
  });

  test('of another major version is not opened by the wrong programs', async () => {
    await (await startUsed()).stop();
    const version = join(request.dataDir, 'postgres', 'PG_VERSION');
    writeFileSync(version, '13\n');
    const refused = await openServer(request);
    expect(refused).toMatchObject({ ok: false, problem: { kind: 'unsupported', message: expect.stringContaining('PostgreSQL 13') } });
  });

  test('is not opened with a new password when the password file was lost', async () => {
    await (await startUsed()).stop();
    rmSync(join(request.dataDir, 'postgres.password'));
    expect(await openServer(request)).toMatchObject({ ok: false, problem: { message: expect.stringContaining('backup') } });
  });
});

test('a server named by DATABASE_URL is used as it is and never stopped', async () => {
  const server = await startUsed();
  if ('url' in server.connection) throw new Error('embedded expected');
  const { user, password, host } = server.connection;
  const url = `postgres://${user}:${encodeURIComponent(password)}@/postgres?host=${encodeURIComponent(host)}`;
  const named = await open({ databaseUrl: url });
  expect(named).toMatchObject({ how: 'named' });
  expect((await using(named, (db) => db.query({ text: 'select 1 as one' }))).rows).toEqual([{ one: 1 }]);
  await named.stop();
  expect(processStart(server.pid!)).toBeDefined();
});
