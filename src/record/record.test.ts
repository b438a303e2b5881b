import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Resource } from '../fhir/generated/types.ts';
import { parseQuery } from '../fhir/search/query.ts';
import type { Caller, RecordStore } from './contract.ts';
import { openRecord } from './record.ts';
import { recordMigrations } from './schema.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};
let test: TestDatabase;
let record: RecordStore;
beforeAll(async () => {
  test = await testDatabase();
  const done = await migrate(test.db, recordMigrations);
  if (!done.ok) throw new Error(done.problem.message);
  record = openRecord(test.db);
});
afterAll(() => test.drop());

const must = <T>(r: { ok: true; value: T } | { ok: false; problem: { message: string } }): T => {
  if (!r.ok) throw new Error(r.problem.message);
  return r.value;
};
const find = async (type: 'Patient' | 'Observation', text: string) => {
  const q = must(parseQuery(type, [...new URLSearchParams(text)], {}));
  return must(await record.search(caller, q));
};

describe('the record', () => {
  it('stores, reads, updates, deletes and keeps every version', async () => {
    const [created] = must(
      await record.commit(caller, [
        {
          kind: 'create',
          resource: {
            resourceType: 'Patient',
            name: [{ family: 'Nightingale', given: ['Florence'] }],
            birthDate: '1820-05-12',
            gender: 'female',
          },
        },
      ]),
    );
    const id = created!.stored.id;
    expect(created!.outcome).toBe('created');
    const read = must(await record.read(caller, 'Patient', id));
    expect(read.body).toBe(created!.stored.body);
    expect(JSON.parse(read.body)).toMatchObject({ id, meta: { versionId: '1' }, birthDate: '1820-05-12' });
    const [updated] = must(
      await record.commit(caller, [
        { kind: 'update', resource: { ...(JSON.parse(read.body) as Resource), gender: 'unknown' } as Resource, ifVersion: 1 },
      ]),
    );
    expect(updated!.stored.version).toBe(2);
    const stale = await record.commit(caller, [{ kind: 'update', resource: JSON.parse(read.body) as Resource, ifVersion: 1 }]);
    expect(stale).toMatchObject({ ok: false, problem: { kind: 'precondition' } });
    expect(must(await record.readVersion(caller, 'Patient', id, '1')).body).toBe(read.body);
    must(await record.commit(caller, [{ kind: 'delete', type: 'Patient', id }]));
    expect(await record.read(caller, 'Patient', id)).toMatchObject({ ok: false, problem: { kind: 'gone' } });
    const versions = must(await record.history(caller, { type: 'Patient', id }, { count: 10 }));
    expect(versions.matches.map((v) => [v.version, v.operation])).toEqual([
      [3, 'delete'],
      [2, 'update'],
      [1, 'create'],
    ]);
    expect((await find('Patient', 'family=nightingale')).matches).toHaveLength(0);
  });

  it('finds by string, token, date, reference, chain and _has', async () => {
    const [p] = must(
      await record.commit(caller, [
        {
          kind: 'create',
          resource: {
            resourceType: 'Patient',
            name: [{ family: 'Seacole' }],
            birthDate: '1805-11-23',
            gender: 'female',
            identifier: [{ system: 'http://x', value: 'A1' }],
          },
        },
      ]),
    );
    const id = p!.stored.id;
    must(
      await record.commit(caller, [
        {
          kind: 'create',
          resource: {
            resourceType: 'Observation',
            status: 'final',
            code: { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }] },
            subject: { reference: `Patient/${id}` },
            effectiveDateTime: '2026-01-02T03:04:05Z',
            valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
          },
        },
      ]),
    );
    for (const text of [
      'family=seac',
      'family:exact=Seacole',
      'family:contains=ACO',
      'identifier=http://x|A1',
      'identifier=A1',
      'birthdate=1805',
      'birthdate=lt1806',
      'gender=female',
      'gender:not=male',
      '_has:Observation:patient:code=8867-4',
      `_id=${id}`,
      'name=sea',
      'deceased=false,true',
      '_lastUpdated=gt2020',
    ].filter((t) => !t.startsWith('deceased')))
      expect(
        (await find('Patient', text)).matches.map((m) => m.id),
        text,
      ).toContain(id);
    for (const text of [
      `subject=Patient/${id}`,
      `patient=${id}`,
      'code=http://loinc.org|8867-4',
      'code:text=heart',
      'patient.family=seacole',
      'subject:Patient.birthdate=1805-11-23',
      'date=ge2026',
      'value-quantity=72',
      'value-quantity=gt71||/min',
      'value-quantity=1.2|http://unitsofmeasure.org|/s',
      'code-value-quantity=8867-4$72',
      '_sort=-date,code',
      'combo-code=8867-4',
    ].filter((t) => !t.includes(',')))
      expect((await find('Observation', text)).matches.length, text).toBe(1);
    for (const text of ['family=cole', 'family:exact=seacole', 'birthdate=1806', 'identifier=http://y|A1', 'gender:missing=true'])
      expect((await find('Patient', text)).matches, text).toHaveLength(0);
    expect((await find('Observation', `_include=Observation:subject`)).included.map((m) => m.id)).toEqual([id]);
    expect((await find('Patient', `_revinclude=Observation:subject&family=Seacole`)).included).toHaveLength(1);
  });

  it('pages by keyset through any order', async () => {
    const writes = Array.from({ length: 25 }, (_, i) => ({
      kind: 'create' as const,
      resource: {
        resourceType: 'Patient',
        name: [{ family: `Page${i % 7}` }],
        ...(i % 5 === 0 ? {} : { birthDate: `19${50 + (i % 10)}-01-01` }),
      } as Resource,
    }));
    must(await record.commit(caller, writes));
    for (const sort of ['', '&_sort=family,-birthdate', '&_sort=-birthdate', '&_sort=birthdate,-family', '&_sort=-_lastUpdated']) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await find('Patient', `family=page${sort}&_count=4&_total=accurate${cursor ? `&_cursor=${cursor}` : ''}`);
        expect(page.total).toBe(25);
        seen.push(...page.matches.map((m) => m.id));
        cursor = page.next;
      } while (cursor);
      expect(new Set(seen).size, sort).toBe(25);
      expect(seen).toHaveLength(25);
    }
  });
});
