// Taken over from a broker of the site: acknowledged when it is kept, and asked for again when it could not be.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Arrival, Exchange } from '../../exchange/contract.ts';
import { hearOtherBroker } from './other-broker.ts';

let broker: Aedes;
let server: Server;
let url = '';
beforeEach(async () => {
  broker = await Aedes.createBroker();
  server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `mqtt://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterEach(async () => {
  await new Promise<void>((done) => broker.close(() => done()));
  server.close();
});

/** Keeps what it is told, but for the first `failures` times. */
function exchangeThat(failures: number): { exchange: Exchange; kept: Arrival[] } {
  const kept: Arrival[] = [];
  let left = failures;
  const receive = (arrival: Arrival) => {
    if (left-- > 0) return Promise.reject(new Error('the disk is full'));
    kept.push(arrival);
    return Promise.resolve({ id: 'x', again: false, receivedAt: arrival.receivedAt, state: 'waiting' as const });
  };
  return { exchange: { receive } as Partial<Exchange> as Exchange, kept };
}

test.each([0, 1])('what is published there is kept, also where it could not be %i times', async (failures) => {
  const { exchange, kept } = exchangeThat(failures);
  const failed: unknown[] = [];
  const other = await hearOtherBroker(exchange, {
    url,
    payloadBytesMax: 1000,
    now: () => new Date(),
    failed: (error) => failed.push(error),
  });
  if (!other.ok) throw new Error(other.problem.message);
  await once(broker, 'subscribe');
  const device = await connectAsync(url);
  await device.publishAsync('lamplight/devices/scale/observations', '{"values":[]}', { qos: 1 });
  await device.publishAsync('lamplight/devices/scale/observations', Buffer.alloc(5000), { qos: 1 });
  await device.publishAsync('elsewhere', '{}', { qos: 1 });
  await expect.poll(() => kept.map(({ about }) => about.sender), { timeout: 10_000 }).toEqual(['scale']);
  expect(failed.length).toBeGreaterThanOrEqual(failures);
  await device.endAsync();
  await other.value.close();
});

test('an address that is none is refused with its setting', async () => {
  const other = await hearOtherBroker(exchangeThat(0).exchange, {
    url: 'north',
    payloadBytesMax: 1000,
    now: () => new Date(),
    failed: () => {},
  });
  expect(other).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
});
