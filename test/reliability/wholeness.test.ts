// The measure is measured: a record that was damaged by hand, in each way that a lost or halved write could damage it, is
// found out. Otherwise a thousand quiet runs would prove nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../src/database/testing.ts';
import type { Resource } from '../../src/fhir/generated/types.ts';
import type { Caller, RecordStore } from '../../src/record/contract.ts';
import { openRecord } from '../../src/record/record.ts';
import { recordMigrations } from '../../src/record/schema.ts';
import { Ledger } from './ledger.ts';
import { faultsOf } from './wholeness.ts';

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};
const patient = (marker: string, id?: string): Resource => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'urn:test:marker', value: marker }],
  name: [{ family: 'Whole' }],
  birthDate: '1980-02-29',
});

let stand: TestDatabase;
let record: RecordStore;
let ledger: Ledger;

beforeAll(async () => {
  stand = await testDatabase();
  await migrate(stand.db, recordMigrations);
  record = openRecord(stand.db);
  ledger = new Ledger('w');
  // One written twice and deleted, one current of two versions, three by one transaction.
  for (const last of ['delete', 'update'] as const) {
    const id = `one-that-ends-with-${last}`;
    for (const version of [1, 2]) {
      const marker = ledger.send(1);
      await record.commit(caller, [{ kind: 'update', resource: patient(marker, id) }]);
      ledger.acknowledged.push({ type: 'Patient', id, version, marker });
      ledger.sent.get(marker)!.told = 'done';
    }
    if (last === 'delete') {
      await record.commit(caller, [{ kind: 'delete', type: 'Patient', id }]);
      ledger.acknowledged.push({ type: 'Patient', id, version: 3, marker: undefined });
    }
  }
  const marker = ledger.send(3);
  await record.commit(
    caller,
    [1, 2, 3].map((n) => ({ kind: 'update', resource: patient(marker, `of-three-${n}`) })),
  );
});
afterAll(() => stand.drop());

test('a record that was left alone is whole', async () => {
  expect(await faultsOf(stand.db, ledger)).toEqual([]);
});

describe('what was damaged by hand is found out', () => {
  const current = `(select id from resource where name = 'one-that-ends-with-update')`;
  const damages: [what: string, sql: string, says: RegExp][] = [
    ['an acknowledged version is gone', `delete from history where version = 1 and id = ${current}`, /^lost: .* is not there/],
    [
      'an acknowledged version has other content',
      `update resource set body = replace(body, 'm-w-', 'n-w-')`,
      /^lost: .* with other content/,
    ],
    [
      'a deletion is undone',
      `update resource r set deleted = false, body = (select body from history h where h.id = r.id and h.version = 2) where deleted`,
      /^lost: .* as a deletion/,
    ],
    ['a third of a transaction is missing', `delete from resource where name = 'of-three-2'`, /^partly: 2 of 3/],
    ['a version has no change', `delete from change where version = 2 and id = ${current}`, /every version has one change/],
    [
      'a change has no version',
      `insert into change select position + 1000, pat, id, at, account, 9, type, operation from change limit 1`,
      /every version has one change/,
    ],
    [
      'a change is there twice',
      `insert into change select position + 1000, pat, id, at, account, version, type, operation from change limit 1`,
      /every version has one change/,
    ],
    ['the feed is out of order', `update change set position = -position where version = 2`, /in their order/],
    ['a version is skipped', `update resource set version = 5 where id = ${current}`, /versions of a resource are 1 to n/],
    ['the directory misses one', `delete from directory where id = ${current}`, /the directory names each/],
    [
      'the directory names one too many',
      `insert into directory select type, gen_random_uuid(), pat from directory limit 1`,
      /the directory names each/,
    ],
    ['a deleted one is still found', `update resource set keys = '{1}' where deleted`, /has no body and no keys/],
    ['a value outlived its resource', `update range_value set id = gen_random_uuid()`, /values belong to a resource/],
    ['a key is missing', `update resource set keys = keys[2:] where id = ${current}`, /the index of Patient\/one-that-ends-with-update/],
    ['a string value is missing', `delete from string_value where id = ${current}`, /the index of Patient\/one-that-ends-with-update/],
    ['it lies in the wrong compartment', `update resource set pat = gen_random_uuid() where id = ${current}`, /wrong compartment/],
    ['a write left no audit row', `delete from audit where target = ${current}`, /every change has its audit row/],
  ];
  test.each(damages)('%s', async (_what, sql, says) => {
    const undone = new Error('undone');
    let faults: string[] = [];
    await stand.db
      .transaction(async (session) => {
        await session.query({ text: sql });
        faults = await faultsOf(session, ledger);
        throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
    expect(faults.join('\n')).toMatch(new RegExp(says.source, 'm'));
  });

  test('what was refused is there all the same', async () => {
    const other = new Ledger('w');
    other.send(1);
    other.sent.values().next().value!.told = 'refused';
    expect((await faultsOf(stand.db, other)).join()).toContain('was refused, and is there all the same');
  });
});
