// A partner's quirks mended on a copy: what is read is what was meant, and the ledger is still of what came.
import { expect, test } from 'vitest';
import { slices } from '../record/slices.ts';
import { plainChannel } from './channel.ts';
import type { OverrideFile } from './channel-file.ts';
import { filterBy } from './filter.ts';
import { mendBy } from './overrides.ts';
import { readBy } from './translate.ts';

const text =
  'MSH|^~\\&|ADT|NORTH|||20260701||ADT^A08|C1|P|2.5.1\rPID|1||M1^^^NORTH^MR~M2^^^SOUTH^MR||EVERY^W&X||19800101|2|||||||||||S-1\rOBX|1|NM|A||1\rOBX|2|NM|B||2\rZPI|1||N-77\r';
const mended = (...overrides: OverrideFile[]): string => Buffer.from(mendBy(overrides)(Buffer.from(text)).raw).toString();
const line = (all: string, name: string): string[] => all.split('\r').filter((one) => one.startsWith(name));

test('values that mean something else are mapped, in every segment and repetition that is not named by its number', () => {
  expect(line(mended({ path: 'PID-8', map: { 2: 'F' } }), 'PID')[0]).toContain('|19800101|F|');
  expect(line(mended({ path: 'PID-8', map: { 1: 'M' }, otherwise: 'U' }), 'PID')[0]).toContain('|19800101|U|');
  expect(line(mended({ path: 'PID-8', map: { 1: 'M' } }), 'PID')[0]).toContain('|19800101|2|');
  expect(line(mended({ path: 'OBX-3', map: { A: 'X', B: 'Y' } }), 'OBX')).toEqual(['OBX|1|NM|X||1', 'OBX|2|NM|Y||2']);
  expect(line(mended({ path: 'OBX[2]-3', set: 'Z' }), 'OBX')).toEqual(['OBX|1|NM|A||1', 'OBX|2|NM|Z||2']);
  expect(line(mended({ path: 'PID-3.4', set: 'A|B' }), 'PID')[0]).toContain('M1^^^A\\F\\B^MR~M2^^^A\\F\\B^MR');
});

test('fields are removed and copied whole, leaves as leaves', () => {
  expect(line(mended({ path: 'PID-5', remove: true }), 'PID')[0]).toContain('||||19800101|2|');
  expect(line(mended({ path: 'PID-3[2]', remove: true }), 'PID')[0]).toContain('|M1^^^NORTH^MR~||');
  expect(line(mended({ copy: { from: 'PID-5', to: 'PID-9' } }), 'PID')[0]).toContain('|2|EVERY^W&X|');
  expect(line(mended({ copy: { from: 'ZPI-3', to: 'PID-2' } }), 'PID')[0]).toContain('PID|1|N-77|M1');
});

test('what there is nothing to mend in stays the same bytes', () => {
  const raw = Buffer.from(text);
  expect(
    mendBy([
      { path: 'PID-8', map: { M: 'F' } },
      { path: 'ZZZ-4', remove: true },
    ])(raw).raw,
  ).toBe(raw);
});

test('the ledger is of the leaves that came, with their text, and knows where a leaf of a segment of their own went', async () => {
  const channel = {
    ...plainChannel('adt', 'hl7v2', 'UTC'),
    mended: mendBy([
      { path: 'PID-8', map: { 2: 'F' } },
      { path: 'PID-19', remove: true },
      { path: 'PID-11.3', set: 'LEEDS' },
      { identifier: { from: 'ZPI-3', authority: 'NATIONAL', type: 'NI' } },
    ]),
  };
  const work = { raw: Buffer.from(text), format: 'hl7v2' as const, kind: 'ADT^A08', sender: 'ADT/NORTH', received: new Date() };
  const read = await readBy(channel, work, slices());
  if (!read.ok || read.value.kind !== 'read' || read.value.translation === undefined) throw new Error('not read');
  const { ledger, resources } = read.value.translation;
  const row = (path: string) => ledger.find((one) => one.path === path);
  expect(row('PID-8')).toMatchObject({ text: '2', state: 'mapped' });
  expect(row('PID-19')).toMatchObject({ text: 'S-1', state: 'kept', why: 'left out by the overrides of the channel adt' });
  expect(row('ZPI-3')).toMatchObject({ text: 'N-77', state: 'mapped', elements: [expect.stringMatching(/^Patient\/.*identifier/)] });
  expect(row('PID-11.3')).toBeUndefined();
  expect(ledger.some(({ path }) => path.startsWith('PID-3[3]'))).toBe(false);
  const patient = resources.find(({ resource }) => resource.resourceType === 'Patient')?.resource;
  expect(patient).toMatchObject({ gender: 'female', address: [{ city: 'LEEDS' }] });
  expect(JSON.stringify(patient)).toContain('N-77');
});

test('a filter lets through what meets all of its conditions, and says which one was not met', () => {
  const message = { raw: Buffer.from(text), kind: 'ADT^A08', sender: 'ADT/NORTH' };
  expect(
    filterBy([
      { path: 'MSH-9.2', is: ['A08', 'A04'] },
      { path: 'PID-3.4', is: ['SOUTH'] },
    ])(message),
  ).toBeUndefined();
  expect(filterBy([{ path: 'OBX-3', not: ['B'] }])(message)).toBe('OBX-3 is one of B');
  expect(filterBy([{ path: 'PID-5.1', matches: '^EVERY$' }])(message)).toBeUndefined();
  expect(filterBy([{ path: 'PV1-2', is: ['I'] }])(message)).toBe('PV1-2 is none of I');
  expect(filterBy([{ path: 'PV1-2', is: [''] }])(message)).toBeUndefined();
});
