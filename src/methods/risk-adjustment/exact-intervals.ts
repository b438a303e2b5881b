// Observed by expected, with intervals for counts of any size. Exact: Garwood F. Biometrika 1936;28:437-42. Byar's approximation: Breslow NE, Day NE.
// Statistical Methods in Cancer Research II, IARC 1987, 2.12. Mid-P: Berry G, Armitage P. The Statistician 1995;44:417-23.
import { gammaTail, logGamma } from '../statistics/incomplete-integrals.ts';
import { normalQuantile } from '../statistics/normal.ts';
import { gammaQuantile } from '../statistics/quantiles-by-halving.ts';

export interface Interval {
  low: number;
  high: number;
}
export type CountInterval = (count: number, level: number) => Interval;

/** Of a count's mean; never narrower than its level. */
export const exactPoisson: CountInterval = (count, level) => {
  const alpha = 1 - level / 100;
  return { low: count === 0 ? 0 : gammaQuantile(alpha / 2, count), high: gammaQuantile(1 - alpha / 2, count + 1) };
};

export const byar: CountInterval = (count, level) => {
  const z = normalQuantile(1 - (1 - level / 100) / 2);
  const at = (n: number, sign: number): number => n * (1 - 1 / (9 * n) + (sign * z) / (3 * Math.sqrt(n))) ** 3;
  return { low: count === 0 ? 0 : Math.max(0, at(count, -1)), high: at(count + 1, 1) };
};

/** Half of the chance of the count itself counts as more extreme: holds its level on average. */
export const midP: CountInterval = (count, level) => {
  const half = (1 - level / 100) / 2;
  const chanceOf = (mean: number): number =>
    mean === 0 ? Number(count === 0) : Math.exp(count * Math.log(mean) - mean - logGamma(count + 1));
  const above = (mean: number): number => (count === 0 ? 1 : 1 - gammaTail(count, mean)) - chanceOf(mean) / 2;
  const wide = exactPoisson(count, level);
  const meanWhere = (reached: (mean: number) => boolean): number => {
    let [low, high] = [wide.low, wide.high];
    for (let i = 0; i < 200 && low < high; i++) {
      const middle = (low + high) / 2;
      if (middle <= low || middle >= high) break;
      if (reached(middle)) high = middle;
      else low = middle;
    }
    return (low + high) / 2;
  };
  return { low: count === 0 ? 0 : meanWhere((mean) => above(mean) >= half), high: meanWhere((mean) => above(mean) >= 1 - half) };
};

export const countIntervals = { exact: exactPoisson, byar, 'mid-p': midP } as const satisfies Record<string, CountInterval>;

export interface ObservedByExpected extends Interval {
  observed: number;
  expected: number;
  ratio: number;
}

/** Null where nothing was expected: there is no ratio to nothing. */
export function observedByExpected(
  observed: number,
  expected: number,
  { method = 'exact', level = 95 }: { method?: keyof typeof countIntervals; level?: number } = {},
): ObservedByExpected | null {
  if (!(expected > 0) || !(observed >= 0)) return null;
  const { low, high } = countIntervals[method](observed, level);
  return { observed, expected, ratio: observed / expected, low: low / expected, high: high / expected };
}

export interface Stratum {
  observed: number;
  /** Persons, stays or days. */
  exposure: number;
  /** Of the standard, per unit of exposure. */
  standardRate: number;
}

/** What would have happened at the standard's rates, and the ratio to it: indirect standardisation (Breslow and Day, 2.3). Units are not to be compared
 * with each other by it, each only with the standard. */
export function indirectlyStandardised(
  strata: readonly Stratum[],
  options?: Parameters<typeof observedByExpected>[2],
): ObservedByExpected | null {
  const observed = strata.reduce((sum, each) => sum + each.observed, 0);
  const expected = strata.reduce((sum, each) => sum + each.exposure * each.standardRate, 0);
  return observedByExpected(observed, expected, options);
}
