import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../database/contract.ts';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Feed } from '../../feed/contract.ts';
import { openFeed } from '../../feed/feed.ts';
import { defaultFeedSettings } from '../../feed/follower.ts';
import { feedMigrations } from '../../feed/schema.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import { fail, ok } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { defaultRecordSettings, openRecord } from '../../record/record.ts';
import { recordMigrations } from '../../record/schema.ts';
import { takeLines } from '../bulk/take-lines.ts';
import { admitSubscription } from './admit.ts';
import { builtInTopics, topicUrl } from './built-in-topics.ts';
import { defaultSubscriptionSettings, type SubscriptionSettings } from './contract.ts';
import { endpointOf, isRefused } from './endpoint.ts';
import { listSubscriptions } from './list.ts';
import { subscriptionMigrations } from './schema.ts';
import { sealerOf } from './seal.ts';
import { openSubscriptions, type Subscriptions } from './subscriptions.ts';
import { compileTopic } from './topic.ts';
import { readTopic } from './topic-file.ts';

const quick: SubscriptionSettings = { ...defaultSubscriptionSettings, pollMs: 20, pausesMs: [20], handshakePausesMs: [20], holdMs: 2_000 };
const caller: Caller = {
  person: { id: randomUUID(), name: 'receiver', role: 'system' },
  purpose: 'HOPERAT',
  from: 'test',
  request: 'r',
};
const topics = new Map(
  builtInTopics.map((topic) => {
    const compiled = compileTopic(topic);
    if (!compiled.ok) throw new Error(compiled.problem.message);
    return [topic.url, compiled.value] as const;
  }),
);

let test: TestDatabase;
let record: RecordStore;
const running: { close(): Promise<void> }[] = [];
/** What the receiver took, and what it answers. */
let numbers: number[] = [];
let answers = 200;
let asked = 0;
const receiver = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += String(chunk);
  });
  request.on('end', () => {
    asked++;
    if (answers === 200) for (const [, number] of text.matchAll(/"event-number","valueString":"(\d+)"/g)) numbers.push(Number(number));
    response.writeHead(answers).end();
  });
});
let at: string;
/** Accounts that may do nothing any more. */
const closed = new Set<string>();

const sealer = sealerOf(randomBytes(32));
const rules = { topics, endpoints: [] };

