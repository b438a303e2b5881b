// The same within strata (age, sex, year), so that what strata bring about is not taken for the drug. Common odds ratio: Mantel N, Haenszel W. J Natl
// Cancer Inst 1959;22:719-48, its interval: Robins J, Breslow N, Greenland S. Biometrics 1986;42:311-23. Common ratio of proportions: Greenland S, Robins JM.
// Biometrics 1985;41:55-68. Expected counts add up over strata (DuMouchel 1999, section 2).
import { normalQuantile } from '../statistics/normal.ts';
import { expectedOf, level, type TwoByTwo } from './contract.ts';

export interface Stratified {
  ratio: number;
  low: number;
  high: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const z = normalQuantile(0.5 + level / 200);
const filled = (strata: readonly TwoByTwo[]): TwoByTwo[] => strata.filter(({ a, b, c, d }) => a + b + c + d > 0);

/** Null where no stratum says anything. */
export function stratifiedRor(strata: readonly TwoByTwo[]): Stratified | null {
  const rows = filled(strata).map(({ a, b, c, d }) => {
    const n = a + b + c + d;
    return { r: (a / n) * d, s: (b / n) * c, p: (a + d) / n, q: (b + c) / n };
  });
  const [r, s] = [sum(rows.map((each) => each.r)), sum(rows.map((each) => each.s))];
  if (!(r > 0 && s > 0)) return null;
  const variance =
    sum(rows.map((each) => each.p * each.r)) / (2 * r * r) +
    sum(rows.map((each) => each.p * each.s + each.q * each.r)) / (2 * r * s) +
    sum(rows.map((each) => each.q * each.s)) / (2 * s * s);
  const half = z * Math.sqrt(variance);
  return { ratio: r / s, low: (r / s) * Math.exp(-half), high: (r / s) * Math.exp(half) };
}

export function stratifiedPrr(strata: readonly TwoByTwo[]): Stratified | null {
  const rows = filled(strata).map(({ a, b, c, d }) => {
    const n = a + b + c + d;
    return { r: (a * (c + d)) / n, s: (c * (a + b)) / n, v: ((a + b) * (c + d) * (a + c) - a * c * n) / (n * n) };
  });
  const [r, s] = [sum(rows.map((each) => each.r)), sum(rows.map((each) => each.s))];
  if (!(r > 0 && s > 0)) return null;
  const half = z * Math.sqrt(sum(rows.map((each) => each.v)) / (r * s));
  return { ratio: r / s, low: (r / s) * Math.exp(-half), high: (r / s) * Math.exp(half) };
}

/** For the information component and EBGM. */
export const stratifiedExpected = (strata: readonly TwoByTwo[]): number => sum(filled(strata).map(expectedOf));
