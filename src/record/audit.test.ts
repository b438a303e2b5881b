// What stands in the audit trail about a resource that concerns two patients: both are found by it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Resource } from '../fhir/generated/types.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { parseWideQuery } from '../fhir/search/wide.ts';
import type { Caller, RecordStore } from './contract.ts';
import { keyOfId } from './keys.ts';
import { openRecord } from './record.ts';
import { recordMigrations } from './schema.ts';

const caller = (request: string): Caller => ({
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'ada', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request,
});
const must = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

let test: TestDatabase;
let record: RecordStore;
beforeAll(async () => {
  test = await testDatabase();
  must(await migrate(test.db, recordMigrations));
  record = openRecord(test.db);
  const both = ['ann', 'bob'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' as const }));
  const resources: Resource[] = [
    { resourceType: 'Patient', id: 'ann' },
    { resourceType: 'Patient', id: 'bob' },
    { resourceType: 'Appointment', id: 'together', status: 'booked', participant: both },
  ];
  for (const resource of resources) must(await record.commit(caller('put'), [{ kind: 'update', resource }]));
});
afterAll(() => test.drop());

const patientsOf = async (request: string): Promise<string[]> => {
  const { rows } = await test.db.query<{ patients: string[] }>({
    text: `select array_agg(distinct one) as patients from audit a, unnest(coalesce(a.seen, array[a.pat])) one where a.request = $1`,
    values: [request],
  });
  return rows[0]!.patients;
};
const two = ['ann', 'bob'].map(keyOfId).sort();

it.each<[string, (who: Caller) => Promise<{ ok: boolean }>]>([
  ['a read', (who) => record.read(who, 'Appointment', 'together')],
  ['a read of a version', (who) => record.readVersion(who, 'Appointment', 'together', '1')],
  ['a search', (who) => record.search(who, must(parseQuery('Appointment', [['_id', 'together']])))],
  ['a search of everything', (who) => record.search(who, must(parseQuery('Appointment', [])))],
  ['a search over types', (who) => record.searchWide(who, must(parseWideQuery([['_type', 'Appointment']])))],
  ['a history', (who) => record.history(who, { type: 'Appointment', id: 'together' }, { count: 10 })],
])('%s of what concerns two patients is in the trail of both', async (name, look) => {
  expect(await look(caller(name))).toMatchObject({ ok: true });
  expect((await patientsOf(name)).sort()).toEqual(two);
});

it('searches that are answered together keep their patients apart', async () => {
  const ask = (id: string) => record.search(caller(`only ${id}`), must(parseQuery('Patient', [['_id', id]])));
  const appointment = record.search(caller('both'), must(parseQuery('Appointment', [['_id', 'together']])));
  await Promise.all([ask('ann'), ask('bob'), appointment, ask('nobody')]);
  expect(await patientsOf('only ann')).toEqual([keyOfId('ann')]);
  expect(await patientsOf('only bob')).toEqual([keyOfId('bob')]);
  expect((await patientsOf('both')).sort()).toEqual(two);
});

it('a write of what concerns two patients is in the trail of both, and so is one that moves a resource from the one to the other', async () => {
  const appointment = (...patients: string[]): Resource => ({
    resourceType: 'Appointment',
    id: 'written',
    status: 'booked',
    participant: patients.map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' as const })),
  });
  const observation = (patient: string): Resource => ({
    resourceType: 'Observation',
    id: 'moved',
    status: 'final',
    code: { text: 'weight' },
    subject: { reference: `Patient/${patient}` },
  });
  const put = async (request: string, resource: Resource) => must(await record.commit(caller(request), [{ kind: 'update', resource }]));
  await put('made for two', appointment('ann', 'bob'));
  await put('left to one', appointment('ann'));
  await put('made for one', observation('ann'));
  await put('moved', observation('bob'));
  must(await record.commit(caller('deleted'), [{ kind: 'delete', type: 'Appointment', id: 'together' }]));
  expect(await patientsOf('made for one')).toEqual([keyOfId('ann')]);
  for (const request of ['made for two', 'left to one', 'moved', 'deleted'])
    expect((await patientsOf(request)).sort(), request).toEqual(two);
});
