// The chance that a day goes beyond a threshold, and how warnings by it would have done: found, missed, false, how long before. Scores as for other
// rare weather: Brier GW. Mon Weather Rev 1950;78:1-3; found and false as in Jolliffe IT, Stephenson DB. Forecast Verification, 2nd ed, 2012, ch. 3.
import { atLeast, countChances, extraVariance } from '../arrivals/count-distribution.ts';

export interface SurgeRule {
  /** So many and more in a day are a surge. */
  threshold: number;
  /** Warned where it is at least so likely. */
  chance: number;
}

/** The chance of `threshold` and more. */
export const surgeChance = (mean: number, deviation: number, threshold: number): number =>
  atLeast(countChances(mean, extraVariance(mean, deviation)), threshold);

/** A threshold that one day of twenty reached: what is used where the site has set none. */
export function usualThreshold(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(1, Math.ceil(sorted[Math.floor(sorted.length * 0.95)] ?? 1));
}

export interface SaidOfDay {
  /** Which day it is of, and how many days before it was said. */
  day: number;
  lead: number;
  chance: number;
  surged: boolean;
}

export interface SurgeRecord {
  days: number;
  surges: number;
  /** Surges of which at least one warning came before, and those without. */
  found: number;
  missed: number;
  /** Days warned of, in the last word before them, without a surge. */
  falseAlarms: number;
  /** Days before a surge that the first warning came, mean of those found; null where none was. */
  leadDays: number | null;
  /** Mean squared error of the last chance said, and that of saying the share of surges every day: lower is better. */
  brier: number;
  brierOfAlwaysTheSame: number;
}

/** Null where nothing was said of any day. */
export function surgeRecord(said: readonly SaidOfDay[], { chance }: Pick<SurgeRule, 'chance'>): SurgeRecord | null {
  const byDay = new Map<number, SaidOfDay[]>();
  for (const each of said) byDay.set(each.day, [...(byDay.get(each.day) ?? []), each]);
  if (byDay.size === 0) return null;
  const record = { days: byDay.size, surges: 0, found: 0, missed: 0, falseAlarms: 0 };
  let squares = 0;
  const leads: number[] = [];
  for (const of of byDay.values()) {
    const last = of.reduce((a, b) => (b.lead < a.lead ? b : a));
    squares += (last.chance - Number(last.surged)) ** 2;
    const warned = of.filter((each) => each.chance >= chance);
    if (last.surged) {
      record.surges++;
      if (warned.length === 0) record.missed++;
      else {
        record.found++;
        leads.push(Math.max(...warned.map(({ lead }) => lead)));
      }
    } else if (last.chance >= chance) record.falseAlarms++;
  }
  const share = record.surges / record.days;
  return {
    ...record,
    leadDays: leads.length === 0 ? null : leads.reduce((sum, each) => sum + each, 0) / leads.length,
    brier: squares / record.days,
    brierOfAlwaysTheSame: share * (1 - share),
  };
}
