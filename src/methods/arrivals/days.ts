// Arrivals a day: a combination of methods tried from many moments of the past beside the seasonal naive, the better of the two, with intervals held
// to what they held before. Every figure on the past comes from forecasts that knew nothing of what they are judged by.
import { type Accuracy, accuracy, meanAccuracy } from '../forecast/accuracy.ts';
import { combine } from '../forecast/combination.ts';
import type { Forecast, Series } from '../forecast/contract.ts';
import { originsOf } from '../forecast/rolling-origin.ts';
import { seasonalNaive } from '../forecast/seasonal-naive.ts';
import type { Regressor } from '../forecast/waves.ts';
import { factorsOf, type PastForecast, widened } from './calibration.ts';

export const dayLevels = [80, 95] as const;
/** Shorter histories show no more than their week: seasonal naive. */
export const weeksLeast = 8;

export interface DaysWish {
  /** Days, from 1. */
  horizon: number;
  /** Moments in the past, and days between them: five meets every day of the week. */
  origins?: number;
  step?: number;
  /** Known of each day, such as holidays: `past` as long as the series, `future` the horizon. */
  regressors?: readonly Regressor[];
}

export interface DayForecast {
  forecast: Forecast;
  preferred: 'combination' | 'seasonal-naive';
  /** Why, in a sentence. */
  says: string;
  past: { origins: number; combination: Accuracy; seasonalNaive: Accuracy } | null;
  /** Made in the past as the one shown was made now, by the day that they began with: for charts of past errors, and what builds on days. */
  before: PastForecast[];
  missing: string[];
}

/** Of the regressors what was known at an origin: holidays ahead are. */
const until = (regressors: readonly Regressor[], origin: number, horizon: number): Regressor[] =>
  regressors.map(({ name, past, future }) => ({
    name,
    past: past.slice(0, origin),
    future: [...past, ...future].slice(origin, origin + horizon),
  }));

/** `values`: whole days, oldest first. Null with fewer than two weeks. Yields between models: about 0.1 s for 400 days and each moment. */
export function* forecastDays(values: readonly number[], wish: DaysWish): Generator<unknown, DayForecast | null> {
  const { horizon, origins = 36, step = 5, regressors = [] } = wish;
  const series: Series = { values, season: 7 };
  const n = values.length;
  if (n < 14) return null;
  const naive = naiveOf(series, horizon);
  if (n < weeksLeast * 7) {
    const missing = [`${weeksLeast * 7 - n} more whole days: a trend or a season cannot be told from chance in ${n} days`];
    return {
      forecast: naive,
      preferred: 'seasonal-naive',
      says: `Fewer than ${weeksLeast} weeks are known: the same day a week ago stands for what comes`,
      past: null,
      before: [],
      missing,
    };
  }
  const run = (past: Series): Generator<unknown, Forecast | null> =>
    combine(past, { horizon, levels: dayLevels, alsoSeasons: [365.25], regressors: until(regressors, past.values.length, horizon) });
  const raw: PastForecast[] = [];
  const before: PastForecast[] = [];
  const own: Accuracy[] = [];
  const beside: Accuracy[] = [];
  // The earliest ones only calibrate: some outcomes have to be known before anything can be held to them.
  const all = originsOf(series, { horizon: 1, levels: dayLevels, origins: origins + 8, step, pastLeast: 42 });
  for (const origin of all) {
    const past: Series = { values: values.slice(0, origin), season: 7 };
    const found = yield* run(past);
    if (found === null) continue;
    const calibrated = widened(found, factorsOf(raw, past.values));
    raw.push({ origin, forecast: found });
    if (origin < (all.at(-Math.min(origins, all.length - 1)) ?? 0)) continue;
    before.push({ origin, forecast: calibrated });
    if (origin + horizon > n) continue;
    const outcomes = values.slice(origin, origin + horizon);
    own.push(accuracy(past, calibrated, outcomes));
    beside.push(accuracy(past, naiveOf(past, horizon), outcomes));
    yield origin;
  }
  const now = yield* run(series);
  const past = own.length === 0 ? null : { origins: own.length, combination: meanAccuracy(own), seasonalNaive: meanAccuracy(beside) };
  const combination = now === null ? null : widened(now, factorsOf(raw, values));
  const worse = past !== null && (past.combination.mase ?? Infinity) >= (past.seasonalNaive.mase ?? Infinity);
  if (combination === null || worse) {
    const says =
      combination === null
        ? 'No other method carries these days'
        : `From ${own.length} moments of the past the same day a week ago came nearer`;
    return { forecast: naive, preferred: 'seasonal-naive', says, past, before, missing: [] };
  }
  const says =
    past === null
      ? 'The past is too short to judge it'
      : `From ${own.length} moments of the past it came nearer than the same day a week ago`;
  return { forecast: combination, preferred: 'combination', says, past, before, missing: [] };
}

const naiveOf = (series: Series, horizon: number): Forecast => widened(seasonalNaive(series, { horizon, levels: dayLevels })!, []);

/** The deviation that the 80 % interval of a day stands for. */
export const deviationOf = ({ intervals }: Forecast, h: number): number => {
  const inner = intervals[0]!;
  return (inner.upper[h]! - inner.lower[h]!) / (2 * 1.281551565545);
};
