import { describe, expect, it } from 'vitest';
import type { WardForecast } from './api.ts';
import { bySoonest, firstWords, leadOf } from './beds.ts';

const ward = (name: string, overfull: number[], firstOverflow: number | null): WardForecast => ({
  id: name,
  name,
  emergency: false,
  restsOn: { stays: 50, whose: 'ward' },
  here: 5,
  beds: 10,
  mean: [5, 5],
  p05: [3, 3],
  p50: [5, 5],
  p95: [7, 7],
  come: [0, 0],
  leave: [0, 0],
  overfull,
  firstOverflow,
});
const hours = ['2026-11-24T23:00+00:00', '2026-11-25T00:00+00:00'];

describe('beds in words', () => {
  it('put the ward first that overflows soonest', () => {
    const wards = [ward('calm', [0, 0], null), ward('late', [0, 0.6], 1), ward('soon', [0.7, 0.6], 0), ward('perhaps', [0.2, 0.1], null)];
    expect(bySoonest(wards).map(({ name }) => name)).toEqual(['soon', 'late', 'perhaps', 'calm']);
    expect(leadOf({ wards, hours, inpatient: wards[0]! }, 0.5)).toBe(
      'soon overflows first: Tue 24 Nov, 23:00, with a chance of 70 %. One more ward follows within seven days.',
    );
  });

  it('say how likely it is at most where none overflows', () => {
    const wards = [ward('calm', [0, 0], null), ward('perhaps', [0.05, 0.2], null)];
    expect(leadOf({ wards, hours, inpatient: wards[0]! }, 0.5)).toContain('The highest: perhaps, 20 %, Wed 25 Nov, 00:00');
    expect(firstWords(wards[0]!, hours)).toBe('● next to none in seven days');
    expect(firstWords(wards[1]!, hours)).toContain('at most 20 %, possible');
  });
});
