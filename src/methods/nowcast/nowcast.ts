// Cases of the last days that are still to be told: Bayesian, after Höhle M, an der Heiden M. Biometrics 2014;70:993-1002. The chances of a
// delay given that it is no longer are beta distributed by what was seen (Jeffreys' prior); the cases of a day are Poisson with a gamma prior
// that the complete days of the window give; what is not told yet is then negative binomial.
import type { Random } from '../statistics/random-counts.ts';
import { randomGamma, randomPoisson } from '../statistics/random-counts.ts';
import type { NowcastResult, ReportingTriangle } from './contract.ts';
import { delayCounts, delayOf, toldWithin } from './delay.ts';

export interface NowcastOptions {
  random: Random;
  /** Longest delay in days; what is told later counts as told then. 14. */
  delayMax?: number;
  /** Newest days that the delay is learnt from, 60. */
  window?: number;
  /** Of the interval, 0.95. */
  level?: number;
  draws?: number;
  /** Mean and variance of the daily number beforehand; from complete days where it is not given. */
  prior?: { mean: number; variance: number };
}

const priorOf = (totals: readonly number[]): { mean: number; variance: number } => {
  const mean = totals.reduce((sum, each) => sum + each, 0) / Math.max(1, totals.length);
  const squares = totals.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, totals.length - 1);
  // What is beyond chance is the days' own; at least as broad as the mean, so that an outbreak is not drawn back to the past.
  return { mean: Math.max(mean, 0.1), variance: Math.max(squares - mean, mean ** 2, 0.1) };
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

export function nowcast(triangle: ReportingTriangle, options: NowcastOptions): NowcastResult {
  const { random, delayMax = 14, window = 60, level = 0.95, draws = 2_000 } = options;
  const { reported } = triangle;
  const counts = delayCounts(triangle, delayMax, window);
  const sums = reported.map((row) => row.slice(0, delayMax + 1).reduce((sum, each) => sum + each, 0));
  const complete = sums.slice(0, Math.max(0, reported.length - delayMax)).slice(-window);
  const prior = options.prior ?? priorOf(complete);
  const shape = prior.mean ** 2 / prior.variance;
  const rate = prior.mean / prior.variance;
  const open = Array.from(
    { length: Math.min(delayMax, reported.length) },
    (_, i) => reported.length - Math.min(delayMax, reported.length) + i,
  );
  const drawn = open.map((): number[] => []);
  for (let k = 0; k < draws; k++) {
    const told = toldWithin(
      counts.after.map((count, d) => {
        const [a, b] = [randomGamma(count + 0.5, random), randomGamma(counts.upTo[d]! - count + 0.5, random)];
        return a / (a + b);
      }),
    );
    for (const [at, day] of open.entries()) {
      const share = told[reported.length - 1 - day]!;
      const mean = randomGamma(shape + sums[day]!, random) / (rate + share);
      drawn[at]!.push(sums[day]! + randomPoisson(mean * (1 - share), random));
    }
  }
  const delay = delayOf(counts);
  const tail = (1 - level) / 2;
  return {
    days: open.map((day, at) => {
      const sorted = drawn[at]!.sort((a, b) => a - b);
      return {
        day,
        reported: sums[day]!,
        estimate: quantile(sorted, 0.5),
        lower: quantile(sorted, tail),
        upper: quantile(sorted, 1 - tail),
        told: delay[reported.length - 1 - day]!,
      };
    }),
    delay,
    window: Math.min(window, reported.length),
    cases: counts.upTo[delayMax]!,
  };
}

/** The triangle of cases by day of the case and day on which it was told, both counted from 0; `today` is the last day. Told later than `delayMax` counts as told then. */
export function triangleOf(
  cases: Iterable<{ day: number; told: number; count: number }>,
  today: number,
  delayMax: number,
): ReportingTriangle {
  const reported = Array.from({ length: today + 1 }, (_, day) => Array.from({ length: Math.min(delayMax, today - day) + 1 }, () => 0));
  for (const { day, told, count } of cases) {
    const row = reported[day];
    const delay = Math.min(Math.max(0, told - day), delayMax);
    if (row !== undefined && told <= today && delay < row.length) row[delay]! += count;
  }
  return { reported };
}