beforeEach(async () => {
  numbers = [];
  answers = 200;
  asked = 0;
  closed.clear();
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  test = await testDatabase({ connectionsMax: 12 });
  const migrated = await migrate(test.db, [...recordMigrations, ...feedMigrations, ...subscriptionMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(test.db, { ...defaultRecordSettings, admit: new Map([['Subscription', admitSubscription(sealer, rules)]]) });
});
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
  await test.drop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

async function start(
  settings: Partial<SubscriptionSettings> = {},
  database: Database = test.db,
): Promise<{ feed: Feed; subscriptions: Subscriptions }> {
  const feed = await openFeed(test.db, record, { ...defaultFeedSettings, leaseMs: 600, pollMs: 30, retryMs: { first: 5, most: 10 } });
  running.push(feed);
  const subscriptions = openSubscriptions({
    database,
    record,
    feed,
    rightsNow: async (id): Promise<ReturnType<typeof ok<Person>> | ReturnType<typeof fail>> =>
      closed.has(id) ? fail('forbidden', 'closed') : ok(caller.person),
    sealer,
    rules,
    settings: { ...quick, ...settings },
    base: () => 'http://here/fhir',
    failed: () => {},
  });
  running.push(subscriptions);
  return { feed, subscriptions };
}

async function write(...resources: Resource[]): Promise<void> {
  const done = await record.commit(
    caller,
    resources.map((resource) => ({ kind: 'update', resource })),
  );
  if (!done.ok) throw new Error(done.problem.message);
}
const patient = (id: string): Resource => ({ resourceType: 'Patient', id });
const subscription = (id: string, more: object = {}): Resource =>
  ({
    resourceType: 'Subscription',
    id,
    status: 'requested',
    reason: 'test',
    criteria: topicUrl('Patient'),
    channel: { type: 'rest-hook', endpoint: at, payload: 'application/fhir+json' },
    ...more,
  }) as Resource;

const stateOf = async (id: string) => (await listSubscriptions(test.db)).find((one) => one.id === id);
async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 10));
}
const becomes = (id: string, state: string): Promise<void> => until(async () => (await stateOf(id))?.state === state);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('numbers of events', () => {
  it('have no gaps and no doubles where the transaction that gives them out fails, again and again', async () => {
    let turns = 0;
    let broken = 0;
    const shaky: Database = {
      ...test.db,
      query: (statement) => test.db.query(statement),
      transaction: (work) =>
        test.db.transaction(async (session) => {
          const done = await work(session);
          // Everything was written, the place had moved, and then the power went.
          if (++turns % 3 !== 0) {
            broken++;
            throw new Error('killed');
          }
          return done;
        }),
    };
    await start({}, shaky);
    await write(subscription('s'));
    await becomes('s', 'active');
    for (let i = 0; i < 30; i++) await write(patient(`p${i}`));
    await until(() => numbers.length >= 30);
    expect(numbers).toEqual(upTo(30));
    expect(broken).toBeGreaterThan(1);
    const { rows } = await test.db.query<{ number: bigint; id: string }>({
      text: 'select number, id from subscription_event order by number',
    });
    expect(rows.map(({ number, id }) => `${number} ${id}`)).toEqual(upTo(30).map((n) => `${n} p${n - 1}`));
  });

  it('are given out and delivered once where several processes are there', async () => {
    for (let i = 0; i < 3; i++) await start();
    await write(subscription('s', { status: 'requested' }));
    await becomes('s', 'active');
    await Promise.all(upTo(40).map((n) => write(patient(`q${n}`))));
    await until(() => numbers.length >= 40);
    expect(numbers).toEqual(upTo(40));
  });

  it('count what came behind a Subscription in the same moment', async () => {
    await start();
    await write(subscription('s'), patient('same'));
    await until(() => numbers.length >= 1);
    expect((await stateOf('s'))?.events).toBe(1n);
  });

  it('go on after an end and a new beginning, and nothing is numbered in between', async () => {
    await start();
    await write(subscription('s'));
    await becomes('s', 'active');
    await write(patient('a'));
    await until(() => numbers.length === 1);
    await write(subscription('s', { status: 'off' }));
    await becomes('s', 'off');
    await write(patient('b'));
    await write(subscription('s'));
    await becomes('s', 'active');
    await write(patient('c'));
    await until(() => numbers.length === 2);
    expect(numbers).toEqual([1, 2]);
  });
});

describe('a receiver that stays away', () => {
  it('makes an error of its subscription, with the reason, is told so after the longest pause, and is left in peace', async () => {
    await start({ patienceMs: 150, pausesMs: [...Array<number>(50).fill(20), 60_000] });
    await write(subscription('s'));
    await becomes('s', 'active');
    answers = 503;
    await write(patient('a'));
    await becomes('s', 'error');
    expect((await stateOf('s'))?.reason).toContain('it answered 503');
    await write(patient('b'));
    await until(async () => (await stateOf('s'))?.events === 2n);
    // It is tried once at once.
    await until(async () => (await stateOf('s'))?.tries === 1);
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(asked).toBe(before);
    const stored = await record.read(caller, 'Subscription', 's');
    await until(async () => {
      const read = await record.read(caller, 'Subscription', 's');
      return read.ok && read.value.body.includes('"status":"error"');
    });
    expect(stored.ok).toBe(true);
  });
});

