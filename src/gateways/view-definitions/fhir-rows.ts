// Rows as FHIR values: one parameter `row` of a Parameters resource each, its columns as parts; a column without a value is left out.
// https://build.fhir.org/ig/HL7/sql-on-fhir/OperationDefinition-SQLQueryRun.html#sql-to-fhir-type-mapping
import type { Json } from '../../fhir/json.ts';
import { writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Column, Row } from '../../warehouse/contract.ts';

/** Columns of a view by their FHIR type; what is no primitive has no place in a row. */
const ofView: Readonly<Record<string, string>> = {
  boolean: 'valueBoolean',
  integer: 'valueInteger',
  positiveInt: 'valueInteger',
  unsignedInt: 'valueInteger',
  integer64: 'valueInteger64',
  decimal: 'valueDecimal',
  date: 'valueDate',
  dateTime: 'valueDateTime',
  instant: 'valueInstant',
  time: 'valueTime',
  base64Binary: 'valueBase64Binary',
  ...Object.fromEntries(
    ['string', 'code', 'id', 'uri', 'url', 'uuid', 'oid', 'canonical', 'markdown', 'xhtml'].map((type) => [type, 'valueString']),
  ),
};

const memberOf = ({ type, collection }: Column): string | undefined => {
  const name = type.split(/[./]/).at(-1) ?? '';
  return collection || !Object.hasOwn(ofView, name) ? undefined : ofView[name];
};

/** Refused where a column has no value[x]: lists, and elements with parts. */
export function fitsRows(columns: readonly Column[]): Result<void> {
  const strange = columns.find((column) => memberOf(column) === undefined);
  return strange === undefined
    ? ok(undefined)
    : fail('invalid', noPlace(strange.name, strange.collection ? 'a list' : `of the type ${strange.type}`), '_format');
}

/** Begins like all that a 422 is answered for. */
const noPlace = (column: string, what: string): string =>
  `A resource does not fit into rows of FHIR: the column ${JSON.stringify(column.slice(0, 64))} is ${what}. Ask for ndjson, or for a simple type`;

export function rowOfView(columns: readonly Column[], row: Row): string {
  const parts = columns.flatMap((column) => {
    const cell = row[column.name] ?? null;
    return cell === null ? [] : [part(column.name, memberOf(column)!, cell)];
  });
  return rowText(parts);
}

const part = (name: string, value: string, cell: Json): string => `{"name":${JSON.stringify(name)},"${value}":${writeJson(cell)}}`;
const rowText = (parts: readonly string[]): string => `{"name":"row"${parts.length === 0 ? '' : `,"part":[${parts.join(',')}]`}}`;

type Value = [name: string, json: (text: string) => string | undefined];
const text = (value: string): string => JSON.stringify(value);
/** Infinity and NaN are no numbers of JSON, and no decimals of FHIR: they are left out, as null is. */
const number = (value: string): string | undefined => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? value : undefined);

/** By the types of DuckDB, of cells as PostgreSQL writes them. */
const ofSql: readonly [RegExp, Value][] = [
  [/^BOOLEAN$/, ['valueBoolean', (cell) => (cell === 't' ? 'true' : 'false')]],
  [/^(TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT)$/, ['valueInteger', number]],
  // FHIR writes them as text, since JavaScript has no such numbers (http://hl7.org/fhir/R5/json.html#primitive).
  [/^(BIGINT|UINTEGER)$/, ['valueInteger64', text]],
  [/^(DECIMAL|FLOAT|DOUBLE|HUGEINT|UBIGINT|UHUGEINT)/, ['valueDecimal', number]],
  [/^(VARCHAR|JSON|UUID|ENUM)/, ['valueString', (cell) => (cell === '' ? undefined : text(cell))]],
  [/^BLOB$/, ['valueBase64Binary', (cell) => text(Buffer.from(cell.slice(2), 'hex').toString('base64'))]],
  [/^DATE$/, ['valueDate', text]],
  [/^TIME( WITH TIME ZONE)?$/, ['valueTime', (cell) => text(cell.replace(/[+-][\d:]+$/, ''))]],
  [/^TIMESTAMP WITH TIME ZONE$/, ['valueInstant', instant]],
  [/^TIMESTAMP/, ['valueDateTime', (cell) => text(cell.replace(' ', 'T'))]],
];

/** `2026-01-31 08:00:00.123456+05:30`, rounded to milliseconds as FHIR has them. */
function instant(cell: string): string | undefined {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d)(:\d\d)?$/.exec(cell);
  if (found === null) return undefined;
  const [, day, time, fraction = '', hours, minutes = ':00'] = found;
  const whole = Date.parse(`${day}T${time}${hours}${minutes}`);
  return Number.isNaN(whole) ? undefined : text(new Date(whole + Math.round(Number(`0${fraction}`) * 1000)).toISOString());
}

export type Cells = readonly (string | null)[];

/** What makes a row of the cells of an answer, in their order. */
export function rowsOfSql(columns: readonly { name: string; type: string }[]): Result<(cells: Cells) => string> {
  const values: Value[] = [];
  for (const { name, type } of columns) {
    const value = type.endsWith(']') ? undefined : ofSql.find(([form]) => form.test(type))?.[1];
    if (value === undefined) return fail('invalid', noPlace(name, `of the type ${type.slice(0, 40)}`), '_format');
    values.push(value);
  }
  return ok((cells) =>
    rowText(
      columns.flatMap(({ name }, at) => {
        const [as, json] = values[at]!;
        const cell = cells[at] ?? null;
        const said = cell === null ? undefined : json(cell);
        return said === undefined ? [] : [`{"name":${JSON.stringify(name)},"${as}":${said}}`];
      }),
    ),
  );
}
