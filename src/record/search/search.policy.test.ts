// What a search tells to whom: for people who may see a part of the record, every search must find exactly what it would find if
// the rest did not exist. Chains, _has, includes, orders and totals are asked too, on purpose about what they may not see.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResourceType } from '../../fhir/generated/types.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller } from '../contract.ts';
import { type Includes, makeIncludes } from './testing/random-includes.ts';
import { makeQuery } from './testing/random-queries.ts';
import { seeded } from './testing/seeded.ts';
import { administrator, difference, makeWorld, must, parsed, plainOf, smallest, type World } from './testing/world.ts';

const full = process.env['LAMPLIGHT_FULL'] !== undefined;
const queries = full ? 10_000 : 250;
const seed = Number(process.env['LAMPLIGHT_SEED'] ?? 3);

// biome-ignore format: a list
const types: ResourceType[] = [
  'Patient', 'Observation', 'Encounter', 'Condition', 'Appointment', 'Group', 'Organization', 'Location', 'Practitioner', 'Task', 'Provenance',
  'Device', 'Account', 'RelatedPerson', 'Medication', 'MedicationRequest', 'QuestionnaireResponse', 'List',
];

let world: World;
beforeAll(async () => {
  world = await makeWorld(seed, types, 16);
});
afterAll(() => world.database.drop());

/** Ids of the first resources of a type, as many as asked. */
const some = (type: ResourceType, count: number): string[] =>
  world.known
    .of(type)
    .slice(0, count)
    .map((one) => one.id as string);

const people: [who: string, () => Partial<Person> & Pick<Person, 'role'>][] = [
  ['a clinician of some organisations', () => ({ role: 'clinician', organisations: some('Organization', 6) })],
  ['a nurse of one organisation', () => ({ role: 'nurse', organisations: some('Organization', 1) })],
  ['a pharmacist of no organisation', () => ({ role: 'pharmacist', organisations: [] })],
  ['a patient with a child', () => ({ role: 'patient', patients: some('Patient', 2) })],
  ['an analyst', () => ({ role: 'analyst' })],
  [
    'a program that may search two types',
    () => ({
      role: 'system',
      restrictions: [{ kind: 'types', types: ['Patient', 'Observation', 'ValueSet', 'CodeSystem'], actions: ['search'] }],
    }),
  ],
];

const callerOf = (person: Partial<Person> & Pick<Person, 'role'>): Caller => ({
  ...administrator,
  person: { id: '0190a000-0000-7000-8000-000000000002', name: 'someone', ...person },
});

describe.each(people)('%s', (_, person) => {
  test('finds what there would be without the rest', async () => {
    const caller = callerOf(person());
    const plain = plainOf(world, caller);
    const random = seeded(seed + 1);
    const differences: string[] = [];
    let asked = 0;
    const askOn = async (): Promise<void> => {
      while (asked++ < queries && differences.length < 5) {
        const one = makeQuery(random, world.known);
        const asking = { count: random.pick([2, 5, 100]), total: random.chance(0.5) };
        const record = random.chance(0.5) ? world.record : world.unfollowing;
        const differs = (smaller: typeof one) => difference(record, plain, caller, smaller, asking);
        if ((await differs(one)) !== undefined) differences.push(`seed ${seed}: ${await smallest(one, differs)}`);
      }
    };
    await Promise.all(Array.from({ length: 6 }, askOn));
    expect(differences).toEqual([]);
  });

  test('gets with the matches what points there and may be seen, and nothing else', async () => {
    const caller = callerOf(person());
    expect(await wrongIncludes(caller, seed + 2, queries / 2)).toEqual([]);
  });
});

test('with everything visible, includes are what the plain evaluation includes', async () => {
  expect(await wrongIncludes(administrator, seed + 3, queries)).toEqual([]);
});

async function wrongIncludes(caller: Caller, from: number, count: number): Promise<string[]> {
  const plain = plainOf(world, caller);
  const random = seeded(from);
  const wrong: string[] = [];
  let included = 0;
  for (let i = 0; i < count && wrong.length < 5; i++) {
    const asked: Includes = makeIncludes(random, world.known);
    const query = parsed({ type: asked.type, pairs: [...asked.where, ...asked.includes] });
    if (query === undefined) continue;
    const page = await world.record.search(caller, { ...query, count: random.pick([1, 3, 100]) });
    if (!page.ok) {
      if (page.problem.kind !== 'forbidden') wrong.push(`${page.problem.kind}: ${page.problem.message}`);
      continue;
    }
    const found = page.value.matches.map((one) => plain.read(one.type, one.id));
    const matches = found.filter((one) => one !== undefined);
    const expected = [...plain.included(matches, query)].sort();
    const actual = page.value.included.map((one) => `${one.type}/${one.id}`).sort();
    included += actual.length;
    const extra = actual.filter((one) => !expected.includes(one));
    // A page that says that it is cut may lack some of what comes step by step.
    const lacking = page.value.cut === true ? [] : expected.filter((one) => !actual.includes(one));
    if (matches.length < found.length || extra.length > 0 || lacking.length > 0) {
      const text = [...asked.where, ...asked.includes].map((pair) => pair.join('=')).join('&');
      wrong.push(`seed ${from}, ${asked.type}?${text}: lacking ${lacking}, too much ${extra}`);
    }
  }
  if (caller === administrator) expect(included).toBeGreaterThan(count);
  return wrong;
}

test('a page says that it is cut where more would be included than it may carry', async () => {
  const patient = must(await world.record.commit(administrator, [{ kind: 'create', resource: { resourceType: 'Patient' } }]))[0]!.stored.id;
  const many = Array.from({ length: 1001 }, () => ({
    kind: 'create' as const,
    resource: { resourceType: 'Basic' as const, code: {}, subject: { reference: `Patient/${patient}` } },
  }));
  must(await world.record.commit(administrator, many));
  const query = must(
    parseQuery('Patient', [
      ['_id', patient],
      ['_revinclude', 'Basic:patient'],
    ]),
  );
  const page = must(await world.record.search(administrator, query));
  expect(page).toMatchObject({ cut: true, matches: [{ id: patient }] });
  expect(page.included).toHaveLength(1000);
});
