// Rates made comparable between populations of different ages. Direct: what the rate would be with the ages of a standard population, with
// the gamma interval of Fay MP, Feuer EJ. Stat Med 1997;16:791-801. Indirect: observed by expected cases (SMR), with the exact Poisson interval
// (Garwood F. Biometrika 1936;28:437-42) or Byar's approximation (Breslow NE, Day NE. Statistical Methods in Cancer Research II, 1987, 2.3).
import { gammaQuantile } from '../statistics/gamma-quantile.ts';

/** One age group. */
export interface Stratum {
  cases: number;
  /** Person-years, above 0. */
  people: number;
  /** People of the standard population in this group. */
  standard: number;
}

export interface Rate {
  /** Cases by person-year; multiply by 100,000 for the usual scale. */
  rate: number;
  lower: number;
  upper: number;
}

/** `level` of the interval, 0.95. Undefined where a group has no people or the standard population is empty. */
export function directlyStandardised(strata: readonly Stratum[], level = 0.95): Rate | undefined {
  const standard = strata.reduce((sum, each) => sum + each.standard, 0);
  if (!(standard > 0) || strata.some(({ people, standard: own }) => !(people > 0) && own > 0)) return undefined;
  const weights = strata.map((each) => (each.standard === 0 ? 0 : each.standard / standard / each.people));
  const rate = strata.reduce((sum, { cases }, i) => sum + cases * (weights[i] ?? 0), 0);
  const variance = strata.reduce((sum, { cases }, i) => sum + cases * (weights[i] ?? 0) ** 2, 0);
  const largest = Math.max(...weights);
  const tail = (1 - level) / 2;
  return {
    rate,
    lower: rate === 0 ? 0 : (variance / rate) * gammaQuantile(tail, rate ** 2 / variance),
    // One case more, in the group where it weighs most.
    upper: ((variance + largest ** 2) / (rate + largest)) * gammaQuantile(1 - tail, (rate + largest) ** 2 / (variance + largest ** 2)),
  };
}

export interface Ratio {
  observed: number;
  expected: number;
  ratio: number;
  lower: number;
  upper: number;
}

/** The interval of 95 % of a Poisson count's mean: exact, or by Byar, which needs no quantiles. */
export function poissonInterval(count: number, by: 'exact' | 'byar' = 'exact'): { lower: number; upper: number } {
  if (by === 'exact') return { lower: count === 0 ? 0 : gammaQuantile(0.025, count), upper: gammaQuantile(0.975, count + 1) };
  const z = 1.959963984540054;
  const up = count + 1;
  return {
    lower: count === 0 ? 0 : count * (1 - 1 / (9 * count) - z / (3 * Math.sqrt(count))) ** 3,
    upper: up * (1 - 1 / (9 * up) + z / (3 * Math.sqrt(up))) ** 3,
  };
}

/** Observed cases by those that the standard rates (cases by person-year and group) would give. Undefined where none would be expected. */
export function indirectlyStandardised(strata: readonly { cases: number; people: number; standardRate: number }[]): Ratio | undefined {
  const observed = strata.reduce((sum, { cases }) => sum + cases, 0);
  const expected = strata.reduce((sum, { people, standardRate }) => sum + people * standardRate, 0);
  if (!(expected > 0)) return undefined;
  const { lower, upper } = poissonInterval(observed);
  return { observed, expected, ratio: observed / expected, lower: lower / expected, upper: upper / expected };
}
