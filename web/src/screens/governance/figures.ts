// The arithmetic of the screen: shares in words, orders by week, which rules first.
import type { Burden, Rate, ShownRule } from './api.ts';

export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** `62 % (48 to 75), 28 of 45`. */
export const rateWords = (rate: Rate | undefined): string =>
  rate === undefined ? 'not known' : `${percent(rate.share)} (${percent(rate.low)} to ${percent(rate.high)}), ${rate.count} of ${rate.of}`;

export interface WeekBurden {
  week: string;
  orders: number;
  interruptions: number;
  /** Interruptions of 100 orders; undefined where none was signed. */
  per100?: number;
  roles: { role: string; orders: number; per100?: number }[];
}

const per100 = (interruptions: number, orders: number): { per100?: number } =>
  orders === 0 ? {} : { per100: Math.round((1000 * interruptions) / orders) / 10 };

/** All ways of signing together, by week and, within it, by role. */
export function byWeek(burden: readonly Burden[]): WeekBurden[] {
  const weeks = new Map<string, Burden[]>();
  for (const row of burden) weeks.set(row.week, [...(weeks.get(row.week) ?? []), row]);
  return [...weeks].sort().map(([week, rows]) => {
    const sum = (all: readonly Burden[]) => ({
      orders: all.reduce((n, row) => n + row.orders, 0),
      interruptions: all.reduce((n, row) => n + row.interruptions, 0),
    });
    const total = sum(rows);
    const roles = [...new Set(rows.map((row) => row.role))].sort().map((role) => {
      const of = sum(rows.filter((row) => row.role === role));
      return { role, orders: of.orders, ...per100(of.interruptions, of.orders) };
    });
    return { week, ...total, ...per100(total.interruptions, total.orders), roles };
  });
}

/** Those that interrupt most, first; of equals those that are overridden most surely. */
export const byBurden = (a: ShownRule, b: ShownRule): number =>
  b.interrupted - a.interrupted || (b.overrideRate?.low ?? 0) - (a.overrideRate?.low ?? 0) || b.shown - a.shown;

/** The reasons that were given, the most frequent first: `tolerated before 12, will monitor 3`. */
export const reasonWords = (reasons: Readonly<Record<string, number>>): string =>
  Object.entries(reasons)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([code, n]) => `${code.replaceAll('-', ' ')} ${n}`)
    .join(', ');
