// What a client sees of a search for contained resources: http://hl7.org/fhir/R4/search.html#contained.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { type Json, readJsonNow } from '../../fhir/json.ts';
import type { Caller } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import type { FhirContext, FhirRequest } from './contract.ts';
import { readPairs } from './pairs.ts';
import { answer } from './router.ts';

let database: TestDatabase;
let context: FhirContext;
const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'someone', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r',
};

beforeAll(async () => {
  database = await testDatabase();
  const migrated = await migrate(database.db, recordMigrations);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  context = { record: openRecord(database.db), base: 'http://here/fhir', limits: { bundleEntries: 100 } };
  const read = readJsonNow(order);
  if (!read.ok) throw new Error(read.problem.message);
  const created = await ask('PUT', 'MedicationRequest/r', '', read.value);
  expect(created.status).toBe(201);
});
afterAll(() => database.drop());

const order = `{"resourceType":"MedicationRequest","id":"r","contained":[{"resourceType":"Medication","id":"med","code":{"text":"Amoxicillin"},"amount":{"numerator":{"value":5.00,"unit":"mL"},"denominator":{"value":1}}}],"status":"active","intent":"order","medicationReference":{"reference":"#med"},"subject":{"reference":"Patient/p"}}`;

interface Answer {
  status: number;
  text: string;
  body: {
    entry?: { fullUrl?: string; resource?: { id: string }; search?: { mode: string } }[];
    issue?: { diagnostics: string }[];
    link?: { url: string }[];
  };
}

async function ask(method: FhirRequest['method'], path: string, query: string, body?: Json): Promise<Answer> {
  const pairs = readPairs(query);
  if (!pairs.ok) throw new Error('query');
  const got = await answer(
    {
      method,
      path: path.split('/').filter((one) => one !== ''),
      query: pairs.value,
      headers: { 'content-type': 'application/fhir+json' },
      ...(body === undefined ? {} : { body }),
      caller,
    },
    context,
  );
  return { status: got.status, text: got.body ?? '', body: JSON.parse(got.body === undefined || got.body === '' ? '{}' : got.body) };
}

test('the container is the match, as it stands', async () => {
  const { body } = await ask('GET', 'Medication', 'code:text=amox&_contained=true');
  expect(body.entry).toMatchObject([{ fullUrl: 'http://here/fhir/MedicationRequest/r', resource: { id: 'r' }, search: { mode: 'match' } }]);
  expect(body.link![0]!.url).toContain('_contained=true');
});

test('the contained resource is named by its container and its id in there, and keeps its digits', async () => {
  const { body, text } = await ask('GET', 'Medication', 'code:text=amox&_contained=both&_containedType=contained');
  expect(body.entry).toMatchObject([
    { fullUrl: 'http://here/fhir/MedicationRequest/r#med', resource: { id: 'med' }, search: { mode: 'match' } },
  ]);
  expect(text).toContain('"value":5.00');
  const part = await ask('GET', 'Medication', 'code:text=amox&_contained=true&_containedType=contained&_elements=code');
  expect(part.text).toContain('Amoxicillin');
  expect(part.text).not.toContain('numerator');
});

test('a chain finds the order by the medication inside it', async () => {
  const { body } = await ask('GET', 'MedicationRequest', 'medication.code:text=amox');
  expect(body.entry).toMatchObject([{ fullUrl: 'http://here/fhir/MedicationRequest/r' }]);
});

test('what has no meaning there is refused with the reason', async () => {
  const refusals: [string, string, RegExp][] = [
    ['Medication', '_contained=true&_include=Medication:manufacturer', /included/],
    ['Patient/p/MedicationRequest', '_contained=true', /compartment/],
    ['', '_type=Medication,Patient&_contained=true', /one type at a time/],
    ['Medication', '_contained=maybe', /false, true or both/],
    ['Medication', '_text=amox', /full-text/],
  ];
  for (const [path, query, why] of refusals) {
    const { status, body } = await ask('GET', path, query);
    expect([query, status]).toEqual([query, 400]);
    expect(body.issue![0]!.diagnostics).toMatch(why);
  }
  // What is inside another resource is never written to by a condition.
  const deleted = await ask('DELETE', 'Medication', 'code:text=amox&_contained=true');
  expect(deleted.body.issue![0]!.diagnostics).toMatch(/condition cannot hold _contained/);
  expect((await ask('GET', 'MedicationRequest/r', '')).status).toBe(200);
});
