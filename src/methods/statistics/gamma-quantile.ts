// The quantile of the gamma distribution with scale 1: Wilson and Hilferty's approximation (PNAS 1931;17:684-8) to begin with, Newton's steps held
// between bounds to end with.
import { gammaShare, logGamma } from './incomplete-integrals.ts';
import { normalQuantile } from './normal.ts';

/** The value below which a gamma variable of this shape (> 0) falls with this probability; NaN outside 0 to 1. */
export function gammaQuantile(probability: number, shape: number): number {
  if (!(probability >= 0 && probability <= 1 && shape > 0)) return Number.NaN;
  if (probability === 0) return 0;
  if (probability === 1) return Number.POSITIVE_INFINITY;
  const z = normalQuantile(probability);
  const guess = shape * (1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;
  // For small shapes the lower tail is x^shape / Γ(shape + 1).
  const small = Math.exp((Math.log(probability) + logGamma(shape + 1)) / shape);
  let value = guess > 0 && shape > 0.5 ? guess : small;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 200; step++) {
    const share = gammaShare(shape, value) - probability;
    if (share > 0) high = value;
    else low = value;
    const density = Math.exp((shape - 1) * Math.log(value) - value - logGamma(shape));
    const wanted = value - share / density;
    const next = wanted > low && wanted < high ? wanted : Number.isFinite(high) ? (low + high) / 2 : value * 2;
    if (Math.abs(next - value) <= 1e-14 * next) return next;
    value = next;
  }
  return value;
}
