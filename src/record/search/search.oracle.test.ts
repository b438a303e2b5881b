// The SQL search against the plain evaluation (fhir/search/matches.ts) on random resources and random queries: same matches,
// same order, same total, page by page. LAMPLIGHT_FULL=1 asks over 100,000, about every resource type; LAMPLIGHT_SEED another series.
import { expect, test } from 'vitest';
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import { type Clause, clausesIn, type Query } from '../../fhir/search/contract.ts';
import { isOfVocabulary } from '../../fhir/search/vocabulary.ts';
import { asksInside } from './contained.ts';
import { makeQuery } from './testing/random-queries.ts';
import { seeded } from './testing/seeded.ts';
import { administrator, difference, makeWorld, parsed, plainOf, smallest } from './testing/world.ts';

const full = process.env['LAMPLIGHT_FULL'] !== undefined;
const firstSeed = Number(process.env['LAMPLIGHT_SEED'] ?? 1);
const differencesMax = 10;

/** Chosen so that every kind of parameter, modifier and composite is among them. */
// biome-ignore format: a list
const types: ResourceType[] = [
  'Patient', 'Observation', 'Encounter', 'Condition', 'MedicationRequest', 'Appointment', 'Group', 'ValueSet', 'Questionnaire', 'RiskAssessment',
  'MolecularSequence', 'DocumentReference', 'ChargeItem', 'Organization', 'Location', 'Practitioner', 'Task', 'Provenance', 'Device', 'Account', 'List',
];

interface Series {
  seed: number;
  queries: number;
  types: ResourceType[];
  each: number;
}

function seriesOf(seed: number): Series[] {
  if (!full) return [{ seed, queries: 4500, types, each: 14 }];
  const others = resourceTypes.filter((type) => !types.includes(type) && type !== 'CodeSystem');
  const parts = Array.from({ length: 10 }, (_, i) => others.filter((_type, at) => at % 10 === i));
  return parts.map((part, i) => ({
    seed: seed + i,
    queries: 11_000,
    types: i % 2 === 0 ? [...types, ...part] : ['Patient', ...part],
    each: i % 2 === 0 ? 14 : 25,
  }));
}

/** What a query exercises, for the list of what has to occur: `date ge`, `token:not`, `chain`, `sort token`. */
function featuresOf(query: Query): string[] {
  const features = query.sort.map(
    ({ by }) => `sort ${typeof by === 'string' ? by : by.type === 'token' && !isOfVocabulary(by) ? 'identifier' : by.type}`,
  );
  const visit = (clause: Clause): void => {
    if (clause.kind === 'chain') {
      features.push('chain');
      for (const branch of clause.branches) visit(branch.clause);
    } else if (clause.kind === 'has') {
      features.push('has');
      visit(clause.clause);
    } else if (clause.kind === 'value') {
      features.push(`${clause.parameter.type}${clause.modifier === undefined ? '' : `:${clause.modifier}`}`);
      for (const value of clause.values) if ('prefix' in value) features.push(`${value.kind} ${value.prefix}`);
    } else if (clause.kind === 'last-updated') {
      for (const value of clause.values) features.push(`_lastUpdated ${value.prefix}`);
    } else {
      features.push(clause.kind);
      clausesIn(clause).forEach(visit);
    }
  };
  query.where.forEach(visit);
  if (query.contained !== undefined) features.push(`contained ${query.contained.search} ${query.contained.answer}`);
  return features;
}

const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];
// biome-ignore format: a list
const required = [
  'contained true container', 'contained true contained', 'contained both container', 'contained both contained',
  'string', 'string:exact', 'string:contains', 'token', 'token:not', 'token:text', 'token:in', 'token:not-in', 'token:above', 'token:below', 'token:of-type',
  'reference', 'reference:identifier', 'uri', 'uri:above', 'uri:below', 'composite', 'chain', 'has', 'missing', 'id', 'compartment', 'list', 'special', 'all', 'any', 'not', 'string:whole', 'string:ends',
  'sort string', 'sort token', 'sort identifier', 'sort reference', 'sort date', 'sort number', 'sort quantity', 'sort uri', 'sort _id', 'sort _lastUpdated',
  ...['date', 'number', 'quantity', '_lastUpdated'].flatMap((kind) => prefixes.map((prefix) => `${kind} ${prefix}`)),
];

test.each(seriesOf(firstSeed))(
  'random searches find what the plain evaluation finds: $queries with seed $seed',
  async ({ seed, queries, types: of, each }) => {
    const world = await makeWorld(seed, of, each);
    const plain = plainOf(world);
    const random = seeded(seed * 7919 + 1);
    const differences: string[] = [];
    const found = new Set<string>();
    let asked = 0;
    let withMatches = 0;
    const askOn = async (): Promise<void> => {
      while (asked < queries && differences.length < differencesMax) {
        const one = makeQuery(random, world.known);
        const asking = { count: random.pick([1, 2, 3, 5, 100, 100, 100]), total: random.chance(0.3) };
        const query = parsed(one);
        if (query === undefined) continue;
        asked++;
        const expected = asksInside(query) ? plain.findContained(query) : plain.find(query);
        if (expected.ok && expected.value.length > 0) {
          withMatches++;
          for (const feature of featuresOf(query)) found.add(feature);
        }
        const record = random.chance(0.5) ? world.record : world.unfollowing;
        const differs = (smaller: typeof one) => difference(record, plain, administrator, smaller, asking);
        if ((await differs(one)) !== undefined) differences.push(`seed ${seed}, pages of ${asking.count}: ${await smallest(one, differs)}`);
      }
    };
    await Promise.all(Array.from({ length: 6 }, askOn));
    await world.database.drop();
    expect(differences).toEqual([]);
    // Silence proves nothing where nothing was asked or found.
    expect(withMatches).toBeGreaterThan(queries / 3);
    if (of.length >= types.length) expect(required.filter((feature) => !found.has(feature))).toEqual([]);
  },
  3_600_000,
);
