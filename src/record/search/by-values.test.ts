// Searches that the tables of values answer by themselves: which they are, what a page of them reads, and that its order and its
// pages are those of every other search (search.oracle.test.ts asks thousands of them).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Statement } from '../../database/contract.ts';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { RecordStore } from '../contract.ts';
import { defaultRecordSettings, openRecord } from '../record.ts';
import { recordMigrations } from '../schema.ts';
import { valueClauses } from './by-values.ts';
import { type Asked, runTogether } from './lanes.ts';
import { search } from './search.ts';
import { administrator, must } from './testing/world.ts';

const asked = (type: ResourceType, text: string): Query => must(parseQuery(type, [...new URLSearchParams(text)]));
const { person } = administrator;

test.each([
  ['Patient', 'family=roe', ['family']],
  ['Patient', 'name=a&family:exact=Roemer', ['family', 'name']],
  ['Patient', 'birthdate=1950&family=roe', ['family', 'birthdate']],
  ['Observation', 'value-string=clear&value-quantity=gt5', ['value-string', 'value-quantity']],
] as [ResourceType, string, string[]][])('%s?%s starts from its values, the longest text first', (type, text, codes) => {
  expect(valueClauses(asked(type, text), person)?.map(({ parameter }) => parameter.code)).toEqual(codes);
});

test.each([
  ['Patient', 'family:contains=roe', 'no index begins with it'],
  ['Patient', 'birthdate=1950', 'half of the record may be that old'],
  ['Patient', 'family=roe&gender=male', 'keys are in another index'],
  ['Patient', 'family:missing=false', 'nearly all have one'],
  ['Patient', 'phonetic=roe', 'sounds are keys'],
  ['Patient', 'family=roe&_sort=birthdate', 'another order is asked for'],
  ['Patient', '', 'nothing is asked'],
] as [ResourceType, string, string][])('%s?%s does not: %s', (type, text) => {
  expect(valueClauses(asked(type, text), person)).toBeUndefined();
});

test('nor does what a patient asks, who has few rows', () => {
  expect(valueClauses(asked('Observation', 'value-string=clear'), { ...person, role: 'patient', patients: ['p'] })).toBeUndefined();
});

describe('a name that many have', () => {
  let database: TestDatabase;
  let record: RecordStore;
  const many = 300;
  beforeAll(async () => {
    database = await testDatabase();
    must(await migrate(database.db, recordMigrations));
    record = openRecord(database.db, defaultRecordSettings);
    const patient = (_: unknown, i: number): Resource => ({
      resourceType: 'Patient',
      // Their names come in another order than their ids; one has it twice.
      id: `0190a000-0000-7000-8000-${String((i * 7919) % 100_000).padStart(12, '0')}`,
      name: [{ family: i % 2 === 0 ? 'Roe' : 'Röemer' }, ...(i % 3 === 0 ? [{ family: 'Roebuck' }] : [])],
    });
    const writes = Array.from({ length: many }, patient).map((resource) => ({ kind: 'update' as const, resource }));
    must(await record.commit(administrator, writes));
    await database.db.query({ text: 'analyze' });
  });
  afterAll(() => database.drop());

  test('comes in the order of ids, each once, page by page', async () => {
    const seen: string[] = [];
    const query = { ...asked('Patient', 'family=roe'), count: 70 };
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = must(await record.search(administrator, { ...query, cursor }));
      seen.push(...page.matches.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen).toHaveLength(many);
    expect(seen).toEqual([...new Set(seen)].sort());
  });

  test('costs a page the rows that it shows and one more', async () => {
    expect(await rowsRead(database, 'resource', 'family=roe')).toBe(21);
  });
});

