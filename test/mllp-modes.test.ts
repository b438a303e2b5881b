// Enhanced acknowledgements, batches and TLS, as senders see them.
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mllpDestination } from '../src/gateways/mllp/sender.ts';
import { type Json, type Stand, stand } from './calls.ts';
import { makeCertificates } from './certificates.ts';
import { framed, sender } from './mllp-client.ts';
import { removeFolder, temporaryFolder } from './running-server.ts';

let here: Stand;
const folder = temporaryFolder('modes');
const channels = join(folder, 'channels');
const portOf = (name: string): number => Number(new RegExp(`channel ${name}: .*:(\\d+)`).exec(here.server.said())?.[1] ?? 0);
/** Where there is no openssl, nobody can make certificates: the test of TLS says so. */
const withTls = makeCertificates(folder);

beforeAll(async () => {
  mkdirSync(channels);
  const write = (name: string, mllp: object): void =>
    writeFileSync(
      join(channels, `${name}.json`),
      JSON.stringify({ name, format: 'hl7v2', direction: 'in', source: { mllp: { port: 0, ...mllp } } }),
    );
  write('auto', {});
  write('original', { mode: 'original' });
  if (withTls) write('safe', { tls: { key: '../server.key', cert: '../server.pem', ca: '../ca.pem' } });
  here = await stand({ env: { LAMPLIGHT_CHANNELS: channels } });
});
afterAll(async () => {
  await here.end();
  removeFolder(folder);
});

const adt = (control: string, accept = '', apply = '', birth = '19800101'): string =>
  `MSH|^~\\&|ADT|NORTH|LAMP|SOUTH|20260701120000||ADT^A08|${control}|P|2.5.1|||${accept}|${apply}\rPID|1||${control}^^^NORTH^MR||EVERY^WOMAN||${birth}\r`;
const msa = (answer: string): string | undefined => answer.split('\r').find((line) => line.startsWith('MSA'));

describe('enhanced mode', () => {
  test('acknowledges that a message is kept, and then that it is in the record', async () => {
    const line = await sender(portOf('auto'));
    const text = adt('BOTH', 'AL', 'AL');
    const first = [await line.send(text), await line.answer()];
    expect(first.map(msa)).toEqual(['MSA|CA|BOTH', 'MSA|AA|BOTH']);
    expect(Object.values((await here.call('GET', '/fhir/Patient?identifier=BOTH')).json?.['entry'] ?? [])).toHaveLength(1);
    expect([await line.send(text), await line.answer()]).toEqual(first);
    line.end();
  });

  test('answers as little as the message asks for', async () => {
    const line = await sender(portOf('auto'));
    line.socket.write(framed(adt('NONE', 'NE', 'NE')));
    line.socket.write(framed(adt('ERRORS', 'ER', 'ER')));
    line.socket.write(framed(adt('APPLY', 'NE', 'AL')));
    expect(msa(await line.answer())).toBe('MSA|AA|APPLY');
    expect(msa(await line.send('MSH|^~\\&|ADT|NORTH|||20260701|||WRONG|P|2.5.1|||ER|AL\r'))).toMatch(/^MSA\|CE\|WRONG\|MSH-9 is empty/);
    line.end();
  });

  test('is not used where neither field asks for it, or the channel does not know it', async () => {
    const [auto, original] = [await sender(portOf('auto')), await sender(portOf('original'))];
    expect(msa(await auto.send(adt('PLAIN')))).toBe('MSA|AA|PLAIN');
    expect(msa(await original.send(adt('OLD', 'AL', 'AL')))).toBe('MSA|AA|OLD');
    auto.end();
    original.end();
  });
});

test('messages of a batch are kept each by itself, and acknowledged by a batch', async () => {
  const line = await sender(portOf('auto'));
  const answer = await line.send(
    `FHS|^~\\&|ADT|NORTH|LAMP|SOUTH|||||F1\rBHS|^~\\&|ADT|NORTH|LAMP|SOUTH|||||B1\r${adt('IN1')}${adt('IN2')}MSH|^~\\&|ADT|NORTH|||2026|||IN3|P|2.5.1\rBTS|3\rFTS|1\r`,
  );
  line.end();
  const lines = answer.split('\r').map((one) => one.split('|'));
  expect(lines.map(([name]) => name)).toEqual(['FHS', 'BHS', 'MSH', 'MSA', 'MSH', 'MSA', 'MSH', 'MSA', 'ERR', 'BTS', 'FTS', '']);
  expect(lines.flatMap(([name, code, control]) => (name === 'MSA' ? [`${code} ${control}`] : []))).toEqual(['AA IN1', 'AA IN2', 'AE IN3']);
  expect(lines[1]?.[11]).toBe('B1');
  const found = (await here.call('GET', '/exchange/messages?control-id=IN2')).json?.['messages'];
  const [message]: Json[] = Object.values(found ?? []);
  expect(message).toMatchObject({ from: expect.stringContaining('2 of 3 of a batch') });
  const original = await here.call('GET', `/exchange/messages/${String(message?.['id'])}/original`);
  expect(original.text).toBe(adt('IN2'));
});

