// The combined detector. An outbreak is seldom over within its first week, so two questions are asked of Farrington's flexible regression: how
// likely are so many cases this week, and in this week and the last together. Their p-values are joined by the weighted harmonic mean, which
// holds for dependent tests (Wilson DJ. PNAS 2019;116:1195-200), with twice the weight for two weeks; and a week that is not itself high is no
// alarm, so that the end of an outbreak does not ring on. The threshold, and how often a score comes by chance, are fixed on simulated series
// (simulated-weeks.ts, seeds of their own; see bench/insight/outbreaks.ts), never on data that it is judged by.
import { countTail } from '../statistics/count-quantiles.ts';
import { type CountSeries, countAt, type Judged, judged, type Range, steps } from './contract.ts';
import { flexiblePast } from './farrington-flexible.ts';
import { type Prediction, predict } from './quasi-poisson.ts';

export interface CombinedOptions {
  range?: Range;
  /** Years to look back, 5. */
  b?: number;
  /** Alarms by chance that are taken, by step: 0.012. */
  alpha?: number;
  /** Half the width of a year's window in steps, 3. */
  w?: number;
  /** Seasons of a year, 10. */
  noPeriods?: number;
  /** Steps just before that the regression leaves out, 8. */
  pastWeeksNotIncluded?: number;
}

export interface CombinedJudged extends Judged {
  /** −log10 of the joined chance; 0 where the step is not high by itself. Never falls as a count rises. */
  score: number;
}

/** A step has to be among so many of its highest to be an alarm. */
const highStep = 0.15;
const weights = { one: 1, two: 2 };

/**
 * How often by chance a joined value is at most p: on simulated series 0.012 of weeks at p = 0.0129, 0.002 at 0.0011, 0.001 at 0.0003. Far out
 * it is more than p, since the dispersion is an estimate. The second term leads to 1 at p = 1.
 */
const chanceOf = (joined: number): number => 0.25 * joined ** 0.7 + 0.75 * joined ** 2;

interface Step extends Prediction {
  /** With the mean's own error in it. */
  spread: number;
}

/** The joined p-value; 1 where the step is not high by itself. */
function joinedOf(count: number, now: Step, before: { count: number; mean: number } | null): number {
  const one = countTail(count, now.mean, now.spread);
  if (one > highStep) return 1;
  if (before === null) return one;
  const two = countTail(count + before.count, now.mean + before.mean, now.spread);
  return Math.min(1, (weights.one + weights.two) / (weights.one / one + weights.two / two));
}

/** The most cases that are no alarm. */
function boundOf(alpha: number, now: Step, before: { count: number; mean: number } | null): number {
  const alarms = (count: number): boolean => chanceOf(joinedOf(count, now, before)) <= alpha;
  let low = -1;
  let high = Math.max(1, Math.ceil(2 * now.mean));
  while (!alarms(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (alarms(middle)) high = middle;
    else low = middle;
  }
  return low;
}

/** Steps without enough past are said to be unknown; a step whose last one is not known is judged by itself. */
export function combined(series: CountSeries, options: CombinedOptions = {}): CombinedJudged[] {
  const { b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 8, alpha = 0.012 } = options;
  const past = flexiblePast(series, { b, w, noPeriods, pastWeeksNotIncluded });
  const regression = { b, trend: true, pThresholdTrend: 1, reweight: true, weightsThreshold: 2.58, errorsBy: 'pearson' as const };
  const predictAt = (index: number): Step | undefined => {
    const found = predict(past(index), regression);
    return found === undefined || !(found.mean > 0) ? undefined : { ...found, spread: found.dispersion + found.error ** 2 / found.mean };
  };
  let last: { index: number; step: Step | undefined } | undefined;
  return steps(series, options.range, b * series.frequency + w).map((index) => {
    const step = predictAt(index);
    const earlier = last?.index === index - 1 ? last.step : predictAt(index - 1);
    last = { index, step };
    const count = countAt(series, index);
    if (step === undefined || !Number.isFinite(count)) return { ...judged(series, index, Number.NaN, step?.mean), score: 0 };
    const countBefore = countAt(series, index - 1);
    const before = earlier === undefined || !Number.isFinite(countBefore) ? null : { count: countBefore, mean: earlier.mean };
    const chance = chanceOf(joinedOf(count, step, before));
    return { ...judged(series, index, boundOf(alpha, step, before), step.mean, chance), score: Math.max(0, -Math.log10(chance)) };
  });
}
