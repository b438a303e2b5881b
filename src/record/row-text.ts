// Rows on their way back as one text each: the counterpart of row-set.ts. The driver pays for every column of every row, and
// a page of results has a hundred; one column that is cut apart here costs half of ten that are parsed there.
import { readInstant } from '../database/values.ts';

// JSON text, ids and numbers never hold these control characters raw.
const separator = '\u0001';
const missing = '\u0002';

type Kind = 'text' | 'number' | 'instant';

/** Columns of a select and how their text is read. The last one may be long: it is taken as the rest of the text. */
export type RowColumns = readonly { name: string; kind: Kind }[];

/** SQL for one column that holds these columns of `alias`. */
export const rowText = (columns: RowColumns, alias: string): string =>
  columns.map(({ name }) => `coalesce(${alias}.${name}::text, E'\\x02')`).join(` || E'\\x01' || `);

/** The row again, from this place in the text on: null where the column was null. `Row` is what the columns say. */
export function readRow<Row extends object = Record<string, unknown>>(text: string, columns: RowColumns, from = 0): Row {
  const row: Record<string, unknown> = {};
  let at = from;
  const last = columns.length - 1;
  for (let i = 0; i < last; i++) {
    const end = text.indexOf(separator, at);
    row[columns[i]!.name] = read(text.slice(at, end), columns[i]!.kind);
    at = end + 1;
  }
  row[columns[last]!.name] = read(text.slice(at), columns[last]!.kind);
  return row as Row;
}

function read(text: string, kind: Kind): unknown {
  if (text === missing) return null;
  switch (kind) {
    case 'number':
      return Number(text);
    case 'instant':
      return readInstant(text);
    case 'text':
      return text;
  }
}
