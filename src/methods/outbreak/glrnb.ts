// The generalised likelihood ratio chart for counts with season: at each step, how much better do the last counts agree with a rise that began at
// some step than with none. As surveillance::algo.glrnb with change = "intercept"; its "epi" does not search all steps at which a rise may
// have begun, this one does, so that its values are never below R's. Höhle M, Paul M. Count data regression charts for the monitoring of surveillance time series. Comput Stat Data Anal
// 2008;52:4357-68. The rise multiplies the mean (`intercept`) or adds a share of the count before (`epi`).
import { fitNegativeBinomial } from '../statistics/negative-binomial-regression.ts';
import { fitPoisson } from '../statistics/poisson-regression.ts';
import { type CountSeries, countAt, type Judged, type Range, steps } from './contract.ts';

export interface GlrnbOptions {
  range?: Range;
  /** The ratio's logarithm that alarms, 5. */
  cArl?: number;
  /** The mean in control of each step of the range; where not told, a regression of the steps before the range. */
  mu0?: readonly number[];
  /** Waves a year of that regression, 1, and whether it has a trend. */
  S?: number;
  trend?: boolean;
  /** Variance = mean + alpha · mean²; 0 is Poisson, null estimates it. */
  alpha?: number | null;
  change?: 'intercept' | 'epi';
  /** The fewest steps a rise lasts, 1; and how many steps before this one it may have begun at most, where that is bound. */
  Mtilde?: number;
  M?: number;
  /** What the upper bound says: the ratio itself, as R does where it is not told, or the least count that would have been an alarm. */
  ret?: 'value' | 'cases';
}

export interface GlrnbJudged extends Judged {
  /** The likelihood ratio's logarithm; it starts anew after an alarm. */
  value: number;
  /** The mean in control. */
  expected: number;
}

interface Control {
  mu0: number[];
  alpha: number;
}

/** The mean in control by season (and trend) of the steps before the range; undefined where they do not carry a regression. */
function inControl(series: CountSeries, indexes: readonly number[], options: GlrnbOptions): Control | undefined {
  const { S = 1, trend = false, alpha = 0 } = options;
  const rowOf = (index: number): number[] => {
    const t = index + 1;
    const angle = (2 * Math.PI * t) / series.frequency;
    return [
      1,
      ...(trend ? [t] : []),
      ...Array.from({ length: S }, (_, s) => [Math.cos((s + 1) * angle), Math.sin((s + 1) * angle)]).flat(),
    ];
  };
  const past = Array.from({ length: indexes[0] ?? 0 }, (_, i) => i).filter((i) => Number.isFinite(countAt(series, i)));
  const design = past.map(rowOf);
  const counts = past.map((i) => countAt(series, i));
  const weights = counts.map(() => 1);
  const known = alpha === null ? undefined : fitPoisson(design, counts, weights, alpha);
  const fit = alpha === null ? fitNegativeBinomial(design, counts) : known && { ...known, alpha };
  if (fit === undefined) return undefined;
  const mu0 = indexes.map((index) => Math.exp(rowOf(index).reduce((sum, each, j) => sum + each * (fit.coefficients[j] ?? 0), 0)));
  return { mu0, alpha: fit.alpha };
}

/** The steps of the range: counts, means in control, the count before each, and the sums of counts and means up to each. */
interface Steps {
  counts: Float64Array;
  means: Float64Array;
  before: Float64Array;
  countsUpTo: Float64Array;
  meansUpTo: Float64Array;
}

/** ln of the ratio of a count's likelihoods with means mu1 and mu0. */
const ratio = (count: number, mu1: number, mu0: number, alpha: number): number => {
  const risen = count > 0 ? count * Math.log(mu1 / mu0) : 0;
  return alpha === 0 ? risen - (mu1 - mu0) : risen - (count + 1 / alpha) * Math.log((1 + alpha * mu1) / (1 + alpha * mu0));
};

const newtonMax = 60;
const riseMax = 1e6;

