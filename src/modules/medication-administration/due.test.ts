import { describe, expect, it } from 'vitest';
import type { BedsideOrder, GivenDose } from './contract.ts';
import { intervalMs, matched } from './due.ts';

const hourMs = 3_600_000;
const noon = Date.parse('2026-11-22T12:00:00Z');
const order = (atMs: readonly number[]): BedsideOrder => ({
  ref: 'MedicationRequest/1',
  title: 'a drug',
  status: 'active',
  ingredients: [],
  codes: [],
  unread: [],
  rhythm: { kind: 'scheduled', atMs },
});
const given = (atMs: number): GivenDose => ({
  ref: `MedicationAdministration/${atMs}`,
  order: 'MedicationRequest/1',
  ingredients: [],
  atMs,
  outcome: 'given',
});

describe('an order whose moments are named one by one', () => {
  it('has the shortest time between two of them as its interval', () => {
    expect(intervalMs(order([noon, noon + 6 * hourMs, noon + 14 * hourMs]))).toBe(6 * hourMs);
    expect(intervalMs(order([noon]))).toBe(24 * hourMs);
    expect(intervalMs(order([noon, noon]))).toBe(24 * hourMs);
  });

  it('does not take a dose of eleven hours ago for the one that is due now', () => {
    const own = [given(noon - 11 * hourMs)];
    const open = matched(order([noon, noon + 6 * hourMs]), own, noon - hourMs, noon + 12 * hourMs, 'UTC').filter(
      ({ dose }) => dose === undefined,
    );
    expect(open.map(({ atMs }) => atMs)).toEqual([noon, noon + 6 * hourMs]);
  });

  it('takes a dose for the moment that lies nearest', () => {
    const found = matched(order([noon, noon + 6 * hourMs]), [given(noon + hourMs)], noon - hourMs, noon + 12 * hourMs, 'UTC');
    expect(found.map(({ dose }) => dose !== undefined)).toEqual([true, false]);
  });
});
