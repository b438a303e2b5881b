// Clients that are slow, silent or deaf: each is cut off within its time, in words where it still listens, and while many of
// them are connected everybody else is answered. The time is the shortest that can be set, so the test takes seconds.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stand, stand } from './calls.ts';
import { firstAnswer, opened } from './hostile/wire.ts';

let here: Stand;
let port: number;
let before: number;
beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_REQUEST_SECONDS: '5' } });
  port = Number(new URL(here.server.address).port);
  await here.call('POST', '/fhir/Binary', {
    body: { resourceType: 'Binary', id: 'x', contentType: 'a/b', data: 'AAAA'.repeat(2_000_000) },
  });
  before = await here.changes();
});
afterAll(() => here.end());

interface End {
  /** Everything that came. */
  heard: string;
  /** Whether the server ended the connection within the time that a test waits. */
  closed: boolean;
}

/** What becomes of a connection; `drip` is sent again and again for as long as it lives. */
async function fate(
  says: string | Uint8Array,
  { drip, half = false, waitMs = 15_000 }: { drip?: string; half?: boolean; waitMs?: number } = {},
): Promise<End> {
  const socket = await opened(port, '');
  let heard = '';
  socket.on('data', (piece) => (heard += piece.toString('latin1')));
  if (half) socket.end(says);
  else socket.write(says);
  const dripping = drip === undefined ? undefined : setInterval(() => socket.writable && socket.write(drip), 250);
  const closed = await Promise.race([closing(socket), sleep(waitMs, false)]);
  clearInterval(dripping);
  socket.destroy();
  return { heard, closed };
}

const closing = (socket: Socket): Promise<true> => new Promise((resolve) => socket.once('close', () => resolve(true)));
const head = (...lines: string[]): string =>
  `${['POST /fhir/Patient HTTP/1.1', 'host: a', `authorization: Bearer ${here.administrator}`, 'content-type: application/fhir+json', ...lines].join('\r\n')}\r\n\r\n`;
const body = '{"resourceType":"Patient","active":true}';

async function isCutOff(end: Promise<End>): Promise<void> {
  const { heard, closed } = await end;
  expect(closed).toBe(true);
  const { status, answers } = firstAnswer(heard);
  expect(answers).toBeLessThanOrEqual(1);
  if (answers === 1) expect([400, 408]).toContain(status);
}

/** Good requests for as long as something lasts: each is answered. */
async function servedDuring(work: Promise<unknown>): Promise<void> {
  let done = false;
  void work.finally(() => (done = true)).catch(() => {});
  while (!done) {
    expect((await here.call('GET', '/fhir/Patient?_count=1')).status).toBe(200);
    await sleep(100);
  }
  await work;
  expect(await here.changes()).toBe(before);
}

test.concurrent('heads and bodies that never end are cut off, and others are served meanwhile', async () => {
  const packed = gzipSync(body);
  await servedDuring(
    Promise.all([
      isCutOff(fate('GET /fhir/Patient HTTP/1.1\r\n', { drip: 'x-a: b\r\n' })),
      isCutOff(fate('GET /fhir/Pat', { drip: 'i' })),
      isCutOff(fate('GET /fhir/Patient HTTP/1.1\r\nhost: a\r\n')),
      isCutOff(fate(`${head('content-length: 100000')}{`, { drip: ' ' })),
      isCutOff(fate(head('content-length: 40'))),
      isCutOff(fate(`${head('transfer-encoding: chunked')}1\r\n{\r\n`, { drip: '1\r\n \r\n' })),
      isCutOff(fate(head('transfer-encoding: chunked'), { drip: '0' })),
      isCutOff(
        fate(Buffer.concat([Buffer.from(head('content-encoding: gzip', 'content-length: 5000')), packed.subarray(0, 20)]), { drip: '\0' }),
      ),
      isCutOff(fate(head('content-length: 30000000', 'expect: 100-continue'))),
    ]),
  );
});

test('a connection that is ended in the middle of a request stores nothing', async () => {
  await servedDuring(
    Promise.all([
      fate(`${head('content-length: 4000')}${body}`, { half: true }),
      fate(`${head('transfer-encoding: chunked')}28\r\n${body}`, { half: true }),
      fate(head('content-length: 40'), { half: true }),
      fate('GET /fhir/Patient HT', { half: true }),
    ]).then((ends) => {
      for (const { closed, heard } of ends) {
        expect(closed).toBe(true);
        expect([0, 400]).toContain(firstAnswer(heard).status);
      }
    }),
  );
});

test.concurrent('a client that does not read its answers is cut off', async () => {
  const found = await here.call('GET', '/fhir/Binary?_count=1');
  const id = String(found.json!['entry']![0]!['resource']!['id']);
  const deaf = async (): Promise<void> => {
    const asking = `GET /fhir/Binary/${id} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${here.administrator}\r\n\r\n`;
    const socket = await opened(port, '');
    socket.pause();
    socket.write(asking.repeat(8));
    // The first time that nothing moves only starts the clock anew; on a busy machine clocks are late.
    await sleep(25_000);
    // Eight answers of 8 MB: only what the network held is left.
    let bytes = 0;
    socket.on('data', (piece) => (bytes += piece.length)).resume();
    const closed = await Promise.race([closing(socket), sleep(5_000, false)]);
    socket.destroy();
    expect(closed).toBe(true);
    expect(bytes).toBeLessThan(8 * 8_000_000);
  };
  await servedDuring(Promise.all(Array.from({ length: 5 }, deaf)));
});

test.concurrent('500 connections that say nothing keep nobody from being served, and end', async () => {
  const idle = await Promise.all(Array.from({ length: 500 }, () => opened(port, '')));
  const ended = Promise.all(idle.map((socket) => closing(socket.resume())));
  await servedDuring(Promise.race([ended, sleep(15_000, 'still open')]).then((end) => expect(end).not.toBe('still open')));
});

test('more attempts to sign in than one address may make are refused for a minute, and other requests are not', async () => {
  const tries = await Promise.all(
    Array.from({ length: 100 }, (_, i) => here.call('POST', '/auth/sign-in', { body: { name: `nobody-${i}`, password: 'wrong' } })),
  );
  const statuses = tries.map(({ status }) => status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(40);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  const last = tries.find(({ status }) => status === 429)!;
  expect(last.headers.get('retry-after')).not.toBeNull();
  expect(last.json!['title']).toBeTruthy();
  expect((await here.call('GET', '/fhir/Patient?_count=1')).status).toBe(200);
});
