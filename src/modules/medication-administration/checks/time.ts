// The right time: within half an hour where time is critical, an hour where it is given more often than daily, else two hours
// (ISMP, Acute Care Guidelines for Timely Administration of Scheduled Medications, 2011).
import type { BedsideOrder, Windows } from '../contract.ts';
import { intervalMs } from '../due.ts';
import { type Check, reason, spanText } from '../subject.ts';
import { alreadyGiven } from './already-given.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export const time: Check = (subject) => {
  const { order, session, facts, dueMs } = subject;
  if (order === undefined || !['scheduled', 'once'].includes(order.rhythm.kind)) return [];
  if (order.rhythm.assumed || alreadyGiven(subject).some((each) => each.code === 'already-given')) return [];
  if (dueMs === undefined)
    return order.rhythm.kind === 'scheduled' ? [reason('warn', 'not-due', 'No dose of this order is due within a day')] : [];
  const minutes = windowMinutes(order, facts.windows);
  const late = session.atMs - dueMs;
  if (Math.abs(late) <= minutes * minuteMs) return [];
  return late > 0
    ? [reason('warn', 'late', `${spanText(late)} after it was due (± ${minutes} min)`)]
    : [reason('warn', 'early', `${spanText(late)} before it is due (± ${minutes} min)`)];
};

export const windowMinutes = (order: BedsideOrder, { timeCriticalMinutes, oftenMinutes, dailyMinutes }: Windows): number =>
  order.timeCritical ? timeCriticalMinutes : intervalMs(order) < dayMs ? oftenMinutes : dailyMinutes;
