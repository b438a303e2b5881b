// Who comes to each ward in each hour ahead: of the emergency department's arrivals the ward's share, and the others as they came in the last half year.
import { extraVariance } from '../arrivals/count-distribution.ts';
import { type WeekProfile, weekProfile } from '../arrivals/hours.ts';
import type { DayOf, HospitalFacts, HourCounts, HoursAhead } from './contract.ts';
import { weekdayOf } from './contract.ts';

/** Rates are of so many days at most. */
const daysMost = 182;

export interface WardStreams {
  /** A row a kind (see `kinds`), a value an hour ahead. */
  arrivals: number[][];
  /** What is not known of the ward's share, as the square of its coefficient of variation: so many people tell it. */
  shareExtra: number;
}

/** What is not known of the days ahead, an hour each: all wards share it. A day further ahead is never taken for better known. */
export function dayExtras({ starts }: HoursAhead, dayOf: DayOf): number[] {
  let most = 0;
  return starts.map((start) => {
    const { mean, deviation } = dayOf(Math.floor(start / 24));
    most = Math.max(most, extraVariance(mean, deviation));
    return most;
  });
}

/** Arrivals by hour of the week between two moments. */
export function weekCounts({ hour, count }: HourCounts, from: number, until: number): Float64Array {
  const found = new Float64Array(168);
  for (let i = 0; i < hour.length; i++) {
    const at = hour[i]!;
    if (at < from || at >= until) continue;
    const place = weekdayOf(Math.floor(at / 24)) * 24 + (Math.floor(at) % 24);
    found[place] = found[place]! + count[i]!;
  }
  return found;
}

/** By ward. `at`: nothing that began later is known. */
export function streamsOf(facts: HospitalFacts, at: number, ahead: HoursAhead, dayOf: DayOf): WardStreams[] {
  const { wards, stays, arrivals } = facts;
  const first = arrivals.hour.reduce((least, hour) => Math.min(least, hour), Number.POSITIVE_INFINITY);
  const known = stays.start.reduce((least, hour) => Math.min(least, hour), first);
  const from = Math.max(at - daysMost * 24, Math.min(known, at - 24));
  const days = (at - from) / 24;
  const counts = weekCounts(arrivals, from, at);
  const emergency = weekProfile(counts);
  const came = counts.reduce((sum, each) => sum + each, 0);
  const byKind = wards.map(() => [0, 0, 0]);
  const hours = [new Float64Array(168), new Float64Array(168), new Float64Array(168)];
  for (let i = 0; i < stays.start.length; i++) {
    const start = stays.start[i]!;
    if (start < from || start >= at) continue;
    const [kind, count] = [stays.kind[i]!, stays.count[i]!];
    const row = byKind[stays.ward[i]!]!;
    row[kind] = row[kind]! + count;
    const place = weekdayOf(Math.floor(start / 24)) * 24 + (Math.floor(start) % 24);
    hours[kind]![place] = hours[kind]![place]! + count;
  }
  const through = weekProfile(hours[1]!);
  const other = weekProfile(hours[2]!);
  const otherDays = dayFactors(hours[2]!);
  const share = (profile: WeekProfile, hour: number): number => profile[weekdayOf(Math.floor(hour / 24)) * 24 + (Math.floor(hour) % 24)]!;
  return wards.map((_, w) => {
    const [own = 0, sent = 0, others = 0] = byKind[w]!;
    const each = (of: (hour: number) => number): number[] => ahead.starts.map((start, i) => of(start) * ahead.lengths[i]!);
    const expected = (hour: number): number => dayOf(Math.floor(hour / 24)).mean;
    return {
      arrivals: [
        each((hour) => (came > 0 ? (own / came) * expected(hour) * share(emergency, hour) : 0)),
        each((hour) => (came > 0 ? (sent / came) * expected(hour) * share(through, hour) : 0)),
        each((hour) => (others / days) * otherDays[weekdayOf(Math.floor(hour / 24))]! * share(other, hour)),
      ],
      shareExtra: 1 / Math.max(20, own + sent + others),
    };
  });
}

/** How each day of the week stands beside the mean day, drawn towards it where few came. */
function dayFactors(counts: Float64Array): number[] {
  const days = Array.from({ length: 7 }, (_, day) => counts.subarray(day * 24, day * 24 + 24).reduce((sum, each) => sum + each, 0));
  const mean = days.reduce((sum, each) => sum + each, 0) / 7;
  return days.map((each) => (each + 10) / (mean + 10));
}
