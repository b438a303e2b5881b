// What is refused, and how it is worded and noted: whoever may not see something must not learn from a refusal that it is there,
// and the audit trail must say what was so.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Resource } from '../fhir/generated/types.ts';
import { ok, type Result } from '../fhir/result.ts';
import { parseQuery } from '../fhir/search/query.ts';
import type { Person } from '../policy/contract.ts';
import type { Caller, RecordStore } from './contract.ts';
import { openRecord } from './record.ts';
import { recordMigrations } from './schema.ts';

let database: TestDatabase;
let record: RecordStore;
let requests = 0;
const as = (person: Pick<Person, 'role'> & Partial<Person>): Caller => ({
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'someone', ...person },
  purpose: 'TREAT',
  from: 'test',
  request: `r${++requests}`,
});
const administrator = as({ role: 'administrator' });
const clinicianOfA = () => as({ role: 'clinician', organisations: ['a'] });

beforeAll(async () => {
  database = await testDatabase();
  must(await migrate(database.db, recordMigrations));
  record = openRecord(database.db);
  const patients = [...'ab'].map(
    (org): Resource => ({ resourceType: 'Patient', id: `of-${org}`, managingOrganization: { reference: `Organization/${org}` } }),
  );
  must(
    await record.commit(
      administrator,
      patients.map((resource) => ({ kind: 'update', resource })),
    ),
  );
});
afterAll(() => database.drop());

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}
const notesOf = async ({ request }: Caller): Promise<string[]> => {
  const text = "select action || ' ' || outcome as note from audit where request = $1 order by id";
  return (await database.db.query<{ note: string }>({ text, values: [request] })).rows.map(({ note }) => note);
};

test('to delete or replace a version of what is hidden is answered as if it were not there, and noted as refused', async () => {
  const words = async (id: string, ifVersion?: number): Promise<string> => {
    const answer = await record.commit(clinicianOfA(), [{ kind: 'delete', type: 'Patient', id, ifVersion }]);
    return JSON.stringify(answer).replaceAll(id, 'ID');
  };
  expect(await words('of-b')).toBe(await words('nobody'));
  expect(await words('of-b', 1)).toBe(await words('nobody', 1));
  const caller = clinicianOfA();
  await record.commit(caller, [{ kind: 'delete', type: 'Patient', id: 'of-b' }]);
  expect(await notesOf(caller)).toEqual(['delete 403']);
  const patient = as({ role: 'patient', patients: ['of-a'] });
  const why = async (id: string): Promise<string> =>
    JSON.stringify(await record.commit(patient, [{ kind: 'update', resource: { resourceType: 'Patient', id } }]));
  expect(await why('of-b')).toBe(await why('nobody'));
});

test('a history that shows nothing is noted as one that found nothing', async () => {
  const caller = clinicianOfA();
  expect(await record.history(caller, { type: 'Patient', id: 'of-b' }, { count: 10 })).toMatchObject({ problem: { kind: 'not-found' } });
  expect(await notesOf(caller)).toEqual(['history 404']);
});

test('a page link continues the search of whoever has the same rights, and of nobody else', async () => {
  const query = { ...must(parseQuery('Patient', [['_sort', '_id']])), count: 1 };
  const page = must(await record.search(administrator, { ...query, total: 'accurate' }));
  expect(page).toMatchObject({ total: 2 });
  expect(await record.search(clinicianOfA(), { ...query, cursor: page.next! })).toMatchObject({
    problem: { kind: 'invalid', where: '_cursor' },
  });
  expect(await record.search(administrator, { ...query, cursor: page.next! })).toMatchObject({ ok: true });
});

test('a transaction that is refused leaves a note of what it asked and of the write that was refused', async () => {
  const caller = as({ role: 'analyst' });
  const query = must(parseQuery('Patient', [['_id', 'of-b']]));
  const answer = await record.transact(caller, [], async (find) => {
    must(await find(query));
    return ok([{ kind: 'delete', type: 'Patient', id: 'of-b' }]);
  });
  expect(answer).toMatchObject({ problem: { kind: 'forbidden' } });
  expect((await notesOf(caller)).sort()).toEqual(['delete 403', 'search 200']);
});

test('many transactions that may not search are refused at once: none waits for a connection that another holds', async () => {
  const query = must(parseQuery('Coverage', [['_id', 'x']]));
  const refused = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const caller = as({ role: 'pharmacist' });
      const answer = await record.transact(caller, [], async (find) => {
        const found = await find(query);
        return found.ok ? ok([]) : found;
      });
      return [answer.ok ? 'done' : answer.problem.kind, ...(await notesOf(caller))].join();
    }),
  );
  expect([...new Set(refused)]).toEqual(['forbidden,search 403,transaction 403']);
});

test('what everyone may see cannot be about a patient', async () => {
  const resource: Resource = { resourceType: 'Schedule', actor: [{ reference: 'Patient/of-a' }] };
  const answer = await record.commit(administrator, [{ kind: 'create', resource }]);
  expect(answer).toMatchObject({ problem: { kind: 'unsupported', message: expect.stringContaining('cannot be about a patient') } });
});
