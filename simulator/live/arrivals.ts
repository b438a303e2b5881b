// When people come. Shares by hour and weekday follow the shape that emergency departments publish (a trough at four in the morning, a
// peak before noon and a shoulder in the evening, Mondays busiest): NHS England, Hospital Accident & Emergency Activity, yearly; winter
// brings more. Thinning of a Poisson process (Lewis & Shedler 1979).
import { dayMs, hourMs } from '../calendar.ts';
import type { Random } from '../random.ts';

/** Relative to the mean of the day, from midnight. */
export const byHour: readonly number[] = [
  0.62, 0.52, 0.45, 0.4, 0.38, 0.4, 0.5, 0.68, 0.98, 1.3, 1.46, 1.48, 1.42, 1.38, 1.36, 1.34, 1.36, 1.38, 1.4, 1.36, 1.26, 1.1, 0.92, 0.75,
];
/** From Sunday. */
export const byWeekday: readonly number[] = [1.02, 1.09, 1.0, 0.98, 0.97, 0.97, 0.97];
/** From January. */
export const byMonth: readonly number[] = [1.06, 1.04, 1.02, 0.99, 1.0, 0.99, 0.98, 0.95, 0.97, 0.99, 1.0, 1.02];

export function rateAt(perDay: number, ms: number): number {
  const at = new Date(ms);
  return (perDay / dayMs) * (byHour[at.getUTCHours()] ?? 1) * (byWeekday[at.getUTCDay()] ?? 1) * (byMonth[at.getUTCMonth()] ?? 1);
}

/** The moment of the next arrival after `ms`. */
export function nextArrival(random: Random, perDay: number, ms: number): number {
  const most = (perDay / dayMs) * 1.48 * 1.09 * 1.06;
  for (let at = ms; ; ) {
    at += -Math.log(1 - random.next()) / most;
    if (random.next() * most <= rateAt(perDay, at)) return at;
    if (at > ms + 400 * dayMs) return at;
  }
}

/** How much respiratory infections weigh in this month, around 1. */
export const respiratorySeason = (ms: number): number => 1 + 0.9 * Math.cos(((new Date(ms).getUTCMonth() - 0.5) / 12) * 2 * Math.PI);

/** Weekday from eight to sixteen, spread over the day. */
export const officeMoment = (random: Random, dayStartMs: number): number => dayStartMs + random.between(8, 16) * hourMs;
export const isWeekday = (ms: number): boolean => ![0, 6].includes(new Date(ms).getUTCDay());
