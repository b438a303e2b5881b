// The whole program telling others of its record: what people write by FHIR arrives as HL7 v2 at a listener, in order, once; what a
// system said is not told back to it; and what arrives somewhere else is the same there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readMessage } from '../src/formats/hl7v2/tree/message.ts';
import { type Receiver, receiver } from '../src/gateways/mllp/testing.ts';
import { type Json, type Stand, stand } from './calls.ts';
import { mllpPortOf, type Sender, sender } from './mllp-client.ts';
import { removeFolder, temporaryFolder } from './running-server.ts';

/** The machine may be busy: what is waited for comes when it comes. */
const patiently = { timeout: 30_000 };
vi.setConfig({ testTimeout: 90_000 });

let here: Stand;
let there: Receiver;
let line: Sender;
const folder = temporaryFolder('told');
const channels = join(folder, 'channels');

beforeAll(async () => {
  there = await receiver({ answerAfterMs: 1 });
  mkdirSync(channels);
  const write = (name: string, more: object): void =>
    writeFileSync(join(channels, `${name}.json`), JSON.stringify({ name, format: 'hl7v2', ...more }));
  write('ward-in', { direction: 'in', source: { mllp: { port: 0 } }, sender: 'WARD/NORTH' });
  write('ward-out', {
    direction: 'out',
    source: {
      record: {
        tells: ['ADT^A01', 'ADT^A02', 'ADT^A03', 'ADT^A08', 'ADT^A11', 'ADT^A31', 'ADT^A40', 'ORU^R01', 'SIU^S12', 'SIU^S14', 'SIU^S15'],
        filter: [{ path: 'PID-5.1', not: ['Hidden'] }],
        sender: 'LAMPLIGHT/NORTH',
        receiver: 'WARD/NORTH',
        version: '2.5',
        characterSet: '8859/1',
      },
    },
    destination: { mllp: { host: '127.0.0.1', port: there.port, answerSeconds: 5 } },
    retry: { pausesSeconds: [0.1], tries: 3 },
  });
  here = await stand({ env: { LAMPLIGHT_CHANNELS: channels } });
  line = await sender(Number(/channel ward-in: HL7 v2 over MLLP, \S+:(\d+)/.exec(here.server.said())?.[1] ?? 0));
});
afterAll(async () => {
  line?.end();
  await here?.end();
  await there?.close();
  removeFolder(folder);
});

const put = async (resource: { resourceType: string; id: string; [name: string]: unknown }): Promise<void> => {
  const { status, text } = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
  if (status >= 300) throw new Error(text);
};
const number = (value: string, code: string) => [
  { system: 'urn:oid:1.2.36.1', value, type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code }] } },
];
const patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: number('4711', 'MR'),
  name: [{ use: 'official', family: 'Müller|Ä', given: ['Ann'] }],
  gender: 'female',
  birthDate: '1980-02-29',
};
const ward = (id: string, name: string) => ({
  resourceType: 'Location',
  id,
  name,
  mode: 'instance',
  physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'wa', display: 'Ward' }] },
});
const visit = {
  resourceType: 'Encounter',
  id: 'e1',
  identifier: number('V9', 'VN'),
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: { reference: 'Patient/p1' },
  period: { start: '2026-07-01T08:00:00+00:00' },
  location: [{ location: { reference: 'Location/w7' }, status: 'active' }],
};
const glucose = {
  resourceType: 'Observation',
  id: 'o1',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2345-7', display: 'Glucose' }] },
  subject: { reference: 'Patient/p1' },
  valueQuantity: { value: 5.6, unit: 'mmol/L' },
};
const report = {
  resourceType: 'DiagnosticReport',
  id: 'r1',
  identifier: number('LAB-77', 'FILL'),
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '24323-8', display: 'Panel' }] },
  subject: { reference: 'Patient/p1' },
  encounter: { reference: 'Encounter/e1' },
  effectiveDateTime: '2026-07-01T09:00:00+00:00',
  result: [{ reference: 'Observation/o1' }],
};
const heard = (): string[] =>
  there.heard.map(({ bytes }) => readMessage(bytes)).map((one) => `${one.get('MSH-9.1')}^${one.get('MSH-9.2')}`);
const last = () => readMessage(there.heard.at(-1)?.bytes ?? Buffer.alloc(0));

