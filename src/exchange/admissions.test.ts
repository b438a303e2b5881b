// A stay as its messages tell it: what each says is laid over what stands, in whatever order they come.
import { expect, test } from 'vitest';
import type { Encounter, Patient, Resource } from '../fhir/generated/types.ts';
import { hl7v2 } from '../formats/hl7v2/hl7v2.ts';
import { segment } from '../formats/hl7v2/testing/lines-told.ts';
import type { Clock } from './clock.ts';
import { lay, tieOf } from './merge.ts';

const context = { sender: 'ward', receivedAt: new Date('2026-03-09T00:00:00Z'), timeZone: 'UTC' };

/** EVN-2 is the order in which it happened. */
const message = (event: string, minute: number, pid: Record<number, string>, pv1: Record<number, string> = {}): string =>
  [
    `MSH|^~\\&|ADT|WARD|||20260301120000||ADT^${event}|C${minute}|P|2.5.1`,
    `EVN|${event}|202603011${String(minute).padStart(3, '0')}`,
    segment('PID', { 3: '1^^^WARD', ...pid }),
    ...(Object.keys(pv1).length === 0 ? [] : [segment('PV1', { 19: 'V1^^^WARD', ...pv1 })]),
  ].join('\r');

function chartAfter(messages: readonly string[]): Map<string, Resource> {
  const chart = new Map<string, { resource: Resource; clock: Clock }>();
  for (const text of messages) {
    const { resources, asOf } = hl7v2.toFhir(hl7v2.read(Buffer.from(text)), context);
    const control = /\|(C\d+)\|/.exec(text)?.[1] ?? '';
    for (const said of resources) {
      if (said.how === 'envelope') continue;
      const name = `${said.resource.resourceType}/${said.resource.id}`;
      const there = chart.get(name);
      const moment = { at: asOf?.getTime() ?? 0, tie: tieOf(control, control) };
      chart.set(name, lay(there?.resource ?? null, said, moment, there?.clock ?? {}));
    }
  }
  return new Map([...chart].map(([name, { resource }]) => [name, resource]));
}

const encounterAfter = (messages: readonly string[]): Encounter =>
  [...chartAfter(messages).values()].find((one): one is Encounter => one.resourceType === 'Encounter') ??
  ({ resourceType: 'Encounter' } as Encounter);
const patientAfter = (messages: readonly string[]): Patient =>
  [...chartAfter(messages).values()].find((one): one is Patient => one.resourceType === 'Patient') ?? { resourceType: 'Patient' };

const admitted = message('A01', 1, { 5: 'Doe^Jo', 7: '1980' }, { 2: 'I', 3: 'WARD^1^1', 44: '202603011001' });
const moved = message('A02', 2, {}, { 2: 'I', 3: 'ICU^2^2', 6: 'WARD^1^1' });
const discharged = message('A03', 3, {}, { 2: 'I', 36: '01', 45: '202603011003' });
const updated = message('A08', 4, { 8: 'F', 13: '555-0100' }, { 2: 'I', 10: 'MED' });
const undone = message('A13', 5, {}, { 2: 'I', 45: '202603011003' });

test('an update changes what it says and leaves the rest', () => {
  const patient = patientAfter([admitted, updated]);
  expect(patient).toMatchObject({ name: [{ family: 'Doe' }], birthDate: '1980', gender: 'female', telecom: [{ value: '555-0100' }] });
});

test('an update after a discharge does not bring the patient back', () => {
  expect(encounterAfter([admitted, discharged, updated])).toMatchObject({ status: 'finished', serviceType: { coding: [{ code: 'MED' }] } });
});

test('a discharge ends the stay, its cancellation begins it again', () => {
  expect(encounterAfter([admitted, discharged])).toMatchObject({
    status: 'finished',
    period: { start: '2026-03-01T10:01:00+00:00', end: '2026-03-01T10:03:00+00:00' },
    hospitalization: { dischargeDisposition: { coding: [{ code: '01' }] } },
  });
  const again = encounterAfter([admitted, discharged, undone]);
  expect(again.status).toBe('in-progress');
  expect(again.period).toEqual({ start: '2026-03-01T10:01:00+00:00' });
  expect(again.hospitalization).toBeUndefined();
});

test('all orders of the messages, and repeats, lead to the same stay', () => {
  const all = [admitted, moved, discharged, updated, undone];
  const wanted = JSON.stringify(sorted(encounterAfter(all)));
  for (const order of permutations(all))
    expect(JSON.stringify(sorted(encounterAfter([...order, order[0] ?? '']))), 'another stay').toBe(wanted);
});

test('"" deletes, an empty field leaves', () => {
  expect(patientAfter([admitted, message('A08', 6, { 5: 'Doe^Jo', 7: '""' })]).birthDate).toBeUndefined();
  expect(patientAfter([admitted, message('A08', 6, { 5: 'Doe^Jo' })]).birthDate).toBe('1980');
});

function permutations<Item>(list: readonly Item[]): Item[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((item, at) => permutations(list.filter((_, other) => other !== at)).map((rest) => [item, ...rest]));
}

/** Members in one order, whoever was said first. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, below]) => [key, sorted(below)]),
  );
}

test('a bill that names the guarantor leaves the next of kin', () => {
  const kin = `${message('A01', 1, {})}\r${segment('NK1', { 2: 'Doe^Mo', 3: 'MTH' })}`;
  const bill = `${message('A08', 2, {})}\r${segment('GT1', { 3: 'Doe^Gil', 11: 'MTH', 51: 'Works Ltd' })}`;
  const names = patientAfter([kin, bill]).contact?.map(({ name }) => name?.given?.[0]);
  expect(names?.sort()).toEqual(['Gil', 'Mo']);
});
