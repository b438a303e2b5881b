// For commands that work beside a running Lamplight or without one: the accounts, through the database of the data folder.
import type { Database } from '../database/contract.ts';
import { acquireInstance, readInstance } from '../database/instance.ts';
import { attachServer, openServer } from '../database/launch.ts';
import type { Result } from '../fhir/result.ts';
import { openDatabase } from './serve.ts';
import type { Settings } from './settings.ts';

/** Runs `work` on the database: of the running instance where there is one, otherwise started for this command only. */
export async function withDatabase<T>(settings: Settings, work: (database: Database) => Promise<Result<T>>): Promise<Result<T>> {
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
    const database = await openDatabase(server.value, { ...settings, databaseConnections: 2 });
    if (!database.ok) return database;
    try {
      return await work(database.value);
    } finally {
      await database.value.close();
    }
  } finally {
    await server.value.stop();
    instance?.value.release();
  }
}
