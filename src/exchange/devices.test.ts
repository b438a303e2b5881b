// What devices say, laid into the record: the same whatever comes first, twice or late; and many values at once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { peopleMigrations } from '../people/schema.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import type { Exchange } from './contract.ts';
import { openExchange } from './exchange.ts';
import { languages } from './languages.ts';
import { exchangeMigrations } from './schema.ts';

const admin: Caller = {
  person: { id: '00000000-0000-4000-8000-000000000001', name: 'administrator', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'test',
};

let database: TestDatabase;
let record: RecordStore;
let exchange: Exchange;
beforeAll(async () => {
  database = await testDatabase();
  const migrated = await migrate(database.db, [...peopleMigrations, ...jobMigrations, ...recordMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(database.db);
  exchange = openExchange(database.db, record, {
    timeZone: 'UTC',
    channels: [],
    now: () => new Date(),
    failed: (_channel, error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  await exchange.close();
  await database.drop();
});

async function send(sender: string, payload: object): Promise<string> {
  const raw = Buffer.from(JSON.stringify(payload));
  const about = { ...languages.devices!.about(raw), sender, lane: sender };
  const receipt = await exchange.receive({
    channel: 'devices',
    format: 'devices',
    raw,
    receivedAt: new Date(),
    from: 'test',
    by: 'test',
    about,
  });
  return receipt.id;
}

/** What the messages made, without ids and versions: two senders say the same of two patients. */
async function stateOf(messages: readonly string[]): Promise<unknown[]> {
  await exchange.idle();
  const names = new Set<string>();
  for (const id of messages) {
    const message = await exchange.get(admin, id);
    if (!message.ok || message.value.state !== 'done') throw new Error('a message is not done');
    for (const name of message.value.resources) names.add(name.split('/_history')[0]!);
  }
  const bodies: string[] = [];
  for (const name of names) {
    const [type, id] = name.split('/') as ['Observation', string];
    const found = await record.read(admin, type, id);
    if (!found.ok) throw new Error(found.problem.message);
    if (type === 'Observation') bodies.push(found.value.body);
  }
  return bodies
    .map((body) => {
      const { effectiveDateTime, valueQuantity, component, code } = JSON.parse(body) as Record<string, unknown>;
      return JSON.stringify({ effectiveDateTime, valueQuantity, component, code });
    })
    .sort();
}

const minute = (at: number): string => new Date(Date.UTC(2026, 6, 1, 12, at)).toISOString();
const pressure = (at: number, systolic: number): object[] => [
  { code: 150021, value: systolic, unit: 'mmHg', time: minute(at) },
  { code: 150022, value: 76, unit: 'mmHg', time: minute(at) },
];
const rate = (at: number, value: number): object => ({ code: 147842, value, unit: '/min', time: minute(at) });

test('messages in any order, twice and with a correction among them lead to the same observations', async () => {
  const of = (sender: string) => {
    const patient = { system: 'http://north.example.org/mrn', value: sender };
    return [
      { id: '1', patient, sent: minute(10), values: [rate(1, 60), rate(2, 61), ...pressure(1, 118)] },
      { id: '2', patient, sent: minute(11), values: [rate(2, 61), rate(3, 62)] },
      // What the device says later of the same moment is a correction.
      { id: '3', patient, sent: minute(12), values: [rate(2, 71), ...pressure(3, 121)] },
      { id: '4', patient, sent: minute(13), clock: minute(3), values: [rate(4, 64)] },
    ];
  };
  const states: unknown[][] = [];
  for (const [index, order] of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 2, 1, 0, 1],
  ].entries()) {
    const messages = of(`D${index}`);
    const ids: string[] = [];
    for (const at of order) ids.push(await send(`D${index}`, messages[at]!));
    states.push(await stateOf(ids));
  }
  expect(states[0]).toHaveLength(7);
  expect(states[0]?.filter((one) => String(one).includes('"value":71'))).toHaveLength(1);
  expect(states[0]?.some((one) => String(one).includes('T12:14:00Z'))).toBe(true);
  expect(states[1]).toEqual(states[0]);
  expect(states[2]).toEqual(states[0]);
});

test('messages with a thousand values each are all done, and one with more says what was left out', async () => {
  const values = (count: number, from: number): object[] => Array.from({ length: count }, (_, index) => rate(from + index, 60));
  const ids = await Promise.all([0, 1, 2, 3].map((part) => send('BIG', { id: `b${part}`, values: values(1000, part * 1000) })));
  ids.push(await send('BIG', { id: 'more', values: values(1001, 4000) }));
  expect(await stateOf(ids)).toHaveLength(5000);
  const ledger = await exchange.ledger(admin, ids[4]!);
  expect(ledger.ok && ledger.value.find(({ path }) => path === '/values/1000/value')).toMatchObject({ state: 'kept' });
}, 60_000);
