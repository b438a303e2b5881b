// Daily counts judged by a detector of outbreaks: which one, on days or on weeks, and how often by chance. Detectors that compare with the
// same weeks of past years need two of them and are asked for weeks that end on the newest complete day; where there is less past, EARS C2
// (Hutwagner 2003) is used on days, and says so. Its own normal chance of a week's deviation is far too small, so "once in" is of a negative
// binomial by four weeks of past (Noufaily 2013's dispersion), which the screen shows as what it is.

import { earsC1, earsC2, earsC3 } from '../outbreak/ears.ts';
import { type DetectorName, detectorOf } from '../outbreak/methods.ts';
import { countTail } from '../statistics/count-quantiles.ts';

export interface JudgedStep {
  /** Indexes of the days, both included. */
  first: number;
  last: number;
  observed: number;
  expected: number | null;
  upperbound: number | null;
  alarm: boolean;
  /** In days: 200 is once in 200 days in one series of this kind. */
  recurrenceDays: number | null;
}

export interface JudgedDays {
  /** `weeks-before`: weeks beside the twelve before, where cases are seldom and there is no past year. */
  method: DetectorName | 'weeks-before';
  step: 'day' | 'week';
  /** Why another method than asked for. */
  instead?: string;
  steps: JudgedStep[];
}

export interface JudgeOptions {
  method: DetectorName;
  /** Newest days to judge. */
  days: number;
}

/** An alarm has so many cases at least: two of anything are no outbreak. */
export const casesLeast = 3;
const week = 7;
const weeksOfYear = 52;
const yearsLeast = 2;
const pastDays = 28;
/** What weeks of few cases are compared with, and the fewest of them. */
const weeksBefore = 12;
const weeksLeast = 7;
/** By chance as often in a year as C2's three deviations of normal counts: a day in 741. */
const weekChance = week / 741;
/** The newest days that the past leaves out, as C2 does. */
const gap = 2;

/** A week without a case has no deviation; half a case is the least that is taken. */
const minSigma = 0.5;
const daily = { 'ears-c1': earsC1, 'ears-c2': earsC2, 'ears-c3': earsC3 } as const;
type Daily = keyof typeof daily;
const isDaily = (method: DetectorName): method is Daily => Object.hasOwn(daily, method);

export function judgeDays(counts: readonly number[], { method, days }: JudgeOptions): JudgedDays {
  if (isDaily(method)) return { method, step: 'day', steps: judgeByDay(counts, method, days) };
  const years = Math.floor((counts.length / week - 12 - days / week) / weeksOfYear);
  if (years >= yearsLeast) return { method, step: 'week', steps: judgeByWeek(counts, method, days, years) };
  const few = `${method} compares with past years and needs two of them; there are ${(counts.length / 365).toFixed(1)}`;
  if (isSeldom(counts))
    return {
      method: 'weeks-before',
      step: 'week',
      instead: `${few}, and less than one case a day, so weeks were compared with the ${weeksBefore} before`,
      steps: judgeByWeeksBefore(counts, days),
    };
  const instead = `${few}, so EARS C2 was used`;
  return { method: 'ears-c2', step: 'day', instead, steps: judgeByDay(counts, 'ears-c2', days) };
}

/** Less than one case a day: three on one day are seldom even in an outbreak, which a week gathers. */
function isSeldom(counts: readonly number[]): boolean {
  const past = counts.slice(-(weeksBefore + 2) * week, -2 * week);
  return past.length >= weeksLeast * week && past.reduce((sum, each) => sum + each, 0) < past.length;
}

/**
 * Weeks that end on the newest day; each beside the twelve before it, the one just before left out, as C2 leaves out two days. Weeks that
 * were an alarm themselves say nothing of what is usual: with an outbreak among the twelve the next one would be none (the same reason for
 * which Farrington's methods weigh past outbreaks down). Where most of the twelve were alarms, that is what is usual now.
 */
