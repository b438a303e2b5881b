// The counts of the same season in the years before: `w` steps to either side of the same step in each of `b` years, and, with `actY`, the
// last `w` steps of the running year. The past that RKI's and the Bayes method judge by.
import { type CountSeries, countAt, type Range } from './contract.ts';

export interface PastOptions {
  range?: Range;
  /** Years to look back. */
  b?: number;
  /** Half the width of a window, in steps. */
  w?: number;
  /** Whether the last `w` steps of the running year count too. */
  actY?: boolean;
}

export type Past = Required<Omit<PastOptions, 'range'>>;

/** The first step that has all of its past. */
export const firstWithPast = (series: CountSeries, { b, w }: Past): number => b * series.frequency + w;

/** NaN where the series does not reach back. */
export function comparablePast(series: CountSeries, index: number, { b, w, actY }: Past): number[] {
  const running = actY ? Array.from({ length: w }, (_, i) => countAt(series, index - w + i)) : [];
  const years = Array.from({ length: b }, (_, year) =>
    Array.from({ length: 2 * w + 1 }, (_, i) => countAt(series, index - (year + 1) * series.frequency - w + i)),
  );
  return [...running, ...years.flat()];
}
