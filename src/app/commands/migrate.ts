// lamplight migrate: brings the database up to this program, for installations where that is a step of its own.
import { acquireInstance, readInstance } from '../../database/instance.ts';
import { attachServer, openServer } from '../../database/launch.ts';
import { migrate } from '../../database/migrate.ts';
import { connect } from '../../database/pool.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { migrations } from '../database.ts';
import { migrationState } from '../migration-state.ts';
import { printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';

export async function migrateCommand(settings: Settings, options: { dryRun?: boolean }): Promise<number> {
  const done = await migrated(settings, options.dryRun === true);
  if (!done.ok) return printProblem(done.problem);
  for (const name of done.value) console.log(name);
  const words = options.dryRun === true ? 'would be applied' : 'applied';
  printNote(done.value.length === 0 ? 'The database is up to date' : `${done.value.length} steps ${words}`);
  return 0;
}

async function migrated(settings: Settings, trial: boolean): Promise<Result<string[]>> {
  const request = { dataDir: settings.dataDir, databaseUrl: settings.databaseUrl };
  const running = readInstance(settings.dataDir) !== undefined;
  const instance = running ? undefined : await acquireInstance(settings.dataDir);
  if (instance !== undefined && !instance.ok) return instance;
  try {
    const server = running ? await attachServer(request) : await openServer(request);
    if (!server.ok) return server;
    try {
      const database = await connect(server.value.connection, { connectionsMax: 2 });
      if (!database.ok) return database;
      try {
        return trial ? ok((await migrationState(database.value, migrations)).missing) : await migrate(database.value, migrations);
      } finally {
        await database.value.close();
      }
    } finally {
      await server.value.stop();
    }
  } finally {
    instance?.value.release();
  }
}
