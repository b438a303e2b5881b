// A fresh, empty database for a test, on a real PostgreSQL that is shared by the tests of one process.
//
//   const test = await testDatabase();
//   afterAll(test.drop);
//   await test.db.query({ text: 'create table …' });
//
// The cluster lies in the folder for temporary files and is used again by the next run; only there fsync is off.
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, Database } from './contract.ts';
import { acquireInstance } from './instance.ts';
import { openServer, type Server } from './launch.ts';
import { connect, type PoolSettings } from './pool.ts';

type LocalConnection = Exclude<Connection, { url: string }>;

export interface TestDatabase {
  db: Database;
  /** For a pool of other settings, or for a second one. */
  connection: LocalConnection;
  /** Closes `db` and drops the database. */
  drop(): Promise<void>;
}

export async function testDatabase(settings: PoolSettings = {}): Promise<TestDatabase> {
  const { admin, connection: shared } = await sharedServer();
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await admin.query({ text: `create database ${name}` });
  const connection = { ...shared, database: name };
  const db = await connect(connection, settings);
  if (!db.ok) throw new Error(db.problem.message);
  return {
    db: db.value,
    connection,
    async drop() {
      await db.value.close();
      await admin.query({ text: `drop database if exists ${name} with (force)` });
    },
  };
}

interface SharedServer {
  admin: Database;
  connection: LocalConnection;
}

let starting: Promise<SharedServer> | undefined;

function sharedServer(): Promise<SharedServer> {
  starting ??= startShared();
  return starting;
}

/** Test processes that run at once take a numbered folder each; the first free one is taken. */
async function startShared(): Promise<SharedServer> {
  const parent = join(tmpdir(), `lamplight-test-${process.getuid?.() ?? 'user'}`);
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  if (process.getuid !== undefined && statSync(parent).uid !== process.getuid()) throw new Error(`${parent} belongs to somebody else.`);
  for (let number = 1; number <= 32; number += 1) {
    const dataDir = join(parent, `${number}`);
    if (!(await acquireInstance(dataDir)).ok) continue;
    const server = await openServer({ dataDir, durable: false });
    if (!server.ok) throw new Error(server.problem.message);
    return { admin: await administrator(server.value), connection: localConnection(server.value) };
  }
  throw new Error(`All places under ${parent} are taken.`);
}

function localConnection(server: Server): LocalConnection {
  if ('url' in server.connection) throw new Error('The test server is always an embedded one.');
  return server.connection;
}

/** Also clears away what killed runs left behind. Its pool is closed by nobody: it must not keep the process alive. */
async function administrator(server: Server): Promise<Database> {
  const admin = await connect(server.connection, { connectionsMax: 2 });
  if (!admin.ok) throw new Error(admin.problem.message);
  const { rows } = await admin.value.query<{ name: string }>({
    text: `select datname as name from pg_database where datname like 'test\\_%'`,
  });
  for (const { name } of rows) await admin.value.query({ text: `drop database if exists ${name} with (force)` });
  return admin.value;
}
