// What a table of the warehouse has on disk: the columns of its view, typed for analysis, beside each key its pseudonym, and
// which resource, patient and change a row is of.
import type { Column } from '../contract.ts';
import { type ColumnKind, columnKind } from '../view/column-kind.ts';
import { identifier } from '../view/sql-text.ts';

/** `_id`, `_pat` and `_position` can be no names of a view's columns: those begin with a letter. */
export const own = ['_id', '_pat', '_position'] as const;

/** As rows come from the closure. Times are texts until DuckDB reads them. */
export const stagedTypes: Record<ColumnKind, 'BOOLEAN' | 'BIGINT' | 'DOUBLE' | 'VARCHAR'> = {
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  decimal: 'DOUBLE',
  text: 'VARCHAR',
  date: 'VARCHAR',
  moment: 'VARCHAR',
  complex: 'VARCHAR',
};

export const stagedType = (column: Column): (typeof stagedTypes)[ColumnKind] =>
  column.collection ? 'VARCHAR' : stagedTypes[columnKind(column)];

/** A table as analysts see it. */
export const shownType = (column: Column): string => {
  if (column.collection) return 'JSON';
  const kind = columnKind(column);
  return kind === 'date' ? 'DATE' : kind === 'moment' ? 'TIMESTAMPTZ' : kind === 'complex' ? 'JSON' : stagedTypes[kind];
};

export const pseudonymOf = (name: string): string => `${name}~`;

/** The first moment of what a date says: 1970-06 becomes 1970-06-01. */
const completed = (text: string): string =>
  `case length(${text}) when 4 then ${text} || '-01-01' when 7 then ${text} || '-01' else ${text} end`;

/** A staged column, typed for analysis. */
export function typedColumn(column: Column): string {
  const name = identifier(column.name);
  const kind = column.collection ? 'text' : columnKind(column);
  if (kind === 'date') return `try_cast(${completed(name)} as DATE) as ${name}`;
  return kind === 'moment' ? `try_cast(${completed(name)} as TIMESTAMPTZ) as ${name}` : name;
}

/** From the staged columns to those on disk. The secret of the pseudonyms is the variable `pseudonym` of the connection. */
export function storedColumns(columns: readonly Column[]): string {
  const stored = columns.flatMap((column) => {
    const name = identifier(column.name);
    const value = typedColumn(column);
    if (column.identifies !== 'key') return [value];
    return [value, `left(sha256(getvariable('pseudonym') || ${name}), 16) as ${identifier(pseudonymOf(column.name))}`];
  });
  return [...stored, ...own].join(', ');
}