describe('an end', () => {
  it('comes with the deletion of the Subscription, and nothing of it stays', async () => {
    await start();
    await write(subscription('s'));
    await becomes('s', 'active');
    await write(patient('a'));
    await until(() => numbers.length === 1);
    await record.commit(caller, [{ kind: 'delete', type: 'Subscription', id: 's' }]);
    await until(async () => (await stateOf('s')) === undefined);
    await write(patient('b'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(numbers).toEqual([1]);
    const { rows } = await test.db.query({ text: 'select 1 from subscription_event' });
    expect(rows).toEqual([]);
  });

  it('comes with that of its account, before anything more is told', async () => {
    await start();
    await write(subscription('s'));
    await becomes('s', 'active');
    closed.add(caller.person.id);
    // Rights are believed for a second.
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await write(patient('a'));
    await becomes('s', 'off');
    expect(numbers).toEqual([]);
  });

  it('never begins where it was taken over from elsewhere', async () => {
    await start();
    const admin: Caller = { ...caller, person: { ...caller.person, role: 'administrator' } };
    for (const status of ['active', 'requested']) {
      const resource = subscription(status, { status });
      const done = await record.takeOver(admin, [{ kind: 'import', resource, version: 3, at: new Date(0) }]);
      expect(done.ok).toBe(true);
    }
    const line = JSON.stringify(subscription('line', { meta: { versionId: '1', lastUpdated: '2024-01-01T00:00:00Z' } }));
    const [taken] = await takeLines(record, admin, [line], 1, { keepVersions: false });
    expect(taken?.result.ok).toBe(true);
    await write(patient('a'), subscription('t'));
    await becomes('t', 'active');
    expect((await listSubscriptions(test.db)).map(({ id, state }) => `${id} ${state}`).sort()).toEqual([
      'line off',
      'requested off',
      't active',
    ]);
  });
});

describe('bounds', () => {
  it('of how many there may be are told in the state', async () => {
    await start({ perAccountMax: 1 });
    await write(subscription('s'));
    await becomes('s', 'active');
    await write(subscription('t'));
    await becomes('t', 'off');
    expect((await stateOf('t'))?.reason).toContain('end one first');
  });

  it('of addresses hold however one is written', () => {
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      'fe80::1',
      '0.0.0.0',
      '::',
      '224.0.0.1',
      '255.255.255.255',
      'ff02::1',
      '100.100.100.200',
      'x',
    ])
      expect(isRefused(address), address).toBe(true);
    for (const address of ['127.0.0.1', '10.1.2.3', '192.168.0.9', '::1', 'fd12::1', '8.8.8.8'])
      expect(isRefused(address), address).toBe(false);
    for (const url of [
      'http://0xa9fea9fe/',
      'http://169.254.43518/',
      'http://[::ffff:a9fe:a9fe]/',
      'http://0/',
      'gopher://x/',
      'javascript:x',
      'http://u:p@x/',
      'x',
    ])
      expect(endpointOf(url, []).ok, url).toBe(false);
    expect(endpointOf('https://portal.example.org/hook/a', ['https://portal.example.org/hook']).ok).toBe(true);
    for (const url of [
      'https://portal.example.org/hooks',
      'https://portal.example.org.evil.example/hook/',
      'https://portal.example.org/hook/../x',
    ])
      expect(endpointOf(url, ['https://portal.example.org/hook']).ok, url).toBe(false);
  });
});

describe('a sealed header', () => {
  it('opens for the origin and the name that it was given for, and for nothing else', () => {
    const header = sealer.seal('Authorization: Bearer x', 'https://a.example');
    expect(header).not.toContain('Bearer x');
    expect(sealer.seal(header, 'https://a.example')).toBe(header);
    expect(sealer.open(header, 'https://a.example')).toEqual({ name: 'Authorization', value: 'Bearer x' });
    expect(sealer.open(header, 'https://b.example')).toBeUndefined();
    expect(sealer.open(header.replace('Authorization', 'X-Other'), 'https://a.example')).toBeUndefined();
    expect(sealer.open(`${header.slice(0, -2)}AA`, 'https://a.example')).toBeUndefined();
    expect(sealerOf(randomBytes(32)).open(header, 'https://a.example')).toBeUndefined();
    expect(sealer.open('Authorization: sealed:1:', 'https://a.example')).toBeUndefined();
  });
});

describe('a topic file', () => {
  const topic = (trigger: object): string =>
    JSON.stringify({
      resourceType: 'SubscriptionTopic',
      url: 'https://x.example/t',
      title: 't',
      status: 'active',
      resourceTrigger: [trigger],
    });
  it('is read, and refused where something in it would be passed over', () => {
    expect(readTopic(topic({ resource: 'Patient', queryCriteria: { current: 'Patient?gender=male', requireBoth: true } })).ok).toBe(true);
    const wrong = [
      '',
      '[]',
      '{}',
      topic({}),
      topic({ resource: 'Patient', fhirPathCriteria: 'true' }),
      topic({ resource: 'Patient', supportedInteraction: ['read'] }),
    ];
    for (const text of wrong) expect(readTopic(text).ok, text).toBe(false);
    const compiled = (trigger: object) => {
      const read = readTopic(topic(trigger));
      return read.ok && compileTopic(read.value).ok;
    };
    expect(compiled({ resource: 'Patient', queryCriteria: { current: 'eyes=blue' } })).toBe(false);
    expect(compiled({ resource: 'Ward' })).toBe(false);
  });
});
