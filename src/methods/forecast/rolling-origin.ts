// How a method would have done: it forecasts again and again from moments in the past, and each forecast is held against what came after, beside the
// seasonal naive from the same moments. Tashman LJ. Out-of-sample tests of forecasting accuracy. Int J Forecast 2000;16:437-50.
import { type Accuracy, accuracy, meanAccuracy } from './accuracy.ts';
import type { Forecast, Series } from './contract.ts';
import { seasonalNaive } from './seasonal-naive.ts';

export interface RollingOptions {
  horizon: number;
  levels: readonly number[];
  /** How many moments, the last one a horizon before the series' end; fewer where the series does not reach back. */
  origins?: number;
  /** Steps between them. */
  step?: number;
  /** Values that the earliest forecast has to have: two seasons and ten steps where it is not said. */
  pastLeast?: number;
}

/** A forecast made from the first `past.values.length` values, in steps that may rest in between. */
export type Forecaster = (past: Series, options: { horizon: number; levels: readonly number[] }) => Generator<unknown, Forecast | null>;

export interface Evaluation {
  /** How many of the series' values each forecast knew. */
  origins: number[];
  method: Accuracy;
  seasonalNaive: Accuracy;
}

/** Where forecasts are made from, the earliest first. */
export function originsOf(series: Series, { horizon, origins = 10, step = 1, pastLeast }: RollingOptions): number[] {
  const least = pastLeast ?? 2 * series.season + 10;
  const found: number[] = [];
  for (let at = series.values.length - horizon; at >= least && found.length < origins; at -= step) found.push(at);
  return found.reverse();
}

/** Null where the past is too short for one forecast and its outcomes. Yields whenever the method does, and after each origin. */
export function* evaluate(series: Series, forecaster: Forecaster, options: RollingOptions): Generator<unknown, Evaluation | null> {
  const { horizon, levels } = options;
  const kept: number[] = [];
  const own: Accuracy[] = [];
  const naive: Accuracy[] = [];
  for (const origin of originsOf(series, options)) {
    const past: Series = { values: series.values.slice(0, origin), season: series.season };
    const outcomes = series.values.slice(origin, origin + horizon);
    const found = yield* forecaster(past, { horizon, levels });
    const beside = seasonalNaive(past, { horizon, levels });
    if (found !== null && beside !== null) {
      kept.push(origin);
      own.push(accuracy(past, found, outcomes));
      naive.push(accuracy(past, beside, outcomes));
    }
    yield origin;
  }
  return kept.length === 0 ? null : { origins: kept, method: meanAccuracy(own), seasonalNaive: meanAccuracy(naive) };
}
