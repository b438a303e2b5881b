// Alarms that follow each other are one event: a run, so that nobody is alarmed every morning by what is known already.
import type { JudgedStep } from './judge-days.ts';

export interface Run {
  first: number;
  last: number;
  observed: number;
  /** Null where the method names no usual number. */
  expected: number | null;
  /** Of its rarest step. */
  recurrenceDays: number | null;
  alarms: number;
}

/** So many quiet days do not end a run. */
export const quietDays = 2;

export function runsOf(steps: readonly JudgedStep[]): Run[] {
  const runs: Run[] = [];
  for (const step of steps) {
    if (!step.alarm) continue;
    const last = runs.at(-1);
    if (last === undefined || step.first - last.last > quietDays + 1) {
      runs.push({ ...step, alarms: 1 });
      continue;
    }
    const between = steps.filter((each) => each.first > last.last && each.last <= step.last);
    last.last = step.last;
    last.alarms++;
    last.observed += between.reduce((sum, each) => sum + each.observed, 0);
    last.expected = last.expected === null ? null : last.expected + between.reduce((sum, each) => sum + (each.expected ?? 0), 0);
    last.recurrenceDays = Math.max(last.recurrenceDays ?? 0, step.recurrenceDays ?? 0) || null;
  }
  return runs.map(({ first, last, observed, expected, recurrenceDays, alarms }) => ({
    first,
    last,
    observed,
    expected,
    recurrenceDays,
    alarms,
  }));
}

/** Whether two stretches of days are of one event. */
export const sameEvent = (a: { first: string; last: string }, b: { first: string; last: string }): boolean => {
  const near = (quietDays + 1) * 86_400_000;
  return Date.parse(a.first) <= Date.parse(b.last) + near && Date.parse(b.first) <= Date.parse(a.last) + near;
};