test('an admission, a transfer, a result and a discharge are told in their order', async () => {
  await put(patient);
  await put(ward('w7', 'Seven'));
  await put(ward('w8', 'Eight'));
  await put(visit);
  await expect.poll(heard, patiently).toEqual(['ADT^A31', 'ADT^A01']);
  const admission = last();
  expect(
    ['MSH-3', 'MSH-4', 'MSH-5', 'MSH-9.3', 'MSH-12', 'MSH-18', 'PID-3.1', 'PID-5.1', 'PV1-2', 'PV1-3.1', 'PV1-19.1'].map((at) =>
      admission.get(at),
    ),
  ).toEqual(['LAMPLIGHT', 'NORTH', 'WARD', 'ADT_A01', '2.5', '8859/1', '4711', 'Müller|Ä', 'I', 'Seven', 'V9']);
  await put({ ...visit, location: [{ location: { reference: 'Location/w8' }, status: 'active' }] });
  await put(glucose);
  await put(report);
  await put({ ...visit, status: 'finished', period: { ...visit.period, end: '2026-07-03T10:00:00+00:00' } });
  await expect.poll(heard, patiently).toEqual(['ADT^A31', 'ADT^A01', 'ADT^A02', 'ORU^R01', 'ADT^A03']);
  expect(there.heard.some(({ bytes }) => readMessage(bytes).get('OBX-5') === '5.6')).toBe(true);
  expect((await messagesOf('resource=DiagnosticReport/r1')).map((one) => [one['channel'], one['kind'], one['state']])).toEqual([
    ['ward-out', 'ORU^R01', 'done'],
  ]);
  const reads = await here.database.query<{ n: bigint }>({ text: `select count(*) as n from audit where who = 'channel:ward-out'` });
  expect(Number(reads.rows[0]?.n)).toBeGreaterThan(0);
});

async function messagesOf(query: string): Promise<Json[]> {
  return Object.values((await here.call('GET', `/exchange/messages?${query}&count=1000`)).json?.['messages'] ?? []);
}

test('what the same system said is not told back, and what a filter keeps out is not sent', async () => {
  const before = there.heard.length;
  const adt = 'MSH|^~\\&|X|Y|LAMP|NORTH|20260701120000||ADT^A01|ECHO|P|2.5.1\rPID|1||8^^^WARDS^MR||EVERY^ONE\rPV1|1|I|W^1\r';
  expect(await line.send(adt)).toContain('MSA|AA|ECHO');
  await expect.poll(async () => (await messagesOf('control-id=ECHO&state=done')).length, patiently).toBe(1);
  await put({ ...patient, id: 'p2', name: [{ family: 'Hidden' }] });
  await put({ ...patient, id: 'p3', identifier: number('99', 'MR'), name: [{ family: 'Shown' }] });
  await expect.poll(() => last().get('PID-5.1'), patiently).toBe('Shown');
  expect(there.heard.length).toBe(before + 1);
});

test('a merged patient is told of with both numbers', async () => {
  await put({
    ...patient,
    id: 'p3',
    identifier: number('99', 'MR'),
    active: false,
    link: [{ other: { reference: 'Patient/p1' }, type: 'replaced-by' }],
  });
  await expect.poll(() => heard().at(-1), patiently).toBe('ADT^A40');
  expect([last().get('PID-3.1'), last().get('MRG-1.1')]).toEqual(['4711', '99']);
});

test('an appointment is booked, moved and cancelled, with its time', async () => {
  const before = there.heard.length;
  const booked = {
    resourceType: 'Appointment',
    id: 'a1',
    status: 'booked',
    start: '2026-08-01T09:00:00Z',
    end: '2026-08-01T09:30:00Z',
    participant: [{ actor: { reference: 'Patient/p1' }, status: 'accepted' }],
  };
  await put(booked);
  await put({ ...booked, start: '2026-08-01T10:00:00Z', end: '2026-08-01T10:30:00Z' });
  await put({ ...booked, status: 'cancelled' });
  await expect.poll(() => heard().slice(before), patiently).toEqual(['SIU^S12', 'SIU^S14', 'SIU^S15']);
  const times = there.heard.slice(before).map(({ bytes }) => readMessage(bytes).get('SCH-11.4'));
  expect(times[0]).toMatch(/^20260801/);
  expect(times[0]).not.toBe(times[1]);
});

test('an empty Lamplight that hears all this knows the same patient, visit and result', async () => {
  const other = await stand({ env: { LAMPLIGHT_MLLP_PORT: '0' } });
  try {
    const next = await sender(mllpPortOf(other.server.said()));
    for (const { bytes } of there.heard.slice(0, 5)) expect(await next.send(bytes)).toContain('MSA|AA');
    next.end();
    const one = async (query: string): Promise<Json | undefined> =>
      (await other.call('GET', `/fhir/${query}`)).json?.['entry']?.[0]?.['resource'];
    await expect.poll(async () => (await one('Encounter?identifier=V9'))?.['status'], patiently).toBe('finished');
    const { id: _id, resourceType: _type, ...person } = patient;
    expect(await one('Patient?identifier=4711')).toMatchObject(person);
    expect(await one('Encounter?identifier=V9')).toMatchObject({ class: visit.class, identifier: visit.identifier });
    expect(Date.parse(String((await one('Encounter?identifier=V9'))?.['period']?.['start']))).toBe(Date.parse(visit.period.start));
    expect(await one('Observation?code=2345-7')).toMatchObject({ status: 'final', valueQuantity: glucose.valueQuantity });
    expect(await one('DiagnosticReport?identifier=LAB-77')).toMatchObject({ status: 'final', identifier: report.identifier });
  } finally {
    await other.end();
  }
});