function judgeByWeeksBefore(counts: readonly number[], days: number): JudgedStep[] {
  const weeks = Math.floor(counts.length / week);
  const start = counts.length - weeks * week;
  const observed = Array.from({ length: weeks }, (_, i) =>
    counts.slice(start + i * week, start + (i + 1) * week).reduce((sum, each) => sum + each, 0),
  );
  const alarms: boolean[] = [];
  return observed.flatMap((cases, index): JudgedStep[] => {
    const before = observed.slice(Math.max(0, index - 1 - weeksBefore), Math.max(0, index - 1));
    const calm = before.filter((_, at) => alarms[Math.max(0, index - 1 - weeksBefore) + at] !== true);
    const usual = usualOf(calm.length < weeksLeast ? before : calm);
    const chanceOf = (count: number): number =>
      usual === undefined || count <= usual.mean ? 1 : countTail(count, usual.mean, usual.dispersion);
    const chance = chanceOf(cases);
    const alarm = usual !== undefined && chance <= weekChance && cases >= casesLeast;
    alarms.push(alarm);
    if (index < weeks - Math.ceil(days / week)) return [];
    let bound = Math.ceil(usual?.mean ?? 0);
    while (usual !== undefined && chanceOf(bound + 1) > weekChance) bound++;
    return [
      {
        first: start + index * week,
        last: start + index * week + week - 1,
        observed: cases,
        expected: usual?.mean ?? null,
        upperbound: usual === undefined ? null : bound,
        alarm,
        recurrenceDays: usual === undefined ? null : Math.min(once(chance) * week, 1e9),
      },
    ];
  });
}

function judgeByDay(counts: readonly number[], method: Daily, days: number): JudgedStep[] {
  const from = Math.max(0, counts.length - days - pastDays - gap - week);
  const judged = daily[method]({ observed: counts.slice(from), frequency: 365 }, { minSigma });
  return judged
    .filter(({ index }) => index + from >= counts.length - days)
    .map(({ index, observed, upperbound }) => {
      const day = index + from;
      const past = counts.slice(Math.max(0, day - gap - pastDays), Math.max(0, day - gap));
      const usual = usualOf(past);
      const chance = usual === undefined ? undefined : observed <= usual.mean ? 1 : countTail(observed, usual.mean, usual.dispersion);
      return {
        first: day,
        last: day,
        observed,
        expected: usual?.mean ?? null,
        upperbound,
        alarm: upperbound !== null && observed > upperbound && observed >= casesLeast,
        recurrenceDays: chance === undefined ? null : once(chance),
      };
    });
}

/** Mean and dispersion of a past, with the mean's own error in it; half a case is added, so that nothing is impossible. */
function usualOf(past: readonly number[]): { mean: number; dispersion: number } | undefined {
  if (past.length < weeksLeast) return undefined;
  const mean = (past.reduce((sum, each) => sum + each, 0) + 0.5) / past.length;
  const variance = past.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (past.length - 1);
  return { mean, dispersion: Math.max(1, variance / mean) + 1 / past.length };
}

const once = (chance: number): number => 1 / Math.max(chance, 1e-9);

function judgeByWeek(counts: readonly number[], method: DetectorName, days: number, pastYears: number): JudgedStep[] {
  const detector = detectorOf(method);
  const wanted = detector.years === undefined ? undefined : Math.min(detector.years, pastYears);
  const weeksWanted = Math.ceil(days / week);
  const weeks = Math.min(Math.floor(counts.length / week), (wanted ?? yearsLeast) * weeksOfYear + 12 + weeksWanted);
  const start = counts.length - weeks * week;
  const observed = Array.from({ length: weeks }, (_, i) =>
    counts.slice(start + i * week, start + (i + 1) * week).reduce((sum, each) => sum + each, 0),
  );
  const judged = detector.judge({ observed, frequency: weeksOfYear }, wanted === undefined ? {} : { years: wanted });
  return judged
    .filter(({ index }) => index >= weeks - weeksWanted)
    .map((each) => ({
      first: start + each.index * week,
      last: start + each.index * week + week - 1,
      observed: each.observed,
      expected: each.expected ?? null,
      upperbound: each.upperbound,
      alarm: each.alarm && each.observed >= casesLeast,
      recurrenceDays: each.recurrenceInterval === undefined ? null : Math.min(each.recurrenceInterval * week, 1e9),
    }));
}
