// What a client may say over the websocket of subscriptions, and no client would: it is shown out in words, learns nothing, and the others
// go on being told.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Stand, stand } from './calls.ts';

let here: Stand;
let good: string;
beforeAll(async () => {
  here = await stand();
  const made = await here.call('POST', '/fhir/Subscription', {
    body: {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: 'Patient?gender=male',
      channel: { type: 'websocket' },
    },
  });
  expect(made.status, made.text).toBe(201);
  good = String(made.json?.['id']);
});
afterAll(() => here.end());

const address = (): string => `${here.server.address.replace('http', 'ws')}/subscriptions/websocket`;

/** How it is shown out: the code and the words of the server, and all that it was told before. */
function shownOut(say: readonly (string | Buffer)[], token?: string): Promise<{ code: number; why: string; told: string[] }> {
  const socket = new WebSocket(address(), token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  const told: string[] = [];
  return new Promise((resolve) => {
    socket.on('message', (data) => told.push(String(data)));
    socket.on('open', () => {
      for (const one of say) socket.send(one);
    });
    socket.on('error', () => {});
    socket.on('close', (code, why) => resolve({ code, why: String(why), told }));
  });
}

describe('a client is shown out that says', () => {
  test.each<[string, readonly (string | Buffer)[], number]>([
    ['nothing that is understood', ['hello'], 1008],
    ['an empty message', [''], 1008],
    ['bytes', [randomBytes(100)], 1008],
    ['what is no UTF-8', [Buffer.from('bind-with-token \xff', 'latin1')], 1008],
    ['a token that nobody gave', [`bind-with-token ${'a'.repeat(43)}`], 1008],
    ['a token with SQL in it', ["bind-with-token ' or '1'='1"], 1008],
    ['a token of 101 letters', [`bind-with-token ${'a'.repeat(101)}`], 1008],
    ['NUL', ['bind \u0000'], 1008],
    ['two commands in one', [`bind ${'x'}\nbind y`], 1008],
    ['an id that leads elsewhere', ['bind ../Patient'], 1008],
    ['__proto__', ['bind-with-token __proto____proto____proto__'], 1008],
    ['5,000 letters', ['x'.repeat(5000)], 1009],
    ['a megabyte', [Buffer.alloc(1_000_000)], 1009],
    ['the same again and again', Array.from({ length: 300 }, () => `bind-with-token ${'b'.repeat(43)}`), 1008],
  ])('%s', async (_what, say, code) => {
    const { code: seen, told } = await shownOut(say);
    expect(seen).toBe(code);
    expect(told).toEqual([]);
  });

  test('the id of a subscription without saying who it is', async () => {
    expect(await shownOut([`bind ${good}`])).toMatchObject({ code: 1008, told: [] });
  });
});

test('a forged way in is refused before there is a socket', async () => {
  for (const authorization of ['Bearer x', `Bearer ${'a'.repeat(600)}`, 'Basic YWRtaW46YWRtaW4=', 'Bearer '])
    await new Promise<void>((resolve) => {
      const socket = new WebSocket(address(), { headers: { authorization } });
      socket.on('error', (error) => {
        expect(error.message).toContain('401');
        resolve();
      });
    });
});

test('frames that break the protocol end the connection, and nothing else', async () => {
  const { port } = new URL(here.server.address);
  for (const frame of [
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0x81, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0x81, 0x05, 1, 2]),
  ])
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.once('data', () => socket.write(frame));
      socket.write(
        `GET /subscriptions/websocket HTTP/1.1\r\nhost: here\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
      );
      // What waits for the rest of a frame is ended from here.
      setTimeout(() => socket.destroy(), 1500);
    });
});

test('the others are told all the while', async () => {
  // A subscription is put to work behind the answer to its making; a bind before that is rightly refused.
  const stateNow = async () => String((await here.call('GET', `/fhir/Subscription/${good}`)).json?.['status']);
  await expect.poll(stateNow, { timeout: 30_000 }).toBe('active');
  const socket = new WebSocket(address(), { headers: { authorization: `Bearer ${here.administrator}` } });
  const told: string[] = [];
  socket.on('message', (data) => told.push(String(data)));
  socket.on('close', (code, why) => told.push(`closed ${code} ${why}`));
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send(`bind ${good}`);
  await expect.poll(() => told, { timeout: 10_000 }).toEqual([`bound ${good}`]);
  await Promise.all(Array.from({ length: 20 }, () => shownOut(['x'])));
  await here.call('POST', '/fhir/Patient', { body: { resourceType: 'Patient', gender: 'male' } });
  await expect.poll(() => told, { timeout: 10_000 }).toContain(`ping ${good}`);
  socket.close();
});
