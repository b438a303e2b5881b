// A series that a person keeps as a CSV file: finding the columns of dates and of numbers. For forecasts and for surveillance.
import { ok, type Result } from '../../fhir/result.ts';
import { momentOf } from '../../methods/forecast/calendar.ts';
import type { Entry } from '../../methods/forecast/regular-series.ts';
import { columnIn, type Table } from './csv-table.ts';

export const isDate = (text: string): boolean => !Number.isNaN(momentOf(text, false)) || !Number.isNaN(momentOf(text, true));

/** The dates and values of the columns that are named, or that look like them. */
export function entriesOf(table: Table, options: { column?: string; date?: string }): Result<{ entries: Entry[]; name: string }> {
  const date = columnIn(table, options.date, (texts) => texts.length > 0 && texts.every(isDate), 'dates', '--date');
  if (!date.ok) return date;
  const numeric = (texts: string[]): boolean => texts.some((each) => /^\s*[+-]?[\d.,]+\s*$/.test(each) && !isDate(each));
  const column = columnIn(table, options.column, numeric, 'numbers', '--column');
  if (!column.ok) return column;
  const entries = table.rows.map(({ line, cells }) => ({ line, when: cells[date.value] ?? '', value: cells[column.value] ?? '' }));
  return ok({ entries, name: table.names[column.value] ?? '' });
}
