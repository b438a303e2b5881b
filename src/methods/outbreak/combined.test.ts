import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../statistics/random-counts.ts';
import { combined } from './combined.ts';
import { farringtonFlexible } from './farrington-flexible.ts';
import { judgedWeeks, meanOf, scenarios, simulate } from './simulated-weeks.ts';

/** Counts of a formula, 6 a week, with cases added at some indexes. */
const weekly = (added: Record<number, number>) => ({
  observed: Array.from({ length: 330 }, (_, i) =>
    Math.max(0, Math.round(6 + 2 * Math.sin((2 * Math.PI * i) / 52) + 2 * Math.sin(i * i)) + (added[i] ?? 0)),
  ),
  frequency: 52,
});
const range = { first: 300, last: 329 };
const alarms = (judged: { index: number; alarm: boolean }[]): number[] => judged.filter((week) => week.alarm).map((week) => week.index);

describe('the combined detector', () => {
  it('finds an outbreak that is spread over two weeks, neither of which is an alarm by itself', () => {
    const series = weekly({ 310: 6, 311: 6 });
    expect(alarms(farringtonFlexible(series, { range }))).toEqual([]);
    expect(alarms(combined(series, { range }))).toEqual([311]);
  });

  it('does not ring on when the outbreak is over', () => {
    expect(alarms(combined(weekly({ 310: 30 }), { range }))).toEqual([310]);
  });

  it('gives each alarm a recurrence interval above that of its threshold, and a bound that the count exceeds', () => {
    const found = combined(weekly({ 310: 6, 311: 6, 320: 25 }), { range });
    for (const week of found) {
      expect(week.alarm).toBe((week.recurrenceInterval ?? 0) >= 1 / 0.012);
      expect(week.alarm).toBe(week.observed > (week.upperbound ?? Number.POSITIVE_INFINITY));
    }
  });

  it('never scores less for more cases', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 20 }),
        (more, before, now) => {
          const scoreOf = (added: number): number =>
            combined(weekly({ 309: before, 310: added }), { range: { first: 310, last: 310 } })[0]?.score ?? Number.NaN;
          expect(scoreOf(now + more)).toBeGreaterThanOrEqual(scoreOf(now) - 1e-9);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('judges a week whose last one is not known by itself, and not one that is not known', () => {
    const series = weekly({ 310: 30 });
    series.observed[309] = Number.NaN;
    series.observed[320] = Number.NaN;
    const found = combined(series, { range });
    expect(alarms(found)).toEqual([310]);
    expect(found.find((week) => week.index === 320)?.alarm).toBe(false);
  });
});

describe('simulated weeks', () => {
  it('have 42 scenarios and are the same for the same seed', () => {
    expect(scenarios.length).toBe(42);
    expect(simulate(scenarios[4]!, 5, 5, seededRandom(3))).toEqual(simulate(scenarios[4]!, 5, 5, seededRandom(3)));
  });

  it('have the mean and the dispersion of their scenario', () => {
    const random = seededRandom(11);
    for (const scenario of [scenarios[0]!, scenarios[18]!, scenarios[30]!]) {
      const all = Array.from({ length: 20 }, () => simulate(scenario, 0, 2, random).observed.slice(0, 500)).flat();
      const residual = all.map((count, i) => count / meanOf(scenario, i % 500) - 1);
      // 10,000 weeks: the mean within 5 standard errors, the dispersion within 10 %.
      const meanError = residual.reduce((sum, each) => sum + each, 0) / all.length;
      expect(Math.abs(meanError)).toBeLessThan(5 * Math.sqrt(scenario.phi / meanOf(scenario, 0) / all.length));
      const dispersion = all.reduce((sum, _, i) => sum + residual[i]! ** 2 * meanOf(scenario, i % 500), 0) / all.length;
      expect(dispersion / scenario.phi).toBeGreaterThan(0.9);
      expect(dispersion / scenario.phi).toBeLessThan(1.1);
    }
  });

  it('hold one outbreak of at least two cases among the weeks that are judged', () => {
    const random = seededRandom(5);
    for (const scenario of scenarios) {
      const { outbreak } = simulate(scenario, 2, 3, random);
      expect(outbreak.cases).toBeGreaterThanOrEqual(2);
      expect(outbreak.first).toBeGreaterThanOrEqual(judgedWeeks.first);
      expect(outbreak.last).toBeLessThanOrEqual(judgedWeeks.last);
    }
  });
});
