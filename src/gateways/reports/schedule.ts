// When a report is due: every day, week or month at a time of the wall clock in a zone. Where the clock is put forward over that
// time it is due as much later as the clock jumps; where it is put back over it, the first of the two times. So it is due once a day,
// week or month, whatever the clock does.
import { msOfOffset, offsetAt } from '../../methods/zone-offset.ts';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export interface Schedule {
  every: 'day' | 'week' | 'month';
  /** Of `week`: a day; of `month`: 1 to 31, or the last day where the month is shorter. */
  on?: (typeof weekdays)[number] | number;
  /** `07:00`, of the site's clock. */
  at: string;
}

const dayMs = 86_400_000;

/** The instant at which the clock of the zone shows `time` on `day` (2026-03-29). */
export function instantOf(day: string, time: string, zone: string): Date {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const offsets = [wall - dayMs, wall + dayMs].map((near) => msOfOffset(offsetAt(zone, near)));
  const shown = (instant: number): number => wallOf(new Date(instant), zone);
  const fits = offsets.map((offset) => wall - offset).filter((instant) => shown(instant) === wall);
  // In the hour that the clock leaves out: by the offset of before.
  return new Date(fits.length === 0 ? wall - offsets[0]! : Math.min(...fits));
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clock shows, as if it stood in UTC. */
function wallOf(instant: Date, zone: string): number {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
    clocks.set(zone, clock);
  }
  const [day, time] = clock.format(instant).split(', ');
  return Date.parse(`${day}T${time}Z`);
}

/** The local day of an instant, as 2026-03-29. */
export const localDay = (instant: Date, zone: string): string => new Date(wallOf(instant, zone)).toISOString().slice(0, 10);
/** What the clock shows, as `2026-03-29 07:00`. */
export const localTime = (instant: Date, zone: string): string =>
  new Date(wallOf(instant, zone)).toISOString().slice(0, 16).replace('T', ' ');

const isDay: Record<Schedule['every'], (date: Date, on: Schedule['on']) => boolean> = {
  day: () => true,
  week: (date, on) => weekdays[(date.getUTCDay() + 6) % 7] === on,
  month: (date, on) => {
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    return date.getUTCDate() === Math.min(Number(on), last);
  },
};

/** More than a month and a day on either side. */
const daysLookedAt = 33;

/** The first time after `after`. */
export const nextDue = (schedule: Schedule, after: Date, zone: string): Date => due(schedule, after, zone, 1);
/** The last time that is not after `at`. */
export const lastDue = (schedule: Schedule, at: Date, zone: string): Date => due(schedule, at, zone, -1);

function due({ every, on, at }: Schedule, from: Date, zone: string, step: 1 | -1): Date {
  const today = Date.parse(`${localDay(from, zone)}T00:00:00Z`);
  // A day to the other side: midnight itself may be one that the clock leaves out.
  for (let i = -1; i <= daysLookedAt; i++) {
    const date = new Date(today + i * step * dayMs);
    if (!isDay[every](date, on)) continue;
    const instant = instantOf(date.toISOString().slice(0, 10), at, zone);
    if (step === 1 ? instant > from : instant <= from) return instant;
  }
  throw new Error('every schedule has a time within a month');
}
