// Derived tables as what a room of queries makes of them. They come after the tables of one person, and show what those show.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifier, literal } from '../view/sql-text.ts';
import type { Derived } from './contract.ts';

/** A table of a room. */
export interface RoomTable {
  /** As it is asked. */
  name: string;
  schema?: string;
  sql: string;
  /** What it may read, where it is made of other tables. */
  of?: readonly string[];
  /** Made once, and not with each query that reads it. */
  kept?: true;
}

/** Those of which the person sees all tables. `folder`: of the warehouse, where files of rows are put for DuckDB. */
export function derivedTables(derived: readonly Derived[], seen: readonly string[], folder: string): RoomTable[] {
  if (seen.length === 0) return [];
  const known = new Set(seen);
  return derived.flatMap((one): RoomTable[] => {
    if (!one.of.every((name) => known.has(name))) return [];
    known.add(one.name);
    const place = { name: one.name, ...(one.schema === undefined ? {} : { schema: one.schema }) };
    return one.content.kind === 'select'
      ? [{ ...place, sql: selectSql(one, one.content.sql), of: one.of }]
      : [{ ...place, sql: rowsSql(one, one.content.rows, folder), kept: true }];
  });
}

/** The names of those that a person sees. */
export const derivedSeen = (derived: readonly Derived[], seen: readonly string[]): Derived[] => {
  if (seen.length === 0) return [];
  const known = new Set(seen);
  return derived.filter(({ name, of }) => of.every((one) => known.has(one)) && known.add(name));
};

/** The columns of the head in its order and types, whatever the SELECT says beside. */
const selectSql = ({ columns }: Derived, sql: string): string =>
  `select ${columns.map(({ name, type }) => `cast(q.${identifier(name)} as ${type}) as ${identifier(name)}`).join(', ')} from (${sql}\n) as q`;

function rowsSql({ name, columns }: Derived, rows: readonly (readonly string[])[], folder: string): string {
  const typed = columns.map((column) => `${literal(column.name)}: ${literal(column.type)}`).join(', ');
  if (rows.length === 0) return `select ${columns.map((one) => `null::${one.type} as ${identifier(one.name)}`).join(', ')} where false`;
  const text = textOf(rows);
  const file = join(folder, 'reference', `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.csv`);
  if (!existsSync(file)) {
    mkdirSync(join(folder, 'reference'), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  }
  const form = `header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', nullstr = ''`;
  return `select * from read_csv(${literal(file)}, ${form}, columns = {${typed}})`;
}

/** The same rows are written out once. */
const texts = new WeakMap<object, string>();
function textOf(rows: readonly (readonly string[])[]): string {
  const found = texts.get(rows) ?? `${rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n')}\n`;
  texts.set(rows, found);
  return found;
}
