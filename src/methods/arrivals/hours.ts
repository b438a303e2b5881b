// Arrivals an hour: the day's expectation spread by the hour of the week, drawn towards the hour of the day where a week's hours are few.
import { countChances, extraVariance, shareWithin } from './count-distribution.ts';

/** 168 shares, Monday 00:00 first; the 24 of each day add to 1. */
export type WeekProfile = Float64Array;

/** So many arrivals of all days stand beside a weekday's own. */
const drawn = 200;

/** `counts`: arrivals by hour of the week, Monday 00:00 first. All zero: every hour alike. */
export function weekProfile(counts: ArrayLike<number>): WeekProfile {
  const all = new Float64Array(24);
  for (let i = 0; i < 168; i++) all[i % 24] = all[i % 24]! + (counts[i] ?? 0);
  const total = all.reduce((sum, each) => sum + each, 0);
  const common = all.map((each) => (total > 0 ? each / total : 1 / 24));
  const found = new Float64Array(168);
  for (let day = 0; day < 7; day++) {
    let own = 0;
    for (let h = 0; h < 24; h++) own += counts[day * 24 + h] ?? 0;
    for (let h = 0; h < 24; h++) found[day * 24 + h] = ((counts[day * 24 + h] ?? 0) + drawn * common[h]!) / (own + drawn);
  }
  return found;
}

export interface HourForecast {
  mean: number;
  chances: Float64Array;
}

/** Of one hour: what is expected of its day, how that spreads, and the hour's share of it. */
export function hourForecast(dayMean: number, dayDeviation: number, share: number): HourForecast {
  const mean = dayMean * share;
  return { mean, chances: countChances(mean, extraVariance(dayMean, dayDeviation)) };
}

export interface HourJudgement {
  hours: number;
  /** Mean absolute error of the forecast, and of the same hour a week before. */
  error: number;
  seasonalNaiveError: number;
  /** By `shareWithin`, so that small counts can be judged. */
  coverage: { level: number; coverage: number }[];
}

/** Hours of the past with what was said of them, what came, and what had come a week before. */
export function judgeHours(of: readonly { said: HourForecast; came: number; weekBefore: number }[]): HourJudgement | null {
  if (of.length === 0) return null;
  const mean = (value: (each: (typeof of)[number]) => number): number => of.reduce((sum, each) => sum + value(each), 0) / of.length;
  return {
    hours: of.length,
    error: mean(({ said, came }) => Math.abs(said.mean - came)),
    seasonalNaiveError: mean(({ weekBefore, came }) => Math.abs(weekBefore - came)),
    coverage: [80, 95].map((level) => ({ level, coverage: mean(({ said, came }) => shareWithin(said.chances, came, level)) })),
  };
}
