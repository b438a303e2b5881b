// Observations as they come from the feed to rows on disk: reading, two views, pseudonyms, Parquet, fsync.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJson } from '../../src/fhir/json.ts';
import type { Change } from '../../src/record/contract.ts';
import { defaultKeeper, Keeper } from '../../src/warehouse/store/keeper.ts';
import { loadViews } from '../../src/warehouse/view/load.ts';
import { observations } from './views.ts';

/** Prints how long so many take, and for how long the event loop was held at most meanwhile. */
export async function observationsToParquet(count: number): Promise<void> {
  const loaded = loadViews(['knowledge/views']);
  if (!loaded.ok) throw new Error(loaded.problem.message);
  const views = loaded.value.filter(({ view }) => view.resource === 'Observation');
  const bodies = observations(count, true).map((one) => writeJson(one));
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
  const keeper = await Keeper.open(defaultKeeper(folder), views);
  let [held, last] = [0, performance.now()];
  const beat = setInterval(() => {
    const now = performance.now();
    held = Math.max(held, now - last - 5);
    last = now;
  }, 5);
  const start = performance.now();
  for (let at = 0; at < count; at += 2_000) {
    const changes = bodies.slice(at, at + 2_000).map(
      (body, index): Change => ({
        position: BigInt(at + index + 1),
        at: new Date(0),
        by: 'bench',
        operation: 'create',
        type: 'Observation',
        id: `o${at + index}`,
        version: 1,
        pat: '00000000-0000-7000-8000-000000000000',
        body,
      }),
    );
    await keeper.take(changes, BigInt(at + changes.length));
  }
  await keeper.flush();
  const seconds = (performance.now() - start) / 1000;
  clearInterval(beat);
  keeper.close();
  rmSync(folder, { recursive: true, force: true });
  const rows = Object.values(keeper.manifest.tables)
    .flat()
    .reduce((sum, segment) => sum + segment.rows, 0);
  console.log(
    `${count.toLocaleString('en')} Observations, ${rows.toLocaleString('en')} rows in ${views.length} tables, to Parquet in ${seconds.toFixed(1)} s; ` +
      `1,000,000 at this pace ${((seconds / count) * 1e6).toFixed(0)} s (extrapolated; bar 60 s); event loop held ${held.toFixed(0)} ms at most`,
  );
}
