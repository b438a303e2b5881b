// The site's wall clock: hours since 1970 as it shows them, and the hours ahead, of which one comes twice or not at all where it is changed.
import type { HoursAhead } from '../../methods/beds/contract.ts';
import { msOfOffset, offsetAt } from '../../methods/zone-offset.ts';

const hourMs = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock shows at an instant, in hours since 1970-01-01T00:00 on it. */
export function wallHours(zone: string, instantMs: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const offset = (format.formatToParts(instantMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT').slice(3) || 'Z';
  return (instantMs + msOfOffset(offset)) / hourMs;
}

/** `count` real hours; the first one is what is left of the running one. */
export function hoursAheadIn(zone: string, nowMs: number, count: number): HoursAhead {
  const starts: number[] = [];
  const lengths: number[] = [];
  for (let at = nowMs; starts.length < count; ) {
    const wall = wallHours(zone, at);
    const length = Math.floor(wall) + 1 - wall;
    starts.push(wall);
    lengths.push(length);
    at += Math.round(length * hourMs);
  }
  return { starts, lengths };
}

/** `2026-11-22T07:00+00:00` */
export function shownHour(zone: string, wall: number): string {
  const ms = Math.floor(wall * 60) * 60_000;
  const offset = offsetAt(zone, ms);
  return `${new Date(ms).toISOString().slice(0, 16)}${offset === 'Z' ? '+00:00' : offset}`;
}

export const shownDay = (day: number): string => new Date(day * 24 * hourMs).toISOString().slice(0, 10);

/** The instant of what the clock shows. */
export const instantOf = (zone: string, wall: number): number => wall * hourMs - msOfOffset(offsetAt(zone, wall * hourMs));
