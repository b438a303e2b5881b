// How fast cases grow: a log-linear regression of counts on days, the interval widened by what days vary beyond chance (quasi-Poisson;
// McCullagh P, Nelder JA. Generalized Linear Models, 1989, ch. 6).
import { fitPoisson, unscaledVariance } from '../statistics/poisson-regression.ts';
import type { Growth } from './contract.ts';

const z = 1.959963984540054;

/** Undefined where fewer than five days or cases are there, or nothing can be fitted. */
export function growthOf(counts: readonly number[]): Growth | undefined {
  const cases = counts.reduce((sum, each) => sum + each, 0);
  if (counts.length < 5 || cases < 5) return undefined;
  const middle = (counts.length - 1) / 2;
  const design = counts.map((_, day) => [1, day - middle]);
  const fit = fitPoisson(
    design,
    counts,
    counts.map(() => 1),
  );
  const rate = fit?.coefficients[1];
  if (fit === undefined || rate === undefined || !Number.isFinite(rate)) return undefined;
  const error = Math.sqrt(unscaledVariance(fit, [0, 1]) * Math.max(1, fit.dispersion));
  const [lower, upper] = [rate - z * error, rate + z * error];
  const crosses = lower <= 0 && upper >= 0;
  const days = (r: number): number => Math.LN2 / r;
  return {
    rate,
    lower,
    upper,
    doubling: { days: days(rate), lower: crosses ? null : days(upper), upper: crosses ? null : days(lower) },
    days: counts.length,
    cases,
  };
}
