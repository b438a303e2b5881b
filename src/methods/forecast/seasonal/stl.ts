// A series taken apart into season, trend and rest by local regression. Cleveland RB, Cleveland WS, McRae JE, Terpenning I. STL: a seasonal-trend
// decomposition procedure based on loess. J Official Statistics 1990;6:3-73; windows, jumps and rounds as R's stl().
import { type LoessOptions, loess, loessAt } from './loess.ts';

export interface StlOptions {
  /** How many seasons in a row count for the season's shape; Infinity keeps one shape for the whole series. */
  seasonWindow: number;
  /** Values that lie far off lose their weight, in 15 rounds. */
  robust?: boolean;
}

export interface Decomposition {
  season: Float64Array;
  trend: Float64Array;
  rest: Float64Array;
}

const oddFrom = (least: number): number => {
  const whole = Math.max(3, Math.round(least));
  return whole % 2 === 0 ? whole + 1 : whole;
};
const withJump = (window: number, degree: 0 | 1): LoessOptions => ({ window, degree, jump: Math.ceil(window / 10) });

/** Null where the series has no two whole seasons. Costs about 3 µs a value for each round. */
export function stl(values: readonly number[], season: number, { seasonWindow, robust = false }: StlOptions): Decomposition | null {
  const n = values.length;
  if (season < 2 || n <= 2 * season) return null;
  const periodic = !Number.isFinite(seasonWindow);
  const window = periodic ? 10 * n + 1 : oddFrom(seasonWindow);
  const forSeason = withJump(window, 0);
  const forTrend = withJump(oddFrom(Math.ceil((1.5 * season) / (1 - 1.5 / window))), 1);
  const forLow = withJump(oddFrom(season), 1);

  const series = Float64Array.from(values);
  const seasonal = new Float64Array(n);
  const trend = new Float64Array(n);
  const left = new Float64Array(n);
  const cycle = new Float64Array(n + 2 * season);
  const passed = new Float64Array(n + 2 * season);
  const low = new Float64Array(n);
  let weight: Float64Array | undefined;
  for (let outer = 0; outer <= (robust ? 15 : 0); outer++) {
    for (let inner = 0; inner < (robust ? 1 : 2); inner++) {
      for (let i = 0; i < n; i++) left[i] = series[i]! - trend[i]!;
      smoothCycles(left, season, forSeason, cycle, weight);
      lowPass(cycle, season, passed);
      loess(passed, n, forLow, low);
      for (let i = 0; i < n; i++) seasonal[i] = cycle[season + i]! - low[i]!;
      for (let i = 0; i < n; i++) left[i] = series[i]! - seasonal[i]!;
      loess(left, n, forTrend, trend, weight);
    }
    if (robust) weight = robustWeights(series, seasonal, trend);
  }
  if (periodic) averagePlaces(seasonal, season);
  return { season: seasonal, trend, rest: series.map((value, i) => value - seasonal[i]! - trend[i]!) };
}

/** Each place of the season smoothed over the seasons, and continued by one season to both sides. */
function smoothCycles(values: Float64Array, season: number, options: LoessOptions, into: Float64Array, weight?: Float64Array): void {
  const n = values.length;
  const most = Math.ceil(n / season);
  const own = new Float64Array(most);
  const ownWeight = new Float64Array(most);
  const smooth = new Float64Array(most);
  for (let place = 0; place < season; place++) {
    const count = Math.floor((n - 1 - place) / season) + 1;
    for (let i = 0; i < count; i++) {
      own[i] = values[i * season + place]!;
      if (weight !== undefined) ownWeight[i] = weight[i * season + place]!;
    }
    const robust = weight === undefined ? undefined : ownWeight;
    loess(own, count, options, smooth, robust);
    const before = loessAt(own, count, -1, 0, Math.min(options.window, count) - 1, options, robust);
    const after = loessAt(own, count, count, Math.max(0, count - options.window), count - 1, options, robust);
    into[place] = Number.isNaN(before) ? smooth[0]! : before;
    for (let i = 0; i < count; i++) into[(i + 1) * season + place] = smooth[i]!;
    into[(count + 1) * season + place] = Number.isNaN(after) ? smooth[count - 1]! : after;
  }
}

/** Moving averages of a season, a season and three. */
function lowPass(values: Float64Array, season: number, into: Float64Array): void {
  let length = values.length;
  into.set(values);
  for (const window of [season, season, 3]) {
    let sum = 0;
    for (let i = 0; i < window; i++) sum += into[i]!;
    length -= window - 1;
    let leaving = into[0]!;
    into[0] = sum / window;
    for (let i = 1; i < length; i++) {
      sum += into[i + window - 1]! - leaving;
      leaving = into[i]!;
      into[i] = sum / window;
    }
  }
}

/** The bisquare of the rest, against six medians of its size. */
function robustWeights(series: Float64Array, seasonal: Float64Array, trend: Float64Array): Float64Array {
  const sizes = series.map((value, i) => Math.abs(value - seasonal[i]! - trend[i]!));
  const sorted = sizes.slice().sort();
  const n = sorted.length;
  const bound = 3 * (sorted[Math.floor(n / 2)]! + sorted[n - Math.floor(n / 2) - 1]!);
  return sizes.map((size) => (size <= 0.001 * bound ? 1 : size <= 0.999 * bound ? (1 - (size / bound) ** 2) ** 2 : 0));
}

function averagePlaces(seasonal: Float64Array, season: number): void {
  for (let place = 0; place < season; place++) {
    let sum = 0;
    let count = 0;
    for (let i = place; i < seasonal.length; i += season) {
      sum += seasonal[i]!;
      count++;
    }
    for (let i = place; i < seasonal.length; i += season) seasonal[i] = sum / count;
  }
}
