// For commands that take the database as it stands, whatever its schema: backup and restore.
import { acquireInstance, readInstance } from '../database/instance.ts';
import { attachServer, openServer, type Server } from '../database/launch.ts';
import { fail, type Result } from '../fhir/result.ts';
import type { Settings } from './settings.ts';

/**
 * Runs `work` on the server of the running instance, or on one that is started for this command only. `alone`: only where no
 * Lamplight runs on the data folder.
 */
export async function withServer<T>(
  settings: Settings,
  work: (server: Server) => Promise<Result<T>>,
  { alone }: { alone: boolean },
): Promise<Result<T>> {
  const request = { dataDir: settings.dataDir, databaseUrl: settings.databaseUrl };
  const running = readInstance(settings.dataDir) !== undefined;
  if (running && alone)
    return fail('conflict', `Lamplight runs on ${settings.dataDir}: stop it first, or name another folder with LAMPLIGHT_DATA_DIR`);
  const instance = running ? undefined : await acquireInstance(settings.dataDir);
  if (instance !== undefined && !instance.ok) return instance;
  try {
    const server = running ? await attachServer(request) : await openServer(request);
    if (!server.ok) return server;
    try {
      return await work(server.value);
    } finally {
      await server.value.stop();
    }
  } finally {
    instance?.value.release();
  }
}
