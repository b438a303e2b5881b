// Whole days of arrivals out of counts by hour, with what is wrong about them said: days on which the feed was down are no days without patients.
import type { HourCounts } from '../beds/contract.ts';

export interface DaySeries {
  /** Days since 1970 of the first value. */
  first: number;
  values: number[];
  notes: string[];
}

/** A day without anybody is a gap where so many come on a usual day: by chance that happens once in a million days. */
const gapFrom = 14;
const shownMost = 5;

const isoDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** The middle one of numbers; 0 of none. */
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** From the day after the first arrival, which is only partly known, to the day before `now` (hours of the wall clock). */
export function daySeries({ hour, count }: HourCounts, now: number): DaySeries {
  const first = hour.length === 0 ? Math.floor(now / 24) : Math.floor(hour[0]! / 24) + 1;
  const values = Array.from({ length: Math.max(0, Math.floor(now / 24) - first) }, () => 0);
  for (let i = 0; i < hour.length; i++) {
    const place = Math.floor(hour[i]! / 24) - first;
    if (place >= 0 && place < values.length) values[place] = values[place]! + count[i]!;
  }
  const notes: string[] = [];
  const usual = median(values);
  const gaps = values.flatMap((value, i) => (value === 0 && usual >= gapFrom ? [i] : []));
  if (gaps.length > 0) {
    const known = (i: number): number[] => values.filter((value, j) => j % 7 === i % 7 && value > 0);
    const names = gaps.slice(0, shownMost).map((i) => isoDay(first + i));
    notes.push(
      `${gaps.length} ${gaps.length === 1 ? 'day has' : 'days have'} no arrival where ${usual} are usual (${names.join(', ')}${gaps.length > shownMost ? ', …' : ''}); taken as not recorded, the usual number of its weekday stands there`,
    );
    for (const i of gaps) values[i] = median(known(i));
  }
  if (values.length > 0 && values.every((value) => value === values[0])) notes.push(`every day has ${values[0]} arrivals: nothing to tell`);
  return { first, values, notes };
}
