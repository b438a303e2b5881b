// The values of an indicator by month and ward, from rows of views. Pure: the views are handed in. Linked rows are kept by their key, so memory grows
// with the rows of linked views that fulfil their conditions, not with the rest.
import { columnsIn, fulfils, hourMs, momentIn } from './conditions.ts';
import type { Indicator, IndicatorValue, Linked, Row, Tables } from './contract.ts';
import { type PeriodAt, utcMonthAt } from './periods.ts';

export const dayMs = 24 * hourMs;
export const unitMs = { minutes: 60_000, hours: hourMs, days: dayMs };
export const everywhere = 'all';
/** Longer than a person stays: an end that was typed wrong makes no millions of months. */
const periodsMost = 3660;

/** What each view is read for, in the order of the alphabet: what `needs` has to say. */
export function needsOf({ denominator, numerator, events, time }: Indicator): Record<string, string[]> {
  const needs = new Map<string, Set<string>>();
  const need = (view: string, columns: readonly (string | undefined)[]): void => {
    const own = needs.get(view) ?? new Set();
    for (const column of columns) if (column !== undefined) own.add(column);
    needs.set(view, own);
  };
  need(denominator.view, [denominator.month, denominator.ward, denominator.daysUntil, ...columnsIn(denominator.where)]);
  for (const linked of [denominator.with, denominator.without, numerator?.linked, time?.first]) {
    if (linked === undefined) continue;
    need(linked.view, [linked.by, linked.at, ...columnsIn(linked.where), ...(linked.anyOf ?? []).flatMap(columnsIn)]);
    if (linked.other === true) need(linked.view, ['id']);
    need(denominator.view, [linked.key ?? linked.by, linked.from, ...(linked.other === true ? ['id'] : [])]);
  }
  need(denominator.view, [...columnsIn(numerator?.where), time?.from, time?.to]);
  if (events !== undefined) need(events.view, [events.month, events.ward, ...columnsIn(events.where)]);
  return Object.fromEntries([...needs].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([view, columns]) => [view, [...columns].toSorted()]));
}

/** Linked rows by key, as moments with their ids, earliest first. */
class Index {
  readonly #byKey = new Map<unknown, { at: number; id: unknown }[]>();
  readonly #linked: Linked;

  constructor(linked: Linked, rows: Iterable<Row>) {
    this.#linked = linked;
    for (const row of rows) {
      const at = momentIn(row[linked.at]);
      if (Number.isNaN(at) || !fulfils(row, linked.where)) continue;
      if (linked.anyOf?.some((each) => fulfils(row, each)) === false) continue;
      const own = this.#byKey.get(row[linked.by]) ?? [];
      own.push({ at, id: row['id'] });
      this.#byKey.set(row[linked.by], own);
    }
    for (const own of this.#byKey.values()) own.sort((a, b) => a.at - b.at);
  }

  /** The first that belongs to the row; NaN where there is none. */
  first(row: Row): number {
    const { by, key: named = by, from, hoursAtLeast = 0, hoursAtMost = Number.POSITIVE_INFINITY, other } = this.#linked;
    const start = momentIn(row[from]);
    const key = row[named];
    if (Number.isNaN(start) || key === null || key === undefined) return Number.NaN;
    const found = this.#byKey.get(key)?.find(({ at, id }) => {
      const hours = (at - start) / hourMs;
      return hours >= hoursAtLeast && hours <= hoursAtMost && !(other === true && id === row['id']);
    });
    return found?.at ?? Number.NaN;
  }
}

interface Cellar {
  numerator: number;
  /** Rows, or ms of days: whole numbers, so that no order of adding matters. */
  denominator: number;
  times: number[];
}

function timeValue(times: readonly number[], statistic: NonNullable<Indicator['time']>['statistic']): { numerator: number; value: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)]!;
    return low + (place - Math.floor(place)) * ((sorted[Math.floor(place) + 1] ?? low) - low);
  };
  if (statistic === 'median') return { numerator: sorted.length, value: at(0.5) };
  // One hour at least, so that a stay of no time has a logarithm.
  const logs = sorted.map((time) => Math.log(Math.max(time, 1 / 24)));
  if (statistic === 'geometric-mean')
    return { numerator: sorted.length, value: Math.exp(logs.reduce((sum, each) => sum + each, 0) / logs.length) };
  // Long stays: beyond the third quartile plus one and a half times the distance of quartiles (the trim point of case-mix payment), in per cent.
  const trim = at(0.75) + 1.5 * (at(0.75) - at(0.25));
  const long = sorted.filter((time) => time > trim).length;
  return { numerator: long, value: (100 * long) / sorted.length };
}

