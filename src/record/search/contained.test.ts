// What stands inside other resources: searched where it is asked for, reached by chains of its container, seen by whoever may see
// that one. http://hl7.org/fhir/R4/search.html#contained
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, Page, RecordStore, Written } from '../contract.ts';
import { countOf, reindexSome } from '../parameters/reindex.ts';
import { defaultRecordSettings, openRecord } from '../record.ts';
import { recordMigrations } from '../schema.ts';
import { administrator, must } from './testing/world.ts';

let database: TestDatabase;
let record: RecordStore;
beforeAll(async () => {
  database = await testDatabase();
  must(await migrate(database.db, recordMigrations));
  record = openRecord(database.db, defaultRecordSettings);
});
beforeEach(() => database.db.query({ text: 'truncate directory, resource, contained, history, range_value, string_value, change' }));
afterAll(() => database.drop());

const put = async (...resources: object[]): Promise<Written[]> =>
  must(
    await record.commit(
      administrator,
      resources.map((resource) => ({ kind: 'update', resource: resource as Resource })),
    ),
  );

const amoxicillin = { resourceType: 'Medication', id: 'med', code: { coding: [{ system: 'http://s', code: 'amox' }] } };
const order = (id: string, rest: object = {}): object => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/p' },
  contained: [amoxicillin],
  medicationReference: { reference: '#med' },
  ...rest,
});

const pairsOf = (text: string): [string, string][] =>
  text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);

const pageOf = async (type: ResourceType, text: string, caller = administrator): Promise<Page> =>
  must(await record.search(caller, must(parseQuery(type, pairsOf(text)))));

async function finds(type: ResourceType, text: string, caller = administrator): Promise<string> {
  const { matches } = await pageOf(type, text, caller);
  return (
    matches
      .map((one) => `${one.container === undefined ? '' : `${one.container.type}/${one.container.id}#`}${one.type}/${one.id}`)
      .join(' ') || '-'
  );
}

const rowsInside = async (): Promise<number[]> => {
  const text = `select (select count(*) from contained)::int4 as a, (select count(*) from range_value v where not exists (select 1 from directory d where d.id = v.id))::int4
    + (select count(*) from string_value v where not exists (select 1 from directory d where d.id = v.id))::int4 as b`;
  const { rows } = await database.db.query<{ a: number; b: number }>({ text });
  return [rows[0]!.a, rows[0]!.b];
};

describe('a search', () => {
  test('finds what is contained only where it asks for it, and answers the container or the contained resource', async () => {
    await put({ ...amoxicillin, id: 'alone' }, order('r1'), order('r2', { contained: [{ ...amoxicillin, status: 'inactive' }] }));
    expect(await finds('Medication', 'code=amox')).toBe('Medication/alone');
    expect(await finds('Medication', 'code=amox&_contained=false&_containedType=contained')).toBe('Medication/alone');
    expect(await finds('Medication', 'code=amox&_contained=true&_sort=_id')).toBe('MedicationRequest/r1 MedicationRequest/r2');
    expect(await finds('Medication', 'code=http://s|amox&_contained=both&_sort=_id')).toBe(
      'Medication/alone MedicationRequest/r1 MedicationRequest/r2',
    );
    expect(await finds('Medication', 'status=inactive&_contained=true&_containedType=contained')).toBe(
      'MedicationRequest/r2#Medication/med',
    );
    expect(await finds('Medication', 'status:missing=true&_contained=true')).toBe('MedicationRequest/r1');
    expect(await finds('Medication', '_id=med&_contained=true&_containedType=contained&_sort=-_id')).toBe(
      'MedicationRequest/r2#Medication/med MedicationRequest/r1#Medication/med',
    );
    expect(await finds('Patient', 'gender=male&_contained=true')).toBe('-');
  });

  test('gives the contained resource as it stands there, to the last digit', async () => {
    const amount = JSON.parse('{"numerator":{"value":1},"denominator":{"value":2}}') as object;
    await put(order('r', { contained: [{ ...amoxicillin, amount, batch: { lotNumber: 'L-1' } }] }));
    const [one] = (await pageOf('Medication', 'lot-number=L-1&_contained=true&_containedType=contained')).matches;
    expect(JSON.parse(one!.body)).toEqual({ ...amoxicillin, amount, batch: { lotNumber: 'L-1' } });
    expect(one).toMatchObject({ type: 'Medication', id: 'med', version: 1, container: { type: 'MedicationRequest', id: 'r' } });
  });

  test('answers a container once, whatever of it matches, and counts it once', async () => {
    const two = [amoxicillin, { ...amoxicillin, id: 'med2' }];
    await put(order('r1', { contained: two }), order('r2'), { ...amoxicillin, id: 'alone', contained: two });
    const page = await pageOf('Medication', 'code=amox&_contained=both&_total=accurate&_sort=_id');
    expect(page.total).toBe(3);
    expect(page.matches.map(({ id }) => id)).toEqual(['alone', 'r1', 'r2']);
    expect((await pageOf('Medication', 'code=amox&_contained=both&_containedType=contained&_summary=count')).total).toBe(6);
  });

  test('goes on from page to page through several of one container', async () => {
    const many = Array.from({ length: 7 }, (_, i) => ({ ...amoxicillin, id: `m${i}` }));
    await put(order('r1', { contained: many }), order('r2', { contained: many }), { ...amoxicillin, id: 'alone' });
    const seen: string[] = [];
    const query = must(
      parseQuery('Medication', pairsOf('code=amox&_contained=both&_containedType=contained&_sort=-_lastUpdated&_count=4')),
    );
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page: Page = must(await record.search(administrator, { ...query, cursor }));
      expect(page.matches.length).toBeLessThanOrEqual(4);
      seen.push(...page.matches.map(({ id, container }) => `${container?.id ?? ''}#${id}`));
      cursor = page.next;
    }
    expect(seen.length).toBe(15);
    expect(new Set(seen).size).toBe(15);
  });
});

