// The regression that both of Farrington's methods stand on: counts of past years with a dispersion of at least one, fitted twice, the second
// time with less weight for weeks that lie far above, so that old outbreaks do not raise today's bound. Farrington CP et al. J R Stat Soc A
// 1996;159:547-63, 3.4-3.6; Noufaily A et al. Stat Med 2013;32:1206-22.
import { fitPoisson, linearPredictor, type PoissonFit, unscaledVariance } from '../statistics/poisson-regression.ts';
import { tTwoSided } from '../statistics/students-t.ts';

export interface PastWeeks {
  counts: number[];
  /** In steps before the one that is judged: negative. */
  times: number[];
  /** Which season each lies in, 0 that of the step that is judged; all 0 where there are none. */
  seasons: number[];
}

export interface Prediction {
  mean: number;
  /** Standard error of the mean. */
  error: number;
  dispersion: number;
  /** By step, where a trend was kept. */
  trend?: number;
}

export interface RegressionOptions {
  trend: boolean;
  /** The trend is kept where its p-value is below this. */
  pThresholdTrend: number;
  /** Years of the past: a trend needs three. */
  b: number;
  /** Whether weeks that lie high weigh less, and from how many deviations. */
  reweight: boolean;
  weightsThreshold: number;
}

const dispersionOf = (fit: PoissonFit): number => Math.max(1, fit.dispersion);

/** Anscombe's residuals by their deviations. */
function residuals(fit: PoissonFit, counts: readonly number[]): number[] {
  const dispersion = dispersionOf(fit);
  return counts.map((count, i) => {
    const mean = fit.fitted[i] ?? 0;
    const raw = 1.5 * (count ** (2 / 3) * mean ** (-1 / 6) - mean ** 0.5);
    return raw / Math.sqrt(dispersion * (1 - (fit.leverages[i] ?? 0)));
  });
}

/** Residuals beyond the threshold weigh by the inverse of their square; the weights' sum is the number of weeks. */
function weightsOf(deviations: readonly number[], threshold: number): number[] {
  const raw = deviations.map((s) => (s > threshold ? s ** -2 : 1));
  const sum = raw.reduce((total, each) => total + each, 0);
  return raw.map((each) => (each * raw.length) / sum);
}

function fitTwice(design: number[][], counts: number[], options: RegressionOptions): PoissonFit | undefined {
  const once = fitPoisson(
    design,
    counts,
    counts.map(() => 1),
  );
  if (once === undefined || !options.reweight) return once;
  return fitPoisson(design, counts, weightsOf(residuals(once, counts), options.weightsThreshold));
}

/** A row: one, the time, and a column for each season but the first. */
function rowOf(trend: boolean, seasons: readonly number[], time: number, season: number): number[] {
  return [1, ...(trend ? [time] : []), ...seasons.slice(1).map((each) => (each === season ? 1 : 0))];
}

/** What the past says of the step that is judged; undefined where no regression can be fitted. */
export function predict(past: PastWeeks, options: RegressionOptions): Prediction | undefined {
  const seasons = [...new Set([0, ...past.seasons])].sort((a, b) => a - b);
  const fitWith = (trend: boolean): { fit: PoissonFit; mean: number; x: number[] } | undefined => {
    const design = past.times.map((time, i) => rowOf(trend, seasons, time, past.seasons[i] ?? 0));
    const fit = fitTwice(design, past.counts, options);
    const x = rowOf(trend, seasons, 0, 0);
    return fit && { fit, x, mean: Math.exp(linearPredictor(fit, x)) };
  };
  const steep = options.trend ? fitWith(true) : undefined;
  const kept = steep !== undefined && trendHolds(steep.fit, steep.mean, past, options);
  const model = kept ? steep : fitWith(false);
  if (model === undefined) return undefined;
  const dispersion = dispersionOf(model.fit);
  const error = model.mean * Math.sqrt(dispersion * unscaledVariance(model.fit, model.x));
  return { mean: model.mean, error, dispersion, ...(kept ? { trend: model.fit.coefficients[1] ?? 0 } : {}) };
}

/** A trend is kept where it is beyond chance, stands on three years, and does not lead beyond all that was seen. */
function trendHolds(fit: PoissonFit, mean: number, past: PastWeeks, options: RegressionOptions): boolean {
  const deviation = Math.sqrt(fit.dispersion * (fit.unscaledCovariance[1]?.[1] ?? Number.NaN));
  const p = tTwoSided((fit.coefficients[1] ?? 0) / deviation, fit.degreesOfFreedom);
  return p < options.pThresholdTrend && options.b >= 3 && mean <= Math.max(...past.counts);
}

export type PowerTransformation = '2/3' | '1/2' | 'none';
const exponents: Record<PowerTransformation, number> = { '2/3': 2 / 3, '1/2': 1 / 2, none: 1 };

/** The upper limit for a new count, z deviations up on the scale of counts raised to a power, by the delta method. */
export function powerLimit({ mean, error, dispersion }: Prediction, z: number, transformation: PowerTransformation): number {
  const exponent = exponents[transformation];
  const spread = exponent * mean ** (exponent - 1) * Math.sqrt(mean * dispersion + error ** 2);
  return (mean ** exponent + z * spread) ** (1 / exponent);
}

/** Whether the last `limit54[1]` steps, this one with them, hold at least `limit54[0]` cases: with fewer nothing is an alarm. */
export function enoughCases(observed: readonly number[], index: number, [cases, period]: readonly [number, number]): boolean {
  const recent = observed.slice(Math.max(0, index - period + 1), index + 1);
  return recent.reduce((sum, count) => sum + (Number.isFinite(count) ? count : 0), 0) >= cases;
}
