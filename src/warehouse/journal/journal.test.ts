// Journals follow the real tables of PostgreSQL: nothing is passed over, whoever commits late; the newest state of a message counts;
// what was given up is gone; and only who may read the trail or the messages of the whole site is told anything.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { prune } from '../../exchange/prune.ts';
import { exchangeMigrations } from '../../exchange/schema.ts';
import { feedMigrations } from '../../feed/schema.ts';
import type { Person, Role } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import type { Detail } from '../contract.ts';
import { ask } from '../query/ask.ts';
import { defaultKeeper, Keeper } from '../store/keeper.ts';
import { emptyManifest, readManifest } from '../store/manifest.ts';
import { keepJournals, tablesOf, takeAll } from './follow.ts';
import { journalFolder, journalKeeper, journals } from './journals.ts';
import { readOn } from './reading.ts';
import { rebuildJournals, verifyJournals } from './replay.ts';
import { journalsOf, journalsSeen } from './seen.ts';

const account = '00000000-0000-7000-8000-000000000002';
const caller: Caller = { person: { id: account, name: 'adm', role: 'administrator' }, purpose: 'TREAT', from: '10.1.1.1', request: 'r1' };

let test: TestDatabase;
let record: RecordStore;
let folder: string;
beforeAll(async () => {
  test = await testDatabase({ connectionsMax: 8 });
  const migrated = await migrate(test.db, [...recordMigrations, ...feedMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db);
}, 60_000);
afterAll(() => test.drop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settings = () => journalKeeper(defaultKeeper(folder));
const manifestNow = () => readManifest(journalFolder(folder));

/** Reads on once, as the follower does each second. */
async function told(): Promise<void> {
  const keeper = await Keeper.open(settings(), tablesOf(journals));
  await takeAll(keeper, readOn(test.db, journals, BigInt(keeper.manifest.position)));
  keeper.close();
}

async function rows(sql: string, detail: Detail = 'identified'): Promise<unknown[][]> {
  const seen = journalsSeen(caller.person, caller.purpose, sql, manifestNow(), folder);
  const answer = await ask(sql, { folder, manifest: emptyManifest(''), seen, detail });
  if (!answer.ok) throw new Error(answer.problem.message);
  return answer.value.rows;
}

const query = (text: string, values: unknown[] = []) => test.db.query({ text, values });
const idOf = (n: number): string => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const message = (n: number, channel = 'adt') =>
  query(
    `insert into message (id, channel, format, direction, sender, control, kind, lane, origin, account, received, digest, bytes, raw, keys)
     values ($1, $2, 'hl7v2', 'in', 'HIS', $3, 'ADT^A01', 1, 'x', 'y', '2026-11-23T08:00:00Z', '\\x00', 10, 'MSH|secret payload', '{MRN|4711}')`,
    [idOf(n), channel, `C${n}`],
  ).then(() => query(`insert into message_work (id, channel, lane, due) values ($1, $2, 1, now())`, [idOf(n), channel]));
const done = (n: number, state = 'done') =>
  query(
    `with gone as (delete from message_work where id = $1)
     insert into message_result (id, channel, state, at, tries, problem, resources, pats)
     values ($1, 'adt', $2, '2026-11-23T08:00:30Z', 1, '{"kind":"invalid","message":"secret"}', '{Patient/ann}', '{}')
     on conflict (id) do update set state = excluded.state, written_by = excluded.written_by`,
    [idOf(n), state],
  );

describe('the audit trail as a table', () => {
  it('tells accesses with whose chart it was, and as pseudonyms who did it', async () => {
    const made = await record.commit(caller, [{ kind: 'update', resource: { resourceType: 'Patient', id: 'ann' } }]);
    expect(made.ok).toBe(true);
    await record.note(caller, 'settings', { outcome: 403, query: 'name=Secret' });
    await told();
    expect(
      await rows('select who, role, action, outcome, type, resource_id, patient_id, patients, query from audit order by recorded'),
    ).toEqual([
      ['adm', 'administrator', expect.stringMatching(/create|update/), 200, 'Patient', 'ann', 'ann', 1, null],
      ['adm', 'administrator', 'settings', 403, null, null, null, 0, 'name=Secret'],
    ]);
    const [safe] = await rows('select who, patient_id, origin, query, recorded from audit order by patients desc', 'de-identified');
    expect(safe).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}$/),
      expect.stringMatching(/^[0-9a-f]{16}$/),
      null,
      null,
      expect.stringMatching(/-01-01/),
    ]);
  });

  it('passes over nobody who commits late, and tells nobody twice', async () => {
    await told();
    const [[before]] = (await rows('select count(*) from audit')) as [[number]];
    let commit!: () => void;
    const waiting = new Promise<void>((go) => {
      commit = go;
    });
    let begun!: () => void;
    const began = new Promise<void>((go) => {
      begun = go;
    });
    const slow = test.db.transaction(async (session) => {
      await session.query({
        text: `insert into audit (pat, id, at, account, who, role, purpose, origin, action, outcome, request)
               values ($1, gen_random_uuid(), now(), $1, 'slow', 'nurse', 'TREAT', '', 'read', 200, '')`,
        values: [account],
      });
      begun();
      await waiting;
    });
    await began;
    await record.note(caller, 'settings', { outcome: 200 });
    await told();
    expect(await rows("select count(*) from audit where who = 'slow'")).toEqual([[0]]);
    commit();
    await slow;
    await told();
    await told();
    expect(await rows("select count(*) filter (where who = 'slow'), count(*) from audit")).toEqual([[1, before + 2]]);
  });

  it('tells what was written before transactions were noted', async () => {
    await query('update audit set written_by = 0');
    await told();
    const [[count]] = (await query('select count(*)::int4 as n from audit')).rows.map((row) => Object.values(row)) as [[number]];
    expect(count).toBeGreaterThan(2);
    expect(await rows('select count(*), count(distinct id) from audit')).toEqual([[count, count]]);
    expect(BigInt(manifestNow()?.position ?? -1) > 0n).toBe(true);
  });
});

