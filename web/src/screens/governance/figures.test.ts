// Burden is interruptions of orders, never of cards; what has no denominator has no number.
import { describe, expect, it } from 'vitest';
import { byWeek, percent, rateWords, reasonWords } from './figures.ts';

describe('burden by week', () => {
  it('adds up how orders were signed, and keeps roles apart', () => {
    const weeks = byWeek([
      { week: '2026-11-16', asked: 'sign', role: 'clinician', orders: 100, interruptions: 4 },
      { week: '2026-11-16', asked: 'order-sign', role: 'clinician', orders: 100, interruptions: 2 },
      { week: '2026-11-16', asked: 'sign', role: 'pharmacist', orders: 50, interruptions: 5 },
      { week: '2026-11-09', asked: 'sign', role: 'clinician', orders: 0, interruptions: 1 },
    ]);
    expect(weeks.map(({ week, per100 }) => [week, per100])).toEqual([
      ['2026-11-09', undefined],
      ['2026-11-16', 4.4],
    ]);
    expect(weeks[1]?.roles).toEqual([
      { role: 'clinician', orders: 200, per100: 3 },
      { role: 'pharmacist', orders: 50, per100: 10 },
    ]);
  });
});

it('says a share with its interval and its counts', () => {
  expect(rateWords({ count: 28, of: 45, share: 0.6222, low: 0.48, high: 0.75 })).toBe('62 % (48 % to 75 %), 28 of 45');
  expect(rateWords(undefined)).toBe('not known');
  expect(percent(0.0042)).toBe('0.4 %');
});

it('names the most frequent reasons first', () => {
  expect(reasonWords({ palliative: 1, 'tolerated-before': 12 })).toBe('tolerated before 12, palliative 1');
});
