// Keys of ids that were chosen to be those of something else.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Resource } from '../fhir/generated/types.ts';
import type { Person } from '../policy/contract.ts';
import type { Caller, RecordStore } from './contract.ts';
import { keyOfId, keyOfOwn } from './keys.ts';
import { openRecord } from './record.ts';
import { recordMigrations } from './schema.ts';

describe('an id that is the key of something else', () => {
  it('has another key', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/), (id) => {
        for (const key of [keyOfId(id), keyOfOwn('List', id)]) if (key !== id) expect(keyOfId(key)).not.toBe(key);
      }),
    );
  });

  it('is its own key where it cannot be one of a hash', () => {
    const id = randomUUID();
    expect(keyOfId(id)).toBe(id);
    expect(keyOfId(id.toUpperCase())).not.toBe(id);
  });
});

describe('a Patient with such an id', () => {
  let test: TestDatabase;
  let record: RecordStore;
  const as = (person: Partial<Person> & Pick<Person, 'role'>): Caller => ({
    person: { id: randomUUID(), name: 'someone', ...person },
    purpose: 'TREAT',
    from: 'test',
    request: 'r',
  });
  const administrator = as({ role: 'administrator' });
  const clinician = as({ role: 'clinician', organisations: ['north'] });
  const put = async (who: Caller, resource: Resource): Promise<void> => {
    const done = await record.commit(who, [{ kind: 'update', resource }]);
    if (!done.ok) throw new Error(done.problem.message);
  };
  const patient = (id: string): Resource => ({ resourceType: 'Patient', id, managingOrganization: { reference: 'Organization/north' } });

  beforeAll(async () => {
    test = await testDatabase();
    await migrate(test.db, recordMigrations);
    record = openRecord(test.db);
    await put(administrator, { resourceType: 'Organization', id: 'north', name: 'north' });
    await put(administrator, { resourceType: 'List', id: 'kept', status: 'current', mode: 'working', title: 'of nobody' });
    await put(administrator, { resourceType: 'Patient', id: 'far', name: [{ family: 'Far' }] });
  });
  afterAll(() => test.drop());

  it('opens nothing that belongs to nobody', async () => {
    await put(clinician, patient(keyOfOwn('List', 'kept')));
    expect(await record.read(clinician, 'Patient', keyOfOwn('List', 'kept'))).toMatchObject({ ok: true });
    expect(await record.read(clinician, 'List', 'kept')).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
  });

  it('is another than the one whose key it is', async () => {
    await put(clinician, patient(keyOfId('far')));
    expect(await record.read(clinician, 'Patient', 'far')).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
    expect(await record.read(administrator, 'Patient', 'far')).toMatchObject({ ok: true, value: { id: 'far', version: 1 } });
    expect(await record.read(administrator, 'Patient', keyOfId('far'))).toMatchObject({ ok: true, value: { id: keyOfId('far') } });
  });
});
