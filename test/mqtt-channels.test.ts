// Devices by channels: topics of their maker, over TLS, and files in a folder, as those who set it up see it.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPeople } from '../src/people/people.ts';
import { type Json, type Stand, stand } from './calls.ts';
import { makeCertificates } from './certificates.ts';
import { removeFolder, temporaryFolder } from './running-server.ts';

let here: Stand;
let secret = '';
const folder = temporaryFolder('devices');
const channels = join(folder, 'channels');
const inbox = join(folder, 'inbox');
/** Where there is no openssl, nobody can make certificates: the test of TLS says so. */
const withTls = makeCertificates(folder);
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  mkdirSync(channels);
  mkdirSync(inbox);
  const write = (name: string, more: object): void =>
    writeFileSync(join(channels, `${name}.json`), JSON.stringify({ name, format: 'devices', direction: 'in', ...more }));
  write('icu', { source: { mqtt: { topic: 'icu/+/vitals' } }, overrides: [{ path: '/values/*/code', map: { HR: '8867-4' } }] });
  write('wearables', { source: { folder: { path: inbox, patientSystem: 'http://north.example.org/mrn' } } });
  const tls = {
    LAMPLIGHT_MQTT_TLS_KEY: file('server.key'),
    LAMPLIGHT_MQTT_TLS_CERT: file('server.pem'),
    LAMPLIGHT_MQTT_TLS_CA: file('ca.pem'),
  };
  here = await stand({ env: { LAMPLIGHT_MQTT_PORT: '0', LAMPLIGHT_CHANNELS: channels, ...(withTls ? tls : {}) } });
  const made = await openPeople(here.database).createClient({ name: 'monitor', role: 'system' }, new Date());
  if (!made.ok) throw new Error(made.problem.message);
  secret = made.value.secret;
});
afterAll(async () => {
  await here.end();
  removeFolder(folder);
});

async function messages(query: string): Promise<Json[]> {
  const { json } = await here.call('GET', `/exchange/messages?${query}`);
  return Object.values(json?.['messages'] ?? []);
}
const payload = (id: string): string =>
  JSON.stringify({ id, patient: { value: '1' }, time: '2026-07-01T12:00:00Z', values: [{ code: 'HR', value: 61, unit: '/min' }] });

test.skipIf(!withTls)('a topic of a channel is heard over TLS, with its overrides (skipped: no openssl)', async () => {
  const port = Number(/MQTT with TLS: [^:]+:(\d+)/.exec(here.server.said())?.[1]);
  const options = { username: 'monitor', password: secret, reconnectPeriod: 0, connectTimeout: 5000, ca: readFileSync(file('ca.pem')) };
  const shown = { ...options, key: readFileSync(file('client.key')), cert: readFileSync(file('client.pem')) };
  const client = await connectAsync(`mqtts://127.0.0.1:${port}`, shown);
  await client.publishAsync('icu/monitor/vitals', payload('tls-1'), { qos: 1 });
  await client.endAsync();
  await expect.poll(() => messages('control-id=tls-1&state=done')).toMatchObject([{ channel: 'icu', sender: 'monitor' }]);
  const { json } = await here.call('GET', '/fhir/Observation?code=http://loinc.org|8867-4');
  expect(Object.values(json?.['entry'] ?? [])).toHaveLength(1);
  // Nobody else's device, no other topic, nobody without a certificate.
  for (const topic of ['icu/other/vitals', 'icu/monitor/alarms']) {
    const wrong = await connectAsync(`mqtts://127.0.0.1:${port}`, shown);
    const closed = new Promise((done) => wrong.once('close', () => done(true)));
    wrong.publish(topic, payload('tls-2'), { qos: 1 });
    expect(await closed).toBe(true);
    await wrong.endAsync(true);
  }
  await expect(connectAsync(`mqtts://127.0.0.1:${port}`, options)).rejects.toThrow();
  expect(await messages('control-id=tls-2')).toEqual([]);
});

test.skipIf(!withTls)('a topic that a file takes while the program runs is heard, and one that it gives up no more', async () => {
  const port = Number(/MQTT with TLS: [^:]+:(\d+)/.exec(here.server.said())?.[1]);
  const tls = { ca: readFileSync(file('ca.pem')), key: readFileSync(file('client.key')), cert: readFileSync(file('client.pem')) };
  const options = { username: 'monitor', password: secret, reconnectPeriod: 0, connectTimeout: 5000, ...tls };
  const client = await connectAsync(`mqtts://127.0.0.1:${port}`, options);
  writeFileSync(
    join(channels, 'icu.json'),
    JSON.stringify({ name: 'icu', format: 'devices', direction: 'in', source: { mqtt: { topic: 'ward/+/vitals' } } }),
  );
  const done = await here.call('POST', '/exchange/channels/reload');
  expect(done.json?.['ends']).toEqual(['ends: channel icu: devices on icu/+/vitals', 'begins: channel icu: devices on ward/+/vitals']);
  await client.publishAsync('ward/monitor/vitals', payload('new-topic'), { qos: 1 });
  await expect.poll(() => messages('control-id=new-topic')).toMatchObject([{ channel: 'icu', sender: 'monitor' }]);
  const closed = new Promise((gone) => client.once('close', () => gone(true)));
  client.publish('icu/monitor/vitals', payload('old-topic'), { qos: 1 });
  expect(await closed).toBe(true);
  await client.endAsync(true);
});

test('an export of Apple Health in a folder is the patient whose number its file has', async () => {
  const record = `<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min" startDate="2026-02-05 07:25:00 +0100" endDate="2026-02-05 07:25:00 +0100" value="61"/>`;
  writeFileSync(join(inbox, '.4711.xml'), `<?xml version="1.0"?><HealthData locale="en">${record}</HealthData>`);
  renameSync(join(inbox, '.4711.xml'), join(inbox, '4711.xml'));
  await expect
    .poll(() => messages('channel=wearables&state=done'), { timeout: 15_000 })
    .toMatchObject([{ kind: 'apple-health', sender: 'apple-health', from: '4711.xml, 1' }]);
  expect(readdirSync(inbox)).toEqual([]);
  const { json } = await here.call('GET', '/fhir/Patient?identifier=http://north.example.org/mrn|4711');
  expect(Object.values(json?.['entry'] ?? [])).toHaveLength(1);
});
