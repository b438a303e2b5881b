// Results as clinicians know them: a row a quantity and unit, a column a day, newest first (pure).
import type { Reading, Series } from './readings.ts';
import { isOut } from './readings.ts';

export interface GridRow {
  series: Series;
  /** Readings of each day, newest first; by day as `2026-11-22` in the reader's zone. */
  days: Map<string, Reading[]>;
}

export interface Grid {
  /** Newest first. */
  days: string[];
  rows: GridRow[];
  /** Whether there are days before the first and behind the last that is shown: the day to go on with. */
  older?: string;
  newer?: string;
}

const two = (number: number): string => String(number).padStart(2, '0');

export function dayOf(reading: Reading): string {
  // What was recorded to the day stays on that day, wherever it is read.
  if (reading.at.length <= 10) return reading.at;
  const at = new Date(reading.atMs);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export interface GridWish {
  category?: string | undefined;
  abnormalOnly: boolean;
  /** The newest day that is wanted; undefined: the newest there is. */
  upTo?: string | undefined;
  columns: number;
}

export function gridOf(series: readonly Series[], { category, abnormalOnly, upTo, columns }: GridWish): Grid {
  const rows = series
    .filter((one) => category === undefined || one.category === category)
    .map((one): GridRow => {
      const days = new Map<string, Reading[]>();
      for (let at = one.readings.length - 1; at >= 0; at--) {
        const reading = one.readings[at];
        if (reading === undefined || (abnormalOnly && !isOut(reading.flag))) continue;
        const day = dayOf(reading);
        const list = days.get(day);
        if (list === undefined) days.set(day, [reading]);
        else list.push(reading);
      }
      return { series: one, days };
    });
  const all = [...new Set(rows.flatMap(({ days }) => [...days.keys()]))].sort().reverse();
  const first =
    upTo === undefined
      ? 0
      : Math.max(
          0,
          all.findIndex((day) => day <= upTo),
        );
  const days = all.slice(first, first + columns);
  const older = all[first + columns];
  const newer = first === 0 ? undefined : all[Math.max(0, first - columns)];
  return {
    days,
    rows: rows.filter((row) => days.some((day) => row.days.has(day))),
    ...(older === undefined ? {} : { older }),
    ...(newer === undefined ? {} : { newer }),
  };
}
