// Arrivals by day and hour: counts and their ranges, gaps, too little history, what is preferred.
import { describe, expect, it } from 'vitest';
import { toEnd } from '../forecast/ets.ts';
import { randomPoisson, seededRandom } from '../statistics/random-counts.ts';
import { factorsOf, widened } from './calibration.ts';
import { atLeast, countChances, extraVariance, quantileOf, shareWithin } from './count-distribution.ts';
import { daySeries } from './day-series.ts';
import { forecastDays } from './days.ts';
import { hourForecast, judgeHours, weekProfile } from './hours.ts';

const poissonDays = (days: number, mean: (day: number) => number, seed = 1): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: days }, (_, day) => randomPoisson(mean(day), random));
};

describe('a count', () => {
  it('is Poisson where nothing else is uncertain, and keeps mean and variance where the rate is', () => {
    expect(countChances(2)[3]).toBeCloseTo((8 * Math.exp(-2)) / 6, 9);
    const chances = countChances(20, 0.05);
    const mean = chances.reduce((sum, chance, k) => sum + k * chance, 0);
    expect(mean).toBeCloseTo(20, 4);
    expect(chances.reduce((sum, chance, k) => sum + chance * (k - mean) ** 2, 0)).toBeCloseTo(20 + 0.05 * 400, 2);
    expect(countChances(5000).reduce((sum, chance, k) => sum + k * chance, 0)).toBeCloseTo(5000, 3);
    expect([...countChances(0)]).toEqual([1]);
    expect(extraVariance(20, 4)).toBe(0);
  });

  it('has quantiles and tails of whole numbers', () => {
    expect([quantileOf(countChances(4), 0.05), quantileOf(countChances(4), 0.5), quantileOf(countChances(4), 0.95)]).toEqual([1, 4, 8]);
    expect(atLeast(countChances(4), 0)).toBeCloseTo(1, 9);
    expect(atLeast(countChances(1), 1)).toBeCloseTo(1 - Math.exp(-1), 9);
  });

  it('lies in its middle 80 % exactly so often, however small it is', () => {
    for (const mean of [0.3, 1, 7]) {
      const chances = countChances(mean);
      const share = chances.reduce((sum, chance, k) => sum + chance * shareWithin(chances, k, 80), 0);
      expect(share).toBeCloseTo(0.8, 6);
    }
  });
});

describe('days', () => {
  it('begin with the first whole one and end with yesterday; a silent day is a gap, a quiet hospital’s is not', () => {
    const hour = Float64Array.from({ length: 60 }, (_, day) => day * 24 + 5);
    const busy = daySeries({ hour: hour.filter((_, i) => i !== 20), count: Uint32Array.from({ length: 59 }, () => 30) }, 60 * 24 + 7);
    expect(busy.first).toBe(1);
    expect(busy.values).toHaveLength(59);
    expect(busy.values[19]).toBe(30);
    expect(busy.notes[0]).toContain('1 day has no arrival where 30 are usual (1970-01-21)');
    const quiet = daySeries({ hour: hour.filter((_, i) => i !== 20), count: Uint32Array.from({ length: 59 }, () => 2) }, 60 * 24);
    expect(quiet.values[19]).toBe(0);
    expect(daySeries({ hour: new Float64Array(0), count: new Uint32Array(0) }, 100).values).toEqual([]);
  });

  it('fewer than eight weeks are answered with the week before and what is missing; fewer than two with nothing', () => {
    const short = toEnd(
      forecastDays(
        poissonDays(30, () => 20),
        { horizon: 7 },
      ),
    );
    expect(short?.preferred).toBe('seasonal-naive');
    expect(short?.missing[0]).toContain('26 more whole days');
    expect(
      toEnd(
        forecastDays(
          poissonDays(13, () => 20),
          { horizon: 7 },
        ),
      ),
    ).toBeNull();
  });

  it('prefer the week before where that was better in the past', () => {
    const pattern = (day: number): number => 20 + 15 * ((day * 3) % 7);
    const found = toEnd(
      forecastDays(
        Array.from({ length: 120 }, (_, day) => pattern(day)),
        { horizon: 7, origins: 6 },
      ),
    );
    expect(found?.preferred).toBe('seasonal-naive');
    expect(found?.forecast.mean).toEqual(Array.from({ length: 7 }, (_, i) => pattern(120 + i)));
  });

  it('of Poisson arrivals with a week beat the week before, with ranges that hold what they say', () => {
    const values = poissonDays(300, (day) => 20 + 6 * Math.sin((2 * Math.PI * day) / 7), 8);
    const found = toEnd(forecastDays(values, { horizon: 14, origins: 20, step: 5 }));
    expect(found?.preferred).toBe('combination');
    expect(found!.past!.combination.mase!).toBeLessThan(0.85 * found!.past!.seasonalNaive.mase!);
    const [inner, outer] = found!.past!.combination.intervals;
    expect(inner!.coverage).toBeGreaterThan(0.72);
    expect(inner!.coverage).toBeLessThan(0.9);
    expect(outer!.coverage).toBeGreaterThan(0.9);
  });

  it('of a series of zeros stay zero', () => {
    const found = toEnd(
      forecastDays(
        Array.from({ length: 80 }, () => 0),
        { horizon: 3, origins: 3 },
      ),
    );
    expect(found?.forecast.mean).toEqual([0, 0, 0]);
  });
});

describe('intervals', () => {
  const forecast = { method: 'm', mean: [100, 100], intervals: [{ level: 80, lower: [99, 99], upper: [101, 101] }] };

  it('are never narrower than chance makes a count, nor below zero', () => {
    const [interval] = widened(forecast, [1]).intervals;
    expect(interval!.upper[0]).toBeCloseTo(100 + 1.2816 * 10, 2);
    expect(widened({ ...forecast, mean: [0.5, -3] }, [9]).intervals[0]!.lower).toEqual([0, 0]);
  });

  it('are widened by as much as they held too little, and left alone where little is known', () => {
    const before = Array.from({ length: 60 }, (_, i) => ({ origin: i, forecast }));
    const values = Array.from({ length: 62 }, (_, i) => 100 + (i % 2 === 0 ? 4 : -4));
    expect(factorsOf(before, values)[0]).toBeGreaterThan(2);
    expect(factorsOf(before.slice(0, 3), values)).toEqual([1]);
    expect(factorsOf([], values)).toEqual([]);
  });
});

describe('hours', () => {
  it('share a day out to the whole, and lean on the other days where a weekday has few', () => {
    const counts = new Float64Array(168);
    counts[10] = 1;
    counts[34] = 999;
    const profile = weekProfile(counts);
    for (let day = 0; day < 7; day++) expect(profile.slice(day * 24, day * 24 + 24).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
    expect(weekProfile(new Float64Array(168))[5]).toBeCloseTo(1 / 24, 9);
  });

  it('are judged beside the same hour of the week before', () => {
    const said = hourForecast(24, 5, 1 / 24);
    const judged = judgeHours([{ said, came: 1, weekBefore: 3 }]);
    expect(judged?.error).toBe(0);
    expect(judged?.seasonalNaiveError).toBe(2);
    expect(judgeHours([])).toBeNull();
  });
});
