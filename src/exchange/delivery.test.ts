// What goes out: in order for each patient, patiently, once; and what is passed on from what came in.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { peopleMigrations } from '../people/schema.ts';
import type { Caller } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import { type Channel, plainChannel, usualPatience } from './channel.ts';
import type { Exchange, MessageState, StoredMessage } from './contract.ts';
import type { Delivered, Outgoing } from './destination.ts';
import { openExchange } from './exchange.ts';
import { languages } from './languages.ts';
import { exchangeMigrations } from './schema.ts';

const admin: Caller = {
  person: { id: '00000000-0000-4000-8000-000000000001', name: 'administrator', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'test',
};
const patience = { ...usualPatience, pausesSeconds: [0.05, 0.1], triesMax: 3 };
const out = (name: string, more: Partial<Channel> = {}): Channel => ({
  ...plainChannel(name, 'hl7v2', 'UTC'),
  direction: 'out',
  patience,
  ...more,
});

let database: TestDatabase;
let exchange: Exchange;
/** What the other side says to each attempt. */
let answer: (message: Outgoing) => Delivered | Promise<Delivered>;
let attempts: string[] = [];
const taken: Delivered = { kind: 'taken', said: 'AA' };

beforeAll(async () => {
  database = await testDatabase();
  const migrated = await migrate(database.db, [...peopleMigrations, ...jobMigrations, ...recordMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  const relay: Channel = {
    ...plainChannel('relay', 'hl7v2', 'UTC'),
    laysDown: false,
    leavesOut: ({ kind }) => (kind === 'ADT^A31' ? 'A31 is not wanted' : undefined),
    mended: (raw) => ({ raw: Buffer.from(Buffer.from(raw).toString().replace('QUIRK', 'MENDED')) }),
    routes: [{ to: 'lab' }, { to: 'slow', takes: ({ kind }) => kind === 'ADT^A04' }],
  };
  const channels = [out('lab'), out('slow'), out('many', { patience: { ...patience, connections: 4 } }), relay];
  const destination = {
    async deliver(message: Outgoing): Promise<Delivered> {
      attempts.push(message.controlId);
      return answer(message);
    },
    close: async () => {},
  };
  exchange = openExchange(database.db, openRecord(database.db), {
    timeZone: 'UTC',
    channels,
    destinations: new Map(['lab', 'slow', 'many'].map((name) => [name, destination])),
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
beforeEach(() => {
  attempts = [];
  answer = () => taken;
});

const adt = (control: string, patient: string, kind = 'ADT^A08'): string =>
  `MSH|^~\\&|ADT|NORTH|LAMP|NORTH|20260701120000||${kind}|${control}|P|2.5.1\rPID|1||${patient}^^^NORTH^MR||QUIRK^A\r`;
async function send(channel: string, text: string): Promise<string> {
  const raw = Buffer.from(text);
  const about = languages.hl7v2?.about(raw);
  if (about === undefined) throw new Error('no hl7v2');
  const receipt = await exchange.receive({ channel, format: 'hl7v2', raw, receivedAt: new Date(), from: 'test', by: 'test', about });
  return receipt.id;
}
async function get(id: string): Promise<StoredMessage> {
  const message = await exchange.get(admin, id);
  if (!message.ok) throw new Error(message.problem.message);
  return message.value;
}
const untilIs = (id: string, state: MessageState) => expect.poll(async () => (await get(id)).state, { timeout: 5000 }).toBe(state);

describe('an outbound message', () => {
  test('is taken once, and what the other side answered is kept', async () => {
    const id = await send('lab', adt('ONE', 'P1'));
    await untilIs(id, 'done');
    expect(await get(id)).toMatchObject({ direction: 'out', answer: 'AA', tries: 1 });
    expect(attempts).toEqual(['ONE']);
  });

  test('goes again to whom it was sent before: only what comes in is stored once', async () => {
    const text = adt('TWICE', 'P1');
    const ids = [await send('lab', text), await send('lab', text)];
    for (const id of ids) await untilIs(id, 'done');
    expect(attempts).toEqual(['TWICE', 'TWICE']);
  });

  test('that is refused waits with the reason, and only its patient waits behind it', async () => {
    let refusals = 2;
    answer = ({ controlId }) =>
      controlId === 'A1' && refusals-- > 0 ? { kind: 'refused', said: 'AE: unknown ward', forGood: false } : taken;
    await exchange.pause(admin, 'lab', true);
    const [a1, a2, b1] = [await send('lab', adt('A1', 'PA')), await send('lab', adt('A2', 'PA')), await send('lab', adt('B1', 'PB'))];
    await exchange.pause(admin, 'lab', false);
    await untilIs(b1, 'done');
    await untilIs(a2, 'done');
    expect(attempts).toEqual(['A1', 'B1', 'A1', 'A1', 'A2']);
    expect(await get(a1)).toMatchObject({ state: 'done', tries: 3 });
  });

  test('that is refused too often, or for good, is for a person to decide; what stands behind it goes on', async () => {
    answer = ({ controlId }) =>
      controlId === 'BAD' ? { kind: 'refused', said: 'AR: no such event', forGood: true } : { kind: 'refused', said: 'AE', forGood: false };
    const [bad, often] = [await send('lab', adt('BAD', 'PC')), await send('lab', adt('OFTEN', 'PC'))];
    await untilIs(often, 'failed');
    expect((await get(bad)).problem?.message).toMatch(/AR: no such event.*exchange again/);
    expect(attempts).toEqual(['BAD', 'OFTEN', 'OFTEN', 'OFTEN']);
    answer = () => taken;
    const again = await exchange.againAll(admin, { channel: 'lab', state: 'failed', count: 100 });
    expect(again).toEqual({ ok: true, value: 2 });
    await untilIs(often, 'done');
    expect(attempts.slice(4)).toEqual(['BAD', 'OFTEN']);
  });

  test('to somebody who is away waits for ever, one knock a pause, and says why', async () => {
    let away = true;
    answer = () => (away ? { kind: 'unreachable', said: 'connect ECONNREFUSED' } : taken);
    const ids: string[] = [];
    for (let n = 0; n < 20; n++) ids.push(await send('lab', adt(`AWAY${n}`, `PD${n}`)));
    await expect.poll(() => attempts.length).toBeGreaterThan(4);
    expect(new Set(attempts)).toEqual(new Set(['AWAY0']));
    expect((await get(ids[3] ?? '')).waits).toMatch(/cannot be reached \(connect ECONNREFUSED\)/);
    const channels = await exchange.channels(admin);
    expect(channels.ok && channels.value.find(({ name }) => name === 'lab')).toMatchObject({ waiting: 20, direction: 'out' });
    away = false;
    for (const id of ids) await untilIs(id, 'done');
    expect(attempts.slice(attempts.indexOf('AWAY1'))).toEqual(Array.from({ length: 19 }, (_, n) => `AWAY${n + 1}`));
  });

  test('that is not answered goes again before what stands behind it', async () => {
    let silences = 2;
    answer = () => (silences-- > 0 ? { kind: 'silent', said: 'no acknowledgement within 1 s' } : taken);
    const ids = [await send('lab', adt('S1', 'PE')), await send('lab', adt('S2', 'PE'))];
    for (const id of ids) await untilIs(id, 'done');
    expect(attempts).toEqual(['S1', 'S1', 'S1', 'S2']);
  });

  test('goes beside others only over connections of the channel, and never beside one of its patient', async () => {
    let underWay = 0;
    let most = 0;
    const lanes = new Set<string>();
    let doubled = false;
    answer = async ({ raw }) => {
      const patient = /PID\|1\|\|(\w+)/.exec(raw.toString())?.[1] ?? '';
      doubled ||= lanes.has(patient);
      lanes.add(patient);
      most = Math.max(most, ++underWay);
      await new Promise((done) => setTimeout(done, 2));
      underWay--;
      lanes.delete(patient);
      return taken;
    };
    await exchange.pause(admin, 'many', true);
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) ids.push(await send('many', adt(`M${n}`, `PF${n % 7}`)));
    await exchange.pause(admin, 'many', false);
    for (const id of ids) await untilIs(id, 'done');
    expect({ most, doubled }).toEqual({ most: 4, doubled: false });
    for (let lane = 0; lane < 7; lane++) {
      const order = attempts.map((control) => Number(control.slice(1))).filter((n) => n % 7 === lane);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });
});

describe('a message that came in', () => {
  test('is passed on to where its routes lead, mended, once, however often it is done', async () => {
    const id = await send('relay', adt('R1', 'PG', 'ADT^A04'));
    await untilIs(id, 'done');
    await exchange.idle();
    const children = async (): Promise<StoredMessage[]> => {
      const found = await exchange.find(admin, { controlId: 'R1', direction: 'out', count: 10 });
      if (!found.ok) throw new Error(found.problem.message);
      return found.value.messages;
    };
    expect((await children()).map(({ channel, parent }) => [channel, parent]).sort()).toEqual([
      ['lab', id],
      ['slow', id],
    ]);
    const [child] = await children();
    const sent = await exchange.original(admin, child?.id ?? '');
    expect(sent.ok && sent.value.toString()).toContain('MENDED^A');
    const kept = await exchange.original(admin, id);
    expect(kept.ok && kept.value.toString()).toContain('QUIRK^A');
    await exchange.again(admin, [id]);
    await exchange.idle();
    expect(await children()).toHaveLength(2);
    const other = await send('relay', adt('R2', 'PG'));
    await untilIs(other, 'done');
    const found = await exchange.find(admin, { controlId: 'R2', direction: 'out', count: 10 });
    expect(found.ok && found.value.messages.map(({ channel }) => channel)).toEqual(['lab']);
  });

  test('that the filter leaves out is kept as dropped, with why', async () => {
    const id = await send('relay', adt('R3', 'PG', 'ADT^A31'));
    await untilIs(id, 'dropped');
    expect((await get(id)).problem?.message).toBe('Left out by the filter of the channel relay: A31 is not wanted');
  });
});

describe('old messages', () => {
  const left = async (channel: string): Promise<string[]> => {
    const found = await exchange.find(admin, { channel, count: 1000 });
    if (!found.ok) throw new Error(found.problem.message);
    return found.value.messages.map(({ controlId }) => controlId).reverse();
  };
  const prune = async (keep: object, dryRun = false) => {
    const pruned = await exchange.prune(admin, { channel: 'slow', keep, dryRun });
    return pruned.ok ? pruned.value : pruned.problem;
  };

  test('are given up by count, bytes and age; never what waits, what failed only where asked', async () => {
    await prune({ days: -1, failed: true });
    answer = ({ controlId }) => (controlId === 'O2' ? { kind: 'refused', said: 'AR', forGood: true } : taken);
    for (let n = 0; n < 6; n++) await send('slow', adt(`O${n}`, `PO${n}`));
    await exchange.idle();
    await exchange.pause(admin, 'slow', true);
    await send('slow', adt('O6', 'PO6'));
    const bytes = Buffer.byteLength(adt('O0', 'PO0'));
    expect(await prune({ count: 5 }, true)).toEqual([{ channel: 'slow', messages: 2, bytes: bytes * 2 }]);
    expect(await left('slow')).toHaveLength(7);
    expect(await prune({ count: 5 })).toEqual([{ channel: 'slow', messages: 2, bytes: bytes * 2 }]);
    expect(await left('slow')).toEqual(['O2', 'O3', 'O4', 'O5', 'O6']);
    await prune({ bytes: bytes * 3 });
    expect(await left('slow')).toEqual(['O2', 'O4', 'O5', 'O6']);
    expect(await prune({ days: 1 })).toEqual([{ channel: 'slow', messages: 0, bytes: 0 }]);
    await prune({ days: -1 });
    expect(await left('slow')).toEqual(['O2', 'O6']);
    await prune({ days: -1, failed: true });
    expect(await left('slow')).toEqual(['O6']);
    const { rows } = await database.db.query({ text: "select 1 from message_key where key = 'PO0'" });
    expect(rows).toEqual([]);
    await exchange.pause(admin, 'slow', false);
  });

  test('are given up only by who may decide about them', async () => {
    const officer: Caller = { ...admin, person: { ...admin.person, role: 'records-officer' } };
    expect(await exchange.prune(officer, {})).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
  });
});
