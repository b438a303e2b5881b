// Devices over MQTT as they publish, by a client that is not ours: what is acknowledged is kept and becomes an observation, and
// nobody speaks for another's device.
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPeople } from '../src/people/people.ts';
import { type Json, type Stand, stand } from './calls.ts';

let here: Stand;
let port = 0;
let secret = '';
beforeAll(async () => {
  here = await stand({ env: { LAMPLIGHT_MQTT_PORT: '0', LAMPLIGHT_LOG_LEVEL: 'warn' } });
  port = Number(/MQTT: [^:]+:(\d+)/.exec(here.server.said())?.[1]);
  const made = await openPeople(here.database).createClient({ name: 'monitor', role: 'system' }, new Date());
  if (!made.ok) throw new Error(made.problem.message);
  secret = made.value.secret;
});
afterAll(() => here.end());

const connect = (more: IClientOptions = {}): Promise<MqttClient> =>
  connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'monitor', password: secret, reconnectPeriod: 0, connectTimeout: 5000, ...more });

const topic = 'lamplight/devices/monitor/observations';
const patient = { system: 'http://north.example.org/mrn', value: 'D1' };
let number = 0;
const heart = (value: number, time: string, more: object = {}): string =>
  JSON.stringify({ id: `m${++number}`, patient, time, values: [{ code: '147842', value, unit: '/min' }], ...more });

async function messages(query: string): Promise<Json[]> {
  const { json } = await here.call('GET', `/exchange/messages?${query}`);
  return Object.values(json?.['messages'] ?? []);
}
const done = (control: string): Promise<Json[]> => messages(`control-id=${control}&state=done`);

async function observations(query: string): Promise<Json[]> {
  const { json } = await here.call('GET', `/fhir/Observation?${query}&_count=200`);
  return Object.values(json?.['entry'] ?? []).map((entry) => entry['resource']!);
}

describe.each([3, 4, 5] as const)('what a device publishes by version %i', (protocolVersion) => {
  const version: IClientOptions = { protocolVersion, ...(protocolVersion === 3 ? { protocolId: 'MQIsdp' } : {}) };
  const day = `2026-07-0${protocolVersion - 2}`;

  test('is acknowledged, kept, and becomes an observation with its device and patient', async () => {
    const client = await connect(version);
    const id = `first-${protocolVersion}`;
    await client.publishAsync(topic, heart(61, `${day}T12:00:00Z`, { id }), { qos: 1 });
    await client.endAsync();
    expect(await messages(`control-id=${id}`)).toMatchObject([{ sender: 'monitor', kind: 'observations', channel: 'devices' }]);
    await expect.poll(() => done(id)).toHaveLength(1);
    const [found] = await observations(`code=http://loinc.org|8867-4&date=${day}T12:00:00Z`);
    expect(found).toMatchObject({
      status: 'final',
      effectiveDateTime: `${day}T12:00:00Z`,
      valueQuantity: { value: 61, system: 'http://unitsofmeasure.org', code: '/min' },
    });
    const { json } = await here.call('GET', `/fhir/${String(found?.['subject']?.['reference'])}`);
    expect(json?.['identifier']).toMatchObject([patient]);
  });

  test('is one observation however often, and by whichever quality of service, it comes', async () => {
    const client = await connect(version);
    const again = (qos: number): string => `again-${protocolVersion}-${qos}`;
    for (const qos of [0, 1, 2, 1] as const) await client.publishAsync(topic, heart(62, `${day}T12:01:00Z`, { id: again(qos) }), { qos });
    await client.endAsync();
    for (const qos of [0, 1, 2]) await expect.poll(() => done(again(qos))).toHaveLength(1);
    expect(await observations(`code=http://loinc.org|8867-4&date=${day}T12:01:00Z`)).toHaveLength(1);
  });

  test('survives a client that ends without a word and comes back', async () => {
    const sent: string[] = [];
    for (let round = 0; round < 4; round++) {
      const client = await connect({ ...version, clientId: 'torn', clean: round === 0 });
      const all = Array.from({ length: 20 }, (_, index) => {
        const id = `torn-${protocolVersion}-${round}-${index}`;
        return client.publishAsync(topic, heart(70, `${day}T1${round + 4}:${10 + index}:00Z`, { id }), { qos: 1 }).then(
          () => sent.push(id),
          () => {},
        );
      });
      await Promise.all(all.slice(0, 10));
      client.stream.destroy();
      await client.endAsync(true);
    }
    expect(sent.length).toBeGreaterThanOrEqual(40);
    for (const id of sent) await expect.poll(() => done(id)).toHaveLength(1);
  });
});

