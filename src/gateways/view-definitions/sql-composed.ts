// The SQL of a Library as one SELECT over the tables of the warehouse: its labels become names after WITH, its placeholders (:name)
// parameters with their types. Nothing that a request says becomes text here, and what comes out is checked as any query of a person is
// (src/warehouse/query/statement.ts).
import { fail, ok, type Result } from '../../fhir/result.ts';
import { identifier } from '../../warehouse/view/sql-text.ts';

/** What of SQL is not looked into: texts, quoted names, comments; and casts, whose second colon begins no name. */
const pieces =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$|--[^\n]*|\/\*|::|:([A-Za-z_]\w*)|;|\bwith\s+recursive\b|[A-Za-z_]\w*|\S/gi;

/** FHIR types that a parameter of a SQLQuery may have, and those of DuckDB that they become. */
export const sqlTypes: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  integer: 'INTEGER',
  date: 'DATE',
  dateTime: 'TIMESTAMPTZ',
  boolean: 'BOOLEAN',
  decimal: 'DOUBLE',
};

export interface Prepared {
  /** After `with` where it begins so, without the sign at its end. */
  body: string;
  with: 'none' | 'with' | 'recursive';
  /** Placeholders that it uses. */
  used: string[];
}

/** `declared`: names and FHIR types. A `:name` that is not declared is refused: it would be a mistake in every dialect. */
export function prepared(sql: string, declared: ReadonlyMap<string, string>): Result<Prepared> {
  const used = new Set<string>();
  let [body, from, first, ended] = ['', 0, true, false];
  let begins: Prepared['with'] = 'none';
  pieces.lastIndex = 0;
  for (let found = pieces.exec(sql); found !== null; found = pieces.exec(sql)) {
    const [piece, tag, name] = found;
    const at = found.index;
    if (piece.startsWith('--')) continue;
    if (piece === '/*') {
      pieces.lastIndex = endOf(sql, '*/', at + 2);
      continue;
    }
    if (ended) return fail('invalid', 'One SELECT at a time: there is more after the semicolon', 'Library.content');
    if (/^\$\w*\$$/.test(piece)) pieces.lastIndex = endOf(sql, `$${tag ?? ''}$`, at + piece.length);
    if (piece === ';') {
      body += sql.slice(from, at);
      [from, ended] = [at + 1, true];
    }
    if (first && /^with\b/i.test(piece)) {
      // What stands before is comments.
      [begins, from] = [piece.length > 4 ? 'recursive' : 'with', at + piece.length];
    }
    if (name !== undefined && piece.startsWith(':')) {
      const type = declared.get(name);
      if (type === undefined)
        return fail('invalid', `The SQL names :${name.slice(0, 64)}, which Library.parameter does not declare`, 'Library.parameter');
      body += `${sql.slice(from, at)}cast($${name} as ${sqlTypes[type]})`;
      from = at + piece.length;
      used.add(name);
    }
    first = false;
  }
  body += ended ? '' : sql.slice(from);
  return ok({ body, with: begins, used: [...used] });
}

function endOf(sql: string, end: string, from: number): number {
  const at = sql.indexOf(end, from);
  return at < 0 ? sql.length : at + end.length;
}

/** A table that the SQL calls by a label: another SELECT. */
export interface Labelled {
  label: string;
  sql: string;
}

export function composed({ body, with: begins }: Prepared, tables: readonly Labelled[]): string {
  const heads = tables.map(({ label, sql }) => `${identifier(label)} as (${sql}\n)`).join(', ');
  if (begins === 'none') return heads === '' ? body : `with ${heads} ${body}`;
  return `with ${begins === 'recursive' ? 'recursive ' : ''}${heads}${heads === '' ? '' : ', '}${body}`;
}