describe('a chain', () => {
  test('goes into what is contained where the reference stands', async () => {
    await put(order('r1'), order('r2', { contained: [{ ...amoxicillin, code: { text: 'other' } }] }), { ...amoxicillin, id: 'alone' });
    await put(order('r3', { contained: undefined, medicationReference: { reference: 'Medication/alone' } }));
    // It is contained, but not what the order is about.
    await put(order('r4', { medicationReference: { reference: 'Medication/other' } }));
    expect(await finds('MedicationRequest', 'medication.code=amox&_sort=_id')).toBe('MedicationRequest/r1 MedicationRequest/r3');
    expect(await finds('MedicationRequest', 'medication.code:text=oth')).toBe('MedicationRequest/r2');
    // An id inside a resource is none of the record.
    expect(await finds('MedicationRequest', 'medication._id=med')).toBe('-');
    expect(await finds('MedicationRequest', 'medication=Medication/med')).toBe('-');
  });

  test('goes on from one contained resource to the next, and out of it again', async () => {
    const maker = { resourceType: 'Organization', id: 'maker', name: 'Inside', partOf: { reference: 'Organization/big' } };
    await put({ resourceType: 'Organization', id: 'big', name: 'Outside' });
    await put(order('r', { contained: [{ ...amoxicillin, manufacturer: { reference: '#maker' } }, maker] }));
    expect(await finds('MedicationRequest', 'medication.manufacturer.name=inside')).toBe('MedicationRequest/r');
    expect(await finds('MedicationRequest', 'medication.manufacturer.partof.name=outside')).toBe('MedicationRequest/r');
    expect(await finds('Organization', 'name=inside')).toBe('-');
  });
});

