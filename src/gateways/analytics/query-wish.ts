// What a query by HTTP asks for: a JSON object with known members of the right kind, and nothing else; and in which form the answer is
// wanted (RFC 9110, section 12.5.1).
import type { IncomingMessage } from 'node:http';
import { Decimal } from '../../fhir/decimal.ts';
import { type Json, readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type Detail, details, type FileFormat, type Parameters } from '../../warehouse/contract.ts';
import { readBody } from '../http/body.ts';

export interface QueryWish {
  sql: string;
  parameters?: Parameters;
  detail?: Detail;
  /** Rows at most. */
  limit?: number;
  timeSeconds?: number;
  /** By which it can be cancelled. */
  id?: string;
}

const bodyBytesMax = 1024 * 1024;
export const sqlLengthMax = 100_000;
export const rowsMax = 10_000;
export const fileRowsMax = 5_000_000;
export const timeSecondsMax = 300;
const parametersMax = 200;
const parameterLengthMax = 10_000;

const isWhole = (value: Json, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
const isText = (value: Json): value is string => typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value);

function parametersOf(value: Json): Parameters | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Decimal) return undefined;
  const entries = Object.entries(value);
  if (entries.length > parametersMax) return undefined;
  const read = entries.map(([name, one]): [string, string | number | boolean | null] | undefined => {
    if (!/^[A-Za-z]\w{0,63}$/.test(name)) return undefined;
    if (typeof one === 'boolean' || one === null || (typeof one === 'number' && Number.isFinite(one))) return [name, one];
    if (one instanceof Decimal) return [name, Number(one.toString())];
    return isText(one) && one.length <= parameterLengthMax ? [name, one] : undefined;
  });
  return read.every((one) => one !== undefined) ? Object.fromEntries(read) : undefined;
}

const members: Readonly<Record<keyof QueryWish, { takes: string; read: (value: Json) => Partial<QueryWish> | undefined }>> = {
  sql: {
    takes: `text of at most ${sqlLengthMax.toLocaleString('en')} characters, without NUL`,
    read: (value) => (isText(value) && value.length <= sqlLengthMax ? { sql: value } : undefined),
  },
  parameters: {
    takes: `an object of at most ${parametersMax} values by name (letters, digits and _): text of at most ${parameterLengthMax.toLocaleString('en')} characters, numbers, true, false or null`,
    read: (value) => {
      const parameters = parametersOf(value);
      return parameters === undefined ? undefined : { parameters };
    },
  },
  detail: {
    takes: `one of ${details.join(', ')}`,
    read: (value) => {
      const detail = details.find((one) => one === value);
      return detail === undefined ? undefined : { detail };
    },
  },
  limit: {
    takes: `a whole number from 1 to ${fileRowsMax}; as JSON at most ${rowsMax}`,
    read: (value) => (isWhole(value, fileRowsMax) ? { limit: value } : undefined),
  },
  timeSeconds: {
    takes: `a whole number from 1 to ${timeSecondsMax}`,
    read: (value) => (isWhole(value, timeSecondsMax) ? { timeSeconds: value } : undefined),
  },
  id: {
    takes: 'a name of your own for it: at most 64 letters, digits, "-" and "_"',
    read: (value) => (typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? { id: value } : undefined),
  },
};
const known = Object.keys(members).join(', ');
const isMember = (name: string): name is keyof QueryWish => Object.hasOwn(members, name);

/** Of the body; members that are not known are refused. */
export async function readQueryWish(message: IncomingMessage): Promise<Result<QueryWish>> {
  const text = await readBody(message, bodyBytesMax);
  if (!text.ok) return text;
  const body = await readJson(text.value, { maxDepth: 3 });
  // `line:column` alone would be read as a place in the SQL.
  if (!body.ok) return fail('invalid', `The body is no JSON: ${body.problem.message}`, `body, ${body.problem.where ?? ''}`);
  if (typeof body.value !== 'object' || body.value === null || Array.isArray(body.value) || body.value instanceof Decimal)
    return fail('invalid', 'The body must be a JSON object: {"sql": "select count(*) from patients"}');
  let wish: Partial<QueryWish> = {};
  for (const [name, value] of Object.entries(body.value)) {
    if (!isMember(name))
      return fail('invalid', `${JSON.stringify(name.slice(0, 40))} is not understood here: send ${known}`, name.slice(0, 40));
    const read = members[name].read(value);
    if (read === undefined) return fail('invalid', `${name} takes ${members[name].takes}`, name);
    wish = { ...wish, ...read };
  }
  const { sql, ...more } = wish;
  return sql === undefined ? fail('invalid', 'Send the query: {"sql": "select count(*) from patients"}', 'sql') : ok({ sql, ...more });
}

export type Form = FileFormat | 'json';
const forms: Readonly<Record<string, Form>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'text/csv': 'csv',
  'text/*': 'csv',
  'application/vnd.apache.parquet': 'parquet',
  'application/x-ndjson': 'ndjson',
};
export const typeOf: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: 'application/vnd.apache.parquet',
  ndjson: 'application/x-ndjson',
};

/** The first that is known, by falling weight. */
export function formOf(accept: string | undefined): Result<Form> {
  if (accept === undefined || accept.trim() === '') return ok('json');
  const wanted = accept
    .slice(0, 1_000)
    .split(',')
    .map((one) => {
      const [type = '', ...more] = one.split(';').map((part) => part.trim().toLowerCase());
      const weight = more.find((part) => part.startsWith('q='));
      return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ type, weight }) => Object.hasOwn(forms, type) && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const form = forms[wanted[0]?.type ?? ''];
  return form === undefined
    ? fail('unsupported', 'Accept is application/json, text/csv, application/vnd.apache.parquet or application/x-ndjson', 'Accept')
    : ok(form);
}
