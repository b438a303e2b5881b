// Single cases in which the SQL search once differed from the specification or from the plain evaluation. Each resource is
// stored in a record of its own kind; the case says which of them a search finds, in order.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { type Resource, type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import { parametersOf, patientsOf } from '../../fhir/search/parameters.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { RecordStore } from '../contract.ts';
import { openRecord } from '../record.ts';
import { recordMigrations } from '../schema.ts';
import { isHome } from './conditions.ts';
import { administrator, must } from './testing/world.ts';

let database: TestDatabase;
let record: RecordStore;
let tag = 0;
beforeAll(async () => {
  database = await testDatabase();
  must(await migrate(database.db, recordMigrations));
  record = openRecord(database.db);
});
afterAll(() => database.drop());

/** Ids of what the search finds among these resources, joined; `-` for nothing. Every case has a tag of its own. */
async function finds(search: string, resources: Record<string, object>, count?: number): Promise<string> {
  const [type = '', text = ''] = search.split(/\?(.*)/s);
  const of = `case-${++tag}`;
  const named = (id: string): string => `${id}-${of}`;
  const written = Object.entries(resources).map(([name, resource]) => {
    const [kind = '', id = ''] = name.includes('/') ? name.split('/') : [type, name];
    const body = JSON.stringify({ resourceType: kind, ...resource }).replace(
      /(Patient|Group|Organization)\/(\w)"/g,
      (_, t, n) => `${t}/${named(n)}"`,
    );
    return { kind: 'update' as const, resource: { ...JSON.parse(body), id: named(id), meta: { tag: [{ code: of }] } } as Resource };
  });
  must(await record.commit(administrator, written));
  const pairs = text.split('&').map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  const query = must(parseQuery(type as ResourceType, [...pairs, ['_tag', of]]));
  const ids: string[] = [];
  for (let cursor: string | undefined, page = 0; page < 50; page++) {
    const found = must(await record.search(administrator, { ...query, count, cursor }));
    ids.push(...found.matches.map((one) => one.id.replace(`-${of}`, '')));
    cursor = found.next;
    if (cursor === undefined) break;
  }
  return ids.join(' ') || '-';
}

const sorted = async (search: string, resources: Record<string, object>): Promise<string> =>
  (await finds(search, resources)).split(' ').sort().join(' ');

type Case = [search: string, resources: Record<string, object>, found: string];

const long = 'x'.repeat(650);
const subject = (reference: object): object => ({ status: 'final', code: {}, subject: reference });
const related = (url: string): object => ({
  status: 'current',
  content: [{ attachment: {} }],
  relatesTo: [{ code: 'replaces', target: { reference: url } }],
});
const account = (...subjects: object[]): object => ({ status: 'active', subject: subjects });

describe('strings', () => {
  const cases: Case[] = [
    ['Patient?phonetic=Smyth', { a: { name: [{ family: 'Smith' }] }, b: { name: [{ family: 'Jones' }] } }, 'a'],
    ['Patient?phonetic:exact=Smyth', { a: { name: [{ family: 'Smith' }] } }, '-'],
    [`Patient?family:contains=z`, { a: { name: [{ family: `${long}z` }] }, b: { name: [{ family: long }] } }, 'a'],
    [`Patient?family=${long}z`, { a: { name: [{ family: `${long}z` }] }, b: { name: [{ family: `${long}y` }] } }, 'a'],
    [`Patient?family:exact=${long}z`, { a: { name: [{ family: `${long}z` }] }, b: { name: [{ family: `${long}Z` }] } }, 'a'],
    ['Patient?family=a\u{10ffff}', { a: { name: [{ family: 'A\u{10ffff}\u{10ffff}' }] }, b: { name: [{ family: 'ab' }] } }, 'a'],
    ['Patient?family=\ud7ff', { a: { name: [{ family: '\ud7ffa' }] }, b: { name: [{ family: '\ue000' }] } }, 'a'],
    ['Patient?family=a"b\\\\', { a: { name: [{ family: 'a"b\\c' }] }, b: { name: [{ family: 'a"b' }] } }, 'a'],
  ];
  for (const [search, resources, found] of cases) {
    test(search.slice(0, 80), async () => {
      expect(await sorted(search, resources)).toBe(found);
    });
  }
});

describe('codes', () => {
  const coded = (code: object): object => ({ status: 'final', code });
  const coding = (system: string, code: string): object => coded({ coding: [{ system, code }] });
  const identified = (code: string): object => ({ identifier: [{ value: '1', type: { coding: [{ system: 'urn:t', code }] } }] });
  const cases: Case[] = [
    // The system of one may look like the beginning of another's code.
    ['Observation?code=urn:a\\|b|c', { a: coding('urn:a|b', 'c'), b: coding('urn:a', 'b|c') }, 'a'],
    ['Patient?identifier:of-type=*|MR|1', { a: identified('MR') }, '-'],
    ['Patient?identifier:of-type=|mr|1', { a: identified('MR') }, 'a'],
    [`Observation?code:text=${long}z`, { a: coded({ text: `${long}z` }), b: coded({ text: `${long}y` }) }, 'a'],
    ['Observation?status:not=final', { a: coded({}), b: { ...coded({}), status: 'amended' } }, 'b'],
  ];
  for (const [search, resources, found] of cases) {
    test(search.slice(0, 80), async () => {
      expect(await sorted(search, resources)).toBe(found);
    });
  }
});

