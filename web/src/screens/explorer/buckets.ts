// Spans of time in which something is counted: days, weeks, months or years, whichever gives some dozens. Days are those of the reader's
// calendar and are asked for as dates.

export type Step = 'day' | 'week' | 'month' | 'year';
export interface Bucket {
  /** First day, `2026-03-01`. */
  from: string;
  /** First day of the next one. */
  until: string;
  label: string;
}

const dayMs = 86_400_000;
/** A count of a large record costs some tenths of a second: a step is taken that needs no more of them. */
const most = 30;
/** Of years, which have no larger step. */
const shownMost = 80;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
const utc = (year: number, month: number, day: number): Date => new Date(Date.UTC(year, month, day));

const starts: Readonly<Record<Step, (date: Date) => Date>> = {
  day: (date) => utc(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()),
  // Monday, as ISO 8601 has it.
  week: (date) => utc(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() - ((date.getUTCDay() + 6) % 7)),
  month: (date) => utc(date.getUTCFullYear(), date.getUTCMonth(), 1),
  year: (date) => utc(date.getUTCFullYear(), 0, 1),
};
const nexts: Readonly<Record<Step, (date: Date) => Date>> = {
  day: (date) => utc(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1),
  week: (date) => utc(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 7),
  month: (date) => utc(date.getUTCFullYear(), date.getUTCMonth() + 1, 1),
  year: (date) => utc(date.getUTCFullYear() + 1, 0, 1),
};
const labels: Readonly<Record<Step, (date: Date) => string>> = {
  day: (date) => `${String(date.getUTCDate()).padStart(2, '0')}-${months[date.getUTCMonth()] ?? ''}-${date.getUTCFullYear()}`,
  week: (date) => `week of ${labels.day(date)}`,
  month: (date) => `${months[date.getUTCMonth()] ?? ''}-${date.getUTCFullYear()}`,
  year: (date) => String(date.getUTCFullYear()),
};

export const stepFor = (first: Date, last: Date): Step => {
  const days = (last.getTime() - first.getTime()) / dayMs;
  return days <= most ? 'day' : days <= most * 7 ? 'week' : days <= most * 30 ? 'month' : 'year';
};

/** From the day of `first` to that of `last`; of very long times the newest. Times are FHIR's, of any precision. */
export function bucketsBetween(first: string, last: string): { step: Step; buckets: Bucket[]; cut: boolean } {
  const [begin, end] = [new Date(first), new Date(last)];
  if (Number.isNaN(begin.getTime()) || Number.isNaN(end.getTime()) || end < begin) return { step: 'day', buckets: [], cut: false };
  const step = stepFor(begin, end);
  const all: Bucket[] = [];
  for (let at = starts[step](begin); at <= end && all.length < 2000; at = nexts[step](at))
    all.push({ from: dayOf(at), until: dayOf(nexts[step](at)), label: labels[step](at) });
  const buckets = all.slice(-shownMost);
  return { step, buckets, cut: buckets.length < all.length };
}
