// A straight trend that may bend at many places, each bend held small unless the data insist, with seasons as waves and inputs added. Taylor SJ, Letham
// B. Forecasting at scale. Am Stat 2018;72:37-45 (Prophet), with its own defaults; the likeliest parameters rather than draws, and the spread of
// future bends in closed form. What the trend leaves has its own level, see `levelOf`.
import { normalQuantile } from '../statistics/normal.ts';
import { type Forecast, isConstant, normalIntervals, type Series } from './contract.ts';
import { constantForecast } from './ets.ts';
import type { HarmonicOptions } from './harmonic-regression.ts';
import { likeliest, type Prior } from './likeliest-weights.ts';
import { fitSmoothing } from './smoothing/fit.ts';
import { type Moments, momentsAhead } from './smoothing/moments.ts';
import { type Columns, given, joined, ownWaves, waves } from './waves.ts';

/** The defaults of the paper's software: 25 bends in the first four fifths, each of a Laplace distribution of this scale; ten waves a year. */
const bendCount = 25;
const bendRange = 0.8;
const bendScale = 0.05;
const trendScale = 5;
const waveScale = 10;
const longWaves = 10;

/** Null where the series is shorter than its columns need. Costs columns² × values, and about 30 ms for 2,000 days. */
export function bentTrend(series: Series, options: HarmonicOptions): Forecast | null {
  const { horizon, levels = [] } = options;
  const n = series.values.length;
  if (n > 0 && isConstant(series.values)) return constantForecast(series.values[0]!, options);
  let columns = given(options.regressors ?? [], n, horizon);
  if (series.season > 1 && n > 2 * series.season) columns = joined(columns, waves(series.season, 1, ownWaves(series.season), n, horizon));
  for (const period of options.alsoSeasons ?? []) {
    if (n >= 2 * period) columns = joined(columns, waves(period, 1, Math.min(longWaves, Math.floor(period / 2)), n, horizon));
  }
  const bends = Math.min(bendCount, Math.floor(n * bendRange) - 1);
  if (bends < 1 || n < columns.past.length + 10) return null;
  const places = Array.from({ length: bends }, (_, j) => Math.round(((j + 1) * (n * bendRange - 1)) / bends) / (n - 1));
  const trend = trendColumns(n, horizon, places);
  const all = joined(trend, columns);
  const scale = Math.max(...series.values.map(Math.abs));
  const found = likeliest(
    all.past,
    Float64Array.from(series.values, (value) => value / scale),
    all.past.map((_, j) => priorOf(j, bends)),
  );
  const sum = (of: readonly Float64Array[], t: number): number =>
    scale * found.weights.reduce((total, weight, j) => total + weight * of[j]![t]!, 0);
  const rest = levelOf(
    series.values.map((value, t) => value - sum(all.past, t)),
    horizon,
  );
  const mean = Array.from({ length: horizon }, (_, t) => sum(all.future, t) + (rest?.mean[t] ?? 0));
  const size = found.weights.subarray(2, 2 + bends).reduce((total, bend) => total + Math.abs(bend), 0) / bends;
  // Bends ahead come as often and as large as those of the past: variance of a sum of Laplace bends at uniform times.
  const rate = bends / bendRange;
  const deviation = mean.map((_, h) => {
    const ahead = (h + 1) / (n - 1);
    const noise = rest?.variance[h] ?? scale ** 2 * found.variance;
    return Math.sqrt(noise + (scale ** 2 * rate * 2 * size * size * ahead ** 3) / 3);
  });
  return {
    method: `bent trend with ${columns.past.length} inputs`,
    mean,
    intervals: normalIntervals(mean, deviation, levels, normalQuantile),
  };
}

const priorOf = (column: number, bends: number): Prior =>
  column < 2
    ? { shape: 'normal', scale: trendScale }
    : column < 2 + bends
      ? { shape: 'laplace', scale: bendScale }
      : { shape: 'normal', scale: waveScale };

/**
 * The level of what the trend leaves, by simple smoothing. The trend cannot bend in the last fifth, so a change of level there stays in what is left,
 * which then is no noise: what it was of late is expected of the days ahead (Cochrane D, Orcutt GH. J Am Stat Assoc 1949;44:32-61).
 */
function levelOf(left: readonly number[], horizon: number): Moments | null {
  const fitted = isConstant(left) ? null : fitSmoothing(left, 1, { error: 'A', trend: 'N', season: 'N' }, 'squares');
  return fitted === null ? null : momentsAhead(fitted, horizon);
}

/** A level, a slope (of time from 0 to 1 over the past), and what each bend adds after its place. */
function trendColumns(n: number, horizon: number, places: readonly number[]): Columns {
  const column = (of: (time: number) => number): [Float64Array, Float64Array] => [
    Float64Array.from({ length: n }, (_, t) => of(t / (n - 1))),
    Float64Array.from({ length: horizon }, (_, t) => of((n + t) / (n - 1))),
  ];
  const all = [column(() => 1), column((time) => time), ...places.map((place) => column((time) => Math.max(0, time - place)))];
  return { past: all.map(([past]) => past), future: all.map(([, future]) => future) };
}
