// Quantiles of the gamma, beta and χ² distributions, by halving the place in which the distribution function crosses the probability: slower than
// series of their own, and right wherever the distribution function is.
import { betaShare, gammaTail } from './incomplete-integrals.ts';

/** Halvings until neighbouring numbers are reached. */
const halvings = 200;

/** Where a function that falls from 1 to 0 on [low, high] passes `level`. */
function crossing(falling: (x: number) => number, level: number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < halvings; i++) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) break;
    if (falling(middle) > level) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** The value that a mixture of gammas stays below with the probability; each with shape > 0, rate > 0 and a weight; weights sum to 1. */
export function gammaMixtureQuantile(probability: number, parts: readonly { weight: number; shape: number; rate: number }[]): number {
  if (!(probability > 0 && probability < 1)) return probability === 0 ? 0 : probability === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  const tail = (log: number): number =>
    parts.reduce((sum, { weight, shape, rate }) => sum + (weight > 0 ? weight * gammaTail(shape, rate * Math.exp(log)) : 0), 0);
  // In logarithms, so that quantiles near 0 are as exact as others.
  return Math.exp(crossing(tail, 1 - probability, -700, 700));
}

/** The gamma distribution's quantile; shape > 0, rate > 0. */
export const gammaQuantile = (probability: number, shape: number, rate = 1): number =>
  gammaMixtureQuantile(probability, [{ weight: 1, shape, rate }]);

/** The beta distribution's quantile; a, b > 0. */
export const betaQuantile = (probability: number, a: number, b: number): number =>
  crossing((x) => 1 - betaShare(x, a, b), 1 - probability, 0, 1);

/** The chance of a χ² of this size or larger. */
export const chiSquaredTail = (value: number, degreesOfFreedom: number): number => gammaTail(degreesOfFreedom / 2, value / 2);
