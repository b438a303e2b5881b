// A straight trend that may bend at many places, each bend held small unless the data insist, with seasons as waves and inputs added. Taylor SJ, Letham
// B. Forecasting at scale. Am Stat 2018;72:37-45 (Prophet), with its own defaults; the likeliest parameters rather than draws, and the spread of
// future bends in closed form.
import { normalQuantile } from '../statistics/normal.ts';
import { type Forecast, isConstant, normalIntervals, type Series } from './contract.ts';
import { constantForecast } from './ets.ts';
import type { HarmonicOptions } from './harmonic-regression.ts';
import { type Columns, given, joined, ownWaves, waves } from './waves.ts';

/** The defaults of the paper's software: 25 bends in the first four fifths, each of a Laplace distribution of this scale; ten waves a year. */
const bendCount = 25;
const bendRange = 0.8;
const bendScale = 0.05;
const trendScale = 5;
const waveScale = 10;
const longWaves = 10;
const sweepsMax = 4000;

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
    bends,
  );
  const sum = (t: number): number => found.weights.reduce((total, weight, j) => total + weight * all.future[j]![t]!, 0);
  const mean = Array.from({ length: horizon }, (_, t) => scale * sum(t));
  const size = found.weights.subarray(2, 2 + bends).reduce((total, bend) => total + Math.abs(bend), 0) / bends;
  // Bends ahead come as often and as large as those of the past: variance of a sum of Laplace bends at uniform times.
  const rate = bends / bendRange;
  const deviation = mean.map((_, h) => {
    const ahead = (h + 1) / (n - 1);
    return scale * Math.sqrt(found.variance + (rate * 2 * size * size * ahead ** 3) / 3);
  });
  return {
    method: `bent trend with ${columns.past.length} inputs`,
    mean,
    intervals: normalIntervals(mean, deviation, levels, normalQuantile),
  };
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

interface Likeliest {
  weights: Float64Array;
  variance: number;
}

/** Coordinate by coordinate: bends with the Laplace prior's threshold, the others with a normal prior; the noise in turn with the weights. */
function likeliest(columns: readonly Float64Array[], values: Float64Array, bends: number): Likeliest {
  const k = columns.length;
  const n = values.length;
  const products = Array.from({ length: k }, () => new Float64Array(k));
  const right = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) {
      let sum = 0;
      for (let t = 0; t < n; t++) sum += columns[i]![t]! * columns[j]![t]!;
      products[i]![j] = sum;
      products[j]![i] = sum;
    }
    for (let t = 0; t < n; t++) right[i] = right[i]! + columns[i]![t]! * values[t]!;
  }
  const whole = values.reduce((sum, value) => sum + value * value, 0);
  const isBend = (i: number): boolean => i >= 2 && i < 2 + bends;
  const weights = new Float64Array(k);
  /** Products with all weights, kept up to date: what is left of `right` is right − pull. */
  const pull = new Float64Array(k);
  let variance = whole / n;
  for (let sweep = 0; sweep < sweepsMax; sweep++) {
    let most = 0;
    for (let i = 0; i < k; i++) {
      const own = products[i]!;
      const left = right[i]! - pull[i]! + own[i]! * weights[i]!;
      const next = isBend(i)
        ? (Math.sign(left) * Math.max(0, Math.abs(left) - variance / bendScale)) / own[i]!
        : left / (own[i]! + variance / (i < 2 ? trendScale : waveScale) ** 2);
      const change = next - weights[i]!;
      if (change === 0) continue;
      weights[i] = next;
      for (let j = 0; j < k; j++) pull[j] = pull[j]! + own[j]! * change;
      most = Math.max(most, Math.abs(change) * Math.sqrt(own[i]! / n));
    }
    let squares = whole;
    for (let i = 0; i < k; i++) squares += weights[i]! * (pull[i]! - 2 * right[i]!);
    variance = Math.max(squares, 0) / n;
    if (most < 1e-7) break;
  }
  return { weights, variance };
}
