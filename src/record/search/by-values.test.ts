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
    let read = 0;
    const query = async <R>({ text, values = [] }: Statement): Promise<{ rows: R[]; rowCount: number }> => {
      const { rows } = await database.db.query<Record<string, [{ Plan: Node }]>>({
        text: `explain (analyze, format json) ${text}`,
        values,
      });
      read += rowsOfResource(Object.values(rows[0]!)[0]![0].Plan);
      return { rows: [], rowCount: 0 };
    };
    const runner = { query, ask: async (one: Asked) => (await runTogether({ query }, [one], 'durable'))[0]! };
    must(await search(runner, administrator, asked('Patient', 'family=roe'), { count: 20, countMax: 100 }));
    expect(read).toBe(21);
  });
});

interface Node {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Node[];
}

const rowsOfResource = (node: Node): number =>
  (node['Relation Name'] === 'resource' ? node['Actual Rows'] * node['Actual Loops'] : 0) +
  (node.Plans ?? []).reduce((sum, inner) => sum + rowsOfResource(inner), 0);