test('what is contained comes, changes, moves and goes with its container', async () => {
  const named = (family: string): object => ({ resourceType: 'Patient', id: 'who', name: [{ family }], birthDate: '1950-01-01' });
  const seen = (id: string, patient: string, contained: object[] | undefined): object => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: {},
    subject: { reference: patient },
    ...(contained === undefined ? {} : { contained }),
  });
  await put(seen('o', '#who', [named('Before')]));
  expect(await finds('Patient', 'family=before&birthdate=lt1960&_contained=true')).toBe('Observation/o');
  expect(await finds('Observation', 'subject:Patient.family=before')).toBe('Observation/o');
  expect(await finds('Observation', 'patient.birthdate=1950')).toBe('Observation/o');
  await put(seen('o', '#who', [named('After')]));
  expect(await finds('Patient', 'family=before&_contained=true')).toBe('-');
  await put(seen('o', 'Patient/other', [named('After')]));
  expect(await finds('Patient', 'family=after&_contained=true')).toBe('Observation/o');
  expect(await finds('Observation', 'subject:Patient.family=after')).toBe('-');
  await put(seen('o', 'Patient/other', undefined));
  expect(await finds('Patient', 'family=after&_contained=true')).toBe('-');
  expect(await rowsInside()).toEqual([0, 0]);
  await put(seen('o', 'Patient/other', [named('Again')]));
  must(await record.commit(administrator, [{ kind: 'delete', type: 'Observation', id: 'o' }]));
  expect(await finds('Patient', 'family=again&_contained=true')).toBe('-');
  expect(await rowsInside()).toEqual([0, 0]);
});

describe('who may not see the container', () => {
  const someone = (person: Partial<Person> & Pick<Person, 'role'>): Caller => ({
    ...administrator,
    person: { ...administrator.person, ...person },
  });

  test('does not find what it contains, by no way', async () => {
    await put(
      { resourceType: 'Patient', id: 'p' },
      { resourceType: 'Patient', id: 'q' },
      order('mine'),
      order('other', { subject: { reference: 'Patient/q' } }),
    );
    const owner = someone({ role: 'patient', patients: ['p'] });
    expect(await finds('Medication', 'code=amox&_contained=true', owner)).toBe('MedicationRequest/mine');
    expect(await finds('Medication', 'code=amox&_contained=both&_containedType=contained', owner)).toBe(
      'MedicationRequest/mine#Medication/med',
    );
    expect((await pageOf('Medication', 'code=amox&_contained=true&_total=accurate', owner)).total).toBe(1);
    expect(await finds('MedicationRequest', 'medication.code=amox', owner)).toBe('MedicationRequest/mine');
    const elsewhere = someone({ role: 'clinician', organisations: ['none'] });
    expect(await finds('Medication', 'code=amox&_contained=true', elsewhere)).toBe('-');
    expect(await finds('MedicationRequest', 'medication.code=amox', elsewhere)).toBe('-');
    const narrow = someone({ role: 'system', restrictions: [{ kind: 'types', types: ['Medication'], actions: ['search'] }] });
    expect(await finds('Medication', 'code=amox&_contained=true', narrow)).toBe('-');
    const others = await record.search(
      someone({ role: 'system', restrictions: [{ kind: 'types', types: ['MedicationRequest'], actions: ['search'] }] }),
      must(parseQuery('Medication', pairsOf('_contained=true'))),
    );
    expect(others).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
  });
});

test('a record from before is told apart where something is contained, and reindexing completes it', async () => {
  const before = await testDatabase();
  must(await migrate(before.db, recordMigrations));
  const old = openRecord(before.db, defaultRecordSettings);
  must(
    await old.commit(administrator, [
      { kind: 'update', resource: order('r') as Resource },
      { kind: 'update', resource: order('plain', { contained: undefined }) as Resource },
    ]),
  );
  // As a program left it that knew nothing of this: no table, and rows of the container only.
  await before.db.query({ text: 'drop table contained' });
  await before.db.query({ text: `delete from migration where name = '0103-contained'` });
  must(await migrate(before.db, recordMigrations));
  expect(await countOf(before.db, 'MedicationRequest')).toEqual({ all: 2, stale: 1 });
  await reindexSome(before.db, { type: 'MedicationRequest', after: null }, false, 100, async () => {});
  expect(await countOf(before.db, 'MedicationRequest')).toEqual({ all: 2, stale: 0 });
  const query = must(parseQuery('Medication', pairsOf('code=amox&_contained=true')));
  expect(must(await old.search(administrator, query)).matches.map(({ id }) => id)).toEqual(['r']);
  await before.drop();
});