/** What stands in a cell, of its counts: the days of `daysUntil` in ms, the time of `time` where there is one. */
export function cellValueOf(
  { measure, per = 1, denominator, denominatorLeast }: Indicator,
  cell: { numerator: number; denominator: number; time?: number | null },
): Pick<IndicatorValue, 'denominator' | 'value' | 'few'> {
  const count = denominator.daysUntil === undefined ? cell.denominator : cell.denominator / dayMs;
  const few = count < denominatorLeast;
  const value = measure === 'time' ? (cell.time ?? null) : (per * cell.numerator) / count;
  return { denominator: count, value: few || count === 0 ? null : value, few };
}

/** Periods in order, wards within; the hospital as a whole is ward "all". A view that is not handed in has no rows. Months of UTC, unless other periods are given. */
export function evaluateIndicator(indicator: Indicator, tables: Tables, periodAt: PeriodAt = utcMonthAt): IndicatorValue[] {
  const { denominator, numerator, events, time, measure } = indicator;
  const rowsOf = (view: string): Iterable<Row> => (Object.hasOwn(tables, view) ? tables[view]! : []);
  const indexOf = (linked: Linked | undefined): Index | undefined =>
    linked === undefined ? undefined : new Index(linked, rowsOf(linked.view));
  const [withIndex, withoutIndex, numeratorIndex, firstIndex] = [denominator.with, denominator.without, numerator?.linked, time?.first].map(
    indexOf,
  );
  const cells = new Map<string, Cellar>();
  const add = (ms: number, ward: unknown, to: (cell: Cellar) => void): void => {
    const month = periodAt(ms).name;
    if (month === null) return;
    const wards = ward === undefined || ward === null || ward === '' ? [everywhere] : [everywhere, String(ward)];
    for (const each of wards) {
      const key = `${month}\u0000${each}`;
      const cell = cells.get(key) ?? { numerator: 0, denominator: 0, times: [] };
      to(cell);
      cells.set(key, cell);
    }
  };
  const wardIn = (row: Row, column: string | undefined): unknown => (column === undefined ? undefined : row[column]);

  for (const row of rowsOf(denominator.view)) {
    const at = momentIn(row[denominator.month]);
    if (Number.isNaN(at) || !fulfils(row, denominator.where)) continue;
    if (withIndex !== undefined && Number.isNaN(withIndex.first(row))) continue;
    if (withoutIndex !== undefined && !Number.isNaN(withoutIndex.first(row))) continue;
    const ward = wardIn(row, denominator.ward);
    if (denominator.daysUntil !== undefined) {
      const until = momentIn(row[denominator.daysUntil]);
      // Still there, or an end before the start: days are not known.
      if (Number.isNaN(until) || until < at) continue;
      for (let from = at, times = 0; from < until && times < periodsMost; times++) {
        const next = Math.min(until, periodAt(from).untilMs);
        add(from, ward, (cell) => {
          cell.denominator += next - from;
        });
        from = next;
      }
    } else if (time !== undefined) {
      const start = momentIn(row[time.from]);
      const end = firstIndex === undefined ? momentIn(row[time.to ?? '']) : firstIndex.first(row);
      if (Number.isNaN(start + end) || end < start) continue;
      add(at, ward, (cell) => {
        cell.denominator++;
        cell.times.push((end - start) / unitMs[time.unit]);
      });
    } else {
      const counts =
        numerator !== undefined &&
        fulfils(row, numerator.where) &&
        (numeratorIndex === undefined || !Number.isNaN(numeratorIndex.first(row)));
      add(at, ward, (cell) => {
        cell.denominator++;
        if (counts) cell.numerator++;
      });
    }
  }
  if (events !== undefined)
    for (const row of rowsOf(events.view)) {
      const at = momentIn(row[events.month]);
      if (Number.isNaN(at) || !fulfils(row, events.where)) continue;
      add(at, wardIn(row, events.ward), (cell) => {
        cell.numerator++;
      });
    }
  return [...cells]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, cell]) => {
      const [month = '', ward = ''] = key.split('\u0000');
      const own = measure === 'time' ? timeValue(cell.times, time?.statistic ?? 'median') : { numerator: cell.numerator, value: null };
      const { numerator: count, value } = own;
      return { month, ward, numerator: count, ...cellValueOf(indicator, { numerator: count, denominator: cell.denominator, time: value }) };
    });
}
