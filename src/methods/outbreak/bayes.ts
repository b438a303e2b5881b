// The Bayes methods: past counts are Poisson with one rate under Jeffreys' prior, so the next is negative binomial; the bound is its 1 − alpha
// quantile. Riebler A. Empirischer Vergleich von statistischen Methoden zur Ausbruchserkennung bei Surveillance Daten. Munich, 2004; Höhle M.
// Comput Stat 2007;22:571-82.
import { countTail, negativeBinomialQuantile } from '../statistics/count-quantiles.ts';
import { comparablePast, firstWithPast, type Past, type PastOptions } from './comparable-past.ts';
import { type CountSeries, countAt, type Judged, judged, steps } from './contract.ts';

export interface BayesOptions extends PastOptions {
  /** One-sided error of a step, 0.05. */
  alpha?: number;
}

function bayes(series: CountSeries, options: BayesOptions, usual: Past): Judged[] {
  const wanted = { ...usual, ...options };
  return steps(series, options.range, firstWithPast(series, wanted)).map((index) => {
    const past = comparablePast(series, index, wanted);
    const size = past.reduce((sum, count) => sum + count, 0) + 0.5;
    const mean = size / past.length;
    const bound = negativeBinomialQuantile(1 - (options.alpha ?? 0.05), mean, size);
    return judged(series, index, bound, mean, countTail(countAt(series, index), mean, 1 + mean / size));
  });
}

/** Bayes 1: the last six weeks. */
export const bayes1 = (series: CountSeries, options: BayesOptions = {}): Judged[] => bayes(series, options, { b: 0, w: 6, actY: true });

/** Bayes 2: the last six weeks, and the thirteen around the same week of last year. */
export const bayes2 = (series: CountSeries, options: BayesOptions = {}): Judged[] => bayes(series, options, { b: 1, w: 6, actY: true });

/** Bayes 3: the nine weeks around the same week of the last two years. */
export const bayes3 = (series: CountSeries, options: BayesOptions = {}): Judged[] => bayes(series, options, { b: 2, w: 4, actY: false });
