// npm run bench -- parts [seconds]: what a resource costs on its way in, step by step, in this process and without a database.
// The floor of reading is JSON.parse of the same text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../../src/fhir/generated/types.ts';
import { readJsonNow, writeJson } from '../../src/fhir/json.ts';
import { parametersOf } from '../../src/fhir/search/parameters.ts';
import { validateStructure } from '../../src/fhir/structure/validate.ts';
import { scoreBands } from '../../src/methods/banded-score.ts';
import { readBandedScore } from '../../src/methods/banded-score-file.ts';
import { indexing } from '../../src/record/index-rows.ts';
import { prepare } from '../../src/record/prepare.ts';
import { atOnce } from '../../src/record/slices.ts';
import { bundles } from '../fhir/bundles.ts';

const seconds = Number(process.argv[2] ?? 1);

/** CPU in µs of one of `items`, the best of five rounds: what else the machine does only ever adds. */
function cost<Item>(items: readonly Item[], work: (item: Item) => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    const until = performance.now() + (seconds * 1000) / 5;
    let done = 0;
    while (performance.now() < until) {
      for (const item of items) work(item);
      done += items.length;
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / done);
  }
  return best;
}

const resources = [...bundles(20)].flatMap((text) =>
  (JSON.parse(text) as { entry: { resource: Resource }[] }).entry.map((one) => one.resource),
);
const kinds: [string, Resource[]][] = [
  ['Observation', resources.filter((one) => one.resourceType === 'Observation').slice(0, 500)],
  ['Patient', resources.filter((one) => one.resourceType === 'Patient')],
  ['all of a general hospital', resources],
];
console.log(`\n${new Date().toISOString().slice(0, 10)}, Node ${process.version}: CPU µs of one resource, best of five\n`);
console.log('| step | ' + kinds.map(([name]) => name).join(' | ') + ' |');
console.log('| --- |' + ' --- |'.repeat(kinds.length));
const line = (name: string, of: (some: Resource[]) => number): number[] => {
  const costs = kinds.map(([, some]) => of(some));
  console.log(`| ${name} | ${costs.map((one) => one.toFixed(1)).join(' | ')} |`);
  return costs;
};
const texts = (some: Resource[]): string[] => some.map((one) => JSON.stringify(one));
const must = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const at = new Date();
const floor = line('floor: JSON.parse', (some) => cost(texts(some), (text) => JSON.parse(text) as unknown));
const reading = line('reading JSON, digits kept', (some) => cost(texts(some), (text) => readJsonNow(text)));
line('writing it again', (some) =>
  cost(
    texts(some).map((text) => must(readJsonNow(text))),
    (value) => writeJson(value),
  ),
);
line('structural validation', (some) =>
  cost(
    texts(some).map((text) => must(readJsonNow(text))),
    (value) => validateStructure(value),
  ),
);
line('extracting what is searched by', (some) =>
  cost(some, (resource) => {
    for (const parameter of parametersOf(resource.resourceType).values()) parameter.extract(resource);
  }),
);
line('all index rows, hashed', (some) => cost(some, (resource) => atOnce(indexing(resource))));
line('prepared for the record', (some) => cost(some, (resource) => prepare(resource, '0190a000-0000-7000-8000-000000000001', at)));
console.log(`\nreading ÷ JSON.parse: ${reading.map((one, i) => (one / floor[i]!).toFixed(2)).join(' · ')}`);

const file = join(import.meta.dirname, '..', '..', '..', 'knowledge', 'deterioration', 'news2.json');
const news2 = must(readBandedScore(JSON.parse(readFileSync(file, 'utf8'))));
const values = Array.from({ length: 100 }, (_, i) => ({
  respirations: 12 + (i % 14),
  spo2: 88 + (i % 12),
  oxygen: i % 3 === 0 ? 'oxygen' : 'air',
  systolic: 90 + (i % 70),
  pulse: 50 + (i % 80),
  consciousness: 'alert',
  temperature: 36 + (i % 30) / 10,
}));
const scoring = cost(values, (one) => scoreBands(news2, one));
console.log(`scoring NEWS2: ${scoring.toFixed(2)} µs (${Math.round(1000 / scoring)} thousand a second)`);
