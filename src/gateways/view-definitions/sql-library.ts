// A Library that holds SQL: the profiles SQLQuery and SQLView of SQL on FHIR, read strictly.
// https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-SQLQuery.html, …-SQLView.html
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isMembers, type Members } from './parameters.ts';
import { sqlTypes } from './sql-composed.ts';

export interface SqlLibrary {
  kind: 'sql-query' | 'sql-view';
  url?: string;
  version?: string;
  sql: string;
  tables: { label: string; canonical: string }[];
  parameters: { name: string; type: string; required: boolean }[];
}

const longestSql = 100_000;
const mostTables = 50;
const mostParameters = 200;

export function readSqlLibrary(json: Json | undefined): Result<SqlLibrary> {
  if (!isMembers(json) || json['resourceType'] !== 'Library') return wrong('is a Library', 'Library');
  const kind = kindOf(json);
  if (kind === undefined) return wrong('has the type sql-query or sql-view of LibraryTypesCodes', 'Library.type');
  const sql = sqlOf(json);
  if (!sql.ok) return sql;
  const tables = tablesOf(json);
  if (!tables.ok) return tables;
  const parameters = parametersOf(json);
  if (!parameters.ok) return parameters;
  if (kind === 'sql-view' && parameters.value.length > 0) return wrong('of the type sql-view has no parameters', 'Library.parameter');
  const { url, version } = json;
  return ok({
    kind,
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    sql: sql.value,
    tables: tables.value,
    parameters: parameters.value,
  });
}

const wrong = (what: string, where: string) => fail('invalid', `A Library to be run ${what}`, where);
const list = (json: Json | undefined): Members[] => (Array.isArray(json) ? json.filter(isMembers) : []);

function kindOf(json: Members): SqlLibrary['kind'] | undefined {
  const type = json['type'];
  const codes = isMembers(type) ? list(type['coding']) : [];
  // The guide has moved from one address to another, and its codes with it.
  const code = codes.find(({ system }) => typeof system === 'string' && system.endsWith('/CodeSystem/LibraryTypesCodes'))?.['code'];
  return code === 'sql-query' || code === 'sql-view' ? code : undefined;
}

/** Of DuckDB's dialect if there is one, or else the one without a dialect. */
function sqlOf(json: Members): Result<string> {
  const contents = list(json['content']).map((one) => ({ type: String(one['contentType'] ?? '').replaceAll(/[\s"]/g, ''), one }));
  if (contents.some(({ type }) => !/^application\/sql(;|$)/i.test(type)))
    return wrong('has contents of the type application/sql only', 'Library.content.contentType');
  const found = contents.find(({ type }) => /;dialect=duckdb(;|$)/i.test(type)) ?? contents.find(({ type }) => !/;dialect=/i.test(type));
  if (found === undefined) return wrong('has SQL without a dialect, or of the dialect duckdb', 'Library.content');
  const { data } = found.one;
  if (typeof data !== 'string' || !/^[A-Za-z0-9+/\s]+=*\s*$/.test(data)) return wrong('has its SQL as base64', 'Library.content.data');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > longestSql) return fail('too-costly', `A query has at most ${longestSql.toLocaleString('en')} characters`);
  return ok(bytes.toString('utf8'));
}

function tablesOf(json: Members): Result<SqlLibrary['tables']> {
  const related = list(json['relatedArtifact']).filter(({ type }) => type === 'depends-on');
  if (related.length > mostTables) return fail('too-costly', `A query depends on at most ${mostTables} tables`, 'Library.relatedArtifact');
  const tables: SqlLibrary['tables'] = [];
  for (const { label, resource } of related) {
    if (typeof label !== 'string' || !/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(label))
      return wrong('has a label of letters, digits and _ for each table', 'Library.relatedArtifact.label');
    if (typeof resource !== 'string') return wrong('names each table by its canonical URL', 'Library.relatedArtifact.resource');
    if (tables.some((one) => one.label.toLowerCase() === label.toLowerCase()))
      return wrong(`has one table of each label: ${label} is there twice`, 'Library.relatedArtifact.label');
    tables.push({ label, canonical: resource });
  }
  return ok(tables);
}

function parametersOf(json: Members): Result<SqlLibrary['parameters']> {
  const declared = list(json['parameter']);
  if (declared.length > mostParameters) return fail('too-costly', `A query has at most ${mostParameters} parameters`, 'Library.parameter');
  const parameters: SqlLibrary['parameters'] = [];
  for (const { name, type, use, min } of declared) {
    if (typeof name !== 'string' || !/^[A-Za-z_]\w{0,63}$/.test(name) || use !== 'in')
      return wrong('has parameters with a name and the use in', 'Library.parameter');
    if (typeof type !== 'string' || !Object.hasOwn(sqlTypes, type))
      return wrong(`has parameters of the types ${Object.keys(sqlTypes).join(', ')}`, 'Library.parameter.type');
    if (parameters.some((one) => one.name === name))
      return wrong(`has one parameter of each name: ${name} is there twice`, 'Library.parameter');
    parameters.push({ name, type, required: min !== 0 });
  }
  return ok(parameters);
}
