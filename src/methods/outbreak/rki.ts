// The three methods of the Robert Koch Institute: a count against the mean of a comparable past, by two deviations or, where the mean is
// small, by the upper 95 % limit for a Poisson count. Höhle M. surveillance: an R package for the monitoring of infectious diseases. Comput
// Stat 2007;22:571-82; limits: Crow EL, Gardner RS. Biometrika 1959;46:441-53, table 1.
import { comparablePast, firstWithPast, type Past, type PastOptions } from './comparable-past.ts';
import { type CountSeries, type Judged, judged, steps } from './contract.ts';

/** The upper 95 % limit of a Poisson mean after 0, 1, 2 … 20 cases. */
const upperLimits = [
  3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633, 19.05, 20.335, 21.364, 22.945, 23.762, 25.4, 26.306,
  27.735, 28.966, 30.017,
];

function bound(past: readonly number[]): { mean: number; upper: number } {
  const mean = past.reduce((sum, count) => sum + count, 0) / past.length;
  const variance = past.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (past.length - 1);
  return { mean, upper: mean <= 20 ? (upperLimits[Math.floor(mean)] ?? Number.NaN) : mean + 2 * Math.sqrt(variance) };
}

function rki(series: CountSeries, options: PastOptions, usual: Past): Judged[] {
  const wanted = { ...usual, ...options };
  return steps(series, options.range, firstWithPast(series, wanted)).map((index) => {
    const { mean, upper } = bound(comparablePast(series, index, wanted));
    return judged(series, index, upper, mean);
  });
}

/** RKI 1: the last six weeks. */
export const rki1 = (series: CountSeries, options: PastOptions = {}): Judged[] => rki(series, options, { b: 0, w: 6, actY: true });

/** RKI 2: the last six weeks, and the thirteen around the same week of last year. */
export const rki2 = (series: CountSeries, options: PastOptions = {}): Judged[] => rki(series, options, { b: 1, w: 6, actY: true });

/** RKI 3: the nine weeks around the same week of the last two years. */
export const rki3 = (series: CountSeries, options: PastOptions = {}): Judged[] => rki(series, options, { b: 2, w: 4, actY: false });
