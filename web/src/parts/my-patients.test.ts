import { expect, it } from 'vitest';
import type { List } from '../../../src/fhir/generated/types.ts';
import { patientsOf, seenSince } from './my-patients.ts';

const now = new Date('2026-11-22T12:30:00Z');
const list: List = {
  resourceType: 'List',
  status: 'current',
  mode: 'working',
  entry: [
    { item: { reference: 'Patient/seen' }, date: '2026-11-22T11:00:00Z' },
    { item: { reference: 'Patient/long-ago' }, date: '2026-01-01T00:00:00Z' },
    { item: { reference: 'Patient/gone' }, deleted: true },
    { item: { display: 'nobody' } },
  ],
};

it('takes patients from a list, without those that were taken off', () => {
  expect(patientsOf(list)).toEqual(['seen', 'long-ago']);
  expect(patientsOf(null)).toEqual([]);
});

it('has looked at the results of one patient, and therefore not at those of another', () => {
  const since = seenSince(list, now);
  expect(since('seen').toISOString()).toBe('2026-11-22T11:00:00.000Z');
  expect(since('another').toISOString()).toBe('2026-11-21T12:00:00.000Z');
  expect(since('long-ago').toISOString()).toBe('2026-11-08T12:00:00.000Z');
});