/** ln of the ratio of the best rise from `from` to `to` to none. Newton's steps on the score, held between bounds; the score falls in the rise. */
function best(of: Steps, from: number, to: number, alpha: number, change: 'intercept' | 'epi'): number {
  const multiplies = change === 'intercept';
  const x = of.countsUpTo[to + 1]! - of.countsUpTo[from]!;
  const m = of.meansUpTo[to + 1]! - of.meansUpTo[from]!;
  if (multiplies && alpha === 0) return x > m ? x * Math.log(x / m) - (x - m) : 0;
  let score = 0;
  let slope = 0;
  const judge = (rise: number): void => {
    score = 0;
    slope = 0;
    for (let i = from; i <= to; i++) {
      const added = of.before[i]!;
      const mu = multiplies ? of.means[i]! * Math.exp(rise) : of.means[i]! + rise * added;
      const gradient = multiplies ? mu : added;
      const variance = mu * (1 + alpha * mu);
      const relative = (of.counts[i]! - mu) / variance;
      score += relative * gradient;
      slope -= ((1 + relative * (1 + 2 * alpha * mu)) / variance) * gradient * gradient - (multiplies ? relative * mu : 0);
    }
  };
  judge(0);
  if (!(score > 0)) return 0;
  let low = 0;
  let high = riseMax;
  let rise = multiplies && x > m ? Math.log(x / m) : Math.max(1e-3, -score / slope);
  for (let step = 0; step < newtonMax; step++) {
    judge(rise);
    if (score > 0) low = rise;
    else high = rise;
    const wanted = rise - score / slope;
    const next = wanted > low && wanted < high ? wanted : high === riseMax ? rise * 2 : (low + high) / 2;
    const settled = Math.abs(next - rise) < 1e-11 * (1 + rise);
    rise = next;
    if (settled || rise > riseMax) break;
  }
  let sum = 0;
  for (let i = from; i <= to; i++)
    sum += ratio(of.counts[i]!, multiplies ? of.means[i]! * Math.exp(rise) : of.means[i]! + rise * of.before[i]!, of.means[i]!, alpha);
  return Math.max(0, sum);
}

function stepsOf(counts: Float64Array, means: Float64Array): Steps {
  const countsUpTo = new Float64Array(counts.length + 1);
  const meansUpTo = new Float64Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) {
    countsUpTo[i + 1] = countsUpTo[i]! + counts[i]!;
    meansUpTo[i + 1] = meansUpTo[i]! + means[i]!;
  }
  return { counts, means, before: Float64Array.from(counts, (_, i) => (i === 0 ? 0 : counts[i - 1]!)), countsUpTo, meansUpTo };
}

const casesMax = 1e6;

/** The least count of the last step that would alarm. */
function casesThatAlarm(counts: Float64Array, n: number, alarms: (counts: Float64Array) => boolean): number {
  const alarmsWith = (count: number): boolean => {
    const changed = counts.slice();
    changed[n] = count;
    return alarms(changed);
  };
  if (alarmsWith(0)) return 0;
  let low = 0;
  let high = 8;
  while (high < casesMax && !alarmsWith(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (alarmsWith(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** A step that is not known is judged by nobody and taken as its mean. */
export function glrnb(series: CountSeries, options: GlrnbOptions = {}): GlrnbJudged[] {
  const { cArl = 5, change = 'intercept', Mtilde = 1, M = Number.POSITIVE_INFINITY, ret = 'value' } = options;
  const indexes = steps(series, options.range, 2 * series.frequency);
  const told = options.mu0 === undefined ? undefined : { mu0: [...options.mu0], alpha: options.alpha ?? 0 };
  const control = told ?? inControl(series, indexes, options);
  if (control === undefined)
    return indexes.map((index) => ({
      index,
      observed: countAt(series, index),
      upperbound: null,
      alarm: false,
      value: Number.NaN,
      expected: Number.NaN,
    }));
  const { alpha } = control;
  const means = Float64Array.from(control.mu0);
  const counts = Float64Array.from(indexes, (index, i) => {
    const count = countAt(series, index);
    return Number.isFinite(count) ? count : (means[i] ?? 0);
  });
  const valueAt = (of: Steps, start: number, n: number): number => {
    let value = 0;
    for (let from = Math.max(start, n - M); from <= n - Mtilde + 1; from++) value = Math.max(value, best(of, from, n, alpha, change));
    return value;
  };
  const all = stepsOf(counts, means);
  let start = 0;
  return indexes.map((index, n) => {
    const value = valueAt(all, start, n);
    const observed = countAt(series, index);
    const alarm = value >= cArl && Number.isFinite(observed);
    const began = start;
    const upperbound = ret === 'value' ? value : casesThatAlarm(counts, n, (changed) => valueAt(stepsOf(changed, means), began, n) >= cArl);
    if (alarm) start = n + 1;
    return { index, observed, upperbound, alarm, value, expected: means[n]! };
  });
}
