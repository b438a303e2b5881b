// The broker by bytes on its line: what MQTT 3.1.1 and 5 ask of it, and what a client must not be able to do to it.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { generate, type Packet, parser } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Arrival, Exchange } from '../../exchange/contract.ts';
import { type Broker, openBroker } from './broker.ts';
import type { DeviceAccounts } from './device-accounts.ts';

const topic = 'lamplight/devices/scale/observations';
let kept: string[];
let failures: unknown[];
/** Called with what is to be kept. */
let keeping: (text: string) => Promise<void>;
let broker: Broker;
const open: Socket[] = [];

beforeEach(async () => {
  kept = [];
  failures = [];
  keeping = () => Promise.resolve();
  const receive = async ({ raw, receivedAt }: Arrival) => {
    const text = Buffer.from(raw).toString('utf8');
    await keeping(text);
    kept.push(text);
    return { id: 'x', again: false, receivedAt, state: 'waiting' as const };
  };
  const opened = await openBroker({ receive } as Partial<Exchange> as Exchange, {} as DeviceAccounts, {
    host: '127.0.0.1',
    port: 0,
    payloadBytesMax: 2000,
    connectionsMax: 50,
    anonymous: true,
    now: () => new Date(),
    failed: (error) => failures.push(error),
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  broker = opened.value;
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await broker.close();
});

interface Line {
  socket: Socket;
  heard: Packet[];
  say(...packets: (Packet | Buffer)[]): void;
  /** The next packet of a kind. */
  next(cmd: string): Promise<Packet & { [name: string]: unknown }>;
  ended: Promise<unknown>;
}

function dial(version: number): Line {
  const socket = connect(broker.port, '127.0.0.1');
  open.push(socket);
  const heard: Packet[] = [];
  const reader = parser({ protocolVersion: version });
  reader.on('packet', (packet: Packet) => heard.push(packet));
  // Where bytes were turned, the answer may be one of another version.
  reader.on('error', () => {});
  socket.on('data', (bytes) => reader.parse(bytes));
  socket.on('error', () => {});
  return {
    socket,
    heard,
    say: (...packets) =>
      void socket.write(Buffer.concat(packets.map((one) => (Buffer.isBuffer(one) ? one : generate(one, { protocolVersion: version }))))),
    async next(cmd) {
      await expect.poll(() => heard.some((one) => one.cmd === cmd)).toBe(true);
      return heard.splice(
        heard.findIndex((one) => one.cmd === cmd),
        1,
      )[0] as Packet & { [name: string]: unknown };
    },
    ended: once(socket, 'close'),
  };
}

const hello = (version: number, more: object = {}): Packet => ({
  cmd: 'connect',
  protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
  protocolVersion: version as 3 | 4 | 5,
  clientId: 'c',
  clean: true,
  keepalive: 0,
  ...more,
});
const publication = (messageId: number, payload: string, more: object = {}): Packet => ({
  cmd: 'publish',
  topic,
  payload,
  qos: 1,
  dup: false,
  retain: false,
  messageId,
  ...more,
});

/** No client identifier, and a session that is to be kept. */
function unnamed(version: number): Buffer {
  const bytes = generate(hello(version, { clientId: '' }), { protocolVersion: version });
  bytes[9] = 0;
  return bytes;
}

async function entered(version: number, more: object = {}): Promise<Line> {
  const line = dial(version);
  line.say(hello(version, more));
  const welcome = await line.next('connack');
  expect(version === 5 ? welcome['reasonCode'] : welcome['returnCode']).toBe(0);
  return line;
}

describe.each([3, 4, 5])('version %i', (version) => {
  test('acknowledges what is on disk, in the order in which it came', async () => {
    let release = (): void => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    keeping = (text) => (text === 'slow' ? held : Promise.resolve());
    const line = await entered(version);
    line.say(publication(1, 'slow'), publication(2, 'quick'), publication(3, 'twice', { qos: 2 }));
    await expect.poll(() => kept).toEqual(['quick', 'twice']);
    expect(line.heard).toEqual([]);
    release();
    await line.next('pubrec');
    expect(line.heard.map(({ cmd, messageId }) => [cmd, messageId])).toEqual([
      ['puback', 1],
      ['puback', 2],
    ]);
  });

  test('keeps a publication of QoS 2 once until it is released', async () => {
    const line = await entered(version);
    const one = publication(7, 'once', { qos: 2 });
    line.say(one, { ...one, dup: true } as Packet);
    await line.next('pubrec');
    await line.next('pubrec');
    line.say({ cmd: 'pubrel', messageId: 7 });
    await line.next('pubcomp');
    line.say(publication(7, 'another', { qos: 2 }));
    await line.next('pubrec');
    expect(kept).toEqual(['once', 'another']);
  });

  test('hears what is sent right behind the sign-in, and before the goodbye', async () => {
    const line = dial(version);
    line.say(hello(version), publication(1, 'early'), publication(2, 'none', { qos: 0 }), { cmd: 'disconnect' });
    await line.next('puback');
    await line.ended;
    expect(kept).toEqual(['early', 'none']);
  });

  test('does not acknowledge what could not be kept, and goes on with others', async () => {
    keeping = (text) => (text === 'lost' ? Promise.reject(new Error('the disk is full')) : Promise.resolve());
    const [line, other] = [await entered(version), await entered(version, { clientId: 'd' })];
    line.say(publication(1, 'lost'));
    await line.ended;
    expect(line.heard.map(({ cmd }) => cmd)).toEqual(version === 5 ? ['disconnect'] : []);
    other.say(publication(1, 'kept'));
    await other.next('puback');
    expect([kept, failures.length]).toEqual([['kept'], 1]);
  });

  test('gives nobody anything', async () => {
    const line = await entered(version);
    line.say({
      cmd: 'subscribe',
      messageId: 5,
      subscriptions: [
        { topic: '#', qos: 1 },
        { topic: 'a', qos: 0 },
      ],
    });
    expect((await line.next('suback'))['granted']).toEqual(version === 5 ? [0x87, 0x87] : [0x80, 0x80]);
    line.say({ cmd: 'unsubscribe', messageId: 6, unsubscriptions: ['#'] }, { cmd: 'pingreq' });
    expect((await line.next('unsuback')).messageId).toBe(6);
    await line.next('pingresp');
  });

  test('one client identifier has one connection: the last', async () => {
    const line = await entered(version);
    const next = await entered(version);
    await line.ended;
    expect(line.heard).toMatchObject(version === 5 ? [{ cmd: 'disconnect', reasonCode: 0x8e }] : []);
    next.say(publication(1, 'still here'));
    await next.next('puback');
  });

  test('ends the connection of who says nothing for longer than was promised', async () => {
    const line = await entered(version, { keepalive: 1 });
    const began = performance.now();
    await line.ended;
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(line.heard).toMatchObject(version === 5 ? [{ cmd: 'disconnect', reasonCode: 0x8d }] : []);
  });

  test('nobody is silent whose publication is on its way to the disk', async () => {
    let release = (): void => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    keeping = () => held;
    const line = await entered(version, { keepalive: 1 });
    line.say(publication(1, 'slow'));
    await new Promise((done) => setTimeout(done, 2000));
    release();
    await line.next('puback');
  });

  test.each([
    ['a packet that is too large', publication(1, 'x'.repeat(10_000)), 0x95],
    ['an answer to nothing', { cmd: 'connack', sessionPresent: false, returnCode: 0, reasonCode: 0 } as Packet, 0x82],
    ['a second sign-in', hello(version), 0x82],
    ['no packet at all', Buffer.from([0xf1, 0, 0, 0]), 0x81],
  ])('%s ends the connection', async (_, packet, reasonCode) => {
    const line = await entered(version);
    line.say(packet);
    await line.ended;
    expect(line.heard).toMatchObject(version === 5 ? [{ cmd: 'disconnect', reasonCode }] : []);
    expect(kept).toEqual([]);
  });
});

describe('MQTT 5', () => {
  test('says what it can, and gives a name to who has none', async () => {
    const line = dial(5);
    line.say(unnamed(5));
    const { properties } = (await line.next('connack')) as { properties?: Record<string, unknown> };
    expect(properties).toMatchObject({ receiveMaximum: 64, maximumPacketSize: 3024, sessionExpiryInterval: 0 });
    expect(String(properties?.['assignedClientIdentifier'])).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a publication that is not taken is answered with why, and the connection goes on', async () => {
    const line = await entered(5);
    for (const qos of [1, 2] as const) {
      line.say(publication(1, 'no', { topic: 'elsewhere', qos }));
      const answer = await line.next(qos === 1 ? 'puback' : 'pubrec');
      expect(answer).toMatchObject({ reasonCode: 0x87, properties: { reasonString: 'Nothing is heard on this topic' } });
    }
    line.say(publication(1, 'yes', { qos: 2 }));
    expect(await line.next('pubrec')).toMatchObject({ reasonCode: 0 });
    expect(kept).toEqual(['yes']);
  });

  test('no words go to who wants none', async () => {
    const line = await entered(5, { properties: { requestProblemInformation: false } });
    line.say(publication(1, 'no', { topic: 'elsewhere' }));
    const answer = await line.next('puback');
    expect(answer['reasonCode']).toBe(0x87);
    expect(answer['properties']).toBeUndefined();
  });

  test('a topic may have a number for a name; a number without a topic ends the connection', async () => {
    const line = await entered(5);
    line.say(
      publication(1, 'first', { properties: { topicAlias: 3 } }),
      publication(2, 'second', { topic: '', properties: { topicAlias: 3 } }),
    );
    await line.next('puback');
    await line.next('puback');
    expect(kept).toEqual(['first', 'second']);
    line.say(publication(3, 'third', { topic: '', properties: { topicAlias: 4 } }));
    expect(await line.next('disconnect')).toMatchObject({ reasonCode: 0x94 });
    await line.ended;
  });

  test('a sign-in by other means is refused', async () => {
    const line = dial(5);
    line.say(hello(5, { properties: { authenticationMethod: 'SCRAM-SHA-256' } }));
    expect(await line.next('connack')).toMatchObject({ reasonCode: 0x8c });
    await line.ended;
  });

  test('who releases what was never received is told so', async () => {
    const line = await entered(5);
    line.say({ cmd: 'pubrel', messageId: 9 });
    expect(await line.next('pubcomp')).toMatchObject({ messageId: 9, reasonCode: 0x92 });
  });
});

test('a session that should outlive its connection needs a name (3.1.1, section 3.1.3.1)', async () => {
  const line = dial(4);
  line.say(unnamed(4));
  expect(await line.next('connack')).toMatchObject({ returnCode: 2 });
  await line.ended;
});

test('whatever bytes come, the broker goes on, and nothing is thrown at the program', async () => {
  const versions = fc.constantFrom(3, 4, 5);
  const sentence = versions.chain((version) =>
    fc.record({
      bytes: fc.constant(
        Buffer.concat(
          [
            hello(version, { username: 'u', password: Buffer.from('p'), properties: { userProperties: { __proto__x: 'y' } } }),
            hello(version),
            publication(1, '{"values":[]}', { properties: { topicAlias: 1 } }),
            { cmd: 'pubrel', messageId: 1 } as Packet,
            { cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: 'a', qos: 0 }] } as Packet,
          ].map((packet) => generate(packet, { protocolVersion: version })),
        ),
      ),
      changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      from: fc.nat(60),
      noise: fc.uint8Array({ maxLength: 30 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(sentence, { minLength: 20, maxLength: 20 }), async (sentences) => {
      const lines = sentences.map(({ bytes, changes, from, noise }) => {
        const said = Buffer.from(bytes.subarray(from % bytes.length === 0 ? 0 : (from * 7) % 60));
        for (const [at, byte] of changes) said[at % said.length] = byte;
        const line = dial(4);
        line.say(Buffer.concat([said, noise]));
        line.socket.end();
        return line;
      });
      await Promise.all(lines.map(({ ended }) => ended));
    }),
    { numRuns: 30 },
  );
  const line = await entered(5, { clientId: 'after' });
  line.say(publication(1, 'after all that'));
  await line.next('puback');
  expect(kept.at(-1)).toBe('after all that');
}, 60_000);
