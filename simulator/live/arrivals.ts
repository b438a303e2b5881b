// When people come: a trough at four in the morning, a peak before noon, close to 60 % from nine to six (HSCIC, A&E attendances in England,
// March 2012 to February 2013), Mondays 16 % (NHS Digital, Hospital Accident & Emergency Activity 2019/20). How the rest falls on hours and
// months is drawn by hand. Thinning of a Poisson process (Lewis & Shedler 1979).
import { dayMs, hourMs } from '../calendar.ts';
import type { Random } from '../random.ts';

/** Relative to the mean of the day, from midnight. */
export const byHour: readonly number[] = [
  0.46, 0.38, 0.33, 0.3, 0.29, 0.31, 0.4, 0.62, 1.06, 1.6, 1.77, 1.77, 1.63, 1.56, 1.53, 1.49, 1.49, 1.49, 1.37, 1.21, 1.0, 0.82, 0.66,
  0.53,
];
/** From Sunday. */
export const byWeekday: readonly number[] = [1.0, 1.11, 1.0, 0.98, 0.97, 0.97, 0.97];
/** From January. */
export const byMonth: readonly number[] = [1.06, 1.04, 1.02, 0.99, 1.0, 0.99, 0.98, 0.95, 0.97, 0.99, 1.0, 1.02];

export function rateAt(perDay: number, ms: number): number {
  const at = new Date(ms);
  return (perDay / dayMs) * (byHour[at.getUTCHours()] ?? 1) * (byWeekday[at.getUTCDay()] ?? 1) * (byMonth[at.getUTCMonth()] ?? 1);
}

/** The moment of the next arrival after `ms`. */
export function nextArrival(random: Random, perDay: number, ms: number): number {
  const most = (perDay / dayMs) * Math.max(...byHour) * Math.max(...byWeekday) * Math.max(...byMonth);
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
