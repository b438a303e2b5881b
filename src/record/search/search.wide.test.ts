// Searches over several types against the plain evaluation of the same: what is found, in which order, the total, page by
// page, as somebody who sees everything and as people who see a part. LAMPLIGHT_FULL=1 asks 100 times as many.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Resource, type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import type { WideQuery } from '../../fhir/search/contract.ts';
import { compartmentParameters } from '../../fhir/search/parameters.ts';
import { parseWideQuery } from '../../fhir/search/wide.ts';
import type { Person } from '../../policy/contract.ts';
import { decide } from '../../policy/decide.ts';
import type { Caller } from '../contract.ts';
import { isBeyondTheRecord } from './testing/known-terminology.ts';
import { makeCommonPairs } from './testing/random-queries.ts';
import { type Seeded, seeded } from './testing/seeded.ts';
import { administrator, makeWorld, must, plainOf, type World } from './testing/world.ts';

const queries = process.env['LAMPLIGHT_FULL'] === undefined ? 100 : 10_000;
const seed = Number(process.env['LAMPLIGHT_SEED'] ?? 11);

// biome-ignore format: a list
const types: ResourceType[] = [
  'Patient', 'Observation', 'Encounter', 'Condition', 'Appointment', 'Group', 'Organization', 'Location', 'Practitioner', 'Task', 'Provenance',
  'Device', 'MedicationRequest', 'Questionnaire', 'AuditEvent',
];

let world: World;
beforeAll(async () => {
  world = await makeWorld(seed, types, 8);
});
afterAll(() => world.database.drop());

interface Asked {
  pairs: [string, string][];
  compartment?: { type: ResourceType; id: string };
}

function makeAsked(random: Seeded): Asked {
  if (random.chance(0.2)) {
    const compartment = random.pick(['Patient', 'Encounter', 'Practitioner', 'Device'] as const);
    const id = random.pick(world.known.of(compartment)).id as string;
    const inside = types.filter((type) => type === compartment || compartmentParameters(compartment, type).length > 0);
    return { pairs: [...makeCommonPairs(random, world.known, inside), ...makeOrder(random)], compartment: { type: compartment, id } };
  }
  const wanted = random.chance(0.3) ? [] : Array.from({ length: random.pick([1, 2, 3, 5]) }, () => random.pick(types));
  const common = wanted.length > 0 ? wanted : resourceTypes;
  const named: [string, string][] = wanted.length > 0 ? [['_type', wanted.join(',')]] : [];
  const known = { ...world.known, types };
  return {
    pairs: [
      ...named,
      ...makeCommonPairs(random, known, wanted.length > 0 ? wanted : common.filter((one) => types.includes(one))),
      ...makeOrder(random),
    ],
  };
}

const makeOrder = (random: Seeded): [string, string][] =>
  random.chance(0.5)
    ? [
        [
          '_sort',
          random.pick(['_id', '-_id', '_lastUpdated', '-_lastUpdated', '-_lastUpdated,_id', '_tag', '-_profile,_lastUpdated', '_source']),
        ],
      ]
    : [];

const nameOf = (one: { type: string; id: string }): string => `${one.type}/${one.id}`;
const nameOfResource = (one: Resource): string => `${one.resourceType}/${one.id}`;

async function allPages(
  caller: Caller,
  query: WideQuery,
  count: number,
): Promise<{ names: string[]; totals: Set<number | undefined> } | { refused: string }> {
  const names: string[] = [];
  const totals = new Set<number | undefined>();
  for (let cursor: string | undefined, page = 0; page < 400; page++) {
    const parts = query.parts.map((part) => ({ ...part, count, cursor, total: 'accurate' as const }));
    const found = await world.record.searchWide(caller, { ...query, parts });
    if (!found.ok) return { refused: found.problem.kind };
    names.push(...found.value.matches.map(nameOf));
    totals.add(found.value.total);
    cursor = found.value.next;
    if (cursor === undefined) return { names, totals };
  }
  throw new Error('pages without end');
}