test('a batch that is posted is taken apart likewise, and what is old is given up on request', async () => {
  const headers = { 'content-type': 'x-application/hl7-v2+er7' };
  const body = `BHS|^~\\&|ADT|NORTH|LAMP|SOUTH|||||B2\r${adt('POST1')}${adt('POST2')}BTS|2\r`;
  const { text } = await here.call('POST', '/exchange/receive?channel=auto', { headers, body });
  expect(text.split('\r').filter((one) => one.startsWith('MSA'))).toEqual(['MSA|AA|POST1', 'MSA|AA|POST2']);
  const counted = await here.call('POST', '/exchange/prune?channel=auto&days=0&dry-run=true');
  expect(counted.json?.['pruned']?.[0]).toMatchObject({ channel: 'auto' });
  expect((await here.call('POST', '/exchange/prune?failed=true')).status).toBe(400);
  expect((await here.call('POST', '/exchange/prune?channel=nothing')).status).toBe(404);
  await expect
    .poll(async () => Object.values((await here.call('GET', '/exchange/messages?state=waiting')).json?.['messages'] ?? []))
    .toEqual([]);
  await here.call('POST', '/exchange/prune?channel=auto&days=0');
  const left = (await here.call('GET', '/exchange/messages?channel=auto')).json?.['messages'];
  expect(new Set(Object.values(left ?? []).map((one) => String(one['state'])))).toEqual(new Set(['failed']));
});

test.skipIf(!withTls)('with TLS only those are heard who show a certificate (skipped: no openssl)', async () => {
  const pem = (name: string): Buffer => readFileSync(join(folder, name));
  const known = connect({ host: '127.0.0.1', port: portOf('safe'), ca: pem('ca.pem'), key: pem('client.key'), cert: pem('client.pem') });
  await once(known, 'secureConnect');
  known.write(framed(adt('SECRET')));
  const [answer] = (await once(known, 'data')) as [Buffer];
  expect(msa(answer.toString())).toBe('MSA|AA|SECRET');
  known.destroy();
  const tls = { ca: pem('ca.pem').toString(), key: pem('client.key').toString(), cert: pem('client.pem').toString() };
  const out = mllpDestination({ host: '127.0.0.1', port: portOf('safe'), tls: () => tls, answerSeconds: 5 });
  const raw = Buffer.from(adt('SENT'));
  expect(await out.deliver({ id: '1', format: 'hl7v2', kind: 'ADT^A08', controlId: 'SENT', raw })).toEqual({ kind: 'taken', said: 'AA' });
  await out.close();
  const stranger = connect({ host: '127.0.0.1', port: portOf('safe'), ca: pem('ca.pem') });
  let heard = '';
  stranger.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  stranger.on('error', () => {});
  stranger.write(framed(adt('STRANGER')));
  await new Promise<void>((done) => stranger.once('close', () => done()));
  expect(heard).toBe('');
  expect(Object.values((await here.call('GET', '/exchange/messages?control-id=STRANGER')).json?.['messages'] ?? [])).toEqual([]);
});

test.skipIf(!withTls)(
  'a port begins and ends to speak TLS with its file; who was let in by other rules is hung up on (skipped: no openssl)',
  async () => {
    const port = portOf('safe');
    const pem = (name: string): Buffer => readFileSync(join(folder, name));
    const declare = (mllp: object): void =>
      writeFileSync(
        join(channels, 'safe.json'),
        JSON.stringify({ name: 'safe', format: 'hl7v2', direction: 'in', source: { mllp: { port: 0, ...mllp } } }),
      );
    const open = async () => {
      const socket = connect({ host: '127.0.0.1', port, ca: pem('ca.pem'), key: pem('client.key'), cert: pem('client.pem') });
      await once(socket, 'secureConnect');
      return socket;
    };
    const safe = await open();
    const hungUp = once(safe, 'close');
    safe.resume();
    declare({});
    expect((await here.call('POST', '/exchange/channels/reload')).json?.['ends']).toEqual([]);
    await hungUp;
    const plain = await sender(port);
    expect(msa(await plain.send(adt('PLAIN')))).toBe('MSA|AA|PLAIN');
    // Another mode is no reason to hang up.
    declare({ mode: 'enhanced' });
    await here.call('POST', '/exchange/channels/reload');
    expect(msa(await plain.send(adt('ENHANCED')))).toBe('MSA|CA|ENHANCED');
    declare({ tls: { key: '../server.key', cert: '../server.pem', ca: '../ca.pem' } });
    await here.call('POST', '/exchange/channels/reload');
    await expect(plain.send(adt('LATE'))).rejects.toThrow('the connection ended');
    const again = await open();
    again.write(framed(adt('AGAIN')));
    expect(msa(String((await once(again, 'data'))[0]))).toBe('MSA|AA|AGAIN');
    again.destroy();
  },
);
