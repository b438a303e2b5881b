// EARS C1, C2 and C3, the Early Aberration Reporting System of the CDC: a count against mean and deviation of a short past, for series without
// years of history. Hutwagner L et al. J Urban Health 2003;80(2 Suppl 1):i89-96; Fricker RD et al. Stat Med 2008;27:3407-29.
import { normalQuantile, normalTail } from '../statistics/normal.ts';
import { type CountSeries, countAt, type Judged, judged, type Range, steps } from './contract.ts';

export interface EarsOptions {
  range?: Range;
  /** Steps of the past that mean and deviation are taken from. */
  baseline?: number;
  /** The deviation is taken as no smaller than this. */
  minSigma?: number;
  /** One-sided error of a step: 0.001 for C1 and C2, 0.025 for C3. */
  alpha?: number;
}

const baselineUsual = 7;
/** C2 and C3 leave out the last two steps, so that a rising outbreak does not raise its own bound. */
const gap = 2;

interface Past {
  mean: number;
  deviation: number;
}

/** Mean and sample deviation of the `baseline` counts that end `lag` steps before the one before `index`. */
function past(series: CountSeries, index: number, lag: number, options: EarsOptions): Past {
  const baseline = options.baseline ?? baselineUsual;
  const counts = Array.from({ length: baseline }, (_, i) => countAt(series, index - lag - baseline + i));
  const mean = counts.reduce((sum, count) => sum + count, 0) / baseline;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return { mean, deviation: Math.max(options.minSigma ?? 0, Math.sqrt(squares / (baseline - 1))) };
}

function simple(series: CountSeries, options: EarsOptions, lag: number): Judged[] {
  const z = normalQuantile(1 - (options.alpha ?? 0.001));
  return steps(series, options.range, (options.baseline ?? baselineUsual) + lag).map((index) => {
    const { mean, deviation } = past(series, index, lag, options);
    return judged(series, index, mean + z * deviation, mean, normalTail((countAt(series, index) - mean) / deviation));
  });
}

/** C1: mean + z · deviation of the steps just before. */
export const earsC1 = (series: CountSeries, options: EarsOptions = {}): Judged[] => simple(series, options, 0);

/** C2: as C1, of a past that ends two steps earlier. */
export const earsC2 = (series: CountSeries, options: EarsOptions = {}): Judged[] => simple(series, options, gap);

/** How far the step lies above its C2 mean, in deviations beyond the first; 0 where it does not. */
function excess(series: CountSeries, index: number, options: EarsOptions): number {
  const { mean, deviation } = past(series, index, gap, options);
  return Math.max(0, (countAt(series, index) - mean) / deviation - 1);
}

/**
 * C3: an alarm where the two steps before lay above their own bounds: count + deviation · (z − Σ max(0, C2 − 1)), never below 0. R adds to the
 * count of the step where the papers add to the mean; it is done here as R does it, so that an alarm is one that R gives, too.
 */
export function earsC3(series: CountSeries, options: EarsOptions = {}): Judged[] {
  const z = normalQuantile(1 - (options.alpha ?? 0.025));
  return steps(series, options.range, (options.baseline ?? baselineUsual) + 2 * gap).map((index) => {
    const { mean, deviation } = past(series, index, gap, options);
    const before = excess(series, index - 1, options) + excess(series, index - 2, options);
    return judged(series, index, Math.max(0, countAt(series, index) + deviation * (z - before)), mean);
  });
}