async function difference(caller: Caller, asked: Asked, count: number): Promise<{ differs?: string; found: number }> {
  const parsed = parseWideQuery(asked.pairs, {
    compartment: asked.compartment,
    baseUrl: 'http://me.org/fhir',
    nowMs: Date.UTC(2024, 0, 1),
  });
  if (!parsed.ok) return { found: 0 };
  const query = parsed.value;
  const text = `${asked.compartment ? `${nameOf(asked.compartment)}/*` : ''}?${asked.pairs.map((pair) => pair.join('=')).join('&')}`;
  const may = query.parts.filter((part) => decide(caller.person, caller.purpose, 'search', part.type).allowed);
  const expected = plainOf(world, caller).findWide(query);
  const actual = await allPages(caller, query, count);
  if (may.length === 0 || (query.named && may.length < query.parts.length))
    return {
      found: 0,
      ...('refused' in actual && actual.refused === 'forbidden' ? {} : { differs: `${text}: answered although it is forbidden` }),
    };
  const beyond = !expected.ok || may.some(isBeyondTheRecord);
  if ('refused' in actual)
    // Asked of 148 types, a filter of a few tests is thousands of comparisons.
    return {
      found: 0,
      ...((actual.refused === 'unsupported' && beyond) || (actual.refused === 'too-costly' && text.includes('_filter'))
        ? {}
        : { differs: `${text}: refused ${actual.refused}` }),
    };
  if (!expected.ok) return { found: 0, differs: `${text}: answered although it cannot know` };
  const want = expected.value.map(nameOfResource);
  if (want.join() !== actual.names.join()) return { found: 0, differs: `${text}: expected ${want.join()}, got ${actual.names.join()}` };
  if ([...actual.totals].join() !== String(want.length))
    return { found: 0, differs: `${text}: total ${[...actual.totals].join()} of ${want.length}` };
  return { found: want.length };
}

const some = (type: ResourceType, count: number): string[] =>
  world.known
    .of(type)
    .slice(0, count)
    .map((one) => one.id as string);

const people: [who: string, () => Partial<Person> & Pick<Person, 'role'>][] = [
  ['an administrator', () => ({ role: 'administrator' })],
  ['a clinician of some organisations', () => ({ role: 'clinician', organisations: some('Organization', 4) })],
  ['a pharmacist of no organisation', () => ({ role: 'pharmacist', organisations: [] })],
  ['a patient with a child', () => ({ role: 'patient', patients: some('Patient', 2) })],
  ['a patient account without a patient', () => ({ role: 'patient', patients: [] })],
  [
    'a program that may search two types',
    () => ({
      role: 'system',
      restrictions: [{ kind: 'types', types: ['Patient', 'Observation', 'ValueSet', 'CodeSystem'], actions: ['search'] }],
    }),
  ],
];

test.each(people)('%s finds over several types what each of them finds', async (who, person) => {
  const caller: Caller = { ...administrator, person: { id: '0190a000-0000-7000-8000-000000000002', name: 'someone', ...person() } };
  const random = seeded(seed + 1);
  const differences: string[] = [];
  let withMatches = 0;
  for (let i = 0; i < queries && differences.length < 5; i++) {
    const { differs, found } = await difference(caller, makeAsked(random), random.pick([2, 7, 100, 100]));
    if (differs !== undefined) differences.push(`seed ${seed}: ${differs.slice(0, 1000)}`);
    if (found > 0) withMatches++;
  }
  expect(differences).toEqual([]);
  if (who === 'an administrator') expect(withMatches).toBeGreaterThan(queries / 3);
});

describe('the pages', () => {
  const pageOf = async (pairs: [string, string][]) => must(await world.record.searchWide(administrator, must(parseWideQuery(pairs))));

  test('tell two types apart that have a resource of one id, and miss nothing that stayed while others came', async () => {
    const ids = ['0190b000-0000-7000-8000-000000000001', '0190b000-0000-7000-8000-000000000002'];
    const tag = [{ system: 'http://me.org', code: 'twins' }];
    const put = async (id: string): Promise<void> => {
      const twins: Resource[] = [
        { resourceType: 'Patient', id, meta: { tag } },
        { resourceType: 'Basic', id, meta: { tag }, code: {} },
        { resourceType: 'Location', id, meta: { tag } },
      ];
      for (const resource of twins) must(await world.record.commit(administrator, [{ kind: 'update', resource }]));
    };
    for (const id of ids) await put(id);
    for (const sort of ['', '_lastUpdated', '-_id']) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await pageOf([
          ['_tag', 'twins'],
          ['_count', '1'],
          ...(sort === '' ? [] : [['_sort', sort] as [string, string]]),
          ...(cursor === undefined ? [] : [['_cursor', cursor] as [string, string]]),
        ]);
        seen.push(...page.matches.map(nameOf));
        cursor = page.next;
        if (sort === '' && seen.length === 2) await put('0190b000-0000-7000-8000-000000000000');
      } while (cursor !== undefined);
      const expected = ids.flatMap((id) => ['Basic', 'Location', 'Patient'].map((type) => `${type}/${id}`));
      expect(seen.filter((name) => expected.includes(name)).toSorted()).toEqual(expected.toSorted());
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  test('leave one audit row each, without a type and with what was asked', async () => {
    await pageOf([
      ['_type', 'Patient,Observation'],
      ['_count', '2'],
      ['_lastUpdated', 'gt2000'],
    ]);
    const { rows } = await world.database.db.query<{ action: string; type: number | null; query: string; seen: string[] | null }>({
      text: 'select action, type, query, seen from audit order by at desc, id desc limit 1',
    });
    expect(rows[0]).toMatchObject({ action: 'search', type: null, query: '_type=Patient,Observation&_lastUpdated=gt2000&_count=2' });
  });
});

test('what comes with the matches is what comes with those of each type', async () => {
  const includes: [string, string][] = [
    ['_include', 'Observation:subject'],
    ['_include:iterate', 'Patient:organization'],
    ['_revinclude', 'Provenance:target'],
  ];
  const wide = must(parseWideQuery([['_type', 'Observation,Encounter'], ...includes]));
  expect(wide.understood).toEqual([['_type', 'Observation,Encounter'], ...includes]);
  const page = must(await world.record.searchWide(administrator, { ...wide, parts: wide.parts.map((part) => ({ ...part, count: 200 })) }));
  const plain = plainOf(world);
  const resources = page.matches.map(({ type, id }) => plain.read(type, id)!);
  const expected = plain.included(resources, wide.parts[0]!);
  expect(page.included.length).toBeGreaterThan(1);
  expect(page.included.map(nameOf).sort()).toEqual([...expected].sort());
});

describe('what cannot be asked of several types', () => {
  test.each<[string, [string, string][], RegExp]>([
    [
      'a parameter of some types',
      [['code', 'x']],
      /no search parameter of .* knows only what all of them have.*_lastUpdated.*Name the types/,
    ],
    [
      'a parameter that one of the named lacks',
      [
        ['_type', 'Patient,Observation'],
        ['birthdate', '1980'],
      ],
      /"birthdate" is no search parameter of Observation.*one by one/,
    ],
    ['an order of one type', [['_sort', 'date']], /cannot be sorted by "date": it is not a parameter of all/],
    [
      'an inclusion that starts from none of them',
      [
        ['_type', 'Patient,Encounter'],
        ['_include', 'Observation:subject'],
      ],
      /it starts from Observation/,
    ],
    ['a type that there is not', [['_type', 'Patient,Observaton']], /Did you mean "Observation"/],
    [
      'two lists of types',
      [
        ['_type', 'Patient'],
        ['_type', 'Observation'],
      ],
      /given twice/,
    ],
    [
      'an element of none',
      [
        ['_type', 'Patient,Observation'],
        ['_elements', 'Patient.nam'],
      ],
      /None of the types/,
    ],
    ['too much of all types', Array.from({ length: 40 }, () => ['_tag', 'x']), /too much of \d+ types/],
    ['too many values', [['_id', Array.from({ length: 900 }, (_, i) => `a${i}`).join(',')]], /too much of \d+ types/],
    ['a _has that points to nothing', [['_has:Observation:code:x', 'y']], /does not point to|No type/],
  ])('%s', (_, pairs, words) => {
    const parsed = parseWideQuery(pairs);
    expect(parsed.ok ? 'understood' : parsed.problem.message).toMatch(words);
  });

  test('is passed over where handling is lenient, and named', () => {
    const parsed = must(
      parseWideQuery(
        [
          ['_type', 'Patient,Observation'],
          ['birthdate', '1980'],
          ['_sort', 'date'],
          ['_tag', 'x'],
        ],
        { lenient: true },
      ),
    );
    expect(parsed.ignored).toEqual(['birthdate', '_sort']);
    expect(parsed.understood).toEqual([
      ['_type', 'Patient,Observation'],
      ['_tag', 'x'],
    ]);
  });

  test('a type that is named must be in the compartment', () => {
    const parsed = parseWideQuery([['_type', 'Organization']], { compartment: { type: 'Patient', id: '1' } });
    expect(parsed.ok ? '' : parsed.problem.message).toMatch(/Organization is not in the Patient compartment/);
  });
});
