// What an address of exchange may hold, and no message would: refused in words, never an error of the server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stand, stand } from './calls.ts';

let here: Stand;
beforeAll(async () => {
  here = await stand();
});
afterAll(() => here.end());

test.each([
  ['GET', '/exchange/messages?key=%00', 400],
  ['GET', '/exchange/messages?control-id=%00', 400],
  ['GET', '/exchange/messages?constructor=1', 400],
  ['GET', '/exchange/messages?cursor=x', 400],
  ['GET', '/exchange/messages?resource=../../etc', 400],
  ['GET', '/exchange/messages/not-an-id/ledger', 404],
  ['GET', '/exchange/unmapped?sender=%00', 400],
  ['POST', '/exchange/again?sender=%00', 400],
  ['POST', '/exchange/convert?format=constructor', 415],
  ['POST', '/exchange/convert?format=__proto__', 415],
  ['POST', '/exchange/convert?format=hl7v2&channel=constructor', 400],
])('%s %s is %i', async (method, path, status) => {
  const body = method === 'POST' ? 'x' : undefined;
  const answer = await here.call(method, path, {
    headers: { 'content-type': 'application/octet-stream' },
    ...(body === undefined ? {} : { body }),
  });
  expect(answer.status, answer.text).toBe(status);
});

test('a content type that every object has a member of is no format', async () => {
  const answer = await here.call('POST', '/exchange/receive', { headers: { 'content-type': 'constructor' }, body: 'x' });
  expect(answer.status, answer.text).toBe(415);
});
