// Exponential smoothing with its model chosen: of the fifteen models the one with the lowest corrected Akaike criterion. Hyndman RJ et al. Int J
// Forecast 2002;18:439-54; settings, bounds and choice as R's ets(). R's interval for ETS(M,Ad,M) leaves out one fading of the slope; ours does not.
import { normalQuantile } from '../statistics/normal.ts';
import { type Forecast, type ForecastOptions, isConstant, type Method, normalIntervals, type Series } from './contract.ts';
import { type Fitted, fitSmoothing } from './smoothing/fit.ts';
import { modelName, models, type SmoothingModel } from './smoothing/model.ts';
import { momentsAhead } from './smoothing/moments.ts';

/** A longer season is not given to smoothing: it has a parameter for each of its places. */
const seasonMax = 24;

export interface EtsOptions extends ForecastOptions {
  /** Only these models, such as those without a season. */
  among?: (model: SmoothingModel) => boolean;
}

/** The best model of a series; null where none fits. Yields after each model it tries (some milliseconds for a hundred values). */
export function* searchEts(series: Series, among?: (model: SmoothingModel) => boolean): Generator<SmoothingModel, Fitted | null> {
  const { values, season } = series;
  const seasonal = season > 1 && season <= seasonMax && values.length > season;
  const positive = values.every((value) => value > 0);
  let best: Fitted | null = null;
  for (const model of models) {
    if (model.season !== 'N' && !seasonal) continue;
    if (model.error === 'M' && !positive) continue;
    if (among?.(model) === false) continue;
    const fitted = fitSmoothing(values, season, model);
    if (fitted !== null && Number.isFinite(fitted.aicc) && (best === null || fitted.aicc < best.aicc)) best = fitted;
    yield model;
  }
  return best;
}

/** Runs a search to its end at once. */
export function toEnd<Step, Result>(steps: Generator<Step, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** What a fitted model says of the steps ahead. */
export function forecastSmoothing(fitted: Fitted, { horizon, levels = [] }: ForecastOptions): Forecast {
  const { mean, variance } = momentsAhead(fitted, horizon);
  const deviations = variance.map((each) => Math.sqrt(Math.max(0, each)));
  return { method: modelName(fitted.model), mean, intervals: normalIntervals(mean, deviations, levels, normalQuantile) };
}

/** A series that never changes is expected to go on so. */
export function constantForecast(value: number, { horizon, levels = [] }: ForecastOptions): Forecast {
  const mean = Array.from({ length: horizon }, () => value);
  return { method: 'constant', mean, intervals: levels.map((level) => ({ level, lower: [...mean], upper: [...mean] })) };
}

export function ets(series: Series, options: EtsOptions): Forecast | null {
  if (series.values.length > 0 && isConstant(series.values)) return constantForecast(series.values[0]!, options);
  const fitted = toEnd(searchEts(series, options.among));
  return fitted === null ? null : forecastSmoothing(fitted, options);
}

/** Simple exponential smoothing: a level, its weight and start such that the squared errors are least. As R's ses(). */
export const ses: Method = (series, options) => {
  if (series.values.length > 0 && isConstant(series.values)) return constantForecast(series.values[0]!, options);
  const fitted = fitSmoothing(series.values, 1, { error: 'A', trend: 'N', season: 'N' }, 'squares');
  return fitted === null ? null : { ...forecastSmoothing(fitted, options), method: 'simple exponential smoothing' };
};
