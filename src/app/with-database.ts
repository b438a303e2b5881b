// For commands that work beside a running Lamplight or without one: the database of the data folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../database/contract.ts';
import { acquireInstance, readInstance } from '../database/instance.ts';
import { attachServer, openServer, type Server } from '../database/launch.ts';
import { connect } from '../database/pool.ts';
import { fail, type Result } from '../fhir/result.ts';
import { migrations, openDatabase } from './database.ts';
import { migrationState } from './migration-state.ts';
import type { Settings } from './settings.ts';

export interface DatabaseWish {
  /** Whether an installation may be made where there is none. */
  make?: boolean;
  connections?: number;
}

/** Whether there is something to open: a database that is named, or one that was made in the data folder. */
export const isInstalled = (settings: Settings): boolean =>
  settings.databaseUrl !== undefined || existsSync(join(settings.dataDir, 'postgres.password'));

export const notInstalled = (settings: Settings): { ok: false; problem: import('../fhir/result.ts').Problem } =>
  fail(
    'not-found',
    `There is no Lamplight in ${settings.dataDir}: start one with "lamplight serve", or name its folder with LAMPLIGHT_DATA_DIR`,
  );

/** Runs `work` on the database: of the running instance where there is one, otherwise started for this command only. */
export async function withDatabase<T>(
  settings: Settings,
  work: (database: Database, server: Server) => Promise<Result<T>>,
  { make = true, connections = 2 }: DatabaseWish = {},
): Promise<Result<T>> {
  if (!make && !isInstalled(settings)) return notInstalled(settings);
  const running = readInstance(settings.dataDir) !== undefined;
  const request = { dataDir: settings.dataDir, databaseUrl: settings.databaseUrl };
  const instance = running ? undefined : await acquireInstance(settings.dataDir);
  if (instance !== undefined && !instance.ok) return instance;
  const server = running ? await attachServer(request) : await openServer(request);
  if (!server.ok) {
    instance?.value.release();
    return server;
  }
  try {
    const database = await fitDatabase(server.value, settings, connections);
    if (!database.ok) return database;
    try {
      return await work(database.value, server.value);
    } finally {
      await database.value.close();
    }
  } finally {
    await server.value.stop();
    instance?.value.release();
  }
}

/**
 * One that nobody else uses is brought up to this program. Others may be serving from one that is named or running: a
 * command that only wants to look must not change it under them.
 */
async function fitDatabase(server: Server, settings: Settings, connections: number): Promise<Result<Database>> {
  const sized = { ...settings, databaseConnections: connections };
  if (server.how !== 'named' && server.how !== 'attached') return openDatabase(server, sized);
  const database = await connect(server.connection, {
    connectionsMax: connections,
    statementTimeoutMs: settings.statementSeconds * 1000,
  });
  if (!database.ok) return database;
  const state = await migrationState(database.value, migrations);
  if (state.missing.length === 0 && state.unknown.length === 0) return database;
  await database.value.close();
  if (state.empty && server.how === 'named') return openDatabase(server, sized);
  if (state.unknown.length > 0)
    return fail('conflict', `The database was used by a newer Lamplight (it has the step ${state.unknown[0]}): use that version`);
  return fail(
    'conflict',
    server.how === 'named'
      ? `The database lacks ${state.missing.length} steps of this version of Lamplight: run "lamplight migrate"`
      : 'The Lamplight that runs is older than this program: stop it and start it again',
  );
}
