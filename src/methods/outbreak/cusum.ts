// The cumulative sum of counts made nearly normal: it rises while counts stay above the mean by more than k, and alarms beyond h. Rossi G,
// Lampugnani L, Marchi M. An approximate CUSUM procedure for surveillance of health events. Stat Med 1999;18:2111-22.
import { type CountSeries, countAt, type Judged, type Range, steps } from './contract.ts';

export type Transformation = 'standard' | 'rossi' | 'anscombe';

export interface CusumOptions {
  range?: Range;
  /** Half the shift to be found, in deviations; 1.04. */
  k?: number;
  /** The sum that alarms; 2.26. */
  h?: number;
  /** The mean in control: where not told, the mean of the steps before the range. */
  m?: number;
  trans?: Transformation;
}

/** A count as a value that is nearly standard normal in control, and back: the count that has this value. */
interface Scale {
  of: (count: number, m: number) => number;
  back: (value: number, m: number) => number;
}

const twoThirds = 2 / 3;
const scales: Record<Transformation, Scale> = {
  standard: { of: (count, m) => (count - m) / Math.sqrt(m), back: (value, m) => Math.ceil(m + value * Math.sqrt(m)) },
  // The count's square root solves (√count + √m)² = 4m + 2·√m·value.
  rossi: {
    of: (count, m) => (count - 3 * m + 2 * Math.sqrt(m * count)) / (2 * Math.sqrt(m)),
    back: (value, m) => (Math.sqrt(4 * m + 2 * Math.sqrt(m) * value) - Math.sqrt(m)) ** 2,
  },
  anscombe: {
    of: (count, m) => (1.5 * (count ** twoThirds - m ** twoThirds)) / m ** (1 / 6),
    back: (value, m) => (m ** twoThirds + twoThirds * m ** (1 / 6) * value) ** 1.5,
  },
};

/** sum(t) = max(0, sum(t − 1) + value(t) − k); an alarm where it is beyond h, the bound the count that would bring it to h. */
export function cusum(series: CountSeries, options: CusumOptions = {}): Judged[] {
  const { k = 1.04, h = 2.26, trans = 'standard' } = options;
  const scale = scales[trans];
  const indexes = steps(series, options.range, series.frequency);
  const before = series.observed.slice(0, indexes[0] ?? 0).filter(Number.isFinite);
  const m = options.m ?? before.reduce((sum, count) => sum + count, 0) / before.length;
  let sum = 0;
  return indexes.map((index) => {
    const observed = countAt(series, index);
    const needed = h + k - sum;
    // Less than no case has to come where the sum is beyond h already.
    const upperbound = needed <= scale.of(0, m) ? 0 : scale.back(needed, m);
    const next = sum + scale.of(observed, m) - k;
    // A step that is not known leaves the sum as it was.
    if (Number.isFinite(next)) sum = Math.max(0, next);
    const known = Number.isFinite(upperbound);
    return { index, observed, upperbound: known ? upperbound : null, alarm: Number.isFinite(next) && sum >= h, expected: m };
  });
}
