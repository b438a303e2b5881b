// What is answered and kept beyond single messages: the 999 of X12, over HTTP and beside files, and the bytes around the messages of a batch.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { acknowledgement, professionalClaim } from '../src/formats/x12/samples.ts';
import { type Json, type Stand, stand } from './calls.ts';
import { mllpPortOf, sender } from './mllp-client.ts';
import { removeFolder, runCommand, temporaryFolder } from './running-server.ts';

/** The machine may be busy: what is waited for comes when it comes. */
const patiently = { timeout: 30_000 };
vi.setConfig({ testTimeout: 90_000 });

/** Loaded before the program: says which work it gives to its threads. */
const tellsOfThreads = `
import { isMainThread, Worker } from 'node:worker_threads';
const { postMessage } = Worker.prototype;
if (isMainThread) Worker.prototype.postMessage = function (work, ...more) {
  const { received, controlId } = work.wish ?? work;
  if (received !== undefined) process.stderr.write('a thread is given ' + (controlId ?? 'what is converted') + '\\n');
  return postMessage.call(this, work, ...more);
};`;

let here: Stand;
const folder = temporaryFolder('answers');

beforeAll(async () => {
  for (const name of ['in', 'acks']) mkdirSync(join(folder, name));
  const claims = {
    name: 'claims-in',
    format: 'x12',
    direction: 'in',
    source: { folder: { path: 'in', acknowledge: { folder: 'acks' } } },
  };
  writeFileSync(join(folder, 'claims-in.json'), JSON.stringify(claims));
  here = await stand({
    env: { LAMPLIGHT_CHANNELS: folder, LAMPLIGHT_MLLP_PORT: '0' },
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(tellsOfThreads)}`],
  });
});
afterAll(async () => {
  await here?.end();
  removeFolder(folder);
});

const headers = { 'content-type': 'application/edi-x12' };
const receive = (body: string) => here.call('POST', '/exchange/receive', { headers, body });

test('an X12 file is answered by its 999, the same one when it comes again', async () => {
  const first = await receive(professionalClaim);
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/edi-x12']);
  expect(first.text).toMatch(/^ISA\*.*ELMCLINIC.*~\nGS\*FA\*[\s\S]*AK2\*837\*0007\*005010X222A1~\nIK5\*A~\nAK9\*A\*1\*1\*1~\n/);
  const again = await receive(professionalClaim);
  expect(again.text).toBe(first.text);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect((await receive(professionalClaim.replace('NM1*PR*', 'NM1*XX*').replaceAll('000000042', '000000043'))).text).toMatch(/IK5\*R/);
});

test('an envelope that cannot be relied on is answered by a TA1, and what is no X12 by an OperationOutcome', async () => {
  expect((await receive(professionalClaim.replace('IEA*1*000000042', 'IEA*1*000000044'))).text).toMatch(
    /~\nTA1\*000000042\*260302\*0915\*R\*001~\n/,
  );
  const answer = await receive('hello');
  expect([answer.status, answer.json?.['resourceType']]).toEqual([422, 'OperationOutcome']);
});

test('what others answer to our files is a task for somebody where it is a refusal', async () => {
  const ta1 = acknowledgement.replace(/GS\*[\s\S]*IEA\*1/, 'TA1*000000041*260302*0915*R*018~\nIEA*0').replaceAll('000000042', '000000078');
  for (const one of [acknowledgement.replaceAll('000000042', '000000077'), ta1])
    expect([200, 202, 204]).toContain((await receive(one)).status);
  const refused = async (): Promise<unknown[]> => {
    const found = await here.call('GET', '/fhir/Task?status=rejected');
    return Object.values(found.json?.['entry'] ?? [])
      .map((entry) => (entry as Json)['resource']?.['focus']?.['identifier']?.['value'])
      .sort();
  };
  // The group, the claim that was not taken in it, and the interchange.
  await expect.poll(refused, patiently).toEqual(['000000041', '0001', '17456']);
});

const telephones = (control: string, numbers: number) => ({
  headers: { 'content-type': 'x-application/hl7-v2+er7' },
  body: `MSH|^~\\&|LAB|NORTH|||20260701120000||ADT^A08^ADT_A01|${control}|P|2.5.1\rPID|1||${control}^^^NORTH^MR||A^B||||||||${Array.from({ length: numbers }, (_, at) => `^PRN^PH^^1^555^${at}`).join('~')}\r`,
});

test('a large message is converted beside the others, also the next one', async () => {
  const convert = (numbers: number) => here.call('POST', '/exchange/convert?format=hl7v2', telephones('C1', numbers));
  const [few, many, more] = await Promise.all([convert(3), convert(1000), convert(1001)]);
  for (const [answer, numbers] of [
    [few, 3],
    [many, 1000],
    [more, 1001],
    [await convert(999), 999],
  ] as const) {
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('fhir+json')]);
    const said = Object.values(answer.json?.['entry'] ?? []).find(({ resource }) => String(resource?.['resourceType']) === 'Patient');
    expect(Object.values(said?.['resource']?.['telecom'] ?? [])).toHaveLength(numbers);
  }
});

test.skipIf(availableParallelism() === 1)('large messages are read by threads, whoever asks what they say', async () => {
  const kept = await here.call('POST', '/exchange/receive', telephones('LARGE', 1500));
  const message = kept.headers.get('location') ?? '';
  const tried = await here.call('GET', `${message}/try`);
  expect([tried.status, tried.headers.get('content-type')]).toEqual([200, expect.stringContaining('application/json')]);
  const patient = Object.values(tried.json?.['changes'] ?? []).find(({ after }) => String(after?.['resourceType']) === 'Patient');
  expect(Object.values(patient?.['after']?.['telecom'] ?? [])).toHaveLength(1500);
  expect((await here.call('POST', '/exchange/convert?format=hl7v2', telephones('C2', 1500))).status).toBe(200);
  // As the command does.
  const told = await runCommand(['exchange', 'try', message.split('/').at(-1) ?? ''], { DATABASE_URL: here.url });
  expect([told.status, JSON.parse(told.stdout).ledger.length]).toEqual([0, Object.values(tried.json?.['ledger'] ?? []).length]);
  await expect.poll(() => here.server.said(), patiently).toContain('a thread is given LARGE');
  expect(here.server.said()).toContain('a thread is given what is converted');
});

test('a message that says more of somebody than a resource may hold fails, and the next one goes in', async () => {
  const [large, next] = [
    await here.call('POST', '/exchange/receive', telephones('HUGE', 20_000)),
    await here.call('POST', '/exchange/receive', telephones('HUGE', 2)),
  ].map(({ headers }) => headers.get('location') ?? '');
  const state = async (message = '') => (await here.call('GET', message)).json;
  await expect.poll(async () => (await state(next))?.['state'], patiently).toBe('done');
  expect(await state(large)).toMatchObject({ state: 'failed', problem: { kind: 'too-costly', where: 'Patient' } });
  expect((await here.call('GET', `${large}/try`)).status).toBe(413);
  expect(Object.values((await here.call('GET', `${large}/ledger`)).json?.['rows'] ?? []).length).toBeGreaterThan(60_000);
});

test('a message of more places than can be told is acknowledged and kept, fails, and the next one goes in', async () => {
  const line = await sender(mllpPortOf(here.server.said()));
  const { body } = telephones('PLACES', 2);
  expect(await line.send(`${body.slice(0, -1)}${'~1'.repeat(1_000_000)}\r`)).toContain('MSA|AA|PLACES');
  expect(await line.send(telephones('BEHIND', 2).body)).toContain('MSA|AA|BEHIND');
  line.end();
  const found = async (control: string) => (await here.call('GET', `/exchange/messages?control-id=${control}`)).json?.['messages']?.[0];
  await expect.poll(async () => (await found('BEHIND'))?.['state'], patiently).toBe('done');
  expect(await found('PLACES')).toMatchObject({
    state: 'failed',
    problem: { message: expect.stringContaining('divide it at its sender') },
  });
});

test('a file in a folder gets its 999 in the folder that the channel names', async () => {
  writeFileSync(join(folder, '.day.x12'), professionalClaim.replaceAll('000000042', '000000099'));
  renameSync(join(folder, '.day.x12'), join(folder, 'in', 'day.x12'));
  await expect.poll(() => readdirSync(join(folder, 'acks')), patiently).toEqual(['day.x12.999']);
  expect(readFileSync(join(folder, 'acks', 'day.x12.999'), 'utf8')).toContain('AK9*A*1*1*1');
  await expect.poll(() => readdirSync(join(folder, 'in')), patiently).toEqual([]);
});

test('the parts of a batch and what stood around them are the bytes that came, over MLLP and HTTP', async () => {
  const one = (control: string): string => `MSH|^~\\&|A|B|C|D|20260701||ADT^A08|${control}|P|2.5\rPID|1||M${control}||M\xfcLLER\r`;
  const batch = (name: string): Buffer =>
    Buffer.from(
      `FHS|^~\\&|A|B|C|D|||||F1\r\nBHS|^~\\&|A|B|C|D||M\xfcller|||B1\r${one(`${name}1`)}\n${one(`${name}2`)}BTS|9\rFTS|2`,
      'latin1',
    );
  const line = await sender(mllpPortOf(here.server.said()));
  await line.send(batch('L'));
  line.end();
  await here.call('POST', '/exchange/receive', { headers: { 'content-type': 'x-application/hl7-v2+er7' }, body: batch('H') });
  // Again: the same places, kept once.
  await here.call('POST', '/exchange/receive', { headers: { 'content-type': 'x-application/hl7-v2+er7' }, body: batch('H') });
  const bytesOf = async (path: string): Promise<Buffer> => {
    const response = await fetch(`${here.server.address}${path}`, { headers: { authorization: `Bearer ${here.administrator}` } });
    return Buffer.from(await response.arrayBuffer());
  };
  for (const name of ['L', 'H'])
    for (const part of [1, 2]) {
      const found = await here.call('GET', `/exchange/messages?control-id=${name}${part}`);
      const message = Object.values(found.json?.['messages'] ?? [])[0] as Json;
      const shown = await here.call('GET', `/exchange/messages/${String(message['id'])}`);
      expect([shown.json?.['batch']?.['part'], shown.json?.['batch']?.['parts']]).toEqual([part, 2]);
      const path = `/exchange/messages/${String(message['id'])}/original`;
      expect((await bytesOf(`${path}?of=batch`)).equals(batch(name))).toBe(true);
      expect((await bytesOf(path)).toString('latin1')).toContain(`|${name}${part}|`);
      expect((await here.call('GET', `${path}?of=everything`)).status).toBe(400);
    }
  const { rows } = await here.database.query<{ n: bigint }>({ text: 'select count(*) as n from message_batch' });
  expect(Number(rows[0]?.n)).toBe(4);
});