describe('references', () => {
  const cases: Case[] = [
    ['Observation?subject:identifier=ab', { a: subject({ identifier: { value: 'AB' } }) }, 'a'],
    ['Observation?patient:identifier=1', { a: subject({ identifier: { value: '1' }, type: 'Group' }) }, '-'],
    ['Observation?patient:identifier=1', { a: subject({ identifier: { value: '1' }, type: 'Patient' }) }, 'a'],
    ['Observation?patient=http://o.org/Group/1', { a: subject({ reference: 'http://o.org/Group/1' }) }, '-'],
    ['Observation?patient=http://o.org/Patient/10', { a: subject({ reference: 'http://o.org/Patient/10' }) }, 'a'],
    // Of two subjects the patient is one and the identifier that of the other.
    ['Account?patient:identifier=1', { a: account({ reference: 'Patient/p' }, { identifier: { value: '1' }, type: 'Group' }) }, '-'],
    ['DocumentReference?relationship=replaces$http://o.org/x', { a: related('http://o.org/x|2'), b: related('http://o.org/y') }, 'a'],
  ];
  for (const [search, resources, found] of cases) {
    test(search.slice(0, 80), async () => {
      expect(await sorted(search, resources)).toBe(found);
    });
  }

  test('a compartment holds its owner', async () => {
    must(await record.commit(administrator, [{ kind: 'update', resource: { resourceType: 'Patient', id: 'owner' } }]));
    const query = must(parseQuery('Patient', [], { compartment: { type: 'Patient', id: 'owner' } }));
    expect(must(await record.search(administrator, query)).matches).toMatchObject([{ id: 'owner' }]);
  });

  test('wherever a chain goes home, the patient pointed to is the one that the row is kept with', () => {
    const wrong: string[] = [];
    for (const type of resourceTypes) {
      for (const parameter of parametersOf(type).values()) {
        if (
          parameter.type !== 'reference' ||
          !isHome(parameter) ||
          !(parameter.targets.length === 0 || parameter.targets.includes('Patient'))
        )
          continue;
        const element = /^\w+\.(\w+)/.exec(parameter.expression)?.[1] as string;
        const others = Object.fromEntries(
          ['performer', 'author', 'recipient', 'sender', 'payor'].map((name) => [name, [{ reference: 'Patient/other' }]]),
        );
        const resource = { resourceType: type, ...others, [element]: { reference: 'Patient/home' } } as object as Resource;
        if (patientsOf(resource)[0] !== 'home') wrong.push(`${type}.${parameter.code}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('URIs, dates and numbers', () => {
  const profiled = (url: string): object => ({ url });
  const risk = (low: number, high: number): object => ({
    status: 'final',
    subject: {},
    prediction: [{ probabilityRange: { low: { value: low }, high: { value: high } } }],
  });
  const cases: Case[] = [
    [
      'ValueSet?url:above=http://a.org/x/y',
      { a: profiled('http://a.org/x/'), b: profiled('http://a.org/x'), c: profiled('http://a.org/z') },
      'a b',
    ],
    [`ValueSet?url:below=urn:${long}/a`, { a: profiled(`urn:${long}/a/b`), b: profiled(`urn:${long}/b`) }, 'a'],
    [`ValueSet?url=urn:${long}/a`, { a: profiled(`urn:${long}/a`), b: profiled(`urn:${long}/b`) }, 'a'],
    ['RiskAssessment?probability=5', { a: risk(100, 4.9) }, '-'],
  ];
  for (const [search, resources, found] of cases) {
    test(search.slice(0, 80), async () => {
      expect(await sorted(search, resources)).toBe(found);
    });
  }
});

describe('order and pages', () => {
  const status = (code: string): object => ({ status: code, code: {} });
  const family = (name: string): object => ({ name: [{ family: name }] });
  const cases: Case[] = [
    // The example of http://hl7.org/fhir/R4/search.html#sort
    [
      'Observation?_sort=status,-date,category',
      {
        a: { ...status('final'), effectiveDateTime: '2020' },
        b: status('amended'),
        c: { ...status('final'), effectiveDateTime: '2021' },
        d: status('final'),
      },
      'b c a d',
    ],
    ['Patient?_sort=family', { a: family('\u{1f600}'), b: family('\uff61'), c: {} }, 'b a c'],
    ['Patient?_sort=-family', { a: family('\u{1f600}'), b: family('\uff61'), c: {} }, 'a b c'],
    // Folds to nothing, which is still a value, and comes before all others.
    ['Patient?_sort=family', { a: family('a'), b: family('\u0301'), c: {} }, 'b a c'],
    ['Patient?_sort=-family', { a: family('a'), b: family('\u0301'), c: {} }, 'a b c'],
    ['Encounter?_sort=date', { a: { period: { end: '2020' } }, b: { period: { start: '2019' } }, c: {} }, 'a b c'],
  ];
  for (const [search, resources, found] of cases) {
    test(search.slice(0, 80), async () => {
      expect(await finds(search, resources)).toBe(found);
      expect(await finds(search, resources, 1)).toBe(found);
    });
  }
});
