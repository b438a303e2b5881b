// A message on its way out over MLLP: what the other side answers is what became of it, whatever the other side does.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Destination, Outgoing } from '../../exchange/destination.ts';
import { mllpDestination } from './sender.ts';
import { type Receiver, receiver } from './testing.ts';

let there: Receiver;
let destination: Destination;
beforeEach(async () => {
  there = await receiver();
  destination = mllpDestination({ host: '127.0.0.1', port: there.port, answerSeconds: 0.3 });
});
afterEach(async () => {
  await destination.close();
  await there.close();
});

const message = (controlId: string): Outgoing => ({
  id: controlId,
  format: 'hl7v2',
  kind: 'ADT^A08',
  controlId,
  raw: Buffer.from(`MSH|^~\\&|LAMP|NORTH|LAB|EAST|20260701||ADT^A08|${controlId}|P|2.5.1\rPID|1||M\xfcller\r`, 'latin1'),
});

test('messages go over one connection, as the bytes that they are', async () => {
  expect(await destination.deliver(message('A'))).toEqual({ kind: 'taken', said: 'AA' });
  expect(await destination.deliver(message('B'))).toEqual({ kind: 'taken', said: 'AA' });
  expect(there.connections).toBe(1);
  expect(there.heard.map(({ controlId }) => controlId)).toEqual(['A', 'B']);
});

test('a refusal is not a rejection, and both say what was answered', async () => {
  there.behave((controlId) => (controlId === 'A' ? 'AE' : 'AR'));
  expect(await destination.deliver(message('A'))).toEqual({ kind: 'refused', said: 'AE: not today', forGood: false });
  expect(await destination.deliver(message('B'))).toEqual({ kind: 'refused', said: 'AR: not today', forGood: true });
});

test('who does not answer is hung up on, and the answer that comes too late is for nobody', async () => {
  there.behave((controlId) => (controlId === 'A' ? 'hang' : 'AA'));
  expect(await destination.deliver(message('A'))).toEqual({ kind: 'silent', said: 'no acknowledgement within 0.3 s' });
  expect(await destination.deliver(message('B'))).toEqual({ kind: 'taken', said: 'AA' });
  expect(there.connections).toBe(2);
});

test('who hangs up before the answer may have it', async () => {
  there.behave(() => 'close');
  expect(await destination.deliver(message('A'))).toMatchObject({ kind: 'silent', said: expect.stringContaining('closed') });
});

test('who is away has nothing; who comes back is found again', async () => {
  await destination.deliver(message('A'));
  await there.leave();
  await expect.poll(async () => (await destination.deliver(message('B'))).kind).toBe('unreachable');
  await there.comeBack();
  expect(await destination.deliver(message('B'))).toEqual({ kind: 'taken', said: 'AA' });
});
