// The warehouse of an installation: where its tables lie, of which views they are, who keeps them while it serves, and who asks them.
import { join } from 'node:path';
import type { Feed } from '../feed/contract.ts';
import { ok, type Result } from '../fhir/result.ts';
import type { CompiledView, InstalledTables } from '../warehouse/contract.ts';
import { keepWarehouse } from '../warehouse/follow.ts';
import { openQueries } from '../warehouse/query/queries.ts';
import { defaultKeeper } from '../warehouse/store/keeper.ts';
import { openTables, type TablesParts } from '../warehouse/tables.ts';
import { loadViews } from '../warehouse/view/load.ts';
import { ownKnowledge } from './knowledge-folder.ts';
import type { Settings } from './settings.ts';

export const warehouseFolder = (settings: Settings): string => join(settings.dataDir, 'warehouse');
export const shippedViews = (): Result<CompiledView[]> => loadViews([join(ownKnowledge, 'views')]);

/** Asked by whoever is signed in; there is an answer as soon as there are tables. */
export function openInstalledTables(settings: Settings, parts: Pick<TablesParts, 'record' | 'database' | 'now'>): Result<InstalledTables> {
  const views = shippedViews();
  if (!views.ok) return views;
  const folder = warehouseFolder(settings);
  const queries = openQueries(join(folder, 'queries'), settings.warehouseQueries);
  return ok(openTables({ ...parts, folder, views: views.value, queries }));
}

export function startWarehouse(settings: Settings, feed: Feed, failed: (error: unknown) => void): Result<{ stop(): Promise<void> }> {
  const views = shippedViews();
  if (!views.ok) return views;
  return ok(keepWarehouse({ feed, views: views.value, settings: defaultKeeper(warehouseFolder(settings)), failed }));
}
