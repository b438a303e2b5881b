// What every method of outbreak detection takes and gives: a series of counts in equal steps, and for each step of the range an upper bound
// and whether the count is an alarm. Methods have one form: `method(series, options)`. Example: `earsC1({ observed, frequency: 52 })`.
// Options bear the names that R's `surveillance` package gives them, so that published settings can be copied.

export interface CountSeries {
  /** Cases in each step, oldest first. A step that is not known is NaN. */
  observed: readonly number[];
  /** What each count is a part of, such as all visits; where they are given, counts are judged by their share of them. NaN: not known. */
  totals?: readonly number[];
  /** Steps in a year: 52 for weeks, 365 for days, 12 for months. */
  frequency: number;
}

/** Indexes into `observed`, from 0, both included. */
export interface Range {
  first: number;
  last: number;
}

export interface Judged {
  index: number;
  observed: number;
  /** The most cases that are no alarm, or the method's own limit; null where the past does not say. */
  upperbound: number | null;
  alarm: boolean;
  /** What the method would have expected, where it says so. */
  expected?: number;
  /** How often by chance a step would look as bad as this one, in steps: 200 is once in 200. Where the method can say. */
  recurrenceInterval?: number;
}

/** The steps from `first` (or the range's first, if later) to the series' or the range's end. */
export function steps(series: CountSeries, range: Range | undefined, first: number): number[] {
  const from = Math.max(0, range?.first ?? first);
  const to = Math.min(series.observed.length - 1, range?.last ?? series.observed.length - 1);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/** The count at an index; NaN outside the series. */
export const countAt = (series: CountSeries, index: number): number => series.observed[index] ?? Number.NaN;

/** Nothing is said to be rarer than this: no past is long enough. */
const leastChance = 1e-12;

/** A judgement by a bound that the count has to exceed; `chance` is how likely so many or more are without an outbreak. A bound that is not a number is said as null and gives no alarm. */
export function judged(series: CountSeries, index: number, upperbound: number, expected?: number, chance?: number): Judged {
  const observed = countAt(series, index);
  const known = Number.isFinite(upperbound);
  return {
    index,
    observed,
    upperbound: known ? upperbound : null,
    alarm: known && observed > upperbound,
    ...(expected === undefined || !Number.isFinite(expected) ? {} : { expected }),
    ...(chance === undefined || Number.isNaN(chance) ? {} : { recurrenceInterval: 1 / Math.max(chance, leastChance) }),
  };
}
