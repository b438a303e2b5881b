// A channel that tells of the record, killed wherever it can be: each change is told once, in order.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database, Session } from '../database/contract.ts';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Feed } from '../feed/contract.ts';
import { openFeed } from '../feed/feed.ts';
import { defaultFeedSettings } from '../feed/follower.ts';
import { feedMigrations } from '../feed/schema.ts';
import type { Patient, Resource } from '../fhir/generated/types.ts';
import { readMessage } from '../formats/hl7v2/tree/message.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import { channelOf } from './channels.ts';
import { exchangeMigrations } from './schema.ts';
import { abandonedBy, followerOf, tellOfRecord } from './told-by-record.ts';

// The machine may be busy.
vi.setConfig({ testTimeout: 90_000 });

const caller: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r',
};
const quick = { ...defaultFeedSettings, leaseMs: 600, pollMs: 20, retryMs: { first: 1, most: 5 } };

let test: TestDatabase;
let record: RecordStore;
let feed: Feed;
let telling: { stop(): Promise<void> } | undefined;

beforeEach(async () => {
  test = await testDatabase();
  const migrated = await migrate(test.db, [...recordMigrations, ...feedMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db);
  feed = await openFeed(test.db, record, quick);
});
afterEach(async () => {
  await telling?.stop();
  await feed.close();
  await test.drop();
});

/** Fails at will: before anything of a transaction was done, or when all of it was. */
const failing = (fails: () => 'before' | 'after' | undefined): Database => ({
  ...test.db,
  query: (statement) => test.db.query(statement),
  listen: (channel, heard) => test.db.listen(channel, heard),
  stats: () => test.db.stats(),
  close: () => test.db.close(),
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const when = fails();
    return test.db.transaction(async (session) => {
      if (when === 'before') throw new Error('killed');
      const done = await work(session);
      if (when === 'after') throw new Error('killed');
      return done;
    });
  },
});

function tell(tells: string[], database: Database = test.db): { problems: string[] } {
  const channel = channelOf(
    {
      name: 'lab',
      format: 'hl7v2',
      direction: 'out',
      source: { record: { tells, from: 'start' } },
      destination: { folder: { path: '.' } },
    },
    'UTC',
  );
  const problems: string[] = [];
  const failed = (_channel: string, error: unknown): void => void problems.push(String(error));
  telling = tellOfRecord({ feed, database, record, channels: [channel], failed });
  return { problems };
}

async function put(...resources: Resource[]): Promise<void> {
  const done = await record.commit(
    caller,
    resources.map((resource) => ({ kind: 'update', resource })),
  );
  if (!done.ok) throw new Error(done.problem.message);
}
const patient = (id: string, family: string): Patient => ({ resourceType: 'Patient', id, name: [{ family }] });

async function settled(): Promise<void> {
  await expect
    .poll(
      async () => {
        const lag = await feed.lag(followerOf('lab'));
        return lag !== undefined && lag.position === lag.head;
      },
      { timeout: 60_000 },
    )
    .toBe(true);
}
interface Row {
  raw: Buffer;
  lane: bigint;
  control: string;
  waiting: boolean;
  found: boolean;
}
async function queued(): Promise<Row[]> {
  const { rows } = await test.db.query<Row>({
    text: `
select m.raw, m.lane, m.control, exists (select 1 from message_work w where w.id = m.id and w.channel = 'lab' and w.lane = m.lane) as waiting,
  exists (select 1 from message_key k where k.id = m.id) as found
from message m order by m.id`,
  });
  return rows;
}
const said = (rows: readonly Row[]): string[] =>
  rows.map(({ raw }) => readMessage(raw)).map((one) => `${one.get('PID-3.1')} ${one.get('PID-5.1')}`);

describe('a channel that tells of the record', () => {
  it('tells each change once and in order, though every other transaction fails at its end or its beginning', async () => {
    const expected: string[] = [];
    for (let turn = 0; turn < 40; turn++)
      for (const id of ['a', 'b', 'c']) {
        await put(patient(id, `N${turn}`));
        expected.push(`${id} N${turn}`);
      }
    let transactions = 0;
    tell(
      ['ADT^A31'],
      failing(() => [undefined, 'after', 'before'][transactions++ % 3] as 'before' | 'after' | undefined),
    );
    await settled();
    const rows = await queued();
    expect(said(rows)).toEqual(expected);
    expect(rows.every(({ waiting, found }) => waiting && found)).toBe(true);
    expect(new Set(rows.map(({ control }) => control)).size).toBe(rows.length);
    expect(new Set(rows.map(({ lane }) => lane)).size).toBe(3);
    expect(transactions).toBeGreaterThan(3);
  });

  it('tells nothing twice when it is set back by a start of the program', async () => {
    await put(patient('a', 'One'));
    tell(['ADT^A31']);
    await settled();
    await telling?.stop();
    await put(patient('a', 'Two'));
    tell(['ADT^A31']);
    await settled();
    expect(said(await queued())).toEqual(['a One', 'a Two']);
  });

  it('says in the audit trail of what change no message could be made, and goes on', async () => {
    await put({ resourceType: 'ServiceRequest', id: 's', status: 'active', intent: 'order', subject: { reference: 'Group/g' } });
    await put({ ...patient('a', 'One') });
    await put({ resourceType: 'ServiceRequest', id: 't', status: 'active', intent: 'order', subject: { reference: 'Patient/a' } });
    const { problems } = tell(['OML^O21']);
    await settled();
    expect(said(await queued())).toEqual(['a One']);
    expect(problems).toEqual([
      expect.stringMatching(/OML\^O21 of ServiceRequest\/s, change \d+: A message OML says something of a Patient/),
    ]);
    const { rows } = await test.db.query<{ query: string; outcome: number }>({
      text: `select query, outcome from audit where action = 'message-untold'`,
    });
    expect(rows).toEqual([{ query: expect.stringContaining('ServiceRequest/s'), outcome: 422 }]);
  });
});

describe('the place of a channel whose file is gone', () => {
  it('is waited for by nobody', () => {
    const source = { record: { tells: ['ADT^A31'] } };
    const there = channelOf({ name: 'there', format: 'hl7v2', direction: 'out', source, destination: { folder: { path: '.' } } }, 'UTC');
    const abandoned = abandonedBy(() => [there]);
    expect(abandoned(followerOf('there'))).toBe(false);
    expect(abandoned(followerOf('gone'))).toBe(true);
    expect(abandoned('medication-safety')).toBe(false);
  });
});
