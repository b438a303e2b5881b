// Forecasts as they are sent: days as dates, hours as the site's clock shows them with its offset, numbers to what they are good for.
import type { Arrivals, BedsSide, Beneath, StaffingShown, Surge, SurgeAhead } from './answers.ts';
import { shownDay, shownHour } from './clock.ts';
import type { ArrivalsForecast, CensusForecast } from './contract.ts';
import type { Known } from './known.ts';
import type { StaffingForecast } from './staffing.ts';

const to = (places: number) => (value: number) => Math.round(value * 10 ** places) / 10 ** places;

const tooLittle = (known: Known): { forecast: null; missing: string[] } => ({
  forecast: null,
  missing: [
    known.facts.arrivals.hour.length === 0
      ? 'There is no arrival at an emergency department in the record: encounters of class EMER that are not planned. They come by ADT messages (A04 with patient class E) or as Encounter'
      : 'Fewer than two weeks of arrivals are in the record: at least 14 whole days are needed, and 56 for more than the same day a week ago',
  ],
});

export function shownArrivals(zone: string, known: Known, found: ArrivalsForecast | null): Beneath<Arrivals> {
  if (found === null) return tooLittle(known);
  const days = (first: number, values: readonly number[]): string[] => values.map((_, i) => shownDay(first + i));
  const one = to(1);
  return {
    forecast: {
      method: found.method,
      preferred: found.preferred,
      says: found.says,
      past: found.past,
      days: days(found.firstDay, found.mean),
      mean: found.mean.map(one),
      intervals: found.intervals.map(({ level, lower, upper }) => ({ level, lower: lower.map(one), upper: upper.map(one) })),
      recent: { days: days(found.recent.firstDay, found.recent.values), values: found.recent.values },
      before: found.before.map((said) => ({
        ...said,
        day: shownDay(said.day),
        mean: one(said.mean),
        lower80: one(said.lower80),
        upper80: one(said.upper80),
      })),
      hours: { ...found.hours, starts: found.hours.starts.map((start) => shownHour(zone, start)), mean: found.hours.mean.map(to(2)) },
      hoursPast: found.hoursPast,
      surge: surgeOf(found),
    },
    missing: found.missing,
    notes: [...known.notes, ...found.notes],
  };
}

const surgeOf = ({ surge, firstDay }: ArrivalsForecast): Surge => ({
  ...surge,
  days: surge.days.map((chance, i) => ({
    day: shownDay(firstDay + i),
    leadDays: i,
    chance: to(4)(chance),
    warned: chance >= surge.chance,
  })),
});

export const shownSurge = (known: Known, found: ArrivalsForecast | null): Beneath<SurgeAhead> =>
  found === null ? tooLittle(known) : { surge: surgeOf(found), missing: found.missing };

export const shownBeds = (zone: string, { starts, wards, inpatient }: CensusForecast): BedsSide => ({
  hours: starts.map((start) => shownHour(zone, start)),
  wards,
  inpatient,
});

export function shownStaffing(zone: string, staff: StaffingForecast): StaffingShown {
  const hour = (wall: number): string => shownHour(zone, wall);
  const slot = <T extends { from: number; to: number }>(each: T) => ({ ...each, from: hour(each.from), to: hour(each.to) });
  return {
    nurses: staff.nurses.map((each) => ({ ...slot(each), patients: to(1)(each.patients) })),
    hours: staff.hours.map((each) => ({
      ...each,
      start: hour(each.start),
      arrivals: to(2)(each.arrivals),
      seenPercent: to(1)(each.seenPercent),
    })),
    clinicians: staff.clinicians.map(slot),
    emergencyWard: staff.emergencyWard,
    ratioSource: staff.ratioSource,
    emergencySource: staff.emergencySource,
  };
}