describe('messages as a table', () => {
  it('have one row each, the newest, without what they say, and none when they were given up', async () => {
    await message(1);
    await message(2);
    // In the same span as a row of the other journal.
    await record.note(caller, 'settings', { outcome: 200 });
    await told();
    expect(await rows('select control_id, state, ended from messages order by 1')).toEqual([
      ['C1', 'waiting', null],
      ['C2', 'waiting', null],
    ]);
    await done(1);
    await done(2, 'failed');
    await message(3);
    await done(3);
    await told();
    expect(await rows('select control_id, state, seconds, problem, resources from messages order by 1')).toEqual([
      ['C1', 'done', 30, 'invalid', 1],
      ['C2', 'failed', 30, 'invalid', 1],
      ['C3', 'done', 30, 'invalid', 1],
    ]);
    expect(JSON.stringify(await rows('select * from messages'))).not.toMatch(/secret|4711/);
    await query(`insert into message_work (id, channel, lane, due, tries) values ($1, 'adt', 1, now(), 2)`, [idOf(2)]);
    await told();
    expect(await rows("select state, tries, problem from messages where control_id = 'C2'")).toEqual([['waiting', 2, null]]);
    await prune(test.db, 'adt', { count: 0 }, { now: new Date('2026-11-24'), dryRun: false });
    await told();
    expect(await rows('select control_id from messages')).toEqual([['C2']]);
  });

  it('are the same made anew, and rows that were lost or are stale are found', async () => {
    await message(4);
    await told();
    await done(4);
    await told();
    await message(5);
    const compared = await verifyJournals(test.db, settings(), journals);
    expect(compared.map(({ stale, missing }) => [stale, missing])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(compared.every((one) => one.rows > 0)).toBe(true);
    const before = await rows('select * exclude (patient_id) from messages order by id');
    await rebuildJournals(test.db, settings(), journals);
    expect((await rows('select * exclude (patient_id) from messages order by id')).slice(0, before.length)).toEqual(before);
    // As if nobody had noted it: the row that is kept is stale.
    await query(`update message_result set state = 'dropped', written_by = 0 where id = $1`, [idOf(4)]);
    const after = await verifyJournals(test.db, settings(), journals);
    expect(after.find(({ table }) => table === 'messages')).toMatchObject({ stale: 1, missing: 1 });
  });

  it('are followed by themselves', async () => {
    const kept = keepJournals({ database: test.db, journals, settings: settings(), everyMs: 50, failed: (error) => Promise.reject(error) });
    await message(6);
    const count = async () => (manifestNow() === undefined ? [] : rows("select state from messages where control_id = 'C6'"));
    await expect.poll(count, { timeout: 10_000 }).toEqual([['waiting']]);
    await done(6);
    await expect.poll(count, { timeout: 10_000 }).toEqual([['done']]);
    await kept.stop();
  }, 30_000);
});

describe('who may ask', () => {
  const names = (role: Role, more: Partial<Person> = {}): string[] =>
    journalsOf({ id: account, name: 'x', role, ...more }, 'HOPERAT').map(({ table }) => table.view.name);

  it('is who reads the trail and the messages of the whole site', () => {
    expect(names('administrator')).toEqual(['audit', 'messages']);
    expect(names('records-officer')).toEqual(['audit', 'messages']);
    for (const role of ['clinician', 'nurse', 'pharmacist', 'analyst', 'patient', 'system'] as const) expect(names(role)).toEqual([]);
    expect(names('records-officer', { organisations: ['west'] })).toEqual([]);
    expect(names('administrator', { restrictions: [{ kind: 'types', types: ['AuditEvent'], actions: ['search'] }] })).toEqual([]);
  });
});
