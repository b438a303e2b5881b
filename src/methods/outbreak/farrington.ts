// Farrington's method: a count against a quasi-Poisson regression of the same weeks of past years, with a prediction limit on the scale of
// counts^(2/3). Farrington CP, Andrews NJ, Beale AD, Catchpole MA. A statistical algorithm for the early detection of outbreaks of infectious
// disease. J R Stat Soc A 1996;159:547-63.
import { normalQuantile } from '../statistics/normal.ts';
import { type CountSeries, countAt, type Judged, judged, type Range, steps } from './contract.ts';
import { enoughCases, type PowerTransformation, powerChance, powerLimit, predict } from './quasi-poisson.ts';
import { addWeek, type SeasonRoom, seasonRoom } from './season-regression.ts';

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

/** Fills the room with the same weeks of the years before. Weeks that are not known are left out. */
function sameWeeks(series: CountSeries, b: number, w: number) {
  const room = seasonRoom(b * (2 * w + 1));
  return (index: number): SeasonRoom => {
    room.length = 0;
    for (let back = b; back > 0; back--)
      for (let time = -back * series.frequency - w; time <= -back * series.frequency + w; time++) {
        const count = series.observed[index + time];
        if (count !== undefined && Number.isFinite(count)) addWeek(room, count, time, 0);
      }
    return room;
  };
}

/** The bound is 0 and no alarm is given where too few cases are there to matter. */
export function farrington(series: CountSeries, options: FarringtonOptions = {}): Judged[] {
  const { b = 3, w = 3, reweight = true, trend = true, alpha = 0.01, powertrans = '2/3', limit54 = [5, 4] } = options;
  const past = sameWeeks(series, b, w);
  const wanted = { b, trend, reweight, pThresholdTrend: 0.05, weightsThreshold: 1, errorsBy: 'pearson' as const };
  const z = normalQuantile(1 - alpha / 2);
  return steps(series, options.range, b * series.frequency + w).map((index) => {
    if (!enoughCases(series.observed, index, limit54)) return { ...judged(series, index, 0), alarm: false };
    const prediction = predict(past(index), wanted);
    if (prediction === undefined) return judged(series, index, Number.NaN);
    const chance = powerChance(countAt(series, index), prediction, powertrans);
    return judged(series, index, powerLimit(prediction, z, powertrans), prediction.mean, chance);
  });
}
