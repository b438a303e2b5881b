// The warehouse of an installation: where its tables lie, of which views they are, who keeps them while it serves, and who asks them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../fhir/result.ts';
import type { CompiledView, InstalledTables } from '../warehouse/contract.ts';
import type { Derived } from '../warehouse/derived/contract.ts';
import { loadDerived } from '../warehouse/derived/load.ts';
import type { FollowParts } from '../warehouse/follow.ts';
import type { JournalParts } from '../warehouse/journal/follow.ts';
import { openQueries } from '../warehouse/query/queries.ts';
import { openTables, type TablesParts } from '../warehouse/tables.ts';
import { loadViews } from '../warehouse/view/load.ts';
import { knowledgeFolders, ownKnowledge } from './knowledge-folder.ts';
import type { Settings } from './settings.ts';

export const warehouseFolder = (settings: Settings): string => join(settings.dataDir, 'warehouse');
export const shippedViews = (): Result<CompiledView[]> => loadViews([join(ownKnowledge, 'views')]);

/** Those that come along and those of the site: `views/` of each folder of knowledge. */
export const derivedTables = (settings: Pick<Settings, 'knowledge'>, views: readonly CompiledView[]): Result<Derived[]> =>
  loadDerived(
    knowledgeFolders(settings).map((folder) => join(folder, 'views')),
    views,
  );

/** The same with their texts, as they are told to others. */
export function shippedDefinitions(): Result<{ view: CompiledView; text: string }[]> {
  const views = shippedViews();
  return views.ok
    ? ok(views.value.map((view) => ({ view, text: readFileSync(join(ownKnowledge, 'views', `${view.view.name}.json`), 'utf8') })))
    : views;
}

export interface Installed {
  views: readonly CompiledView[];
  tables: InstalledTables;
}

/** Asked by whoever is signed in; there is an answer as soon as there are tables. */
export function openInstalledTables(settings: Settings, parts: Pick<TablesParts, 'record' | 'database' | 'now'>): Result<Installed> {
  const views = shippedViews();
  if (!views.ok) return views;
  const derived = derivedTables(settings, views.value);
  if (!derived.ok) return derived;
  const folder = warehouseFolder(settings);
  const queries = openQueries(join(folder, 'queries'), settings.warehouseQueries);
  return ok({
    views: views.value,
    tables: openTables({ ...parts, folder, views: views.value, derived: derived.value, queries, timeZone: settings.timeZone }),
  });
}

/** Keeps the tables as the feed tells, and the journals. DuckDB is loaded only now: it takes a moment and 30 MB. */
export async function keepInstalledTables(
  settings: Settings,
  { feed, views, database, failed }: Pick<FollowParts, 'feed' | 'views' | 'failed'> & Pick<JournalParts, 'database'>,
): Promise<{ stop(): Promise<void> }> {
  const [{ keepWarehouse }, { keepJournals }, { journalKeeper, journals }, { defaultKeeper }] = await Promise.all([
    import('../warehouse/follow.ts'),
    import('../warehouse/journal/follow.ts'),
    import('../warehouse/journal/journals.ts'),
    import('../warehouse/store/keeper.ts'),
  ]);
  const keeper = defaultKeeper(warehouseFolder(settings));
  const kept = [
    keepWarehouse({ feed, views, settings: keeper, failed }),
    keepJournals({ database, journals, settings: journalKeeper(keeper), failed }),
  ];
  return { stop: async () => void (await Promise.all(kept.map((one) => one.stop()))) };
}