describe('who may', () => {
  test('a client of version 5 is told why, and goes on', async () => {
    await expect(connect({ protocolVersion: 5, password: 'wrong' })).rejects.toMatchObject({ code: 0x86 });
    const client = await connect({ protocolVersion: 5, properties: { topicAliasMaximum: 10 } });
    await expect(client.publishAsync('elsewhere', heart(1, '2026-07-04T12:00:00Z', { id: 'foreign-5' }), { qos: 1 })).rejects.toMatchObject(
      {
        code: 0x87,
      },
    );
    await client.publishAsync(topic, heart(67, '2026-07-04T13:00:00Z', { id: 'own-5' }), { qos: 2 });
    await client.endAsync();
    expect(await messages('control-id=foreign-5')).toEqual([]);
    await expect.poll(() => done('own-5')).toHaveLength(1);
  });

  test.each([
    ['a wrong secret', { password: 'wrong' }],
    ['no account', { username: undefined, password: undefined }],
    ['an unknown account', { username: 'nobody' }],
  ])('%s is refused', async (_name, more) => {
    await expect(connect(more)).rejects.toThrow(/Bad username or password|Not authorized/i);
  });

  test('an account that is no system is refused, also with a valid token', async () => {
    const issued = await openPeople(here.database).issueToken({ name: 'ada', role: 'clinician' }, 60_000, new Date());
    if (!issued.ok) throw new Error(issued.problem.message);
    await expect(connect({ username: 'ada', password: issued.value.token })).rejects.toThrow(/Bad username or password/i);
  });

  test('a token of a system opens the door to its own name only', async () => {
    const issued = await openPeople(here.database).issueToken({ name: 'gateway', role: 'system' }, 60_000, new Date());
    if (!issued.ok) throw new Error(issued.problem.message);
    const client = await connect({ username: 'gateway', password: issued.value.token });
    await client.publishAsync('lamplight/devices/gateway:scale/observations', heart(63, '2026-07-03T12:00:00Z', { id: 'token' }), {
      qos: 1,
    });
    await client.endAsync();
    expect(await messages('control-id=token')).toMatchObject([{ sender: 'gateway:scale' }]);
    await expect(connect({ username: 'monitor', password: issued.value.token })).rejects.toThrow(/Bad username or password/i);
  });

  test.each(['lamplight/devices/other/observations', 'lamplight/devices/monitorx/observations', '$SYS/x', 'elsewhere'])(
    'a publication on %s is not acknowledged, ends the connection and is not kept',
    async (foreign) => {
      const client = await connect();
      const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
      void client.publishAsync(foreign, heart(1, '2026-07-04T12:00:00Z', { id: 'foreign' }), { qos: 1 }).catch(() => {});
      await ended;
      await client.endAsync(true);
      expect(await messages('control-id=foreign')).toHaveLength(0);
    },
  );

  test('nobody hears what devices say by subscribing, nor what was retained', async () => {
    const [client, other] = [await connect(), await connect()];
    const heard: string[] = [];
    other.on('message', (name) => heard.push(name));
    const granted = await other.subscribeAsync('#', { qos: 1 }).catch((error: Error) => error.message);
    await client.publishAsync(topic, heart(64, '2026-07-04T12:01:00Z', { id: 'retained' }), { qos: 1, retain: true });
    await expect.poll(() => done('retained')).toHaveLength(1);
    expect(JSON.stringify(granted)).toMatch(/128|Unspecified|error/i);
    expect(heard).toEqual([]);
    await Promise.all([client.endAsync(), other.endAsync(true)]);
  });
});

describe('hostile payloads', () => {
  test.each([
    ['no JSON', 'hello', /no JSON/],
    ['NaN', '{"id":"x","values":[{"code":"147842","value":NaN}]}', /no JSON/],
    ['deep nesting', `{"values":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /no JSON that is taken/],
    ['nothing of a device', '{"hello":1}', /nothing that devices say/],
  ])('%s is kept and failed, with the reason, and the connection goes on', async (_name, payload, why) => {
    const client = await connect();
    await client.publishAsync(topic, payload, { qos: 1 });
    const [message] = await messages('channel=devices&state=failed&count=1');
    expect(String(message?.['problem']?.['message'])).toMatch(why);
    await client.publishAsync(topic, heart(65, '2026-07-05T12:00:00Z'), { qos: 1 });
    await client.endAsync();
  });

  test('5 MB end the connection, and the next one is served', async () => {
    const client = await connect();
    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
    client.on('error', () => {});
    void client.publishAsync(topic, Buffer.alloc(5_000_000, 0x20), { qos: 1 }).catch(() => {});
    await ended;
    await client.endAsync(true);
    const next = await connect();
    await next.publishAsync(topic, heart(66, '2026-07-05T12:01:00Z', { id: 'after' }), { qos: 1 });
    await next.endAsync();
    await expect.poll(() => done('after')).toHaveLength(1);
  });
});
