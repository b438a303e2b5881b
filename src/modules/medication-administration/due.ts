// What is due: the planned moments of orders between two instants, and which of them a dose was given for. Times of day are
// those that the order names, else the usual ones of the ward; hours between doses count from the order's start.
import type { BedsideOrder, GivenDose, Outcome } from './contract.ts';

export interface Due {
  order: string;
  kind: BedsideOrder['rhythm']['kind'];
  /** Absent: whenever needed, called for or running. */
  atMs?: number;
  /** What became of it; absent: nothing yet. */
  done?: { outcome: Outcome; ref: string; atMs: number };
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const momentsMax = 1000;

/** Doses a day → times, where the order names none. */
const usualTimes: Record<number, readonly string[]> = {
  1: ['09:00'],
  2: ['09:00', '21:00'],
  3: ['08:00', '14:00', '20:00'],
  4: ['08:00', '12:00', '18:00', '22:00'],
  5: ['06:00', '10:00', '14:00', '18:00', '22:00'],
  6: ['02:00', '06:00', '10:00', '14:00', '18:00', '22:00'],
};

/** An outcome that uses up the dose; a dose that was asked for again is still due. */
export const uses = (outcome: Outcome): boolean => outcome !== 'missing-dose';

export function due(orders: readonly BedsideOrder[], given: readonly GivenDose[], fromMs: number, toMs: number, timeZone: string): Due[] {
  return orders
    .filter((order) => order.status === 'active')
    .flatMap((order): Due[] => {
      const own = given.filter((dose) => dose.order === order.ref && uses(dose.outcome));
      const { kind } = order.rhythm;
      if (kind === 'as-needed' || kind === 'continuous') return standsIn(order, fromMs, toMs) ? [{ order: order.ref, kind }] : [];
      if (kind === 'on-call') return own.length === 0 && standsIn(order, fromMs, toMs) ? [{ order: order.ref, kind }] : [];
      return matched(order, own, fromMs, toMs, timeZone).map(({ atMs, dose }) => ({
        order: order.ref,
        kind,
        atMs,
        ...(dose === undefined ? {} : { done: { outcome: dose.outcome, ref: dose.ref, atMs: dose.atMs } }),
      }));
    })
    .sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
}

/** Each planned moment with the dose that was given for it: every dose belongs to the free moment that lies nearest. */
export function matched(
  order: BedsideOrder,
  own: readonly GivenDose[],
  fromMs: number,
  toMs: number,
  timeZone: string,
): { atMs: number; dose?: GivenDose }[] {
  const half = intervalMs(order) / 2;
  const planned: { atMs: number; dose?: GivenDose }[] = momentsOf(order, fromMs - 2 * half, toMs + 2 * half, timeZone).map((atMs) => ({
    atMs,
  }));
  for (const dose of [...own].sort((a, b) => a.atMs - b.atMs)) {
    const free = planned
      .filter((each) => each.dose === undefined && (order.rhythm.kind === 'once' || Math.abs(each.atMs - dose.atMs) <= half))
      .sort((a, b) => Math.abs(a.atMs - dose.atMs) - Math.abs(b.atMs - dose.atMs))[0];
    if (free) free.dose = dose;
  }
  return planned.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

export function intervalMs({ rhythm }: BedsideOrder): number {
  if (rhythm.everyHours !== undefined && rhythm.everyHours > 0) return rhythm.everyHours * hourMs;
  if (rhythm.atMs !== undefined && rhythm.atMs.length > 1 && rhythm.perDay === undefined) return betweenMs(rhythm.atMs);
  const count = rhythm.timesOfDay?.length ?? rhythm.perDay;
  return count === undefined || count <= 0 ? dayMs : dayMs / count;
}

/** Of moments that are named one by one: the shortest time between two of them, so that no dose is taken for that of another one. */
function betweenMs(moments: readonly number[]): number {
  const sorted = [...new Set(moments)].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, i) => at - sorted[i]!);
  return gaps.length === 0 ? dayMs : Math.min(...gaps);
}

export function momentsOf(order: BedsideOrder, fromMs: number, toMs: number, timeZone: string): number[] {
  const { rhythm, startMs, endMs } = order;
  const from = Math.max(fromMs, startMs ?? fromMs);
  const to = Math.min(toMs, endMs ?? toMs);
  const within = (atMs: number) => atMs >= from && atMs < to;
  if (rhythm.atMs) return rhythm.atMs.filter(within);
  if (rhythm.kind === 'once') return startMs === undefined ? [] : [startMs].filter((atMs) => atMs >= fromMs && atMs < toMs);
  const times = rhythm.timesOfDay ?? (rhythm.everyHours === undefined ? usualTimes[rhythm.perDay ?? 0] : undefined);
  if (times)
    return days(from, to, timeZone)
      .flatMap((day) => times.map((time) => zoned(day, time, timeZone)))
      .filter(within)
      .slice(0, momentsMax);
  if (rhythm.everyHours === undefined && rhythm.perDay === undefined) return [];
  const step = Math.max(intervalMs(order), hourMs / 4);
  const first = startMs ?? 0;
  const found: number[] = [];
  for (let at = first + Math.max(0, Math.ceil((from - first) / step)) * step; at < to && found.length < momentsMax; at += step)
    found.push(at);
  return found;
}

const standsIn = ({ startMs, endMs }: BedsideOrder, fromMs: number, toMs: number): boolean =>
  (startMs === undefined || startMs < toMs) && (endMs === undefined || endMs >= fromMs);

const parts = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const held = parts.get(timeZone);
  if (held) return held;
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  parts.set(timeZone, made);
  return made;
};
/** `2026-11-22 14:00:00` as it is on the ward. */
const wall = (ms: number, timeZone: string): string => formatOf(timeZone).format(ms);

function days(fromMs: number, toMs: number, timeZone: string): string[] {
  const found = new Set<string>();
  for (let at = fromMs - dayMs; at <= toMs + dayMs && found.size < momentsMax; at += dayMs / 2) found.add(wall(at, timeZone).slice(0, 10));
  return [...found];
}

/** The instant at which the clock on the ward says so; an hour that summer time leaves out is the one behind it. */
function zoned(day: string, time: string, timeZone: string): number {
  const asUtc = Date.parse(`${day}T${time.slice(0, 5)}:00Z`);
  let at = asUtc;
  for (let i = 0; i < 2; i++) at += asUtc - Date.parse(`${wall(at, timeZone).replace(' ', 'T')}Z`);
  return at;
}
