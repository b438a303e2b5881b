// The flexible Farrington method: all weeks of the past years with a factor of season, milder reweighting, a trend that is always kept, and the
// quantile of a negative binomial. Noufaily A, Enki DG, Farrington P, Garthwaite P, Andrews N, Charlett A. An improved algorithm for outbreak
// detection in multiple surveillance systems. Stat Med 2013;32:1206-22.
import { countTail, negativeBinomialQuantile, poissonQuantile } from '../statistics/count-quantiles.ts';
import { normalQuantile } from '../statistics/normal.ts';
import { type CountSeries, countAt, type Judged, judged, type Range, steps } from './contract.ts';
import { enoughCases, type PowerTransformation, type Prediction, powerChance, powerLimit, predict } from './quasi-poisson.ts';
import { addWeek, type SeasonRoom, seasonRoom } from './season-regression.ts';

export interface FarringtonFlexibleOptions {
  range?: Range;
  /** Years to look back, 5. */
  b?: number;
  /** Half the width of a year's window in steps, 3. */
  w?: number;
  /** Seasons of a year, the window with them, 10; 1 takes the windows alone. */
  noPeriods?: number;
  /** Steps just before that are left out, 26. */
  pastWeeksNotIncluded?: number;
  trend?: boolean;
  /** The trend is kept where its p-value is below this; 1 keeps every one. */
  pThresholdTrend?: number;
  reweight?: boolean;
  /** Deviations from which a past week weighs less, 2.58. */
  weightsThreshold?: number;
  /** Error of a step, 0.01. */
  alpha?: number;
  thresholdMethod?: ThresholdMethod;
  powertrans?: PowerTransformation;
  /** No alarm with fewer than so many cases in so many steps: [5, 4]. */
  limit54?: readonly [number, number];
}

export type ThresholdMethod = 'delta' | 'nbPlugin' | 'muan';

function countQuantile(probability: number, mean: number, dispersion: number): number {
  return dispersion > 1 ? negativeBinomialQuantile(probability, mean, mean / (dispersion - 1)) : poissonQuantile(probability, mean);
}

const thresholds: Record<ThresholdMethod, (prediction: Prediction, alpha: number, transformation: PowerTransformation) => number> = {
  /** As Farrington 1996, but one-sided. */
  delta: (prediction, alpha, transformation) => powerLimit(prediction, normalQuantile(1 - alpha), transformation),
  /** The quantile as if the mean were known. */
  nbPlugin: ({ mean, dispersion }, alpha) => countQuantile(1 - alpha, mean, dispersion),
  /** The quantile of the upper limit of the mean. */
  muan: ({ mean, error, dispersion }, alpha) =>
    countQuantile(1 - alpha, mean * Math.exp((normalQuantile(1 - alpha) * error) / mean), dispersion),
};

/** How likely so many cases or more are, by the same rule as the threshold. */
const chances: Record<ThresholdMethod, (count: number, prediction: Prediction, transformation: PowerTransformation) => number> = {
  delta: powerChance,
  nbPlugin: (count, { mean, dispersion }) => countTail(count, mean, dispersion),
  muan: (count, { mean, dispersion }) => countTail(count, mean, dispersion),
};

/** The season of each step from one window's end to the next window's start: equal parts, the first ones longer where it does not divide. */
function seasonsBetween(steps: number, parts: number): number[] {
  const short = Math.floor(steps / parts);
  const longer = steps % parts;
  return Array.from({ length: parts }, (_, i) => Array.from({ length: short + (i < longer ? 1 : 0) }, () => i + 1)).flat();
}

/** The flexible method's past of a step: the weeks of `b` years but the last ones, each with its season. */
export interface FlexiblePast {
  b: number;
  w: number;
  noPeriods: number;
  pastWeeksNotIncluded: number;
}

/**
 * Fills the room with the past of steps, one after the other. Steps that are not known are left out. Totals are an offset of the regression
 * (R: populationOffset): a surge of all visits then raises what is expected, and not an alarm.
 */
export function flexiblePast(series: CountSeries, { b, w, noPeriods, pastWeeksNotIncluded }: FlexiblePast) {
  const between = noPeriods > 1 ? seasonsBetween(series.frequency - 2 * w - 1, noPeriods - 1) : [];
  const year = [...Array.from({ length: 2 * w + 1 }, () => 0), ...between];
  const room = seasonRoom(b * year.length);
  return (index: number): SeasonRoom => {
    room.length = 0;
    room.offsetNow = offsetAt(series, index);
    for (let back = b; back > 0; back--)
      for (let i = 0; i < year.length; i++) {
        const time = -back * series.frequency - w + i;
        const count = series.observed[index + time];
        if (!(time < -pastWeeksNotIncluded) || count === undefined || !Number.isFinite(count)) continue;
        const offset = offsetAt(series, index + time);
        if (Number.isFinite(offset)) addWeek(room, count, time, year[i]!, offset);
      }
    return room;
  };
}

/** ln of the total; not a number where there is none to be a part of. */
const offsetAt = ({ totals }: CountSeries, index: number): number => {
  if (totals === undefined) return 0;
  const total = totals[index] ?? Number.NaN;
  return total > 0 ? Math.log(total) : Number.NaN;
};

/** The bound is 0 and no alarm is given where too few cases are there to matter. */
export function farringtonFlexible(series: CountSeries, options: FarringtonFlexibleOptions = {}): Judged[] {
  const { b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, trend = true, pThresholdTrend = 1, reweight = true } = options;
  const { weightsThreshold = 2.58, alpha = 0.01, thresholdMethod = 'nbPlugin', powertrans = '2/3', limit54 = [5, 4] } = options;
  const past = flexiblePast(series, { b, w, noPeriods, pastWeeksNotIncluded });
  const wanted = { b, trend, pThresholdTrend, reweight, weightsThreshold, errorsBy: 'weights' as const };
  return steps(series, options.range, b * series.frequency + w).map((index) => {
    if (!enoughCases(series.observed, index, limit54)) return { ...judged(series, index, 0), alarm: false };
    const prediction = predict(past(index), wanted);
    if (prediction === undefined || Number.isNaN(prediction.mean)) return judged(series, index, Number.NaN);
    const chance = chances[thresholdMethod](countAt(series, index), prediction, powertrans);
    return judged(series, index, thresholds[thresholdMethod](prediction, alpha, powertrans), prediction.mean, chance);
  });
}
