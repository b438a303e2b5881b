// A message on its way out by HTTP: the status is what became of it.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Outgoing } from '../../exchange/destination.ts';
import { httpDestination } from './http-destination.ts';

let server: Server;
let url = '';
let status = 200;
let heard: { headers: IncomingHttpHeaders; body: string }[] = [];
beforeEach(async () => {
  heard = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString('latin1') });
      if (status === 0) return;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {});
      response.end('so it is');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/in`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const message: Outgoing = { id: 'a1', format: 'hl7v2', kind: 'ADT^A08', controlId: 'A', raw: Buffer.from('MSH|\xff', 'latin1') };
const deliver = (answer: number) => {
  status = answer;
  return httpDestination({ url, headers: { Authorization: 'Bearer x' }, answerSeconds: 0.3 }).deliver(message);
};

test('what is taken came as the bytes that it is, by a key that is the same when it comes again', async () => {
  expect(await deliver(202)).toEqual({ kind: 'taken', said: '202 so it is' });
  expect(heard).toMatchObject([
    {
      body: 'MSH|\xff',
      headers: { authorization: 'Bearer x', 'content-type': 'x-application/hl7-v2+er7', 'idempotency-key': 'a1' },
    },
  ]);
});

test.each([
  [422, { kind: 'refused', said: '422 so it is', forGood: true }],
  [429, { kind: 'refused', said: '429 so it is', forGood: false }],
  [401, { kind: 'refused', said: '401 so it is', forGood: false }],
  [302, { kind: 'refused', said: '302 so it is', forGood: false }],
  [503, { kind: 'unreachable', said: '503 so it is' }],
  [0, { kind: 'silent', said: 'no answer within 0.3 s' }],
])('%s', async (answer, delivered) => {
  expect(await deliver(answer)).toEqual(delivered);
  expect(heard).toHaveLength(1);
});

test('nobody there', async () => {
  server.close();
  await once(server, 'close');
  expect(await deliver(200)).toEqual({ kind: 'unreachable', said: 'ECONNREFUSED' });
});
