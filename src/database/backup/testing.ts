// For tests: what a schema is and what its tables hold, as text that two databases can be compared by.
import { escapeIdentifier } from 'pg';
import type { Database } from '../contract.ts';

const ours = `relnamespace = 'public'::regnamespace`;

/** Columns, keys, checks, references, indexes and sequences, one a line; neither the order of columns nor any number of PostgreSQL's own. */
export async function schemaOf(db: Database): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>({
    text: `
select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || a.attidentity::text || a.attgenerated::text
    || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '-') || ' ' || a.attcollation::regcollation::text as line
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.${ours} and c.relkind in ('r', 'p', 'v', 'm')
union all select c.conrelid::regclass::text || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) || ' ' || c.convalidated
  from pg_constraint c join pg_class t on t.oid = c.conrelid where t.${ours}
union all select pg_get_indexdef(x.indexrelid) || ' ' || x.indisvalid from pg_index x join pg_class i on i.oid = x.indexrelid where i.${ours}
union all select 'sequence ' || relname from pg_class where ${ours} and relkind = 'S'
order by 1`,
  });
  return rows.map(({ line }) => line);
}

/** Every row of `from`, as far as `to` has its tables and columns: what a database of an older schema would hold. */
export async function copyRows(from: Database, to: Database): Promise<void> {
  const columns = async (db: Database) =>
    (
      await db.query<{ table: string; column: string; type: string }>({
        text: `select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type from pg_class c join pg_attribute a on a.attrelid = c.oid
          where c.${ours} and c.relkind = 'r' and c.relname <> 'migration' and a.attnum > 0 and not a.attisdropped order by c.oid, a.attnum`,
      })
    ).rows;
  const have = new Set((await columns(from)).map(({ table, column }) => `${table}.${column}`));
  const wanted = await columns(to);
  for (const table of new Set(wanted.map((one) => one.table))) {
    const some = wanted.filter((one) => one.table === table && have.has(`${table}.${one.column}`));
    if (some.length === 0) continue;
    const names = some.map(({ column }) => escapeIdentifier(column)).join(', ');
    // Rows that the steps themselves put there.
    await to.query({ text: `truncate ${escapeIdentifier(table)} cascade` });
    const { rows } = await from.query<{ values: (string | null)[] }>({
      text: `select array[${some.map(({ column }) => `${escapeIdentifier(column)}::text`).join(', ')}] as values from ${escapeIdentifier(table)}`,
    });
    await to.query({
      text: `insert into ${escapeIdentifier(table)} (${names}) overriding system value select ${some.map(({ type }, at) => `u.c${at}::${type}`).join(', ')}
        from unnest(${some.map((_, at) => `$${at + 1}::text[]`).join(', ')}) as u(${some.map((_, at) => `c${at}`).join(', ')})`,
      values: some.map((_, at) => rows.map(({ values }) => values[at])),
    });
  }
}

/** Of each table the number of rows and a hash of what they say, whatever their order. `columns`: only these of some tables. */
export async function contentOf(db: Database, columns: Record<string, string[]> = {}): Promise<Record<string, string>> {
  const { rows: tables } = await db.query<{ name: string }>({
    text: `select relname as name from pg_class where ${ours} and relkind = 'r' order by relname`,
  });
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const row = columns[name] === undefined ? 't::text' : `row(${columns[name].map((one) => escapeIdentifier(one)).join(', ')})::text`;
    const { rows } = await db.query<{ says: string }>({
      text: `select count(*) || ' ' || coalesce(md5(string_agg(md5(${row}), '' order by md5(${row}))), '-') as says from ${escapeIdentifier(name)} t`,
    });
    found[name] = rows[0]!.says;
  }
  return found;
}
