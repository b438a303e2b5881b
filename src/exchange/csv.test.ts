// Files of rows on their way into the record: good rows in it, bad ones as failed messages that can be done again when the mapping is
// mended.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { ok } from '../fhir/result.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { peopleMigrations } from '../people/schema.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import type { ChannelFile } from './channel-file.ts';
import { readChannelFile } from './channel-file.ts';
import { channelOf } from './channels.ts';
import type { Exchange, MessageState, StoredMessage } from './contract.ts';
import { openExchange } from './exchange.ts';
import { receiveRows } from './receive-rows.ts';
import { exchangeMigrations } from './schema.ts';

const admin: Caller = {
  person: { id: '00000000-0000-4000-8000-000000000001', name: 'administrator', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'test',
};
const file: unknown = JSON.parse(readFileSync('examples/channels/weights.json', 'utf8'));

let database: TestDatabase;
let record: RecordStore;
let exchange: Exchange;

function open(change: (declares: ChannelFile) => void = () => {}): Exchange {
  const declares = readChannelFile(structuredClone(file), (where, says) => {
    throw new Error(`${where} ${says}`);
  });
  if (declares === undefined) throw new Error('no channel');
  change(declares);
  return openExchange(database.db, record, {
    timeZone: 'UTC',
    channels: [channelOf(declares, 'UTC')],
    now: () => new Date(),
    failed: (_channel, error) => {
      throw error;
    },
  });
}

beforeAll(async () => {
  database = await testDatabase();
  const migrated = await migrate(database.db, [...peopleMigrations, ...jobMigrations, ...recordMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(database.db);
  exchange = open();
});
afterAll(async () => {
  await exchange.close();
  await database.drop();
});

const header = 'Patient;Name;Vorname;Geburtstag;Geschlecht;Gemessen;Gewicht;Größe;Zimmer\n';
let files = 0;
async function receive(rows: string, meant = true) {
  const language = exchange.rowsOf('weights');
  if (language === undefined) throw new Error('the channel has no mapping');
  const of = { channel: 'weights', name: `${++files}.csv`, at: meant ? new Date() : undefined, by: 'test', now: () => new Date() };
  const taken = await receiveRows(language, [Buffer.from(header + rows, 'latin1')], of, async (arrival) =>
    ok(await exchange.receive(arrival)),
  );
  await exchange.idle();
  return taken.ok ? taken.value : undefined;
}
async function messages(state: MessageState): Promise<StoredMessage[]> {
  const found = await exchange.find(admin, { channel: 'weights', state, count: 100 });
  return found.ok ? found.value.messages : [];
}
async function patient(number: string): Promise<unknown> {
  const [message] =
    (await exchange.find(admin, { key: number, state: 'done', count: 1 }).then((found) => (found.ok ? found.value.messages : []))) ?? [];
  for (const name of message?.resources ?? []) {
    const [type, id] = name.split('/') as ['Patient', string];
    if (type !== 'Patient') continue;
    const found = await record.read(admin, type, id);
    const body = found.ok ? (JSON.parse(found.value.body) as { identifier: { value: string }[] }) : undefined;
    if (body?.identifier[0]?.value === number) return body;
  }
  return undefined;
}

test('the good rows of a file go in, the bad ones wait for a person, and go in when the mapping is mended', async () => {
  const taken = await receive('17;One;;03.02.1961;m;05.07.2026 08:30;71,5;;\n18;Two;;;f;;;;\n19;Three;;;;;;;\n');
  expect(taken).toMatchObject({ messages: 2, rows: 2, refused: 1, problems: [{ where: 'line 3, Geschlecht' }] });
  expect(await patient('17')).toMatchObject({ name: [{ family: 'One' }], birthDate: '1961-02-03', gender: 'male' });
  expect(await patient('19')).toMatchObject({ name: [{ family: 'Three' }] });
  const [failed, ...others] = await messages('failed');
  expect(others).toEqual([]);
  expect(failed).toMatchObject({
    from: '1.csv, line 3',
    keys: ['18'],
    problem: { message: expect.stringContaining('Line 3, column "Geschlecht"') },
  });
  const original = await exchange.original(admin, failed?.id ?? '');
  expect(original.ok && original.value.toString('latin1')).toBe(`${header}18;Two;;;f;;;;\n`);

  // Again with nothing mended, it fails again; with the code in the map it goes in.
  await exchange.again(admin, [failed?.id ?? '']);
  await exchange.idle();
  expect(await messages('failed')).toHaveLength(1);
  await exchange.close();
  exchange = open(({ columns }) => {
    for (const one of columns ?? []) if (one.column === 'Geschlecht') one.map = { ...one.map, f: 'female' };
  });
  await exchange.again(admin, [failed?.id ?? '']);
  await exchange.idle();
  expect(await messages('failed')).toEqual([]);
  expect(await patient('18')).toMatchObject({ gender: 'female' });
});

test('a later file changes what it says and leaves the rest', async () => {
  await receive('17;Newname;;;;;;;\n');
  expect(await patient('17')).toMatchObject({ name: [{ family: 'Newname' }], birthDate: '1961-02-03', gender: 'male' });
});

test('the same rows again are known again and done once, unless they are meant', async () => {
  const rows = '17;One;;03.02.1961;m;06.07.2026 08:30;72,5;;\n';
  expect(await receive(rows, false)).toMatchObject({ messages: 1, known: 0 });
  expect(await receive(rows, false)).toMatchObject({ messages: 1, known: 1 });
  expect(await receive(`${rows}17;One;;03.02.1961;m;07.07.2026 08:30;72,5;;\n`, false)).toMatchObject({ messages: 1, known: 0 });
  expect(await receive(rows)).toMatchObject({ messages: 1, known: 0 });
});

test('what waits in a channel whose file is gone says so', async () => {
  await exchange.pause(admin, 'weights', true);
  await receive('20;Waits;;;;;;;\n');
  expect((await messages('waiting'))[0]?.waits).toBe('The channel weights is paused');
  await exchange.close();
  exchange = openExchange(database.db, record, { timeZone: 'UTC', channels: [], now: () => new Date(), failed: () => {} });
  const [waiting] = await messages('waiting');
  expect(waiting?.waits).toBe('The file of the channel weights is gone: put it back, or drop the message');
  expect(await exchange.get(admin, waiting?.id ?? '')).toMatchObject({ value: { waits: expect.stringContaining('is gone') } });
  await exchange.close();
  exchange = open();
  await exchange.pause(admin, 'weights', false);
  await exchange.idle();
  expect(await messages('waiting')).toEqual([]);
});

test('a file in which all are called the same is laid, and puts few of them beside each', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => `9${100 + n};Same;Sam;01.01.1980;;;;;\n`).join('');
  expect(await receive(rows)).toMatchObject({ messages: 1, rows: 60 });
  expect(await patient('9100')).toMatchObject({ name: [{ family: 'Same' }] });
  const { rows: counted } = await database.db.query<{ n: bigint }>({
    text: "select count(*) as n from exchange_clock where target like 'Task/%'",
  });
  expect(Number(counted[0]?.n)).toBe(5 + 4 + 3 + 2 + 1 + 54 * 5);
});

test('a mapping is tried on rows without anything being stored', async () => {
  const count = async (): Promise<number> => (await messages('done')).length + (await messages('failed')).length;
  const before = await count();
  const shown = await exchange.preview(admin, 'weights', Buffer.from(`${header}99;X;;;;;;;\n98;Y;;bad;;;;;\n`, 'latin1'), 5);
  expect(shown.ok && shown.value.rows.map(({ problems }) => problems.length)).toEqual([0, 1]);
  const said = await exchange.convert(admin, 'csv', Buffer.from(`${header}99;X;;;;;;;\n`, 'latin1'), 'weights');
  expect(said.ok && (JSON.parse(said.value) as { entry: unknown[] }).entry).toHaveLength(1);
  expect(await exchange.convert(admin, 'csv', Buffer.from(header), undefined)).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
  expect(await count()).toBe(before);
  expect(await patient('99')).toBeUndefined();
});
