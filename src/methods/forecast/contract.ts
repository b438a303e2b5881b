// What every method of forecasting takes and gives: a series in equal steps, and for each step ahead a mean and an interval of each level. Methods
// have one form: `method(series, { horizon, levels })`, are pure, and give null where the series does not carry them (too short, not positive).
// Example: `ets({ values: [27, 16, 18, …], season: 12 }, { horizon: 12, levels: [80, 95] })`.

export interface Series {
  /** One value a step, oldest first, all finite (see `filled` for missing ones). */
  values: readonly number[];
  /** Steps in a season: 12 for months, 7 for days, 24 for hours; 1 where there is none. */
  season: number;
}

export interface ForecastOptions {
  /** Steps ahead, from 1. */
  horizon: number;
  /** Per cent of outcomes that the interval is to hold, such as 80 and 95; without any there are no intervals. */
  levels?: readonly number[];
}

export interface Interval {
  level: number;
  /** One value a step ahead, as `mean` has. */
  lower: number[];
  upper: number[];
}

export interface Forecast {
  /** The model that was chosen, in words: `ETS(M,Ad,M)`. */
  method: string;
  mean: number[];
  intervals: Interval[];
}

export type Method = (series: Series, options: ForecastOptions) => Forecast | null;

/** Intervals of a normal distribution about the mean. */
export function normalIntervals(
  mean: readonly number[],
  deviation: readonly number[],
  levels: readonly number[],
  quantile: (probability: number) => number,
): Interval[] {
  return levels.map((level) => {
    const z = quantile(0.5 + level / 200);
    return {
      level,
      lower: mean.map((each, i) => each - z * (deviation[i] ?? Number.NaN)),
      upper: mean.map((each, i) => each + z * (deviation[i] ?? Number.NaN)),
    };
  });
}

/** Whether all values are the same. */
export const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);
