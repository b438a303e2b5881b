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
  /** All visits of each day: counts are judged by their share of them, so that a surge of everything is no alarm. */
  totals?: readonly number[];
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

/** Whether a method can judge counts by their share of totals. */
export const judgesShares = (method: DetectorName): boolean => isDaily(method) || detectorOf(method).takesTotals === true;

export function judgeDays(counts: readonly number[], { method, days, totals }: JudgeOptions): JudgedDays {
  if (isDaily(method)) return { method, step: 'day', steps: judgeByDay(counts, method, days, totals) };
  const years = Math.floor((counts.length / week - 12 - days / week) / weeksOfYear);
  if (years >= yearsLeast) return { method, step: 'week', steps: judgeByWeek(counts, method, { days, pastYears: years, totals }) };
  const few = `${method} compares with past years and needs two of them; there are ${(counts.length / 365).toFixed(1)}`;
  if (isSeldom(counts))
    return {
      method: 'weeks-before',
      step: 'week',
      instead: `${few}, and less than one case a day, so weeks were compared with the ${weeksBefore} before`,
      steps: judgeByWeeksBefore(counts, days, totals),
    };
  const instead = `${few}, so EARS C2 was used`;
  return { method: 'ears-c2', step: 'day', instead, steps: judgeByDay(counts, 'ears-c2', days, totals) };
}

/** A past as it would have been with as many visits as now. A step without visits says nothing. */
const asNow = (past: readonly number[], totals: readonly number[] | undefined, now: number | undefined): number[] =>
  totals === undefined || now === undefined
    ? [...past]
    : past.map((count, i) => (totals[i]! > 0 ? (count * now) / totals[i]! : Number.NaN));

const byWeek = (days: readonly number[], start: number, weeks: number): number[] =>
  Array.from({ length: weeks }, (_, i) => days.slice(start + i * week, start + (i + 1) * week).reduce((sum, each) => sum + each, 0));

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
function judgeByWeeksBefore(counts: readonly number[], days: number, totals: readonly number[] | undefined): JudgedStep[] {
  const weeks = Math.floor(counts.length / week);
  const start = counts.length - weeks * week;
  const observed = byWeek(counts, start, weeks);
  const all = totals === undefined ? undefined : byWeek(totals, start, weeks);
  const alarms: boolean[] = [];
  return observed.flatMap((cases, index): JudgedStep[] => {
    const span = [Math.max(0, index - 1 - weeksBefore), Math.max(0, index - 1)] as const;
    const before = asNow(observed.slice(...span), all?.slice(...span), all?.[index]);
    const calm = before.filter((_, at) => alarms[span[0] + at] !== true);
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

function judgeByDay(counts: readonly number[], method: Daily, days: number, totals: readonly number[] | undefined): JudgedStep[] {
  const from = Math.max(0, counts.length - days - pastDays - gap - week);
  const recent = counts.slice(from);
  const judged =
    totals === undefined
      ? daily[method]({ observed: recent, frequency: 365 }, { minSigma })
      : recent.flatMap((_, index) => {
          // Each day has a past of its own: the same days with as many visits as this one.
          const observed = asNow(recent.slice(0, index + 1), totals.slice(from), totals[from + index]);
          return totals[from + index]! > 0
            ? daily[method]({ observed, frequency: 365 }, { minSigma, range: { first: index, last: index } })
            : [];
        });
  return judged
    .filter(({ index }) => index + from >= counts.length - days)
    .map(({ index, upperbound }) => {
      const day = index + from;
      const observed = counts[day]!;
      const span = [Math.max(0, day - gap - pastDays), Math.max(0, day - gap)] as const;
      const past = asNow(counts.slice(...span), totals?.slice(...span), totals?.[day]);
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
function usualOf(given: readonly number[]): { mean: number; dispersion: number } | undefined {
  const past = given.filter(Number.isFinite);
  if (past.length < weeksLeast) return undefined;
  const mean = (past.reduce((sum, each) => sum + each, 0) + 0.5) / past.length;
  const variance = past.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (past.length - 1);
  return { mean, dispersion: Math.max(1, variance / mean) + 1 / past.length };
}

const once = (chance: number): number => 1 / Math.max(chance, 1e-9);

interface ByWeek {
  days: number;
  pastYears: number;
  totals: readonly number[] | undefined;
}

function judgeByWeek(counts: readonly number[], method: DetectorName, { days, pastYears, totals }: ByWeek): JudgedStep[] {
  const detector = detectorOf(method);
  const wanted = detector.years === undefined ? undefined : Math.min(detector.years, pastYears);
  const weeksWanted = Math.ceil(days / week);
  const weeks = Math.min(Math.floor(counts.length / week), (wanted ?? yearsLeast) * weeksOfYear + 12 + weeksWanted);
  const start = counts.length - weeks * week;
  const observed = byWeek(counts, start, weeks);
  const parts = totals === undefined ? {} : { totals: byWeek(totals, start, weeks) };
  const judged = detector.judge({ observed, frequency: weeksOfYear, ...parts }, wanted === undefined ? {} : { years: wanted });
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