describe('a name that many have, with a birth date', () => {
  let database: TestDatabase;
  let record: RecordStore;
  // More than are read before a day counts as one of many.
  const many = 700;
  beforeAll(async () => {
    database = await testDatabase();
    must(await migrate(database.db, recordMigrations));
    record = openRecord(database.db, defaultRecordSettings);
    const patient = (i: number, birthDate: string, family: string): Resource => ({
      resourceType: 'Patient',
      id: `0190b000-0000-7000-8000-${String((i * 7919) % 100_000).padStart(12, '0')}`,
      name: [{ family, given: [i % 2 === 0 ? 'Ann' : 'Bo'] }],
      birthDate,
    });
    const unknown = '1900-01-01';
    const people = [
      ...Array.from({ length: many }, (_, i) => patient(i, unknown, i % 100 === 0 ? 'Rare' : 'Roe')),
      ...Array.from({ length: many }, (_, i) => patient(many + i, `19${20 + (i % 70)}-06-${10 + (i % 18)}`, 'Roe')),
      // A name is that of few people, as PostgreSQL knows; Roe is not.
      ...Array.from({ length: 2 * many }, (_, i) => patient(2 * many + i, `19${20 + (i % 70)}-07-${10 + (i % 18)}`, `Of${i}`)),
    ];
    must(
      await record.commit(
        administrator,
        people.map((resource) => ({ kind: 'update', resource })),
      ),
    );
    await database.db.query({ text: 'analyze' });
  });
  afterAll(() => database.drop());

  const found = async (text: string): Promise<string[]> => {
    const ids: string[] = [];
    const query = { ...asked('Patient', text), count: 3 };
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = must(await record.search(administrator, { ...query, cursor }));
      ids.push(...page.matches.map(({ id }) => id));
      cursor = page.next;
    }
    return ids;
  };

  test.each([
    ['family=roe&birthdate=1925-06-15', 2],
    ['family:exact=Roe&given:exact=Bo&birthdate=1925-06-15', 2],
    ['family:exact=Roe&given:exact=Ann&birthdate=1925-06-15', 0],
    ['family=rare&birthdate=1925-06-15', 0],
    ['family=rare&birthdate=1900-01-01', 7],
    ['family=rare&given=ann&birthdate=1900-01-01', 7],
    ['family=rare,roemer&given=bo&birthdate=1900-01-01', 0],
  ])('%s finds %i, each once, in the order of ids', async (text, count) => {
    const ids = await found(text);
    expect(ids).toHaveLength(count);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  test('reads the names of those only who were born on the day', async () => {
    expect(await rowsRead(database, 'string_value', 'family=roe&given=bo&birthdate=1925-06-15')).toBeLessThan(40);
  });

  test('reads the dates of those only who have the name, where the day is that of many', async () => {
    // Twice a day's first 501 rows, to know that there are more, and those of seven people.
    expect(await rowsRead(database, 'range_value', 'family=rare&birthdate=1900-01-01')).toBeLessThan(2 * 501 + 40);
  });
});

/** How many rows of a table a search of patients reads. */
async function rowsRead(database: TestDatabase, table: string, text: string): Promise<number> {
  let read = 0;
  const query = async <R>({ text, values = [] }: Statement): Promise<{ rows: R[]; rowCount: number }> => {
    const { rows } = await database.db.query<Record<string, [{ Plan: Node }]>>({
      text: `explain (analyze, format json) ${text}`,
      values,
    });
    read += rowsOf(table, Object.values(rows[0]!)[0]![0].Plan);
    return { rows: [], rowCount: 0 };
  };
  const runner = { query, ask: async (one: Asked) => (await runTogether({ query }, [one], 'durable'))[0]! };
  must(await search(runner, administrator, asked('Patient', text), { count: 20, countMax: 100 }));
  return read;
}

interface Node {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Node[];
}

const rowsOf = (table: string, node: Node): number =>
  (node['Relation Name'] === table ? node['Actual Rows'] * node['Actual Loops'] : 0) +
  (node.Plans ?? []).reduce((sum, inner) => sum + rowsOf(table, inner), 0);
