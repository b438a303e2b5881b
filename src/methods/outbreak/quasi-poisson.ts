// The regression that both of Farrington's methods stand on: counts of past years with a dispersion of at least one, fitted twice, the second
// time with less weight for weeks that lie far above, so that old outbreaks do not raise today's bound. Farrington CP et al. J R Stat Soc A
// 1996;159:547-63, 3.4-3.6; Noufaily A et al. Stat Med 2013;32:1206-22.
import { normalTail } from '../statistics/normal.ts';
import { tTwoSided } from '../statistics/students-t.ts';
import { fitSeasons, leverage, type SeasonFit, type SeasonRoom } from './season-regression.ts';

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
  /**
   * What errors are scaled by: Pearson's dispersion, or that of the relative residuals by the weights of the second fit. The latter is what
   * R's farringtonFlexible does (it stores those weights in the model before it asks for the error).
   */
  errorsBy: 'pearson' | 'weights';
}

/**
 * Residuals beyond the threshold weigh by the inverse of their square; the weights' sum is the number of weeks. Residuals are Anscombe's, by
 * their deviations.
 */
function weigh(room: SeasonRoom, fit: SeasonFit, threshold: number): void {
  const dispersion = Math.max(1, fit.dispersion);
  const weights = room.priorWeights;
  let sum = 0;
  for (let i = 0; i < room.length; i++) {
    const mean = room.means[i]!;
    const raw = 1.5 * (Math.cbrt(room.counts[i]! ** 2) * mean ** (-1 / 6) - Math.sqrt(mean));
    const residual = raw / Math.sqrt(dispersion * (1 - leverage(room, fit, i)));
    const weight = residual > threshold ? residual ** -2 : 1;
    weights[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < room.length; i++) weights[i]! *= room.length / sum;
}

interface Fitted {
  fit: SeasonFit;
  /** What errors are scaled by. */
  scale: number;
}

function fitTwice(room: SeasonRoom, withTrend: boolean, options: RegressionOptions): Fitted | undefined {
  room.priorWeights.fill(1, 0, room.length);
  const once = fitSeasons(room, withTrend);
  if (once === undefined || !once.settled) return undefined;
  if (!options.reweight) return { fit: once, scale: once.dispersion };
  weigh(room, once, options.weightsThreshold);
  const fit = fitSeasons(room, withTrend);
  if (fit === undefined) return undefined;
  if (options.errorsBy === 'pearson') return { fit, scale: fit.dispersion };
  let sum = 0;
  for (let i = 0; i < room.length; i++) sum += room.priorWeights[i]! * (room.counts[i]! / room.means[i]! - 1) ** 2;
  return { fit, scale: sum / fit.degreesOfFreedom };
}

/** What the past in the room says of the step that is judged; undefined where no regression can be fitted. */
export function predict(room: SeasonRoom, options: RegressionOptions): Prediction | undefined {
  const steep = options.trend ? fitTwice(room, true, options) : undefined;
  const kept = steep !== undefined && trendHolds(steep, room, options);
  const model = kept ? steep : fitTwice(room, false, options);
  if (model === undefined) return undefined;
  const mean = Math.exp(model.fit.predictor);
  const scale = options.errorsBy === 'pearson' ? Math.max(1, model.scale) : model.scale;
  const error = mean * Math.sqrt(scale * model.fit.unscaledVariance);
  return { mean, error, dispersion: Math.max(1, model.fit.dispersion), ...(kept ? { trend: model.fit.slope } : {}) };
}

/** A trend is kept where it is beyond chance, stands on three years, and does not lead beyond all that was seen. */
function trendHolds({ fit, scale }: Fitted, room: SeasonRoom, options: RegressionOptions): boolean {
  if (options.b < 3) return false;
  let most = 0;
  for (let i = 0; i < room.length; i++) most = Math.max(most, room.counts[i]!);
  if (!(Math.exp(fit.predictor) <= most)) return false;
  const p = tTwoSided(fit.slope / Math.sqrt(scale * fit.unscaledSlopeVariance), fit.degreesOfFreedom);
  return p < options.pThresholdTrend;
}

export type PowerTransformation = '2/3' | '1/2' | 'none';
const exponents: Record<PowerTransformation, number> = { '2/3': 2 / 3, '1/2': 1 / 2, none: 1 };

/** The deviation of a new count on the scale of counts raised to a power, by the delta method. */
const powerSpread = ({ mean, error, dispersion }: Prediction, exponent: number): number =>
  exponent * mean ** (exponent - 1) * Math.sqrt(mean * dispersion + error ** 2);

/** The upper limit for a new count, z deviations up on that scale. */
export function powerLimit(prediction: Prediction, z: number, transformation: PowerTransformation): number {
  const exponent = exponents[transformation];
  return (prediction.mean ** exponent + z * powerSpread(prediction, exponent)) ** (1 / exponent);
}

/** How likely such a count or more is, normal on that scale. */
export function powerChance(count: number, prediction: Prediction, transformation: PowerTransformation): number {
  const exponent = exponents[transformation];
  return normalTail((count ** exponent - prediction.mean ** exponent) / powerSpread(prediction, exponent));
}

/** Whether the last `limit54[1]` steps, this one with them, hold at least `limit54[0]` cases: with fewer nothing is an alarm. */
export function enoughCases(observed: readonly number[], index: number, [cases, period]: readonly [number, number]): boolean {
  const recent = observed.slice(Math.max(0, index - period + 1), index + 1);
  return recent.reduce((sum, count) => sum + (Number.isFinite(count) ? count : 0), 0) >= cases;
}
