// npm run bench -- population FOLDER: over the files of a simulated year ("lamplight simulate --out FOLDER", or bench/population/people.ts): how long the
// registries of everybody take, and what they say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownKnowledge } from '../../src/app/knowledge-folder.ts';
import { loadMedicationKnowledge } from '../../src/app/medication-knowledge.ts';
import { loadPopulationKnowledge } from '../../src/app/population-knowledge.ts';
import { loadSurveillanceKnowledge } from '../../src/app/surveillance-knowledge.ts';
import type { Result } from '../../src/fhir/result.ts';
import { openPopulation } from '../../src/gateways/population/population.ts';
import { noBoundaries } from '../../src/gateways/surveillance/boundaries.ts';
import { knownAreas } from '../../src/gateways/surveillance/known-areas.ts';
import { tablesOf } from '../outcomes/tables.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('error: name a folder of NDJSON files: lamplight simulate --days 420 --patients 20000 --seed 7 --out FOLDER');
  process.exit(2);
}
const valued = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const base = valued(await loadMedicationKnowledge([ownKnowledge]));
const knowledge = valued(loadPopulationKnowledge([ownKnowledge], base));
const { areas } = valued(loadSurveillanceKnowledge([ownKnowledge]));
const ask = valued(await tablesOf(folder));
const { until } = JSON.parse(readFileSync(join(folder, 'simulation.txt'), 'utf8')) as { until: string };
const population = openPopulation({
  tables: { ask: (_, sql, options) => ask(sql, options), freshness: async () => ({ position: 1n, head: 1n }) },
  knowledge,
  areas: knownAreas(areas, noBoundaries),
  timeZone: 'UTC',
  now: () => new Date(Date.parse(until) - 1),
});
const caller = {
  person: { id: 'bench', name: 'bench', role: 'administrator' },
  purpose: 'HOPERAT',
  from: 'bench',
  request: 'bench',
} as const;

async function timed<T>(name: string, work: () => Promise<Result<T>>): Promise<T> {
  const began = performance.now();
  const value = valued(await work());
  console.log(`  ${name.padEnd(46)} ${(performance.now() - began).toFixed(0).padStart(6)} ms`);
  return value;
}
const overview = await timed(`${knowledge.registries.length} registries, today and 12 months`, () => population.overview(caller));
for (const { name, trend } of overview.registries) {
  const last = trend.at(-1);
  const percent = last?.share == null ? '' : `${(100 * last.share.share).toFixed(1)} %`;
  console.log(
    `    ${name.padEnd(26)} ${String(last?.members).padStart(7)} members, met ${percent}, not known ${last?.unknown}, excluded ${last?.excluded}`,
  );
}
const diabetes = await timed('one registry by clinic, practitioner, area', () => population.one(caller, 'diabetes'));
for (const { id, met, gap, unknown, excluded } of diabetes.gaps)
  console.log(`    ${id.padEnd(26)} met ${met}, gap ${gap}, not known ${unknown}, excluded ${excluded}`);
await timed('rates by area', () => population.rates(caller, 'diabetes'));
const anybody = { outcome: '', clinic: '', practitioner: '', area: '' };
await timed('list of one gap', () => population.list(caller, 'diabetes', 'eye', anybody));
