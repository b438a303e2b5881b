// A series that a person keeps as a CSV file: reading it, and finding the columns of dates and of numbers. For forecasts and for surveillance.
import { readFile, stat } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isBlank, rowAt } from '../../formats/csv/rows.ts';
import { momentOf } from '../../methods/forecast/calendar.ts';
import type { Entry } from '../../methods/forecast/regular-series.ts';

const bytesMax = 100_000_000;

export async function fileText(file: string): Promise<Result<string>> {
  try {
    if (file === '-') return ok(await textOf(process.stdin));
    if ((await stat(file)).size > bytesMax)
      return fail('too-costly', `${file} is larger than ${bytesMax / 1e6} MB; give only the two columns that are needed`);
    return ok(await readFile(file, 'utf8'));
  } catch {
    return fail('not-found', `${file} cannot be read; give the path of a CSV file, or - for standard input`);
  }
}

export interface Table {
  names: string[];
  rows: { line: number; cells: string[] }[];
}

export function tableOf(text: string): Table {
  const bare = text.startsWith('\u{feff}') ? text.slice(1) : text;
  const head = bare.slice(0, bare.indexOf('\n') < 0 ? bare.length : bare.indexOf('\n'));
  const delimiter = [';', '\t', ','].find((each) => head.includes(each)) ?? ',';
  const rows: Table['rows'] = [];
  let line = 1;
  for (let at = 0; at < bare.length; ) {
    const row = rowAt(bare, at, { delimiter, quote: '"' }, true);
    if (row === undefined || row.end <= at) break;
    if (!isBlank(row)) rows.push({ line, cells: row.cells.map((cell) => cell.bytes) });
    line += row.lines;
    at = row.end;
  }
  const [first, ...rest] = rows;
  return { names: (first?.cells ?? []).map((name) => name.trim()), rows: rest };
}

/** The column that is named, or that looks as if it were meant. */
function columnIn(
  { names, rows }: Table,
  named: string | undefined,
  looks: (texts: string[]) => boolean,
  what: string,
  option: string,
): Result<number> {
  if (named !== undefined) {
    const at = names.indexOf(named);
    return at >= 0 ? ok(at) : fail('invalid', `there is no column "${named}"; the file has ${names.join(', ')}`);
  }
  const at = names.findIndex((_, i) => looks(rows.slice(0, 50).map((row) => row.cells[i] ?? '')));
  return at >= 0 ? ok(at) : fail('invalid', `no column looks like ${what}; name it with ${option}`);
}

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
