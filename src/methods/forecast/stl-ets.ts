// STL and exponential smoothing: the season is taken away by local regression, the rest is forecast without one, and the last season is added again.
// Hyndman RJ, Athanasopoulos G. Forecasting: Principles and Practice, 3rd ed, 5.7; as R's stlf(). Several seasons (a week within a year) are taken
// away in turns, the shortest first. Bandara K, Hyndman RJ, Bergmeir C. MSTL. Int J Operational Research 2025;52:79-98.
import type { Forecast, ForecastOptions, Series } from './contract.ts';
import { ets } from './ets.ts';
import { stl } from './seasonal/stl.ts';

export interface StlEtsOptions extends ForecastOptions {
  /** Longer seasons beside the series' own, in steps. Those with fewer than two whole turns are left out. */
  alsoSeasons?: readonly number[];
}

/** Windows over 11, 15, 19, … seasons for the shortest season, the next, …: what R takes. */
const windowOf = (at: number): number => 11 + 4 * at;

/** Null where the series has no two whole seasons. */
export function stlEts({ values, season }: Series, options: StlEtsOptions): Forecast | null {
  const seasons = [season, ...(options.alsoSeasons ?? [])].filter((each) => each > 1 && values.length > 2 * each).sort((a, b) => a - b);
  if (seasons.length === 0) return null;
  const n = values.length;
  const parts = seasons.map(() => new Float64Array(n));
  let rest: number[] = [...values];
  for (let round = 0; round < (seasons.length > 1 ? 2 : 1); round++) {
    for (const [at, each] of seasons.entries()) {
      const part = parts[at]!;
      const back = rest.map((value, i) => value + part[i]!);
      const found = stl(back, each, { seasonWindow: windowOf(at) });
      if (found === null) return null;
      part.set(found.season);
      rest = back.map((value, i) => value - part[i]!);
    }
  }
  const ahead = ets({ values: rest, season: 1 }, options);
  if (ahead === null) return null;
  const again = (each: number, h: number): number =>
    seasons.reduce((sum, length, at) => sum + parts[at]![n - length + (h % length)]!, each);
  return {
    method: `STL + ${ahead.method}`,
    mean: ahead.mean.map(again),
    intervals: ahead.intervals.map(({ level, lower, upper }) => ({ level, lower: lower.map(again), upper: upper.map(again) })),
  };
}
