// Searches asked as a set: the same answers and the same audit rows as one by one.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Role } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../contract.ts';
import { openRecord } from '../record.ts';
import { recordMigrations } from '../schema.ts';

const caller = (request: string, role: Role = 'administrator', patients?: string[]): Caller => ({
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'ada', role, ...(patients ? { patients } : {}) },
  purpose: 'TREAT',
  from: 'test',
  request,
});
const must = <T>(result: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const asked = (type: ResourceType, text: string) => must(parseQuery(type, [...new URLSearchParams(text)]));

let test: TestDatabase;
let record: RecordStore;
beforeAll(async () => {
  test = await testDatabase();
  must(await migrate(test.db, recordMigrations));
  record = openRecord(test.db);
  const of = (id: string): Resource[] => [
    { resourceType: 'Patient', id },
    ...[1, 2, 3, 4, 5].map(
      (day): Resource => ({
        resourceType: 'Observation',
        id: `${id}-${day}`,
        status: 'final',
        subject: { reference: `Patient/${id}` },
        code: { coding: [{ system: 'http://loinc.org', code: day % 2 === 0 ? '2823-3' : '2160-0' }] },
        effectiveDateTime: `2026-11-0${day}`,
      }),
    ),
    { resourceType: 'AllergyIntolerance', id: `${id}-a`, patient: { reference: `Patient/${id}` }, code: { text: 'penicillin' } },
  ];
  for (const resource of [...of('ann'), ...of('bob')]) must(await record.commit(caller('put'), [{ kind: 'update', resource }]));
});
afterAll(() => test.drop());

const questions = (patient: string): [ResourceType, string][] => [
  ['Patient', `_id=${patient}`],
  ['Observation', `patient=Patient/${patient}&_sort=-date&_count=3`],
  ['Observation', `patient=Patient/${patient}&code=http://loinc.org|2823-3&_sort=date`],
  ['AllergyIntolerance', `patient=Patient/${patient}`],
  ['Condition', `patient=Patient/${patient}`],
  // Not narrow: it goes its own way beside the others.
  ['Observation', 'status=final&_count=2'],
];
const idsOf = (page: Awaited<ReturnType<RecordStore['search']>>) =>
  page.ok ? { ids: page.value.matches.map(({ type, id }) => `${type}/${id}`), more: page.value.next !== undefined } : page.problem.kind;

const trail = async (request: string): Promise<unknown[]> => {
  const { rows } = await test.db.query({
    text: 'select pat, seen, type, query, outcome, action from audit where request = $1 order by type, query, pat',
    values: [request],
  });
  return rows;
};

it.each<[string, Role, string[] | undefined]>([
  ['somebody who may see all', 'administrator', undefined],
  ['a patient, of what is hers alone', 'patient', ['ann']],
])('answers as one by one, to %s, and leaves the same trail', async (_what, role, patients) => {
  for (const patient of ['ann', 'bob', 'nobody']) {
    const queries = questions(patient).map(([type, text]) => asked(type, text));
    const [one, set] = [`one ${role} ${patient}`, `set ${role} ${patient}`];
    const single = [];
    for (const query of queries) single.push(idsOf(await record.search(caller(one, role, patients), query)));
    const several = await Promise.all(record.searchSeveral(caller(set, role, patients), queries));
    expect(several.map(idsOf)).toEqual(single);
    expect(await trail(set)).toEqual(await trail(one));
  }
});

it('answers several sets that wait together each with its own', async () => {
  const sets = ['ann', 'bob', 'ann', 'bob', 'ann'].map((patient) => {
    const queries = questions(patient).slice(0, 4);
    return record.searchSeveral(
      caller('crowd'),
      queries.map(([type, text]) => asked(type, text)),
    );
  });
  const answers = await Promise.all(sets.map((set) => Promise.all(set)));
  for (const [i, answer] of answers.entries()) {
    const patient = i % 2 === 0 ? 'ann' : 'bob';
    expect(answer.map(idsOf)).toEqual([
      { ids: [`Patient/${patient}`], more: false },
      { ids: [5, 4, 3].map((day) => `Observation/${patient}-${day}`), more: true },
      { ids: [2, 4].map((day) => `Observation/${patient}-${day}`), more: false },
      { ids: [`AllergyIntolerance/${patient}-a`], more: false },
    ]);
  }
});

it('refuses what may not be searched, and answers the rest', async () => {
  const [patients, trails] = await Promise.all(
    record.searchSeveral(caller('refused', 'nurse'), [asked('Patient', '_id=ann'), asked('AuditEvent', 'patient=Patient/ann')]),
  );
  expect(patients?.ok).toBe(true);
  expect(trails).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
});
