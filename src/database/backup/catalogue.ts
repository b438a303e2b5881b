// What there is to back up, asked of PostgreSQL's own catalogue, so that a table which a later step makes is never forgotten.
// https://www.postgresql.org/docs/current/catalogs.html
import { escapeIdentifier } from 'pg';
import type { Statement } from '../contract.ts';
import type { CopyConnection } from './connection.ts';

export interface Table {
  name: string;
  /** All that hold values of their own, in order. */
  columns: string[];
  /** From the last analysis, otherwise from its size. */
  rowsAbout: number;
}

/** Not what an extension brings along. */
const ours = (catalogue: string, of: string): string =>
  `not exists (select from pg_depend d where d.classid = '${catalogue}'::regclass and d.objid = ${of} and d.deptype = 'e')`;

const inOurSchema = (of: string): string => `${of}.relnamespace = current_schema()::regnamespace`;

const tablesText = `
select c.relname as name,
  array(select a.attname::text from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
  (case when c.reltuples >= 0 then c.reltuples else pg_table_size(c.oid) / 200 end)::float8 as rows_about
from pg_class c where ${inOurSchema('c')} and c.relkind = 'r' and ${ours('pg_class', 'c.oid')} order by c.relname collate "C"`;

export async function listTables(on: CopyConnection): Promise<Table[]> {
  const { rows } = await on.query<{ name: string; columns: string[]; rows_about: number }>({ text: tablesText });
  return rows.map(({ name, columns, rows_about }) => ({ name, columns, rowsAbout: Math.round(rows_about) }));
}

export async function listSequences(on: CopyConnection): Promise<string[]> {
  const { rows } = await on.query<{ name: string }>({
    text: `select c.relname as name from pg_class c where ${inOurSchema('c')} and c.relkind = 'S' and ${ours('pg_class', 'c.oid')} order by c.relname collate "C"`,
  });
  return rows.map(({ name }) => name);
}

/** What makes a database not empty: tables, views, sequences in the schema. */
export async function listRelations(on: CopyConnection): Promise<string[]> {
  const { rows } = await on.query<{ name: string }>({
    text: `select c.relname as name from pg_class c where ${inOurSchema('c')} and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and ${ours('pg_class', 'c.oid')} order by c.relname collate "C"`,
  });
  return rows.map(({ name }) => name);
}

/** How to take away an index or a constraint, and how to make it again. */
export interface Rebuild {
  drop: string;
  make: string;
}

/**
 * Keys, references and indexes of all tables, in the order in which they can be made: indexes, keys, references. Checks stay: rows are
 * held to them as they come.
 */
export async function listRebuilds(on: CopyConnection): Promise<Rebuild[]> {
  const constraints: Statement = {
    text: `select t.relname as table, c.conname as name, pg_get_constraintdef(c.oid) as definition, c.contype = 'f' as reference
      from pg_constraint c join pg_class t on t.oid = c.conrelid
      where ${inOurSchema('t')} and c.contype in ('p', 'u', 'x', 'f') and c.conparentid = 0 and ${ours('pg_class', 't.oid')}
      order by c.contype = 'f', t.relname collate "C", c.conname collate "C"`,
  };
  const indexes: Statement = {
    text: `select i.relname as name, pg_get_indexdef(i.oid) as definition
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
      where ${inOurSchema('t')} and not i.relispartition and ${ours('pg_class', 't.oid')}
        and not exists (select from pg_constraint c where c.conindid = i.oid and c.contype in ('p', 'u', 'x'))
      order by t.relname collate "C", i.relname collate "C"`,
  };
  const { rows: keys } = await on.query<{ table: string; name: string; definition: string; reference: boolean }>(constraints);
  const { rows: plain } = await on.query<{ name: string; definition: string }>(indexes);
  const ofConstraint = ({ table, name, definition }: (typeof keys)[number]): Rebuild => ({
    drop: `alter table ${escapeIdentifier(table)} drop constraint ${escapeIdentifier(name)}`,
    make: `alter table ${escapeIdentifier(table)} add constraint ${escapeIdentifier(name)} ${definition}`,
  });
  return [
    ...plain.map(({ name, definition }) => ({ drop: `drop index ${escapeIdentifier(name)}`, make: definition })),
    ...keys.filter(({ reference }) => !reference).map(ofConstraint),
    ...keys.filter(({ reference }) => reference).map(ofConstraint),
  ];
}
