// The whole program between a sender and another system that answers, refuses, hangs, hangs up, goes and comes back: by channels of
// text files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Receiver, receiver } from '../src/gateways/mllp/testing.ts';
import { type Json, type Stand, stand } from './calls.ts';
import { type Sender, sender } from './mllp-client.ts';
import { removeFolder, temporaryFolder } from './running-server.ts';

let here: Stand;
let there: Receiver;
let line: Sender;
const folder = temporaryFolder('channels');
const channels = join(folder, 'channels');

beforeAll(async () => {
  there = await receiver({ answerAfterMs: 1 });
  mkdirSync(channels);
  mkdirSync(join(channels, 'archive'));
  const write = (name: string, more: object): void =>
    writeFileSync(join(channels, `${name}.json`), JSON.stringify({ name, format: 'hl7v2', ...more }));
  write('adt', {
    direction: 'in',
    source: { mllp: { port: 0 } },
    sender: 'WARD/NORTH',
    filter: [{ path: 'MSH-11', not: ['T'] }],
    overrides: [{ path: 'PID-8', map: { 2: 'F' } }],
    routes: [{ to: 'lab' }, { to: 'archive', filter: [{ path: 'PID-3.1', matches: '^KEEP' }] }],
  });
  write('lab', {
    direction: 'out',
    destination: { mllp: { host: '127.0.0.1', port: there.port, answerSeconds: 0.5 } },
    retry: { pausesSeconds: [0.1, 0.2], tries: 3 },
  });
  write('archive', { direction: 'out', destination: { folder: { path: 'archive' } } });
  here = await stand({ env: { LAMPLIGHT_CHANNELS: channels } });
  line = await sender(Number(/channel adt: HL7 v2 over MLLP, \S+:(\d+)/.exec(here.server.said())?.[1] ?? 0));
});
afterAll(async () => {
  line.end();
  await here.end();
  await there.close();
  removeFolder(folder);
});

const adt = (control: string, patient: string, mode = 'P'): string =>
  `MSH|^~\\&|X|Y|LAMP|NORTH|20260701120000||ADT^A08|${control}|${mode}|2.5.1\rPID|1||${patient}^^^NORTH^MR||EVERY^WOMAN||19800101|2\r`;
async function messages(query: string): Promise<Json[]> {
  return Object.values((await here.call('GET', `/exchange/messages?${query}&count=1000`)).json?.['messages'] ?? []);
}
const waiting = async (): Promise<number> => (await messages('state=waiting')).length;

test('a message comes in by its channel, is read as its channel says and is passed on', async () => {
  expect(await line.send(adt('ONE', 'KEEP1'))).toContain('MSA|AA|ONE');
  await expect.poll(waiting).toBe(0);
  expect((await messages('control-id=ONE')).map((one) => [one['channel'], one['sender'], one['state']]).sort()).toEqual([
    ['adt', 'WARD/NORTH', 'done'],
    ['archive', 'WARD/NORTH', 'done'],
    ['lab', 'WARD/NORTH', 'done'],
  ]);
  expect(there.heard.at(-1)?.raw).toContain('|19800101|F');
  const found = await here.call('GET', '/fhir/Patient?identifier=KEEP1');
  expect(found.json?.['entry']?.[0]?.['resource']).toMatchObject({ gender: 'female' });
  expect(await line.send(adt('TEST', 'KEEP1', 'T'))).toContain('MSA|AA|TEST');
  await expect.poll(async () => (await messages('control-id=TEST&state=dropped')).length).toBe(1);
});

test('whatever the other side does, each patient stays in order, and nothing is lost or sent again after it was taken', async () => {
  there.heard.length = 0;
  there.behave((control, nth) => {
    const n = Number(control.slice(1));
    if (nth === 1 && n % 10 === 3) return 'AE';
    if (nth === 1 && n % 20 === 5) return 'hang';
    if (nth === 1 && n % 20 === 7) return 'close';
    return n === 11 ? 'AR' : 'AA';
  });
  const patientOf = (n: number): string => `P${n % 4}`;
  for (let n = 0; n < 40; n++) {
    expect(await line.send(adt(`M${n}`, patientOf(n)))).toContain(`MSA|AA|M${n}`);
    if (n === 20) await there.leave();
    if (n === 30) await there.comeBack();
  }
  await expect.poll(waiting, { timeout: 30_000 }).toBe(0);
  const taken = there.heard.filter(({ manner }) => manner === 'AA').map(({ controlId }) => controlId);
  const all = Array.from({ length: 40 }, (_, n) => n).filter((n) => n !== 11);
  expect([...taken].sort()).toEqual(all.map((n) => `M${n}`).sort());
  for (let patient = 0; patient < 4; patient++)
    expect(taken.filter((control) => Number(control.slice(1)) % 4 === patient)).toEqual(
      all.filter((n) => n % 4 === patient).map((n) => `M${n}`),
    );
  expect(there.most).toBe(1);
  const [failed] = await messages('channel=lab&state=failed');
  expect(failed?.['problem']?.['message']).toMatch(/^The other side refused it \(AR: not today\)/);
  there.behave(() => 'AA');
  await here.call('POST', '/exchange/again?channel=lab&state=failed');
  await expect.poll(() => there.heard.at(-1)?.controlId).toBe('M11');
}, 60_000);

test('what is paused waits and says so; what is posted to an outbound channel is sent', async () => {
  await here.call('POST', '/exchange/channels/lab/pause');
  const headers = { 'content-type': 'x-application/hl7-v2+er7' };
  expect((await here.call('POST', '/exchange/receive?channel=lab', { headers, body: adt('BYHAND', 'P9') })).text).toContain(
    'MSA|AA|BYHAND',
  );
  expect((await here.call('POST', '/exchange/receive?channel=nothing', { headers, body: adt('NO', 'P9') })).status).toBe(404);
  expect(await messages('control-id=BYHAND')).toMatchObject([{ direction: 'out', state: 'waiting', waits: 'The channel lab is paused' }]);
  await here.call('POST', '/exchange/channels/lab/resume');
  await expect.poll(() => there.heard.at(-1)?.controlId).toBe('BYHAND');
});
