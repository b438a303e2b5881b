// The one time axis of a chart: which stretch of time is shown, how it moves, and what stands below it. Times are milliseconds.
import type { Series } from './readings.ts';

export interface Stretch {
  fromMs: number;
  toMs: number;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** Nothing is measured closer than this, nobody lives longer than that. */
const shortestMs = 10 * 60_000;
const longestMs = 130 * 365.25 * dayMs;

export const presets: readonly { name: string; ms: number }[] = [
  { name: '24 h', ms: dayMs },
  { name: '3 d', ms: 3 * dayMs },
  { name: '14 d', ms: 14 * dayMs },
  { name: '90 d', ms: 90 * dayMs },
  { name: '1 y', ms: 365 * dayMs },
];

const clamped = (ms: number): number => Math.min(longestMs, Math.max(shortestMs, ms));

/** Below 1 it shows less time, above 1 more; `atMs` stays where it is. */
export function zoomed({ fromMs, toMs }: Stretch, by: number, atMs = (fromMs + toMs) / 2): Stretch {
  const size = clamped((toMs - fromMs) * by);
  const part = toMs === fromMs ? 0.5 : (atMs - fromMs) / (toMs - fromMs);
  return { fromMs: Math.round(atMs - part * size), toMs: Math.round(atMs + (1 - part) * size) };
}

/** By a part of what is shown: -0.5 is half a screen back. */
export function moved({ fromMs, toMs }: Stretch, by: number): Stretch {
  const step = Math.round((toMs - fromMs) * by);
  return { fromMs: fromMs + step, toMs: toMs + step };
}

/** Everything that was ever measured, with a little air. Undefined: nothing was. */
export function whole(series: readonly Series[]): Stretch | undefined {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { readings } of series) {
    fromMs = Math.min(fromMs, readings[0]?.atMs ?? fromMs);
    toMs = Math.max(toMs, readings.at(-1)?.atMs ?? toMs);
  }
  if (fromMs > toMs) return undefined;
  return zoomed({ fromMs, toMs }, 1.04);
}

/** How many values of one quantity make a stretch worth looking at: few days are shown only where they hold much. */
const enough: readonly { ms: number; readings: number }[] = [
  { ms: 3 * dayMs, readings: 6 },
  { ms: 14 * dayMs, readings: 3 },
  { ms: 90 * dayMs, readings: 3 },
  { ms: 365 * dayMs, readings: 3 },
];

/** The newest stretch that holds something to compare, else everything. Undefined: nothing was ever measured. */
export function usual(series: readonly Series[]): Stretch | undefined {
  const all = whole(series);
  if (all === undefined) return undefined;
  const newest = Math.max(...series.map(({ readings }) => readings.at(-1)?.atMs ?? 0));
  for (const { ms, readings: wanted } of enough) {
    // A little air behind the newest, however long the whole is.
    const stretch = { fromMs: newest - ms * 0.97, toMs: newest + ms * 0.03 };
    const counts = series.map(({ readings }) => readings.filter(({ atMs, value }) => value !== undefined && within(atMs, stretch)).length);
    if (Math.max(...counts) >= wanted) return stretch;
  }
  return all;
}

export const within = (ms: number, { fromMs, toMs }: Stretch): boolean => ms >= fromMs && ms <= toMs;

/** As an address says it: to the minute. */
export const written = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;

export function stretchOf(from: string | undefined, to: string | undefined): Stretch | undefined {
  const [fromMs, toMs] = [Date.parse(from ?? ''), Date.parse(to ?? '')];
  if (Number.isNaN(fromMs) || Number.isNaN(toMs) || toMs - fromMs < shortestMs / 2 || toMs - fromMs > longestMs) return undefined;
  return { fromMs, toMs };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

/** What stands below a tick, in the reader's zone: `08:00`, `14-Jul`, `Jul-2026`; a new day or year is said where it begins. */
export function tickWords(atMs: number, stepMs: number, beforeMs: number | undefined): string {
  const at = new Date(atMs);
  const before = beforeMs === undefined ? undefined : new Date(beforeMs);
  const day = `${two(at.getDate())}-${months[at.getMonth()] ?? ''}`;
  const newYear = before === undefined || before.getFullYear() !== at.getFullYear();
  if (stepMs >= 360 * dayMs) return String(at.getFullYear());
  if (stepMs >= 28 * dayMs) return newYear ? `${months[at.getMonth()] ?? ''}-${at.getFullYear()}` : (months[at.getMonth()] ?? '');
  if (stepMs >= dayMs) return newYear ? `${day}\n${at.getFullYear()}` : day;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return before === undefined || before.getDate() !== at.getDate() ? `${time}\n${day}` : time;
}

/**
 * How far apart two values may be for a line between them: six times their usual distance, at least a day. Beyond, nobody knows what
 * happened between them, and the line would say that nothing did.
 */
export function lineLimitMs(times: readonly number[]): number {
  const distances = times
    .slice(1)
    .map((at, index) => at - (times[index] ?? at))
    .filter((distance) => distance > 0)
    .sort((a, b) => a - b);
  return Math.max(dayMs, 6 * (distances[Math.floor(distances.length / 2)] ?? 0));
}

const minuteMs = 60_000;
const steps = [
  5 * minuteMs,
  15 * minuteMs,
  30 * minuteMs,
  60 * minuteMs,
  3 * 60 * minuteMs,
  6 * 60 * minuteMs,
  12 * 60 * minuteMs,
  ...[1, 2, 7, 14].map((days) => days * 1440 * minuteMs),
];

/** Ticks at whole hours, days, months or years of the reader's zone, in a plot of so many pixels. */
export function timeSplits(from: number, to: number, width: number): number[] {
  // A word at the very edge would be cut.
  return allSplits(from, to, width).filter((one) => one <= to - (to - from) * 0.02);
}

function allSplits(from: number, to: number, width: number): number[] {
  const least = ((to - from) / Math.max(1, width)) * 76;
  const step = steps.find((one) => one >= least);
  const splits: number[] = [];
  const first = new Date(from);
  if (step !== undefined) {
    first.setHours(0, 0, 0, 0);
    const days = step / (1440 * minuteMs);
    for (let at = first; at.getTime() <= to && splits.length < 100; ) {
      if (at.getTime() >= from) splits.push(at.getTime());
      // By days of the calendar, so that a change to summer time moves nothing.
      at = days >= 1 ? new Date(at.getFullYear(), at.getMonth(), at.getDate() + days) : new Date(at.getTime() + step);
    }
    return splits;
  }
  const months = Math.ceil(least / (30 * 1440 * minuteMs));
  const every = [1, 3, 6, 12, 24, 60, 120].find((one) => one >= months) ?? 240;
  for (
    let at = new Date(first.getFullYear(), Math.floor(first.getMonth() / every) * every, 1);
    at.getTime() <= to && splits.length < 100;
    at = new Date(at.getFullYear(), at.getMonth() + every, 1)
  )
    if (at.getTime() >= from) splits.push(at.getTime());
  return splits;
}
