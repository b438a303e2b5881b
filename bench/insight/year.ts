// A simulated year (lamplight simulate --out FOLDER) as tables, without a server: its encounters and places by the keeper of the warehouse, asked by the
// very SQL that forecasts ask.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrivalsSql, factsOf, staysSql, wardsSql } from '../../src/gateways/forecasts/facts.ts';
import type { HospitalFacts } from '../../src/methods/beds/contract.ts';
import type { Change } from '../../src/record/contract.ts';
import { ask } from '../../src/warehouse/query/ask.ts';
import { defaultAskLimits } from '../../src/warehouse/query/limits.ts';
import { defaultKeeper, Keeper } from '../../src/warehouse/store/keeper.ts';
import { readManifest } from '../../src/warehouse/store/manifest.ts';
import { loadViews } from '../../src/warehouse/view/load.ts';

/** Facts as of a moment that the year has. */
export async function yearFacts(folder: string, now: string, zone = 'UTC'): Promise<HospitalFacts> {
  const loaded = loadViews(['knowledge/views']);
  if (!loaded.ok) throw new Error(loaded.problem.message);
  const views = loaded.value.filter(({ view }) => view.resource === 'Encounter' || view.resource === 'Location');
  const place = mkdtempSync(join(tmpdir(), 'lamplight-year-'));
  const keeper = await Keeper.open(defaultKeeper(place), views);
  let position = 0n;
  for (const type of ['Location', 'Encounter'] as const) {
    const bodies = readFileSync(join(folder, `${type}.ndjson`), 'utf8')
      .trimEnd()
      .split('\n');
    for (let at = 0; at < bodies.length; at += 2_000) {
      const changes = bodies.slice(at, at + 2_000).map((body): Change => {
        const { id } = JSON.parse(body) as { id: string };
        position++;
        return { position, at: new Date(0), by: 'bench', operation: 'create', type, id, version: 1, pat: id, body };
      });
      await keeper.take(changes, position);
    }
  }
  await keeper.flush();
  keeper.close();
  const manifest = readManifest(place);
  if (manifest === undefined) throw new Error('no tables were made');
  const seen = views.map((view) => ({ view, scoped: false }));
  const asked = async (sql: string, parameters: Record<string, string>) => {
    const limits = { ...defaultAskLimits, rows: 600_000 };
    const answer = await ask(sql, { folder: place, manifest, seen, detail: 'identified', parameters, limits });
    if (!answer.ok) throw new Error(answer.problem.message);
    return answer.value;
  };
  const when = { zone, from: '2000-01-01T00:00:00Z', now };
  const answers = { arrivals: await asked(arrivalsSql, when), wards: await asked(wardsSql, {}), stays: await asked(staysSql, when) };
  rmSync(place, { recursive: true, force: true });
  return factsOf(Date.parse(now) / 3_600_000, answers);
}
