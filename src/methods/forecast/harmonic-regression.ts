// Dynamic harmonic regression: seasons as sums of waves, days that are special and other inputs as regressors, and what is left as an ARIMA process.
// Hyndman RJ, Athanasopoulos G. Forecasting: Principles and Practice, 3rd ed, 10.5; Young PC, Pedregal DJ, Tych W. J Forecast 1999;18:369-94.
import { normalQuantile } from '../statistics/normal.ts';
import { arimaAhead } from './arima/ahead.ts';
import { type ArimaFit, fitArima, trusted } from './arima/fit.ts';
import { compared, constantOf, type Searched, searchOrder } from './arima/search.ts';
import { type Forecast, type ForecastOptions, isConstant, normalIntervals, type Series } from './contract.ts';
import { constantForecast, toEnd } from './ets.ts';
import { leastSquaresColumns } from './least-squares.ts';
import { type Columns, given, joined, ownWaves, type Regressor, waves } from './waves.ts';

export interface HarmonicOptions extends ForecastOptions {
  /** Longer seasons beside the series' own, in steps, such as 365.25; those with fewer than two whole turns are left out. */
  alsoSeasons?: readonly number[];
  regressors?: readonly Regressor[];
}

/** A longer season gets as many waves, up to this, as lower the corrected Akaike criterion with first-order errors. */
const wavesMost = 10;

/** The waves of a long season, as many as the criterion likes best. */
function longSeason(values: Float64Array, base: Columns, period: number, horizon: number): Columns {
  const n = values.length;
  const none: Columns = { past: [], future: [] };
  let best = none;
  const judge = (columns: Columns): ArimaFit | null =>
    fitArima(values, [constantOf(n, 0), ...base.past, ...columns.past], { p: 1, d: 0, q: 0 }, { tolerance: compared });
  let lowest = judge(none)?.aicc ?? Number.POSITIVE_INFINITY;
  for (let k = 1; k <= Math.min(wavesMost, Math.floor(period / 2)); k++) {
    const columns = waves(period, 1, k, n, horizon);
    const aicc = judge(columns)?.aicc ?? Number.POSITIVE_INFINITY;
    if (aicc >= lowest) continue;
    lowest = aicc;
    best = columns;
  }
  return best;
}

/** Null where the series is shorter than its regressors need. Costs about 0.3 s for 2,000 days; yields between models. */
export function* searchHarmonic(series: Series, options: HarmonicOptions): Generator<unknown, Forecast | null> {
  const { season } = series;
  const { horizon, levels = [] } = options;
  const values = Float64Array.from(series.values);
  const n = values.length;
  if (n > 0 && isConstant(series.values)) return constantForecast(values[0]!, options);
  let columns = given(options.regressors ?? [], n, horizon);
  if (season > 1 && n > 2 * season) columns = joined(columns, waves(season, 1, ownWaves(season), n, horizon));
  for (const period of options.alsoSeasons ?? []) {
    if (n < 2 * period) continue;
    yield period;
    columns = joined(columns, longSeason(values, columns, period, horizon));
  }
  if (n < columns.past.length + 10) return null;
  const rest = leftOf(values, columns.past);
  if (rest === null) return null;
  const ranked = yield* searchOrder(rest);
  const chosen = firstTrusted(values, columns, ranked, horizon);
  if (chosen === null) return null;
  const { fit, whole, constant } = chosen;
  const { order } = fit;
  const { mean, deviation } = arimaAhead(fit, values, whole.past, whole.future, horizon);
  const tail = constant ? (order.d === 0 ? ' with mean' : ' with drift') : '';
  return {
    method: `regression on ${columns.past.length} with ARIMA(${order.p},${order.d},${order.q})${tail} errors`,
    mean,
    intervals: normalIntervals(mean, deviation, levels, normalQuantile),
  };
}

interface Chosen {
  fit: ArimaFit;
  whole: Columns;
  constant: boolean;
}

/** How many orders are tried together with the regressors before the best of them is taken as it is. */
const triesMost = 5;

/** The best order whose fit with the regressors is one to trust; otherwise the best. */
function firstTrusted(values: Float64Array, columns: Columns, ranked: readonly Searched[], horizon: number): Chosen | null {
  let first: Chosen | null = null;
  for (const { order, constant: found, fit: alone } of ranked.slice(0, triesMost)) {
    // What plain least squares leave has a mean of zero, so the search finds none; the series itself has its level all the same.
    const constant = found || order.d === 0;
    const own: Columns = { past: [constantOf(values.length, order.d)], future: [constantOf(horizon, order.d, values.length + 1)] };
    const whole = constant ? joined(own, columns) : columns;
    const fit = fitArima(values, whole.past, order, { start: alone.free, tolerance: 1e-9 });
    if (fit === null) continue;
    if (trusted(fit)) return { fit, whole, constant };
    first ??= { fit, whole, constant };
  }
  return first;
}

/** What plain least squares leave of the values. */
function leftOf(values: Float64Array, columns: readonly Float64Array[]): Float64Array | null {
  const design = [constantOf(values.length, 0), ...columns];
  const coefficients = leastSquaresColumns(
    design.map((column) => column.slice()),
    values.slice(),
  );
  return coefficients === null ? null : values.map((value, t) => coefficients.reduce((sum, each, j) => sum - each * design[j]![t]!, value));
}

export const harmonicRegression = (series: Series, options: HarmonicOptions): Forecast | null => toEnd(searchHarmonic(series, options));
