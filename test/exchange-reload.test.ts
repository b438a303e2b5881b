// Channels mended while messages come and go: nothing is lost, nothing is done twice, and what is wrong changes nothing.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Receiver, receiver } from '../src/gateways/mllp/testing.ts';
import { type Answer, type Json, type Stand, stand } from './calls.ts';
import { type Sender, sender } from './mllp-client.ts';
import { removeFolder, runCommand, temporaryFolder } from './running-server.ts';

let here: Stand;
let old: Receiver;
let next: Receiver;
let line: Sender;
const folder = temporaryFolder('reload');
const channels = join(folder, 'channels');

const write = (name: string, more: object): void =>
  writeFileSync(join(channels, `${name}.json`), JSON.stringify({ name, format: 'hl7v2', ...more }, null, 2));
const adtChannel = (more: object = {}): void =>
  write('adt', {
    direction: 'in',
    source: { mllp: { port: 0 } },
    sender: 'WARD/NORTH',
    filter: [{ path: 'MSH-11', not: ['T'] }],
    overrides: [{ path: 'PID-8', map: { 2: 'F' } }],
    routes: [{ to: 'lab' }],
    ...more,
  });
const labChannel = (to: Receiver): void =>
  write('lab', {
    direction: 'out',
    destination: { mllp: { host: '127.0.0.1', port: to.port, answerSeconds: 5 } },
    retry: { pausesSeconds: [0.1, 300], tries: 3 },
  });
const reload = (query = ''): Promise<Answer> => here.call('POST', `/exchange/channels/reload${query}`);
const changesOf = ({ json }: Answer): string[] =>
  Object.values(json?.['changes'] ?? []).map(
    (one) =>
      `${one['kind']} ${one['name']} ${Object.values(one['members'] ?? [])
        .map((member) => member['place'])
        .join(' ')}`,
  );
async function messages(query: string): Promise<Json[]> {
  return Object.values((await here.call('GET', `/exchange/messages?${query}&count=1000`)).json?.['messages'] ?? []);
}

beforeAll(async () => {
  [old, next] = [await receiver({ answerAfterMs: 1 }), await receiver({ answerAfterMs: 1 })];
  mkdirSync(channels);
  mkdirSync(join(channels, 'told'));
  adtChannel();
  labChannel(old);
  here = await stand({ env: { LAMPLIGHT_CHANNELS: channels } });
  line = await sender(Number(/channel adt: HL7 v2 over MLLP, \S+:(\d+)/.exec(here.server.said())?.[1] ?? 0));
});
afterAll(async () => {
  line.end();
  await here.end();
  await old.close();
  await next.close();
  removeFolder(folder);
});

const adt = (control: string, patient: string, sex = '2'): string =>
  `MSH|^~\\&|X|Y|LAMP|NORTH|20260701120000||ADT^A08|${control}|P|2.5.1\rPID|1||${patient}^^^NORTH^MR||EVERY^WOMAN||19800101|${sex}\r`;
const genderOf = async (patient: string): Promise<unknown> =>
  (await here.call('GET', `/fhir/Patient?identifier=${patient}`)).json?.['entry']?.[0]?.['resource']?.['gender'];

