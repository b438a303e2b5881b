// The database and who may use it: this data folder taken for us alone, PostgreSQL found or started, its standby, the accounts of people.
import type { Database } from '../../database/contract.ts';
import { acquireInstance, type Instance } from '../../database/instance.ts';
import { openServer, type Server } from '../../database/launch.ts';
import { openReplica, type Replica } from '../../database/replica.ts';
import { ok, type Result } from '../../fhir/result.ts';
import type { FirstAdministrator, People } from '../../people/contract.ts';
import { openPeople } from '../../people/people.ts';
import { openDatabase } from '../database.ts';
import type { Ground, Undo } from './ground.ts';

export interface Stored {
  instance: Instance;
  server: Server;
  database: Database;
  replica: Replica | undefined;
  people: People;
  administrator: FirstAdministrator;
}

export async function openStorage(ground: Ground, undo: Undo): Promise<Result<Stored>> {
  const { settings, now } = ground;
  const instance = await acquireInstance(settings.dataDir);
  if (!instance.ok) return instance;
  undo.push(() => instance.value.release());

  const server = await openServer({ dataDir: settings.dataDir, databaseUrl: settings.databaseUrl });
  if (!server.ok) return server;
  undo.push(() => server.value.stop());

  const opened = await openDatabase(server.value, settings);
  if (!opened.ok) return opened;
  const database = opened.value;
  undo.push(() => database.close());

  const replica = replicaOf(ground, database);
  if (replica !== undefined) undo.push(() => replica.close());

  const people = openPeople(database, { sessionHours: settings.sessionHours, idleMinutes: settings.idleMinutes });
  const administrator = await people.ensureFirstAdministrator(settings.adminPassword, now());
  if (!administrator.ok) return administrator;
  return ok({ instance: instance.value, server: server.value, database, replica, people, administrator: administrator.value });
}

function replicaOf({ settings, log }: Ground, database: Database): Replica | undefined {
  if (settings.replicaUrl === undefined) return undefined;
  return openReplica(
    database,
    { url: settings.replicaUrl },
    {
      connectionsMax: settings.databaseConnections,
      statementTimeoutMs: settings.statementSeconds * 1000,
      lagMsMax: settings.replicaLagSeconds * 1000,
      changed: (usable, why) =>
        usable ? log.info({ why }, 'the replica is read') : log.warn({ why }, 'the replica is passed over: the primary answers'),
    },
  );
}
