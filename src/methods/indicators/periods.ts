// Months and weeks that a figure is given for, as clocks of a zone show them: a month of 31 days in which clocks go forward has an hour less.
import { msOfOffset, offsetAt } from '../zone-offset.ts';

/** From `fromMs` on, before `untilMs`. `name` is `2026-03` for a month, the Monday (`2026-03-02`) for a week; null outside what is asked for. */
export interface Period {
  name: string | null;
  fromMs: number;
  untilMs: number;
}
export type NamedPeriod = Period & { name: string };
export const steps = ['month', 'week'] as const;
export type Step = (typeof steps)[number];

/** The period that a moment lies in. */
export type PeriodAt = (ms: number) => Period;

const dayMs = 86_400_000;

export const utcMonthAt: PeriodAt = (ms) => {
  const at = new Date(ms);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { name: at.toISOString().slice(0, 7), fromMs: Date.UTC(year, month, 1), untilMs: Date.UTC(year, month + 1, 1) };
};

/** What the clock of the zone shows at a moment, as if it stood in UTC. */
function wallOf(zone: string, ms: number): number {
  // Twice, as `offsetAt` asks for the wall.
  const guess = ms + msOfOffset(offsetAt(zone, ms));
  return ms + msOfOffset(offsetAt(zone, guess));
}
const startOf = (wallMs: number, step: Step): number => {
  const at = new Date(wallMs);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  return step === 'month' ? Date.UTC(year, month, 1) : Date.UTC(year, month, day - ((at.getUTCDay() + 6) % 7));
};

/** So many periods up to the one in which a moment lies, oldest first, without a gap. */
export function periodsUntil(zone: string, step: Step, nowMs: number, count: number): NamedPeriod[] {
  const last = startOf(wallOf(zone, nowMs), step);
  const wallAt = (back: number): number => {
    const at = new Date(last);
    return step === 'month' ? Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - back, 1) : last - 7 * dayMs * back;
  };
  const instantOf = (wallMs: number): number => wallMs - msOfOffset(offsetAt(zone, wallMs));
  return Array.from({ length: count }, (_, i) => {
    const [from, until] = [wallAt(count - 1 - i), wallAt(count - 2 - i)];
    const name = new Date(from).toISOString().slice(0, step === 'month' ? 7 : 10);
    return { name, fromMs: instantOf(from), untilMs: instantOf(until) };
  });
}

/** Of periods in order without a gap; before and after them is a period without a name. */
export function periodIn(periods: readonly NamedPeriod[]): PeriodAt {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) return () => ({ name: null, fromMs: -Infinity, untilMs: Infinity });
  return (ms) => {
    if (ms < first.fromMs) return { name: null, fromMs: -Infinity, untilMs: first.fromMs };
    if (ms >= last.untilMs) return { name: null, fromMs: last.untilMs, untilMs: Infinity };
    let [low, high] = [0, periods.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (periods[middle]!.fromMs <= ms) low = middle;
      else high = middle - 1;
    }
    return periods[low]!;
  };
}
