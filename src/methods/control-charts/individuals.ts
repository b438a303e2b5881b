// XmR: single measurements, limits from what neighbours differ by. Wheeler DJ. Understanding Variation, 1993; 2.66 = 3 / d2 and 3.267 = D4 with
// d2 = 1.128 and D4 of subgroups of two (Shewhart's constants).
import { type ChartData, type ChartKind, meanOf, threeSigma } from './contract.ts';

/** Three deviations for each mean moving range. */
const ofMeanRange = 2.66;
const upperOfRange = 3.267;

/** |x(i) − x(i − 1)| of neighbours that were both used: across a gap or an excluded point there is none. */
export function movingRanges(values: readonly number[], used: readonly number[]): { index: number; range: number }[] {
  const known = new Set(used);
  return used.flatMap((index) =>
    known.has(index - 1) ? [{ index, range: Math.abs((values[index] ?? Number.NaN) - (values[index - 1] ?? Number.NaN)) }] : [],
  );
}

export interface RangeChart {
  mean: number;
  upper: number;
  points: { index: number; range: number; outside: boolean }[];
}

/** The moving ranges beside an XmR chart, with their upper limit; undefined below two neighbours. `made` are the points that made the limits. */
export function rangeChart(values: readonly number[], made: readonly number[], shown: readonly number[] = made): RangeChart | undefined {
  const ranges = movingRanges(values, made);
  if (ranges.length === 0) return undefined;
  const mean = meanOf(ranges.map(({ range }) => range));
  const upper = upperOfRange * mean;
  return { mean, upper, points: movingRanges(values, shown).map((each) => ({ ...each, outside: each.range > upper })) };
}

const valueAt = ({ values }: ChartData, index: number): number => values[index] ?? Number.NaN;

export const xmr: ChartKind = {
  title: 'XmR (single measurements)',
  needs: 'values',
  drawn: valueAt,
  fit(data, used) {
    const ranges = movingRanges(data.values, used);
    if (ranges.length === 0) return undefined;
    const centre = meanOf(used.map((index) => valueAt(data, index)));
    const limits = threeSigma(centre, (ofMeanRange * meanOf(ranges.map(({ range }) => range))) / 3);
    return () => limits;
  },
};
