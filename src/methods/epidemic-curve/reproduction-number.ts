// The instantaneous reproduction number in sliding windows: Cori A, Ferguson NM, Fraser C, Cauchemez S. Am J Epidemiol 2013;178:1505-12. The
// posterior is gamma: cases of the window, by the infectiousness of those before them. Numbers are those of R's EpiEstim 2.2-4.
import { gammaShare } from '../statistics/incomplete-integrals.ts';
import { gammaQuantile } from '../statistics/quantiles-by-halving.ts';
import type { Reproduction, SerialInterval } from './contract.ts';

/**
 * Shares of the serial interval by day, from 0, of a gamma distribution shifted by one day, each case spread over its day (appendix 11 of the
 * paper). `mean` must be above 1.
 */
export function serialShares({ mean, deviation }: SerialInterval, days: number): number[] {
  const shape = ((mean - 1) / deviation) ** 2;
  const scale = deviation ** 2 / (mean - 1);
  const below = (x: number, more = 0): number => (x <= 0 ? 0 : gammaShare(shape + more, x / scale));
  return Array.from({ length: days }, (_, k) => {
    const spread = k * below(k) + (k - 2) * below(k - 2) - 2 * (k - 1) * below(k - 1);
    return Math.max(0, spread + shape * scale * (2 * below(k - 1, 1) - below(k - 2, 1) - below(k, 1)));
  });
}

export interface ReproductionOptions {
  /** Days of a window, 7. */
  window?: number;
  /** Only so many newest windows; all without it. */
  windows?: number;
  /** Of R beforehand: 5 and 5, broad on purpose. */
  prior?: { mean: number; deviation: number };
}

/** For each window from the second day on. A window before any infectiousness gives its prior and is left out. */
export function reproductionNumbers(
  counts: readonly number[],
  interval: SerialInterval,
  { window = 7, windows = counts.length, prior = { mean: 5, deviation: 5 } }: ReproductionOptions = {},
): Reproduction[] {
  const shares = serialShares(interval, counts.length);
  const shape = (prior.mean / prior.deviation) ** 2;
  const rate = prior.mean / prior.deviation ** 2;
  const pressure = counts.map((_, t) => shares.reduce((sum, share, s) => sum + (s === 0 || s > t ? 0 : share * counts[t - s]!), 0));
  const found: Reproduction[] = [];
  for (let first = Math.max(1, counts.length - window - windows + 1); first + window <= counts.length; first++) {
    const last = first + window - 1;
    let [cases, infectious] = [0, 0];
    for (let t = first; t <= last; t++) {
      cases += counts[t]!;
      infectious += pressure[t]!;
    }
    if (!(infectious > 0)) continue;
    const [a, b] = [shape + cases, rate + infectious];
    found.push({
      first,
      last,
      mean: a / b,
      median: gammaQuantile(0.5, a, b),
      lower: gammaQuantile(0.025, a, b),
      upper: gammaQuantile(0.975, a, b),
    });
  }
  return found;
}
