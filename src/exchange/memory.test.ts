// What is kept for the next batches is bounded, and always has all that the last one left.
import { expect, test } from 'vitest';
import type { Patient } from '../fhir/generated/types.ts';
import { Memory } from './memory.ts';
import { Standing } from './standing.ts';

const patient = (id: string): Patient => ({ resourceType: 'Patient', id, gender: 'female' });
const said = (id: string): [string, Standing] => [`Patient/${id}`, Standing.nothing().saying(patient(id), { gender: [1, 'a'] })];

test('a batch is remembered as it will stand when it is written', () => {
  const memory = new Memory();
  memory.keep(new Map([said('a'), ['Patient/nobody', Standing.nothing()]]), new Map([['key', 'Patient/a']]), 100);
  expect(memory.standing('Patient/a')).toMatchObject({
    version: 1,
    clockVersion: 1,
    before: patient('a'),
    touched: false,
    isChanged: false,
  });
  expect(memory.standing('Patient/nobody')).toBeUndefined();
  expect(memory.meaning('key')).toBe('Patient/a');
  const again = memory.standing('Patient/a')!.saying({ ...patient('a'), gender: 'male' }, { gender: [2, 'b'] });
  expect(again).toMatchObject({ version: 1, isChanged: true });
  expect(again.settled()).toMatchObject({ version: 2, clockVersion: 2 });
});

test('what no message says anything new of keeps its version, though its clock goes on', () => {
  const stands = Standing.read({ body: JSON.stringify(patient('a')), version: 7 }, { text: '[[1,"a","gender"]]', version: 3 });
  expect(stands.settled()).toBe(stands);
  expect(stands.saying(patient('a'), { gender: [2, 'b'] }).settled()).toMatchObject({ version: 7, clockVersion: 4 });
});

test('too much is given up, but for what the last batch left', () => {
  const memory = new Memory();
  memory.keep(new Map([said('a')]), new Map([['one', 'Patient/a']]), 4_000_000);
  memory.keep(new Map([said('b')]), new Map(), 4_000_000);
  expect(memory.standing('Patient/a')).toBeUndefined();
  expect(memory.standing('Patient/b')).toBeDefined();
  expect(memory.meaning('one')).toBeUndefined();
});
