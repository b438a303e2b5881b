// Quantiles and upper tails of the distributions of counts: Poisson and negative binomial. Their distribution functions are the incomplete gamma and beta
// integrals (Johnson, Kemp, Kotz. Univariate Discrete Distributions, 3rd ed., 4.9 and 5.6).
import { betaShare, gammaShare, gammaTail } from './incomplete-integrals.ts';

/** A share that is reached up to rounding counts as reached. */
const rounding = 64 * Number.EPSILON;

/** The smallest count whose share at or below it reaches the probability. */
function smallestCount(probability: number, mean: number, shareUpTo: (count: number) => number): number {
  if (!(probability >= 0 && probability < 1) || !(mean >= 0) || !Number.isFinite(mean)) return Number.NaN;
  const reached = (count: number): boolean => shareUpTo(count) >= probability * (1 - rounding);
  if (reached(0)) return 0;
  let low = 0;
  let high = Math.max(1, Math.ceil(mean));
  while (!reached(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The smallest count that a Poisson variable with this mean stays at or below with at least the probability (< 1). */
export function poissonQuantile(probability: number, mean: number): number {
  return smallestCount(probability, mean, (count) => gammaTail(count + 1, mean));
}

/** The same for a negative binomial with mean > 0 and variance mean + mean² / size. */
export function negativeBinomialQuantile(probability: number, mean: number, size: number): number {
  if (mean === 0) return 0;
  return smallestCount(probability, mean, (count) => betaShare(size / (size + mean), size, count + 1));
}

/** From this dispersion on a count is taken as negative binomial; below, its size would be too large to reckon with. */
const overdispersed = 1 + 1e-6;

/** How likely so many cases or more are by chance, where the variance is dispersion · mean (Poisson where the dispersion is 1), mean > 0. */
export function countTail(count: number, mean: number, dispersion: number): number {
  if (count <= 0) return 1;
  if (dispersion < overdispersed) return gammaShare(count, mean);
  return betaShare((dispersion - 1) / dispersion, count, mean / (dispersion - 1));
}
