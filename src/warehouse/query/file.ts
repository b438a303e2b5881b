// A whole answer as a file: CSV after RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180), Parquet, or one JSON object a line. DuckDB
// writes it, so that no row passes through JavaScript.
import type { RowsFormat } from '../contract.ts';
import { identifier, literal } from '../view/sql-text.ts';

export interface Copied {
  /** One SELECT that was checked. */
  sql: string;
  columns: readonly { name: string; type: string }[];
  format: RowsFormat;
  path: string;
  rows: number;
}

const options: Record<RowsFormat, string> = {
  csv: "format csv, header, delimiter ',', quote '\"', escape '\"'",
  // Readers that know only one compression know this one.
  parquet: 'format parquet, compression snappy',
  ndjson: 'format json',
  cells: 'format json',
};

/** What a spreadsheet would take for a formula: `-` counts unless a number follows. */
export const formulaStart = /^[=+@\t\r]|^-(?![\d.])/;
/** The same for DuckDB, whose expressions (RE2) know no look-ahead. */
const formula = '^([=+@\\t\\r]|-([^0-9.]|$))';

export function copySql({ sql, columns, format, path, rows }: Copied): string {
  // By place: two columns of a query may have one name.
  const places = columns.map((_, at) => `c${at}`);
  if (format === 'cells') {
    const cells = columns.map(({ type }, at) => `(${textSql(`c${at}`, type)})::VARCHAR`);
    return `copy (select json_array(${cells.join(', ')}) as r from (${sql}\n) as q(${places.join(', ')}) limit ${rows}) to ${literal(path)} (${options[format]})`;
  }
  const shown = columns.map(({ name, type }, at) => `${cellSql(`c${at}`, type, format)} as ${identifier(name)}`);
  return `copy (select ${shown.join(', ')} from (${sql}\n) as q(${places.join(', ')}) limit ${rows}) to ${literal(path)} (${options[format]})`;
}

function cellSql(cell: string, type: string, format: RowsFormat): string {
  if (format === 'csv' && /^(VARCHAR|JSON|ENUM|BLOB)/.test(type))
    return `case when regexp_matches(${cell}::VARCHAR, ${literal(formula)}) then '''' || ${cell}::VARCHAR else ${cell}::VARCHAR end`;
  // Moments by ISO 8601, as everywhere.
  if (format !== 'parquet' && /^TIMESTAMP( WITH TIME ZONE)?$|^TIMESTAMP_/.test(type))
    return `strftime(${cell}${type === 'TIMESTAMP WITH TIME ZONE' ? " at time zone 'UTC'" : ''}, '%Y-%m-%dT%H:%M:%S.%g${type === 'TIMESTAMP WITH TIME ZONE' ? 'Z' : ''}')`;
  return cell;
}

/** As PostgreSQL writes values as text (https://www.postgresql.org/docs/current/datatype.html); lists and structs as JSON. */
const texts: readonly [RegExp, (cell: string) => string][] = [
  [/\[\d*\]$|^(STRUCT|MAP|UNION|VARIANT)/, (cell) => `to_json(${cell})`],
  [/^BOOLEAN$/, (cell) => `case when ${cell} then 't' when not ${cell} then 'f' end`],
  [
    /^(DOUBLE|FLOAT)$/,
    (cell) =>
      `case ${cell}::VARCHAR when 'inf' then 'Infinity' when '-inf' then '-Infinity' when 'nan' then 'NaN' else ${cell}::VARCHAR end`,
  ],
  [/^INTERVAL$/, (cell) => `replace(${cell}::VARCHAR, 'month', 'mon')`],
  [/^BLOB$/, (cell) => `'\\x' || lower(hex(${cell}))`],
];
const textSql = (cell: string, type: string): string => texts.find(([form]) => form.test(type))?.[1](cell) ?? cell;
