// Which SQL of a person may run: one SELECT over the tables of the warehouse and nothing else. DuckDB itself parses it; every table
// and table function of the tree must be on a list, so that what is forgotten here is refused and not reached.
import type { DuckDBConnection } from '@duckdb/node-api';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import { placeOf } from './mistake.ts';

const longest = 100_000;
/** What stands after FROM may be one of these kinds of DuckDB's tree. */
const tableFunctions = new Set(['unnest', 'range', 'generate_series']);
const refusedKinds = new Set(['SHOW_REF', 'COLUMN_DATA', 'DELIM_GET', 'TABLE_FUNCTION_REF', 'BOUND_TABLE_REF', 'CTE_REF']);
/** Functions in expressions that look outside the tables, or at how this runs. */
const refusedFunctions =
  /^(getenv|getvariable|current_setting|nextval|currval|query|read_.*|write_.*|pg_.*|duckdb_.*|sniff_.*|glob|parquet_.*|json_execute.*|sleep.*|in_search_path|which_secret|current_database|current_schemas?)$/i;
/** A name with a dot or slash would be looked for as a file. */
const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Elsewhere in the query than where WITH names it, such a name would reach what DuckDB keeps for itself. */
const ownNames = /^(_|pg_|duckdb_|sqlite_|pragma_)/i;

type Tree = { readonly [name: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The tables that the query names (lower case), where it may run. */
export async function checkStatement(connection: DuckDBConnection, sql: string, tables: ReadonlySet<string>): Promise<Result<Set<string>>> {
  if (sql.length > longest) return fail('too-costly', `A query has at most ${longest.toLocaleString('en')} characters`);
  if (sql.includes('\0')) return fail('invalid', 'The query holds the character NUL: take it out');
  const reader = await connection.runAndReadAll('select json_serialize_sql($1::VARCHAR)', [sql]);
  const tree = JSON.parse(String(reader.getRows()[0]?.[0] ?? '{}')) as Tree;
  if (tree['error'] === true) {
    const message = String(tree['error_message'] ?? '').split('\n')[0] ?? '';
    return message.startsWith('Only SELECT')
      ? fail('forbidden', 'Only SELECT is allowed here: the tables are kept by the record')
      : fail('invalid', `The query cannot be read: ${message.slice(0, 300)}`, placeSaid(tree['position'], sql));
  }
  const statements = tree['statements'];
  if (!Array.isArray(statements) || statements.length !== 1) return fail('invalid', 'One SELECT at a time: there are several, or none');
  const names = new Set<string>();
  const used = new Set<string>();
  const bad = namesOf(tree, names);
  return bad ?? look(tree, { tables, names, used }) ?? ok(used);
}

/** DuckDB counts bytes of UTF-8. */
function placeSaid(position: unknown, sql: string): string | undefined {
  const at = Number(position);
  return typeof position === 'string' && Number.isSafeInteger(at)
    ? placeOf(sql, Buffer.from(sql).subarray(0, at).toString().length)
    : undefined;
}

interface Known {
  tables: ReadonlySet<string>;
  /** Of common table expressions. */
  names: ReadonlySet<string>;
  /** Filled: tables that are asked. */
  used: Set<string>;
}

type Refusal = ReturnType<typeof fail>;

/** Names of common table expressions, wherever they are. */
function namesOf(value: unknown, names: Set<string>): Refusal | undefined {
  for (const part of Array.isArray(value) ? value : isTree(value) ? Object.values(value) : []) {
    const bad = namesOf(part, names);
    if (bad !== undefined) return bad;
  }
  if (!isTree(value) || !isTree(value['cte_map'])) return undefined;
  const map = value['cte_map']['map'];
  for (const entry of Array.isArray(map) ? map : []) {
    const name = isTree(entry) ? String(entry['key']) : '';
    if (!plainName.test(name)) return fail('invalid', 'A name after WITH has letters, digits and _ only');
    if (ownNames.test(name)) return fail('invalid', 'A name after WITH does not begin with _, pg_, duckdb_, sqlite_ or pragma_');
    names.add(name.toLowerCase());
  }
  return undefined;
}

function look(value: unknown, known: Known): Refusal | undefined {
  if (Array.isArray(value)) {
    for (const part of value) {
      const bad = look(part, known);
      if (bad !== undefined) return bad;
    }
    return undefined;
  }
  if (!isTree(value)) return undefined;
  const bad = refusal(value, known);
  if (bad !== undefined) return bad;
  for (const part of Object.values(value)) {
    const below = look(part, known);
    if (below !== undefined) return below;
  }
  return undefined;
}

function refusal(node: Tree, { tables, names, used }: Known): Refusal | undefined {
  const kind = String(node['type'] ?? '');
  if (kind === 'BASE_TABLE' || (typeof node['table_name'] === 'string' && 'schema_name' in node)) {
    const [schema, catalogue] = [node['schema_name'], node['catalog_name']].map((part) => String(part ?? ''));
    const name = `${schema === '' ? '' : `${schema}.`}${String(node['table_name'])}`;
    const outside = catalogue !== '';
    if (!outside && tables.has(name.toLowerCase())) {
      used.add(name.toLowerCase());
      return undefined;
    }
    if (!outside && schema === '' && names.has(name.toLowerCase())) return undefined;
    const near = nearest(name, tables);
    return fail('not-found', `There is no table "${name.slice(0, 64)}" for you.${near === undefined ? '' : ` Is "${near}" meant?`}`);
  }
  if (refusedKinds.has(kind)) return fail('forbidden', 'Only SELECT over the tables of the warehouse is allowed here');
  const name = typeof node['function_name'] === 'string' ? node['function_name'] : undefined;
  if (kind === 'TABLE_FUNCTION') {
    const called = isTree(node['function']) ? String(node['function']['function_name'] ?? '') : '';
    if (!tableFunctions.has(called.toLowerCase()))
      return fail(
        'forbidden',
        `The table function ${called.slice(0, 64)} is not allowed here: tables of the warehouse, unnest and range are`,
      );
  }
  if (name !== undefined && refusedFunctions.test(name)) return fail('forbidden', `The function ${name.slice(0, 64)} is not allowed here`);
  return undefined;
}
