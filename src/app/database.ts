// The database of an installation, brought to what this program knows. Apart from serve.ts, so that a command which only looks
// does not load the server.
import type { Database } from '../database/contract.ts';
import type { Server } from '../database/launch.ts';
import { migrate } from '../database/migrate.ts';
import { connect } from '../database/pool.ts';
import { exchangeMigrations } from '../exchange/schema.ts';
import { feedMigrations } from '../feed/schema.ts';
import type { Result } from '../fhir/result.ts';
import { forecastMigrations } from '../gateways/forecasts/schema.ts';
import { medicationMigrations } from '../gateways/medication/alerts-schema.ts';
import { bedsideMigrations } from '../gateways/medication/bedside-schema.ts';
import { governanceMigrations } from '../gateways/medication/governance-schema.ts';
import { outcomeMigrations } from '../gateways/outcomes/schema.ts';
import { reportMigrations } from '../gateways/reports/schema.ts';
import { subscriptionMigrations } from '../gateways/subscriptions/schema.ts';
import { surveillanceMigrations } from '../gateways/surveillance/schema.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { peopleMigrations } from '../people/schema.ts';
import { recordMigrations } from '../record/schema.ts';
import { terminologyMigrations } from '../terminology/schema.ts';
import type { Settings } from './settings.ts';

/** All steps of the schema, in order. */
export const migrations = [
  ...peopleMigrations,
  ...recordMigrations,
  ...jobMigrations,
  ...feedMigrations,
  ...terminologyMigrations,
  ...exchangeMigrations,
  ...subscriptionMigrations,
  ...medicationMigrations,
  ...bedsideMigrations,
  ...governanceMigrations,
  ...surveillanceMigrations,
  ...forecastMigrations,
  ...outcomeMigrations,
  ...reportMigrations,
];

/** The database, migrated. */
export async function openDatabase(server: Server, settings: Settings): Promise<Result<Database>> {
  const database = await connect(server.connection, {
    connectionsMax: settings.databaseConnections,
    statementTimeoutMs: settings.statementSeconds * 1000,
  });
  if (!database.ok) return database;
  const migrated = await migrate(database.value, migrations);
  if (migrated.ok) return database;
  await database.value.close();
  return migrated;
}
