// Farrington's method: a count against a quasi-Poisson regression of the same weeks of past years, with a prediction limit on the scale of
// counts^(2/3). Farrington CP, Andrews NJ, Beale AD, Catchpole MA. A statistical algorithm for the early detection of outbreaks of infectious
// disease. J R Stat Soc A 1996;159:547-63.
import { normalQuantile } from '../statistics/normal.ts';
import { type CountSeries, countAt, type Judged, judged, type Range, steps } from './contract.ts';
import { enoughCases, type PastWeeks, type PowerTransformation, powerLimit, predict } from './quasi-poisson.ts';

export interface FarringtonOptions {
  range?: Range;
  /** Years to look back, 3. */
  b?: number;
  /** Half the width of a year's window in steps, 3. */
  w?: number;
  /** Old outbreaks weigh less; true. */
  reweight?: boolean;
  /** A trend where it is beyond chance; true. */
  trend?: boolean;
  /** Two-sided error of a step, 0.01. */
  alpha?: number;
  powertrans?: PowerTransformation;
  /** No alarm with fewer than so many cases in so many steps: [5, 4]. */
  limit54?: readonly [number, number];
}

/** Weeks that are not known are left out. */
function pastOf(series: CountSeries, index: number, b: number, w: number): PastWeeks {
  const times = Array.from({ length: b }, (_, year) =>
    Array.from({ length: 2 * w + 1 }, (_each, i) => -(b - year) * series.frequency - w + i),
  )
    .flat()
    .filter((time) => Number.isFinite(countAt(series, index + time)));
  return { times, counts: times.map((time) => countAt(series, index + time)), seasons: times.map(() => 0) };
}

/** The bound is 0 and no alarm is given where too few cases are there to matter. */
export function farrington(series: CountSeries, options: FarringtonOptions = {}): Judged[] {
  const { b = 3, w = 3, reweight = true, trend = true, alpha = 0.01, powertrans = '2/3', limit54 = [5, 4] } = options;
  const z = normalQuantile(1 - alpha / 2);
  return steps(series, options.range, b * series.frequency + w).map((index) => {
    if (!enoughCases(series.observed, index, limit54)) return { ...judged(series, index, 0), alarm: false };
    const prediction = predict(pastOf(series, index, b, w), { b, trend, reweight, pThresholdTrend: 0.05, weightsThreshold: 1 });
    if (prediction === undefined) return judged(series, index, Number.NaN);
    return judged(series, index, powerLimit(prediction, z, powertrans), prediction.mean);
  });
}
