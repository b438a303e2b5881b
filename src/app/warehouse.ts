// The warehouse of an installation: where its tables lie, of which views they are, who keeps them while it serves, and who asks them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../fhir/result.ts';
import { usualPurpose } from '../gateways/http/server.ts';
import { listenPostgresWire, type WireListener } from '../gateways/postgres-wire/listener.ts';
import type { People } from '../people/contract.ts';
import type { CompiledView, InstalledTables } from '../warehouse/contract.ts';
import type { FollowParts } from '../warehouse/follow.ts';
import { openQueries } from '../warehouse/query/queries.ts';
import { openTables, type TablesParts } from '../warehouse/tables.ts';
import { loadViews } from '../warehouse/view/load.ts';
import { ownKnowledge } from './knowledge-folder.ts';
import type { Settings } from './settings.ts';

export const warehouseFolder = (settings: Settings): string => join(settings.dataDir, 'warehouse');
export const shippedViews = (): Result<CompiledView[]> => loadViews([join(ownKnowledge, 'views')]);

export interface Installed {
  views: readonly CompiledView[];
  tables: InstalledTables;
}

/** Asked by whoever is signed in; there is an answer as soon as there are tables. */
export function openInstalledTables(settings: Settings, parts: Pick<TablesParts, 'record' | 'database' | 'now'>): Result<Installed> {
  const views = shippedViews();
  if (!views.ok) return views;
  const folder = warehouseFolder(settings);
  const queries = openQueries(join(folder, 'queries'), settings.warehouseQueries);
  return ok({ views: views.value, tables: openTables({ ...parts, folder, views: views.value, queries, timeZone: settings.timeZone }) });
}

/** Keeps the tables as the feed tells. DuckDB is loaded only now: it takes a moment and 30 MB. */
export async function keepInstalledTables(
  settings: Settings,
  { feed, views, failed }: Pick<FollowParts, 'feed' | 'views' | 'failed'>,
): Promise<{ stop(): Promise<void> }> {
  const [{ keepWarehouse }, { defaultKeeper }] = await Promise.all([
    import('../warehouse/follow.ts'),
    import('../warehouse/store/keeper.ts'),
  ]);
  return keepWarehouse({ feed, views, settings: defaultKeeper(warehouseFolder(settings)), failed });
}

const sqlConnections = { all: 200, ofOne: 40 };

/** The tables by PostgreSQL's protocol, where a port is set for that. */
export async function hearSql(
  settings: Settings,
  { tables, people, now, failed }: { tables: InstalledTables; people: People; now(): Date; failed(error: unknown): void },
): Promise<Result<{ listener?: WireListener; notes: string[] }>> {
  const { host, sqlPort: port, tlsKey, tlsCert } = settings;
  if (port === 'off') return ok({ notes: [] });
  const listener = await listenPostgresWire(
    { tables, people, purposeOf: usualPurpose },
    {
      host,
      port,
      ...(tlsKey === undefined || tlsCert === undefined
        ? {}
        : { tls: { key: readFileSync(tlsKey, 'utf8'), cert: readFileSync(tlsCert, 'utf8') } }),
      idleMs: settings.idleMinutes * 60_000,
      connectionsMax: sqlConnections.all,
      connectionsOfOneMax: sqlConnections.ofOne,
      signInPerMinute: settings.signInRatePerMinute,
      now,
      failed,
    },
  );
  if (!listener.ok) return listener;
  const tls = tlsKey === undefined ? '' : ' with TLS';
  return ok({
    listener: listener.value,
    notes: [`SQL for psql, R and Python (PostgreSQL’s protocol${tls}): ${host}:${listener.value.port}`],
  });
}
