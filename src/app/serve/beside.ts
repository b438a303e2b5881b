// What goes on by itself while the server answers: the tables kept fresh, reports at their times, old sessions cleared away. Whoever
// waits for the start need not wait for any of it.
import { keepInstalledTables } from '../warehouse.ts';
import { faultOf, type Ground, type Undo } from './ground.ts';
import type { Recorded } from './record.ts';
import type { Stored } from './storage.ts';
import type { Tabled } from './tables.ts';

const dayMs = 24 * 3600_000;

export function goOnBeside(
  { settings, log, now, people, database, feed, installed, insight }: Ground & Stored & Recorded & Tabled,
  undo: Undo,
): void {
  if (installed !== undefined) {
    const kept = keepInstalledTables(settings, {
      feed,
      views: installed.views,
      database,
      failed: (error) => log.warn(faultOf(error), 'the tables of the warehouse will be tried again'),
    });
    undo.push(async () => (await kept).stop());
    const clock = insight?.watch((error) => log.warn(faultOf(error), 'reports that are due will be looked for again'));
    undo.push(async () => clock?.stop());
  }
  const tidying = setInterval(() => void people.tidy(now()).catch(() => {}), dayMs);
  undo.push(() => clearInterval(tidying));
}
