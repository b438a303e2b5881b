// Batches are laid over what the ones before them leave, before those are on disk: whatever somebody else changes meanwhile, and
// whatever fails, the record ends as if each message had been done by itself, in its order.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Patient } from '../fhir/generated/types.ts';
import { fail } from '../fhir/result.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { peopleMigrations } from '../people/schema.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import type { Exchange } from './contract.ts';
import { openExchange } from './exchange.ts';
import { languages } from './languages.ts';
import { exchangeMigrations } from './schema.ts';

let database: TestDatabase;
let record: RecordStore;

const admin: Caller = {
  person: { id: '00000000-0000-4000-8000-000000000001', name: 'administrator', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'test',
};

beforeAll(async () => {
  database = await testDatabase();
  const migrated = await migrate(database.db, [...peopleMigrations, ...jobMigrations, ...recordMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(database.db);
});
afterAll(() => database.drop());

let number = 0;
/** So many are laid together at most (worker.ts). */
const batch = 200;

/** The nth message about a patient, said n minutes after the first. */
function saying(mrn: string, n: number, telephone: string): Buffer {
  const time = new Date(Date.UTC(2026, 6, 1, 12, n)).toISOString().replace(/\D/g, '').slice(0, 14);
  return Buffer.from(
    `MSH|^~\\&|ADT|NORTH|LAMP|NORTH|${time}||ADT^A08|D${++number}|P|2.5.1\rPID|1||${mrn}^^^NORTH^MR||NIGHTINGALE^FLORENCE||18200512|F|||||${telephone}\r`,
  );
}

/** Receives them while the channel is paused, so that they are laid in full batches; `between`: before the nth is written. */
async function laid(messages: readonly Buffer[], between: (nth: number) => Promise<'busy' | 'conflict' | undefined>) {
  let nth = 0;
  const disturbed: RecordStore = {
    ...record,
    async commitWith(caller, writes, beside) {
      const what = await between(++nth);
      if (what === 'busy') throw new Error('the database went away');
      if (what === 'conflict') return fail('precondition', 'somebody was there before');
      return record.commitWith(caller, writes, beside);
    },
  };
  const failures: unknown[] = [];
  const exchange = openExchange(database.db, disturbed, {
    timeZone: 'UTC',
    channels: [],
    now: () => new Date(),
    failed: (_channel, error) => void failures.push(error),
  });
  const paused = await exchange.pause(admin, 'hl7v2', true);
  if (!paused.ok) throw new Error(paused.problem.message);
  const ids: string[] = [];
  for (const raw of messages) {
    const about = languages.hl7v2!.about(raw);
    const { id } = await exchange.receive({
      channel: 'hl7v2',
      format: 'hl7v2',
      raw,
      receivedAt: new Date(),
      from: 'test',
      by: 'test',
      about,
    });
    ids.push(id);
  }
  return { exchange, ids, failures };
}

async function done(exchange: Exchange, ids: readonly string[]): Promise<void> {
  const resumed = await exchange.pause(admin, 'hl7v2', false);
  if (!resumed.ok) throw new Error(resumed.problem.message);
  for (const id of [ids.at(-1)!, ...ids])
    await expect.poll(async () => (await exchange.stateOf(id))?.state, { timeout: 30_000 }).toBe('done');
  await exchange.close();
}

async function patientOf(mrn: string): Promise<Patient> {
  const query = parseQuery('Patient', [['identifier', mrn]]);
  const page = query.ok ? await record.search(admin, query.value) : query;
  if (!page.ok) throw new Error(page.problem.message);
  expect(page.value.matches).toHaveLength(1);
  return JSON.parse(page.value.matches[0]!.body) as Patient;
}

const telephoneOf = ({ telecom }: Patient): string | undefined => telecom?.[0]?.value;

test('what somebody else changes after a batch was laid ahead is seen, though the messages say nothing new', async () => {
  const mrn = `M${++number}`;
  const messages = Array.from({ length: 2 * batch + 10 }, (_, n) => saying(mrn, n, '555-1000'));
  const { exchange, ids } = await laid(messages, async (nth) => {
    if (nth !== 2) return undefined;
    const patient = await patientOf(mrn);
    const changed = await record.commit(admin, [
      { kind: 'update', resource: { ...patient, telecom: [{ ...patient.telecom![0], value: '555-9999' }] } },
    ]);
    if (!changed.ok) throw new Error(changed.problem.message);
  });
  await done(exchange, ids);
  expect(telephoneOf(await patientOf(mrn))).toBe('555-1000');
});

test('what another process hears later of the same element holds, though the resource says the same', async () => {
  const mrn = `M${++number}`;
  const messages = Array.from({ length: 3 * batch }, (_, n) => saying(mrn, n, n < 2 * batch ? '555-1000' : '555-2000'));
  const { exchange, ids } = await laid(messages, async (nth) => {
    if (nth !== 2) return undefined;
    const target = `Patient/${(await patientOf(mrn)).id}`;
    const { rows } = await database.db.query<{ clock: string }>({
      text: 'select clock from exchange_clock where target = $1',
      values: [target],
    });
    const lines = JSON.parse(rows[0]!.clock) as [number, string, ...string[]][];
    const later = JSON.stringify(lines.map(([at, ...rest]) => [at + 86_400_000, ...rest]));
    await database.db.query({
      text: 'update exchange_clock set clock = $2, version = version + 1 where target = $1',
      values: [target, later],
    });
  });
  await done(exchange, ids);
  expect(telephoneOf(await patientOf(mrn))).toBe('555-1000');
});

test('batches that fail, that conflict, and of which a message is dropped, leave what the messages say last', async () => {
  const patients = Array.from({ length: 7 }, () => `M${++number}`);
  const all = Array.from({ length: 6 * batch }, (_, n) => ({ mrn: patients[n % 7]!, telephone: `555-${1000 + n}`, n }));
  const messages = all.map(({ mrn, telephone, n }) => saying(mrn, n, telephone));
  const dropped = batch + 5;
  const { exchange, ids, failures } = await laid(messages, async (nth) => {
    if (nth === 2) await database.db.query({ text: 'delete from message_work where id = $1', values: [ids[dropped]] });
    if (nth === 4) return 'conflict';
    if (nth === 6) return 'busy';
  });
  await done(
    exchange,
    ids.filter((_, at) => at !== dropped),
  );
  expect(failures.map(String)).toEqual(['Error: the database went away']);
  for (const mrn of patients) expect(telephoneOf(await patientOf(mrn))).toBe(all.findLast((one) => one.mrn === mrn)?.telephone);
});
