// One syndrome by day, with its bounds and alarms, beside all visits of the same people: what the middle of the screen shows.
import { ok, type Result } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import { type Facet, filterNames } from './contract.ts';
import { type Counts, type Cube, noFilters, seriesKey } from './counts.ts';
import { judgeAll } from './judging.ts';
import { seesRows, told } from './rights.ts';
import { addDays, daysBetween, type Wish } from './wish.ts';

/** Days before the first that is shown, for what detectors compare with: five years and some weeks. */
export const pastDays = 5 * 365 + 100;

export interface Series {
  syndrome: string;
  from: string;
  to: string;
  /** Null: from 1 to 4, kept back. */
  days: { day: string; count: number | null; visits: number | null; incomplete: boolean }[];
  steps: {
    first: string;
    last: string;
    observed: number | null;
    expected: number | null;
    upperbound: number | null;
    alarm: boolean;
    recurrenceDays: number | null;
  }[];
  method: string;
  /** Bounds are of the share of all visits. */
  share: boolean;
  step: 'day' | 'week';
  instead?: string;
  values: Cube['values'];
  at: string;
  position: string;
  cut?: string;
}

/** The series of a cube, from the day on which anything is known at all: a record that began last year has no zeros before. */
export function knownSeries(cube: Cube, syndrome: string, facet: Facet, value: string, until: string): { from: string; counts: number[] } {
  const all = cube.series.get(seriesKey('', 'all', ''));
  const first = all?.findIndex((count) => count > 0) ?? -1;
  if (all === undefined || first < 0) return { from: until, counts: [] };
  const counts = cube.series.get(seriesKey(syndrome, facet, value)) ?? new Uint32Array(all.length);
  return { from: addDays(cube.from, first), counts: [...counts.subarray(first, daysBetween(cube.from, until) + 1)] };
}

/** The newest day that is over. */
export const lastComplete = (to: string, today: string): string => (to >= today ? addDays(today, -1) : to);

export async function seriesOf(counts: Counts, caller: Caller, wish: Wish, today: string): Promise<Result<Series>> {
  const named = filterNames.filter((name) => wish.filters[name] !== '');
  // One filter or none is a series of the cube that the alerts are of, too.
  const single = named.length <= 1;
  const cube = await counts.cube(caller, {
    class: wish.class,
    from: addDays(wish.to, -pastDays),
    to: wish.to,
    filters: single ? noFilters : wish.filters,
  });
  if (!cube.ok) return cube;
  const facet: Facet = single ? (named[0] ?? 'all') : 'all';
  const value = facet === 'all' ? '' : wish.filters[facet];
  const complete = lastComplete(wish.to, today);
  const known = knownSeries(cube.value, wish.syndrome, facet, value, complete);
  const shown = Math.max(1, daysBetween(wish.from, complete) + 1);
  const totals = wish.share ? { totals: knownSeries(cube.value, '', facet, value, complete).counts } : {};
  const options = { method: wish.method, days: Math.min(shown, known.counts.length), ...totals };
  const found = await judgeAll([{ counts: known.counts, options }]);
  if (!found.ok) return found;
  const judged = found.value[0]!;
  const all = named.length === 0 || seesRows(caller);
  const dayAt = (index: number): string => addDays(known.from, index);
  const countsAt = (name: string): Uint32Array | undefined => cube.value.series.get(seriesKey(name, facet, value));
  const [own, visits] = [countsAt(wish.syndrome), countsAt('')];
  return ok({
    syndrome: wish.syndrome,
    from: wish.from,
    to: wish.to,
    days: Array.from({ length: daysBetween(wish.from, wish.to) + 1 }, (_, i) => {
      const day = addDays(wish.from, i);
      const at = daysBetween(cube.value.from, day);
      return { day, count: told(own?.[at] ?? 0, all), visits: told(visits?.[at] ?? 0, all), incomplete: day >= today };
    }),
    steps: judged.steps
      .map(({ first, last, observed, ...rest }) => ({ first: dayAt(first), last: dayAt(last), observed: told(observed, all), ...rest }))
      .filter(({ last }) => last >= wish.from),
    method: judged.method,
    share: wish.share,
    step: judged.step,
    ...(judged.instead === undefined ? {} : { instead: judged.instead }),
    values: cube.value.values,
    at: cube.value.at,
    position: cube.value.position,
    ...(cube.value.cut === undefined ? {} : { cut: cube.value.cut }),
  });
}
