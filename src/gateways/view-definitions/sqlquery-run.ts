// $sqlquery-run: SQL of a Library over the tables of the warehouse. The question goes the way of every other: one SELECT that DuckDB
// parses and policy decides, within bounds, with its row in the audit trail. Rows are identified, as those of views are.
// https://build.fhir.org/ig/HL7/sql-on-fhir/OperationDefinition-SQLQueryRun.html
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import type { InstalledTables, RowsFormat } from '../../warehouse/contract.ts';
import { formatNamed, formatOf, rowsMost } from './asked.ts';
import { type Format, formats, type Installed, type Named } from './contract.ts';
import { type Cells, rowsOfSql } from './fhir-rows.ts';
import type { Given } from './parameters.ts';
import { bound } from './sql-bound.ts';
import { readSqlLibrary } from './sql-library.ts';
import { byUrl, statementOf } from './sql-tables.ts';

export const sqlqueryRun: Named = { name: '$sqlquery-run', otherwise: 'ndjson', ofFhir: 'fhir' };

export interface SqlQueryParts {
  record: RecordStore;
  /** Absent: they are off. */
  tables?: InstalledTables;
  views: ReadonlyMap<string, Installed>;
}

export interface SqlAnswer {
  path: string;
  format: Format;
  header: boolean;
  rows: number;
  bytes: number;
  asOf: string;
  /** Of `fhir`: a row of the cells of one line. */
  row?: (cells: Cells) => string;
  remove(): void;
}

const waysToName = ['queryReference', 'queryCanonical', 'queryResource'];
const known = ['_format', 'header', '_limit', 'parameters', 'tableSource', 'source', ...waysToName];
/** What the specification has and this does not, and why. */
const unsupported: Readonly<Record<string, string>> = {
  patient: 'ask for the patient in the SQL',
  group: 'ask for its patients in the SQL',
  _since: 'ask for the time in the SQL',
};
/** Forms of files in which the tables answer. */
const fileOf: Readonly<Record<Format, RowsFormat>> = { json: 'ndjson', ndjson: 'ndjson', csv: 'csv', parquet: 'parquet', fhir: 'cells' };
const seconds = 60;

/** `of`: the Library that the address names. */
export async function runSqlQuery(
  parts: SqlQueryParts,
  caller: Caller,
  given: readonly Given[],
  { of, accept, named = sqlqueryRun }: { of?: string | undefined; accept?: string | undefined; named?: Named },
  signal: AbortSignal,
): Promise<Result<SqlAnswer>> {
  const { record, tables, views } = parts;
  const asked = readAsked(given, named, of, accept);
  if (!asked.ok) return asked;
  if (tables === undefined) return fail('unsupported', 'The tables are off (LAMPLIGHT_WAREHOUSE): SQL is asked of them');
  const names = new Set([...views.keys(), ...tables.dictionary(caller).map(({ name }) => name)].map((name) => name.toLowerCase()));
  const around = { caller, record, views, tables: names };
  const { way, format, header, limit, parameters, sources } = asked.value;
  const library = 'resource' in way ? readSqlLibrary(way.resource) : await byUrl(around, way.canonical);
  if (!library.ok) return library;
  const statement = await statementOf(around, library.value, sources);
  if (!statement.ok) return statement;
  const values = bound(library.value, parameters, statement.value.used);
  if (!values.ok) return values;
  const answer = await tables.askFile(caller, statement.value.sql, fileOf[format], {
    detail: 'identified',
    parameters: values.value,
    signal,
    limits: { rows: limit ?? rowsMost, timeMs: seconds * 1000 },
  });
  if (!answer.ok) return { ok: false, problem: ofSql(answer.problem) };
  const { path, rows, bytes, asOf, columns, remove, cut } = answer.value;
  const row = format === 'fhir' ? rowsOfSql(columns) : ok(undefined);
  if (!row.ok || (cut && limit === undefined)) {
    remove();
    return row.ok ? fail('too-costly', `There are more than ${rowsMost.toLocaleString('en')} rows: give _limit`, '_limit') : row;
  }
  return ok({ path, format, header, rows, bytes, asOf, remove, ...(row.value === undefined ? {} : { row: row.value }) });
}