test('messages that come throughout changes are each kept, laid and passed on once and in order, over the same connection', async () => {
  let sending = true;
  let sent = 0;
  let refused = 0;
  const stream = (async () => {
    while (sending) {
      const control = `S${sent++}`;
      if (!(await line.send(adt(control, `P${sent % 5}`))).includes(`MSA|AA|${control}`)) refused++;
    }
  })();
  for (let round = 0; round < 6; round++) {
    adtChannel({ overrides: [{ path: 'PID-8', map: { 2: 'F', 7: round % 2 === 0 ? 'M' : 'F' } }] });
    labChannel(round % 2 === 0 ? next : old);
    const done = await reload();
    expect(done.text).toContain('"kind":"changed"');
    expect(changesOf(done)).toContain('changed lab destination.mllp.port');
    // What comes behind the answer is read by the rules of now.
    await here.call('POST', '/exchange/receive?channel=adt', {
      headers: { 'content-type': 'x-application/hl7-v2+er7' },
      body: adt(`R${round}`, `ROUND${round}`, '7'),
    });
    await expect.poll(() => genderOf(`ROUND${round}`), { timeout: 20_000 }).toBe(round % 2 === 0 ? 'male' : 'female');
  }
  sending = false;
  await stream;
  expect(refused).toBe(0);
  await expect.poll(async () => (await messages('state=waiting')).length, { timeout: 30_000 }).toBe(0);
  const all = [...Array.from({ length: sent }, (_, n) => `S${n}`), ...Array.from({ length: 6 }, (_, n) => `R${n}`)].sort();
  for (const channel of ['adt', 'lab']) {
    const found: Json[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await here.call('GET', `/exchange/messages?channel=${channel}&state=done&count=1000${cursor}`);
      found.push(...Object.values(json?.['messages'] ?? []));
      if (json?.['next'] === undefined) break;
      cursor = `&cursor=${String(json['next'])}`;
    }
    expect(found.map((one) => String(one['controlId'])).sort()).toEqual(all);
  }
  // Taken once, by one of the two; and whoever took them, each patient's came in order.
  const taken = [...old.heard, ...next.heard].filter(({ manner }) => manner === 'AA').map(({ controlId }) => controlId);
  expect([...taken].sort()).toEqual(all);
  for (const one of [old, next])
    for (let patient = 0; patient < 5; patient++) {
      const numbers = one.heard.flatMap(({ controlId }) =>
        controlId.startsWith('S') && (Number(controlId.slice(1)) + 1) % 5 === patient ? [Number(controlId.slice(1))] : [],
      );
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  expect([old.heard.length > 0, next.heard.length > 0]).toEqual([true, true]);
}, 60_000);

test('a dry run says what would be otherwise, place by place, and changes nothing', async () => {
  adtChannel({ overrides: [{ path: 'PID-8', map: { 2: 'M' } }], sender: 'WARD/SOUTH' });
  write('extra', { direction: 'in', source: { mllp: { port: 0 } } });
  const would = await reload('?dry-run=true');
  expect(would.status).toBe(200);
  expect(changesOf(would)[0]).toBe('changed adt sender overrides[0].map.2 overrides[0].map.7');
  expect(would.json?.['changes']?.[0]?.['members']?.[0]).toEqual({ place: 'sender', before: '"WARD/NORTH"', after: '"WARD/SOUTH"' });
  expect(would.json?.['ends']).toEqual([expect.stringMatching(/^begins: channel extra: HL7 v2 over MLLP, /)]);
  await line.send(adt('DRY', 'DRY1'));
  await expect.poll(() => genderOf('DRY1')).toBe('female');
  const env = { LAMPLIGHT_DATA_DIR: here.server.dataDir, LAMPLIGHT_CHANNELS: channels, DATABASE_URL: here.url };
  const told = await runCommand(['exchange', 'reload', '--dry-run'], env);
  expect([told.status, told.stdout]).toEqual([0, expect.stringMatching(/adt +changed +sender +"WARD\/NORTH" +"WARD\/SOUTH"/)]);
  // And without: a new port is heard, the old connection goes on by the new rules.
  const done = await runCommand(['exchange', 'reload', '--json'], env);
  expect([done.status, done.stderr]).toEqual([0, '']);
  const port = Number(/begins: channel extra: [^"]*:(\d+)"/.exec(done.stdout)?.[1]);
  const other = await sender(port);
  expect(await other.send(adt('EXTRA', 'EXTRA1'))).toContain('MSA|AA|EXTRA');
  other.end();
  await line.send(adt('AFTER', 'AFTER1'));
  await expect.poll(() => genderOf('AFTER1')).toBe('male');
  expect(await messages('control-id=AFTER&channel=adt')).toMatchObject([{ sender: 'WARD/SOUTH' }]);
  const { json } = await here.call('GET', '/audit?action=channel-reload');
  expect(JSON.stringify(json)).toContain('command line');
});

test('what is wrong is told with file, line and place, and everything goes on as it was', async () => {
  adtChannel({ overrides: [{ path: 'PID-8', map: { 2: 'O' } }] });
  write('bad', { direction: 'in', source: { mllp: { prot: 1 } } });
  const refused = await reload();
  expect(refused.status).toBe(400);
  expect(refused.json?.['title']).toBe(`${channels}/bad.json:7: source.mllp.prot is unknown here; known are port, host, tls, mode`);
  expect(refused.json?.['also']).toEqual([`${channels}/bad.json:6: source.mllp.port is missing`]);
  expect((await reload('?dry-run=true')).json?.['problems']).toEqual([
    refused.json?.['title'],
    ...Object.values(refused.json?.['also'] ?? []),
  ]);
  // A port that somebody else has.
  const taken: Server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => taken.once('listening', done));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  write('bad', { direction: 'in', source: { mllp: { port } } });
  const clash = await reload();
  expect([clash.status, clash.json?.['title']]).toEqual([503, expect.stringContaining(`source.mllp.port in ${channels}/bad.json`)]);
  taken.close();
  await line.send(adt('STILL', 'STILL1'));
  await expect.poll(() => genderOf('STILL1')).toBe('male');
  rmSync(join(channels, 'bad.json'));
  adtChannel();
  expect((await reload()).status).toBe(200);
});

test('what waits in a channel that is gone stays, says so, and goes when the file is back', async () => {
  labChannel(next);
  await reload();
  await next.leave();
  await line.send(adt('WAITS', 'WAITS1'));
  await expect.poll(async () => (await messages('control-id=WAITS&channel=lab'))[0]?.['waits']).toContain('cannot be reached');
  rmSync(join(channels, 'lab.json'));
  expect((await reload()).json?.['title']).toContain('adt.json:');
  adtChannel({ routes: [] });
  const done = await reload();
  expect(changesOf(done)).toContainEqual(expect.stringMatching(/^removed lab /));
  expect(Object.values(done.json?.['changes'] ?? []).find((one) => String(one['name']) === 'lab')).toMatchObject({ waiting: 1 });
  expect(await messages('control-id=WAITS&channel=lab')).toMatchObject([{ state: 'waiting', waits: expect.stringContaining('is gone') }]);
  const listed = (await here.call('GET', '/exchange/channels')).json?.['channels'] ?? [];
  expect(Object.values(listed).find((one) => String(one['name']) === 'lab')).toMatchObject({ gone: true, waiting: 1, direction: 'out' });
  await next.comeBack();
  // Back with an address that answers: the pause of five minutes is not waited for.
  labChannel(next);
  adtChannel();
  expect((await reload()).status).toBe(200);
  await expect.poll(() => next.heard.at(-1)?.controlId).toBe('WAITS');
});

test('a channel that tells of the record begins, changes and ends with its file', async () => {
  const told = (into = 'told'): number => readdirSync(join(channels, into)).filter((name) => !name.startsWith('.')).length;
  const patient = (family: string): Promise<Answer> =>
    here.call('POST', '/fhir/Patient', { body: { resourceType: 'Patient', name: [{ family }] } });
  const channel = (filter: object[], name = 'news', path = 'told'): void =>
    write(name, { direction: 'out', source: { record: { tells: ['ADT^A28'], filter } }, destination: { folder: { path } } });
  await patient('BEFORE');
  channel([]);
  await reload();
  await patient('TOLD');
  await expect.poll(() => told()).toBe(1);
  channel([{ path: 'PID-5.1', not: ['SECRET'] }]);
  await reload();
  await patient('SECRET');
  await patient('OPEN');
  await expect.poll(() => told()).toBe(2);
  rmSync(join(channels, 'news.json'));
  mkdirSync(join(channels, 'other'));
  channel([], 'others', 'other');
  await reload();
  await patient('LATER');
  await expect.poll(() => told('other')).toBe(1);
  expect((await here.call('GET', '/metrics')).text).toMatch(/lamplight_feed_stuck_followers 0/);
  expect(told()).toBe(2);
});
