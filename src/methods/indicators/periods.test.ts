// Months and weeks as clocks show them.
import { describe, expect, it } from 'vitest';
import { periodIn, periodsUntil, utcMonthAt } from './periods.ts';

const at = (ms: number): string => new Date(ms).toISOString();

describe('periods', () => {
  it('are local months: one in which clocks go forward is an hour short', () => {
    const months = periodsUntil('Europe/Berlin', 'month', Date.parse('2026-04-30T22:30:00Z'), 3);
    expect(months.map(({ name, fromMs, untilMs }) => [name, at(fromMs), at(untilMs)])).toEqual([
      ['2026-03', '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
      ['2026-04', '2026-03-31T22:00:00.000Z', '2026-04-30T22:00:00.000Z'],
      ['2026-05', '2026-04-30T22:00:00.000Z', '2026-05-31T22:00:00.000Z'],
    ]);
  });

  it('are weeks from Monday to Monday', () => {
    const weeks = periodsUntil('America/New_York', 'week', Date.parse('2026-03-09T03:59:00Z'), 2);
    // It is still Sunday there.
    expect(weeks.map(({ name }) => name)).toEqual(['2026-02-23', '2026-03-02']);
    expect(weeks[0]!.untilMs).toBe(weeks[1]!.fromMs);
    expect(weeks[1]!.untilMs - weeks[1]!.fromMs).toBe(167 * 3_600_000);
  });

  it('hold a moment each, and none outside', () => {
    const months = periodsUntil('UTC', 'month', Date.parse('2026-04-05T00:00:00Z'), 4);
    const find = periodIn(months);
    for (const { name, fromMs, untilMs } of months) {
      expect([find(fromMs).name, find(untilMs - 1).name]).toEqual([name, name]);
      expect(utcMonthAt(fromMs)).toEqual({ name, fromMs, untilMs });
    }
    expect([find(months[0]!.fromMs - 1).name, find(months[3]!.untilMs).name]).toEqual([null, null]);
  });
});