interface Asked {
  way: { canonical: string } | { resource: Json };
  format: Format;
  header: boolean;
  limit?: number;
  parameters?: Json;
  sources: Given[];
}

function readAsked(given: readonly Given[], named: Named, of: string | undefined, accept: string | undefined): Result<Asked> {
  const may = of === undefined ? known : known.filter((name) => !waysToName.includes(name));
  for (const [at, { name }] of given.entries()) {
    const why = Object.hasOwn(unsupported, name) ? unsupported[name] : undefined;
    if (why !== undefined) return fail('unsupported', `${named.name} over tables knows no ${name}: ${why}`, name);
    if (!may.includes(name)) {
      const near = nearest(name, may);
      const meant = near === undefined ? '' : `: is "${near}" meant?`;
      return fail(
        'invalid',
        `${named.name} has no parameter ${JSON.stringify(name.slice(0, 50))}${meant} It knows ${may.join(', ')} here`,
        name.slice(0, 50),
      );
    }
    if (name !== 'tableSource' && given.findIndex((other) => other.name === name) < at)
      return fail('invalid', `${name} is given twice: one of them would be left out`, name);
  }
  const one = (name: string): Given | undefined => given.find((other) => other.name === name);
  const [asked, header, limit, parameters] = ['_format', 'header', '_limit', 'parameters'].map(one);
  const stated = asked === undefined ? undefined : formatNamed(asked.text ?? '');
  if (asked !== undefined && stated === undefined) return fail('unsupported', `_format takes ${formats.join(', ')}`, '_format');
  const format = formatOf(stated, named, accept);
  if (!format.ok) return format;
  if (header !== undefined && header.text !== 'true' && header.text !== 'false')
    return fail('invalid', 'header takes true or false', 'header');
  if (limit !== undefined && !(/^[1-9]\d{0,8}$/.test(limit.text ?? '') && Number(limit.text) <= rowsMost))
    return fail('invalid', `_limit is a whole number from 1 to ${rowsMost}`, '_limit');
  const way = wayOf(given, of);
  return way.ok
    ? ok({
        way: way.value,
        format: format.value,
        header: header?.text !== 'false',
        sources: given.filter(({ name }) => name === 'tableSource'),
        ...(limit === undefined ? {} : { limit: Number(limit.text) }),
        ...(parameters === undefined ? {} : { parameters: parameters.resource ?? null }),
      })
    : way;
}

function wayOf(given: readonly Given[], of: string | undefined): Result<Asked['way']> {
  if (of !== undefined) return ok({ canonical: `Library/${of}` });
  const ways = given.filter(({ name }) => waysToName.includes(name));
  const [way] = ways;
  if (way === undefined || ways.length > 1) return fail('invalid', `Send one of ${waysToName.join(', ')}`, 'queryReference');
  if (way.name === 'queryResource') return ok({ resource: way.resource ?? null });
  const { name, text = '' } = way;
  return name === 'queryReference' && !/^Library\/[A-Za-z0-9.-]{1,64}$/.test(text)
    ? fail('invalid', 'queryReference is a Library of this server, such as Library/123', name)
    : ok({ canonical: text });
}

/** The place is that of a statement which nobody has written like that. */
const ofSql = ({ kind, message }: Problem): Problem => ({ kind, message: `${statedFault}${message}`, where: 'Library.content' });
const statedFault = 'The SQL of the Library: ';

/** A Library that is none, and SQL that does not run, are no wrong requests. */
export const statusOfQuery = ({ kind, message }: Problem, status: number): number =>
  message.startsWith('A Library to be run') || (message.startsWith(statedFault) && (kind === 'invalid' || kind === 'not-found'))
    ? 422
    : status;
