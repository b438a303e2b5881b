// Messages from the socket to the record: kept as they came, once, in order, with a ledger; and what people may do with them.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Encounter, Location, Patient, Task } from '../fhir/generated/types.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { tellers } from '../formats/hl7v2/map/tellers.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { peopleMigrations } from '../people/schema.ts';
import type { Person } from '../policy/contract.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { openRecord } from '../record/record.ts';
import { recordMigrations } from '../record/schema.ts';
import { ownChannels } from './channel.ts';
import type { Exchange, Receipt } from './contract.ts';
import { openExchange } from './exchange.ts';
import { languages } from './languages.ts';
import { exchangeMigrations } from './schema.ts';

let database: TestDatabase;
let record: RecordStore;
let exchange: Exchange;

const caller = (role: Person['role'], more: Partial<Person> = {}): Caller => ({
  person: { id: '00000000-0000-4000-8000-000000000001', name: role, role, ...more },
  purpose: 'TREAT',
  from: 'test',
  request: 'test',
});
const admin = caller('administrator');

beforeAll(async () => {
  database = await testDatabase();
  const migrated = await migrate(database.db, [...peopleMigrations, ...jobMigrations, ...recordMigrations, ...exchangeMigrations]);
  if (!migrated.ok) throw new Error(migrated.problem.message);
  record = openRecord(database.db);
  exchange = openExchange(database.db, record, {
    timeZone: 'Europe/London',
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

let number = 0;
const telling = (...segments: string[]): boolean => segments.every((segment) => segment in tellers);
const adt = (pid: string, more: { event?: string; time?: string; control?: string } = {}): string =>
  `MSH|^~\\&|ADT|NORTH|LAMP|NORTH|${more.time ?? '20260701120000'}||ADT^${more.event ?? 'A08'}|${more.control ?? `C${++number}`}|P|2.5.1\rPID|1||${pid}\r`;

async function send(text: string): Promise<Receipt> {
  const raw = Buffer.from(text);
  const about = languages.hl7v2?.about(raw);
  if (about === undefined) throw new Error('no hl7v2');
  return exchange.receive({ channel: 'hl7v2', format: 'hl7v2', raw, receivedAt: new Date(), from: 'test', by: 'test', about });
}

async function patientOf(value: string): Promise<Patient> {
  const query = parseQuery('Patient', [['identifier', value]]);
  const page = query.ok ? await record.search(admin, query.value) : query;
  if (!page.ok) throw new Error(page.problem.message);
  const [first, second] = page.value.matches;
  if (first === undefined || second !== undefined) throw new Error(`${page.value.matches.length} patients have the number ${value}`);
  return JSON.parse(first.body) as Patient;
}

let mrn = '';
beforeEach(() => {
  mrn = `M${++number}`;
});

describe('a message', () => {
  test('is kept as it came and becomes part of the record', async () => {
    const text = adt(`${mrn}^^^NORTH^MR||NIGHTINGALE^FLORENCE||18200512|F`);
    const receipt = await send(text);
    expect(receipt).toMatchObject({ again: false, state: 'waiting' });
    await exchange.idle();
    const original = await exchange.original(admin, receipt.id);
    expect(original.ok && original.value.toString()).toBe(text);
    const message = await exchange.get(admin, receipt.id);
    expect(message).toMatchObject({ ok: true, value: { state: 'done', sender: 'ADT/NORTH', kind: 'ADT^A08', keys: [mrn] } });
    expect(await patientOf(mrn)).toMatchObject({ birthDate: '1820-05-12', gender: 'female', name: [{ family: 'NIGHTINGALE' }] });
    const ledger = await exchange.ledger(admin, receipt.id);
    if (!ledger.ok) throw new Error(ledger.problem.message);
    expect(ledger.value.find(({ path }) => path === 'PID-5.1')).toMatchObject({
      state: 'mapped',
      text: 'NIGHTINGALE',
      elements: [expect.stringMatching(/^Patient\/.*#name\[0\]\.family$/)],
    });
  });

  test('is the source of what it made, by the leaves of that alone, for whoever may read that', async () => {
    const { id } = await send(adt(`${mrn}^^^NORTH^MR||NIGHTINGALE^FLORENCE||18200512|F`));
    await exchange.idle();
    const resource = `Patient/${(await patientOf(mrn)).id}`;
    const sources = await exchange.sources(caller('nurse'), resource);
    if (!sources.ok) throw new Error(sources.problem.message);
    expect(sources.value).toMatchObject([{ message: id, channel: 'hl7v2', sender: 'ADT/NORTH', kind: 'ADT^A08' }]);
    expect(sources.value[0]?.leaves).toContainEqual({ path: 'PID-5.1', text: 'NIGHTINGALE', elements: ['name[0].family'] });
    expect(sources.value[0]?.leaves.filter(({ path }) => path.startsWith('MSH'))).toEqual([]);
    const elsewhere = await exchange.sources(caller('clinician', { organisations: ['elsewhere'] }), resource);
    const nowhere = await exchange.sources(caller('clinician'), 'Patient/nobody');
    for (const refused of [elsewhere, nowhere]) expect(refused).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
    expect(await exchange.sources(caller('clinician'), 'Nothing/1')).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
  });

  test('is the source of a place that it names first, and not of one that it only names', async () => {
    const visit = (): string => `${adt(`${mrn}^^^NORTH^MR||NIGHTINGALE^FLORENCE`)}PV1|1|I|WARD-${mrn}^1^2^NORTH\r`;
    const [first, second] = [await send(visit()), await send(visit())];
    await exchange.idle();
    const named = async (id: string): Promise<string[]> => {
      const message = await exchange.get(admin, id);
      return message.ok ? (message.value?.resources ?? []).filter((name) => name.startsWith('Location/')) : [];
    };
    const places = (await named(first.id)).map((name) => name.split('/').slice(0, 2).join('/'));
    expect(places.length).toBeGreaterThan(2);
    expect((await named(second.id)).length).toBe(places.length);
    const sources = await Promise.all(places.map((place) => exchange.sources(admin, place)));
    const made = sources.flatMap((found) => (found.ok ? found.value.map(({ message }) => message) : []));
    expect(made).not.toContain(second.id);
    expect(made).toContain(first.id);
  });

  test('that makes more than can be read again is refused in words, and stands in nobody’s way', async () => {
    const numbers = Array.from({ length: 20_000 }, (_, at) => `^PRN^CP^^1^555^${1_000_000 + at}`).join('~');
    const large = await send(adt(`${mrn}^^^NORTH^MR||A^B||||||||${numbers}`));
    const next = await send(adt(`${mrn}^^^NORTH^MR||NIGHTINGALE^FLORENCE`));
    await exchange.idle();
    expect(await exchange.get(admin, large.id)).toMatchObject({ value: { state: 'failed', problem: { kind: 'too-costly' } } });
    expect(await exchange.get(admin, next.id)).toMatchObject({ value: { state: 'done' } });
    expect((await patientOf(mrn)).name?.[0]?.family).toBe('NIGHTINGALE');
  });

  test('that comes again is answered as before and has no second effect', async () => {
    const text = adt(`${mrn}^^^NORTH^MR||A^B`);
    const one = await send(text);
    const other = await send(text);
    expect(other).toMatchObject({ id: one.id, again: true });
    await exchange.idle();
    expect(await send(text)).toMatchObject({ id: one.id, again: true, state: 'done' });
  });

  test('changes what it says, deletes what it asks to delete, and leaves the rest, in whatever order it comes', async () => {
    const first = adt(`${mrn}^^^NORTH^MR||A^B||19700101|F`, { time: '202607011200' });
    const second = adt(`${mrn}^^^NORTH^MR||C^D||""`, { time: '202607011300' });
    await send(second);
    await exchange.idle();
    await send(first);
    await exchange.idle();
    const patient = await patientOf(mrn);
    expect(patient).toMatchObject({ name: [{ family: 'C' }], gender: 'female' });
    expect(patient.birthDate).toBeUndefined();
  });

  test('is about whoever has its identifier in the record already', async () => {
    const made = await record.commit(admin, [
      {
        kind: 'create',
        resource: { resourceType: 'Patient', identifier: [{ system: 'urn:id:NORTH', value: mrn }], name: [{ family: 'Old' }] },
      },
    ]);
    const id = made.ok ? made.value[0]?.stored.id : undefined;
    const receipt = await send(adt(`${mrn}^^^NORTH^MR||New^B`));
    await exchange.idle();
    const message = await exchange.get(admin, receipt.id);
    expect(message.ok && message.value.resources).toEqual([`Patient/${id}/_history/2`]);
  });

  test('finds a place by the universal id that it has, whatever it is called, and never by its name', async () => {
    const place = (key: string, name: string): Location => ({
      resourceType: 'Location',
      id: key,
      identifier: [{ system: 'urn:ietf:rfc:3986', value: `http://places.example/${key}` }],
      name,
    });
    await record.commit(
      admin,
      [place('ward-6', 'Ward Six'), place('ward-6-bed-2', 'Ward Six, bed 2')].map((resource) => ({ kind: 'update', resource })),
    );
    const admitted = (where: string): string =>
      `${adt(`${mrn}^^^NORTH^MR||A^B`, { event: 'A01', time: `2026070112${String(number++ % 60).padStart(2, '0')}` })}PV1|1|I|${where}|||||||||||||||||${`V${mrn}`}^^^NORTH\r`;
    const hd = (words: string, key: string): string => `${words}&http://places.example/${key}&URI`;
    const placesAfter = async (where: string): Promise<string[]> => {
      const { id } = await send(admitted(where));
      await exchange.idle();
      const message = await exchange.get(admin, id);
      const resources = message.ok ? message.value.resources : [];
      return resources.filter((one) => one.startsWith('Location/')).map((one) => one.split('/_history')[0] ?? '');
    };
    expect((await placesAfter(`${hd('Station 6', 'ward-6')}^^${hd('2', 'ward-6-bed-2')}`)).sort()).toEqual([
      'Location/ward-6',
      'Location/ward-6-bed-2',
    ]);
    expect(await record.read(admin, 'Location', 'ward-6')).toMatchObject({ value: { version: 1 } });
    const [byName] = await placesAfter('Ward Six');
    expect(byName).not.toBe('Location/ward-6');
    // An id of the sender's own kind is nobody else's.
    const [local] = await placesAfter('Ward Six&ward-6&L');
    expect(local).not.toBe('Location/ward-6');
  });

  test('that cannot be read is kept, and says why', async () => {
    const receipt = await send('hello');
    expect(receipt).toMatchObject({ state: 'failed', problem: { where: 'MSH-1' } });
    const original = await exchange.original(admin, receipt.id);
    expect(original.ok && original.value.toString()).toBe('hello');
  });

  test('waits while its channel is paused, and says so', async () => {
    await exchange.pause(admin, 'hl7v2', true);
    const receipt = await send(adt(`${mrn}^^^NORTH^MR||A^B`));
    expect(await exchange.get(admin, receipt.id)).toMatchObject({ value: { state: 'waiting', waits: 'The channel hl7v2 is paused' } });
    await exchange.pause(admin, 'hl7v2', false);
    await exchange.idle();
    expect(await exchange.get(admin, receipt.id)).toMatchObject({ value: { state: 'done' } });
  });

  test('tells of its leaves without a home, by sender', async () => {
    await send(adt(`${mrn}^^^NORTH^MR||A^B`).replace('PID|1', 'ZZZ|said|\rPID|1'));
    await exchange.idle();
    const summary = await exchange.unmapped(admin, 'ADT/NORTH');
    expect(summary.ok && summary.value.find(({ path }) => path === 'ZZZ-1')).toMatchObject({ messages: 1 });
  });

  test('is for those who may see all of it, and every look is in the audit trail', async () => {
    const receipt = await send(adt(`${mrn}^^^NORTH^MR||A^B`));
    await exchange.idle();
    for (const role of ['nurse', 'clinician', 'analyst', 'patient', 'system'] as const)
      expect(await exchange.original(caller(role), receipt.id)).toMatchObject({ ok: false, problem: { kind: 'forbidden' } });
    expect(await exchange.original(caller('administrator', { organisations: ['one'] }), receipt.id)).toMatchObject({ ok: false });
    await exchange.original(admin, receipt.id);
    const trail = await database.db.query<{ action: string; outcome: number }>({
      text: `select action, outcome from audit where target = $1 order by id`,
      values: [receipt.id],
    });
    expect(trail.rows.filter(({ outcome }) => outcome === 403)).toHaveLength(6);
    expect(trail.rows.filter(({ outcome, action }) => outcome === 200 && action === 'message-read')).toHaveLength(1);
  });
});

test('many messages of many patients are done in the order in which they came', async () => {
  const mrns = Array.from({ length: 20 }, (_, index) => `${mrn}-${index}`);
  const all: Promise<Receipt>[] = [];
  for (let round = 0; round < 10; round++)
    for (const one of mrns) all.push(send(adt(`${one}^^^NORTH^MR||R${round}^B`, { time: '202607011200' })));
  await Promise.all(all);
  await exchange.idle();
  const states = await exchange.channels(admin);
  expect(states.ok && states.value.find(({ name }) => name === 'hl7v2')).toMatchObject({ waiting: 0 });
  for (const one of mrns) expect(await patientOf(one)).toMatchObject({ name: [{ family: 'R9' }] });
});

describe('patients who may be one and the same', () => {
  const tasksOf = async (focus: string): Promise<Task[]> => {
    const query = parseQuery('Task', [['code', 'urn:lamplight:task|possible-duplicate']]);
    const page = query.ok ? await record.search(admin, query.value) : query;
    if (!page.ok) throw new Error(page.problem.message);
    return page.value.matches.map(({ body }) => JSON.parse(body) as Task).filter((task) => JSON.stringify(task).includes(focus));
  };

  test('are never merged by guess, but put before a person, once', async () => {
    const family = `TWIN${mrn}`;
    for (const [own, control] of [
      ['A', `T1${mrn}`],
      ['B', `T2${mrn}`],
      ['B', `T3${mrn}`],
    ]) {
      await send(adt(`${mrn}${own}^^^NORTH^MR||${family}^ANNA||19700102|F`, { control: control ?? '' }));
      await exchange.idle();
    }
    const [one, other] = [await patientOf(`${mrn}A`), await patientOf(`${mrn}B`)];
    expect(one.id).not.toBe(other.id);
    const tasks = await tasksOf(`Patient/${one.id}`);
    expect(tasks).toHaveLength(1);
    expect(JSON.stringify(tasks)).toContain(`Patient/${other.id}`);
  });

  test('are asked about where one message gives the numbers of both', async () => {
    await send(adt(`${mrn}A^^^NORTH^MR||X^Y`));
    await send(adt(`${mrn}B^^^SOUTH^MR||Z^W`));
    await exchange.idle();
    await send(adt(`${mrn}A^^^NORTH^MR~${mrn}B^^^SOUTH^MR||X^Y`));
    await exchange.idle();
    const page = await exchange.find(admin, { key: `${mrn}B`, count: 1 });
    const name = page.ok ? page.value.messages[0]?.resources.find((one) => one.startsWith('Patient/'))?.split('/')[1] : undefined;
    expect(await tasksOf(`Patient/${name}`)).toHaveLength(1);
  });
});

test('who did what is a further entry where it is said otherwise, and none where it is said again', async () => {
  const order = (control: string, by: string): string =>
    `MSH|^~\\&|CPOE|NORTH|LAMP|NORTH|20260701120000||OMG^O19|${control}${mrn}|P|2.5.1\rPID|1||${mrn}^^^NORTH^MR||A^B\rORC|NW|O${mrn}^CPOE|||||||20260701115900|${by}^${by}\rOBR|1|O${mrn}^CPOE||TEST^Test^L\r`;
  const entries = async (): Promise<Set<string>> => {
    const page = await exchange.find(admin, { key: mrn, count: 10 });
    const names = page.ok ? page.value.messages.flatMap(({ resources }) => resources) : [];
    return new Set(names.flatMap((name) => /^Provenance\/[^/]+/.exec(name)?.[0] ?? []));
  };
  for (const [control, by, count] of [
    ['A', 'ONE', 1],
    ['B', 'TWO', 2],
    ['C', 'ONE', 2],
  ] as const) {
    const { id } = await send(order(control, by));
    await exchange.idle();
    expect((await exchange.stateOf(id))?.state).toBe('done');
    expect((await entries()).size).toBe(count);
  }
});

test('a message may say that the cover of its patient was verified', async () => {
  const verified = `IN1|1|PLAN|PAYER|Payer Ltd${'|'.repeat(25)}20260630|2026063011|C1^Clerk`;
  const { id } = await send(`${adt(`${mrn}^^^NORTH^MR||A^B`)}${verified}\r`);
  await exchange.idle();
  expect((await exchange.stateOf(id))?.state).toBe('done');
  const page = await exchange.find(admin, { key: mrn, count: 1 });
  expect(page.ok && page.value.messages[0]?.resources.join()).toContain('VerificationResult/');
});

test('a message that says nothing of its patient stops nobody, however often its control id comes', async () => {
  const control = `SAME${mrn}`;
  const nothing = (observation: string): string =>
    `MSH|^~\\&|||||20260701120000||ORU^R01|${control}|P|2.5.1\rPID|1\rOBR|1|||TEST^Test^L\rOBX|1|NM|${observation}^${observation}^L||5|mg\r`;
  for (const observation of ['ONE', 'TWO']) {
    const { id } = await send(nothing(observation));
    await exchange.idle();
    expect((await exchange.stateOf(id))?.state).toBe('done');
  }
});

test('a resource that came by other ways under the very id that a message gives stops nobody', async () => {
  const first = await send(adt(`${mrn}^^^NORTH^MR||A^B`));
  await exchange.idle();
  const { id } = await patientOf(mrn);
  // As a backup of the record alone would leave it, or an import of what was exported elsewhere.
  await database.db.query({ text: 'delete from exchange_clock where target = $1', values: [`Patient/${id}`] });
  await database.db.query({ text: 'delete from exchange_key where target = $1', values: [`Patient/${id}`] });
  const patient = await patientOf(mrn);
  const { identifier: _, ...unnumbered } = patient;
  expect((await record.commit(admin, [{ kind: 'update', resource: unnumbered }])).ok).toBe(true);
  const second = await send(adt(`${mrn}^^^NORTH^MR||C^D`));
  await exchange.idle();
  for (const one of [first, second]) expect((await exchange.stateOf(one.id))?.state).toBe('done');
  expect(await patientOf(mrn)).toMatchObject({ id, name: [{ family: 'C' }] });
});

test('channels with much to do take turns: one message of another does not wait until all of it is done', async () => {
  const channelOf = (name: string) => ({ ...ownChannels('Europe/London')[0]!, name });
  const busy = openExchange(database.db, record, {
    timeZone: 'Europe/London',
    channels: [channelOf('a-file'), channelOf('a-ward')],
    now: () => new Date(),
    failed: (_channel, error) => {
      throw error;
    },
    turnMs: 0,
  });
  const names = ['a-file', 'a-ward'];
  for (const name of names) await busy.pause(admin, name, true);
  const receive = async (channel: string, pid: string): Promise<string> => {
    const raw = Buffer.from(adt(pid));
    const about = languages.hl7v2!.about(raw);
    return (await busy.receive({ channel, format: 'hl7v2', raw, receivedAt: new Date(), from: 'test', by: 'test', about })).id;
  };
  const file: string[] = [];
  for (let row = 0; row < 600; row++) file.push(await receive('a-file', `${mrn}-${row % 5}^^^NORTH^MR||ROW^${row}`));
  const one = await receive('a-ward', `${mrn}-W^^^NORTH^MR||WARD^ONE`);
  await database.db.query({ text: 'delete from channel_pause where channel = any($1)', values: [names] });
  await busy.idle();
  const { rows } = await database.db.query<{ id: string; state: string }>({
    text: 'select id::text, state from message_result where id = any($1::uuid[]) order by at, id',
    values: [[...file, one]],
  });
  expect(rows.map(({ state }) => state)).toEqual(rows.map(() => 'done'));
  expect(rows).toHaveLength(601);
  expect(rows.findIndex(({ id }) => id === one)).toBeLessThan(400);
  await busy.close();
});

test('a message that takes longer than a channel is held, and is refused in the end, is refused once', async () => {
  const slow = openExchange(database.db, record, {
    timeZone: 'Europe/London',
    channels: [{ ...ownChannels('Europe/London')[0]!, name: 'slow' }],
    now: () => new Date(),
    failed: () => {},
    holders: { holder: randomUUID(), holdSeconds: 0.3 },
  });
  const telephones = Array.from({ length: 30_000 }, (_, at) => `^PRN^PH^^1^555^${at}`).join('~');
  const raw = Buffer.from(adt(`${mrn}^^^NORTH^MR||SLOW^ONE||||||||${telephones}`));
  const about = languages.hl7v2!.about(raw);
  const { id } = await slow.receive({ channel: 'slow', format: 'hl7v2', raw, receivedAt: new Date(), from: 'test', by: 'test', about });
  await expect.poll(async () => (await slow.stateOf(id))?.state, { timeout: 60_000 }).toBe('failed');
  await slow.close();
}, 70_000);

describe('two numbers of one patient', () => {
  const merge = (survivor: string, prior: string, time: string): string =>
    `${adt(`${survivor}^^^NORTH^MR||STAYS^B`, { event: 'A40', time })}MRG|${prior}^^^NORTH^MR\r`;
  const visit = (patient: string): string =>
    adt(`${patient}^^^NORTH^MR||GOES^B`, { event: 'A01', time: '202607011000' }).concat(`PV1|1|I|WARD^1^1||||||||||||||||V${patient}\r`);

  test.skipIf(!telling('MRG', 'PV1'))('are one record, whatever of it comes first (needs the rows of MRG and PV1)', async () => {
    const ends: unknown[] = [];
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const [stays, goes] = [`${mrn}S${order[0]}`, `${mrn}G${order[0]}`];
      const texts = [visit(goes), merge(stays, goes, '202607011100')];
      for (const index of order) {
        await send(texts[index] ?? '');
        await exchange.idle();
      }
      const gone = await patientOf(goes);
      const kept = await patientOf(stays);
      ends.push({ active: gone.active, gone: gone.link?.map(({ type }) => type), kept: kept.link?.map(({ type }) => type) });
      const found = await exchange.find(admin, { key: `V${goes}`, count: 1 });
      const name = found.ok ? found.value.messages[0]?.resources.find((one) => one.startsWith('Encounter/')) : undefined;
      const encounter = await record.read(admin, 'Encounter', name?.split('/')[1] ?? '');
      expect(encounter.ok && (JSON.parse(encounter.value.body) as Encounter).subject?.reference).toBe(`Patient/${kept.id}`);
    }
    expect(ends[0]).toEqual({ active: false, gone: ['replaced-by'], kept: ['replaces'] });
    expect(ends[1]).toEqual(ends[0]);
  });
});
