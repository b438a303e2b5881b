// The equal mean of several methods, which does better than nearly all of them alone: Bates JM, Granger CWJ. OR 1969;20:451-68; Makridakis S et al.
// M4, Int J Forecast 2020;36:54-74. Weights are equal and never learnt from the series (Claeskens G et al. Int J Forecast 2016;32:754-62). Intervals
// are the means of the members' bounds (Lichtendahl KC, Grushka-Cockayne Y, Winkler RL. Management Sci 2013;59:1594-611).
import { bentTrend } from './bent-trend.ts';
import { type Forecast, isConstant, type Series } from './contract.ts';
import { constantForecast, forecastSmoothing, searchEts, ses } from './ets.ts';
import { type HarmonicOptions, searchHarmonic } from './harmonic-regression.ts';
import { stlEts } from './stl-ets.ts';
import { theta } from './theta.ts';

/** The mean of each step and each bound; null of nothing. */
export function equalMean(members: readonly Forecast[]): Forecast | null {
  const [first] = members;
  if (first === undefined) return null;
  const mean = (of: (member: Forecast) => number | undefined): number =>
    members.reduce((sum, member) => sum + (of(member) ?? Number.NaN), 0) / members.length;
  return {
    method: `mean of ${members.map((member) => member.method).join('; ')}`,
    mean: first.mean.map((_, h) => mean((member) => member.mean[h])),
    intervals: first.intervals.map(({ level }, i) => ({
      level,
      lower: first.mean.map((_, h) => mean((member) => member.intervals[i]?.lower[h])),
      upper: first.mean.map((_, h) => mean((member) => member.intervals[i]?.upper[h])),
    })),
  };
}

/** Steps of a day (a week of seven) or of an hour and less have more than one season, and days that are special. */
const inDaysOrLess = (season: number): boolean => season === 7 || season >= 24;

/**
 * Who takes part is fixed beforehand by the kind of series, never by how it went. Days and hours, and whatever comes with inputs: harmonic regression
 * and the bent trend, the pair of Monks T, Harper A (2023) for daily emergency demand. Months, weeks, quarters: ETS, Theta, STL and simple smoothing.
 * Yields between members and between the models of each, so that a server can rest; null where the series is too short for all.
 */
export function* combine(series: Series, options: HarmonicOptions): Generator<unknown, Forecast | null> {
  const { values, season } = series;
  if (values.length > 0 && isConstant(values)) return constantForecast(values[0]!, options);
  const members: (Forecast | null)[] = [];
  if (inDaysOrLess(season) || (options.regressors ?? []).length > 0) {
    members.push(yield* searchHarmonic(series, options), bentTrend(series, options));
  }
  if (!members.some((member) => member !== null)) {
    const fitted = yield* searchEts(series);
    members.push(fitted === null ? null : forecastSmoothing(fitted, options));
    yield season;
    members.push(theta(series, options), stlEts(series, options), ses(series, options));
  }
  return equalMean(members.filter((member): member is Forecast => member?.mean.every(Number.isFinite) === true));
}
