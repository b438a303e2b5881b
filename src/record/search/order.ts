// The order of a search and its pages: a page continues after the sort values and id of the last one (keyset), so pages
// neither repeat nor lose what stays as it was while other resources come and go. Missing values sort last both ways: R4 leaves it
// open (http://hl7.org/fhir/R4/search.html#sort), and whoever asks for the newest first wants to see some.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query, SearchParameter, SortKey } from '../../fhir/search/contract.ts';
import { sortTextMax } from '../../fhir/search/fold.ts';
import type { Person } from '../../policy/contract.ts';
import { codeOrderKey, hasCodeOrder } from '../index-rows.ts';
import { parameterKey, typeNumber } from '../keys.ts';
import { storedAs } from '../stored-as.ts';
import type { Compiler } from './compiler.ts';
import { textsOf } from './sort-text.ts';

type SortValue = number | string | null;
export interface Order {
  /** `left join lateral …` for every key that is not a column. */
  joins: string;
  /** SQL of the keys, in order. `present`: never null here. */
  keys: { sql: string; type: 'float8' | 'text' | 'timestamptz'; descending: boolean; present?: boolean }[];
}

/**
 * Which rows a statement orders: all; or, where the first key is walked along its index, those that have it and, when these
 * have come to their end, those that do not.
 */
export type Part = 'all' | 'present' | 'missing';

/** Whether the first key can be walked: one value at most in each resource, in the table whose index has this order. */
export function isWalkable([first]: readonly SortKey[]): boolean {
  if (first === undefined || first.by === '_id') return false;
  if (first.by === '_lastUpdated') return true;
  const { type, single } = first.by;
  return single && storedAs(first.by).length === 1 && (type === 'date' || type === 'number' || type === 'quantity');
}

export function orderOf(sort: readonly SortKey[], part: Part, r: string, compiler: Compiler): Result<Order> {
  const order: Order = { joins: '', keys: [] };
  for (const [i, { by, descending }] of sort.entries()) {
    if (by === '_id') {
      // Ids are the last key anyway; as a wish it is their text, which for UUIDs is the same order.
      order.keys.push({ sql: `coalesce(${r}.name, ${r}.id::text)`, type: 'text', descending });
    } else if (by === '_lastUpdated' && i === 0 && part === 'present') {
      // The feed is written in the order of time and has it as an index, which no update of a resource pays for. A row stands at
      // the place of its last change; the places of earlier ones are passed over.
      const c = compiler.alias('c');
      order.joins += ` join change ${c} on ${c}.id = ${r}.id and ${c}.type = ${typeNumber(compiler.typeOf(r))} and coalesce(${c}.version = ${r}.version and ${c}.pat = ${r}.pat, false)`;
      order.keys.push({ sql: `${c}.at`, type: 'timestamptz', descending, present: true });
    } else if (by === '_lastUpdated') {
      order.keys.push({ sql: `${r}.at`, type: 'timestamptz', descending });
    } else if (i === 0 && part === 'present') {
      const w = compiler.alias('w');
      // An id stands in one compartment only; said as an equation, PostgreSQL would expect hardly any row to satisfy both.
      order.joins += ` join range_value ${w} on ${w}.id = ${r}.id and coalesce(${w}.pat = ${r}.pat, false) and ${w}.parameter = ${parameterKey(storedAs(by)[0]!)}`;
      order.keys.push({ sql: `${w}.low`, type: 'float8', descending, present: true });
    } else if (i === 0 && part === 'missing') {
      order.keys.push({ sql: 'null::float8', type: 'float8', descending });
    } else {
      const value = columnOf(by, r);
      if (value === undefined) return fail('unsupported', whyNot(by), '_sort');
      const s = compiler.alias('s');
      order.joins += ` left join lateral (select ${descending ? 'max' : 'min'}(${value.column}) as v from ${value.from}) ${s} on true`;
      order.keys.push({ sql: `${s}.v`, type: value.type, descending });
    }
  }
  return ok(order);
}

interface SortColumn {
  column: string;
  /** Table and condition for the values of one row. */
  from: string;
  type: 'float8' | 'text';
}

/** Where the values of a parameter stand, if they have an order. Text counts by its first characters: they go into the page link. */
function columnOf(by: SearchParameter, r: string): SortColumn | undefined {
  const numbers = (of: (parameter: SearchParameter) => bigint): string => `in (${[...new Set(storedAs(by).map(of))].join(', ')})`;
  const ofRow = `v.id = ${r}.id and v.pat = ${r}.pat and v.parameter`;
  switch (by.type) {
    case 'string':
    case 'uri':
      return { column: `left(v.folded, ${sortTextMax})`, from: `string_value v where ${ofRow} ${numbers(parameterKey)}`, type: 'text' };
    case 'date':
    case 'number':
    case 'quantity':
      return { column: 'v.low', from: `range_value v where ${ofRow} ${numbers(parameterKey)}`, type: 'float8' };
    case 'reference':
      return textColumn(by, r);
    case 'token':
      if (!hasCodeOrder(by)) return textColumn(by, r);
      return {
        column: `left(v.folded, ${sortTextMax})`,
        from: `concept_text v where v.key = any(${r}.keys) and v.parameter ${numbers((parameter) => codeOrderKey(parameter)!)}`,
        type: 'text',
      };
    default:
      return undefined;
  }
}

function textColumn(by: SearchParameter, r: string): SortColumn | undefined {
  const texts = textsOf(by, r);
  return texts === undefined ? undefined : { column: 'v.v', from: `(${texts}) v`, type: 'text' };
}

function whyNot({ code, type }: SearchParameter): string {
  const why = type === 'token' || type === 'reference' ? 'its expression is more than a path' : `a ${type} has no order`;
  return `_sort by ${code} is not possible: ${why}. Sort by another parameter, by _id or _lastUpdated`;
}

/** An index is walked only where the text asks for its order; so nothing is said of missing values where there are none. */
export const orderBy = (order: Order, r: string, id = `${r}.id`): string =>
  [
    ...order.keys.map(({ sql, descending, present }) => `${sql} ${descending ? 'desc' : 'asc'}${present === true ? '' : ' nulls last'}`),
    id,
  ].join(', ');

/** Rows after the cursor: (k1 after v1) or (k1 = v1 and ((k2 after v2) or … id > last)). `from`: how ids go on behind the last; `last`: SQL in its place. */
export function after(
  order: Order,
  r: string,
  cursor: Cursor,
  { parameters }: Compiler,
  from: '>' | '>=' = '>',
  last = (): string => `${r}.id ${from} ${parameters.add(cursor.id, 'uuid')}`,
): string {
  let sql = last();
  for (let i = order.keys.length - 1; i >= 0; i--) {
    const { sql: key, type, descending, present } = order.keys[i]!;
    const value = cursor.values[i] ?? null;
    if (value === null) {
      sql = `(${key} is null and ${sql})`;
      continue;
    }
    const placeholder = parameters.add(value, type);
    const beyond = `${key} ${descending ? '<' : '>'}`;
    // Where it is walked, a plain bound says from where.
    sql =
      present === true
        ? `(${beyond}= ${placeholder} and (${beyond} ${placeholder} or ${sql}))`
        : `(${beyond} ${placeholder} or ${key} is null or (${key} = ${placeholder} and ${sql}))`;
  }
  return sql;
}

export interface Cursor {
  /** Fingerprint of the search that it continues. */
  of: string;
  id: string;
  values: SortValue[];
  total?: number;
  /** Number of the last one's type, in a search over several: two types may have resources of the same id. */
  type?: number;
  /** Key of the last one inside its container, where contained resources are answered. */
  piece?: string;
}

export const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads a cursor as far as it can be trusted: its values only ever become parameters of their column's type. */
export function readCursor(text: string, order: Order, of: string): Result<Cursor> {
  const refuse = fail('invalid', 'This page link does not belong to this search: start the search again from its first page', '_cursor');
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
    if (typeof cursor !== 'object' || cursor === null || cursor.of !== of || !uuid.test(cursor.id) || !Array.isArray(cursor.values))
      return refuse;
    if (cursor.values.length !== order.keys.length) return refuse;
    if (cursor.type !== undefined && !Number.isInteger(cursor.type)) return refuse;
    if (cursor.piece !== undefined && !uuid.test(cursor.piece)) return refuse;
    if (cursor.total !== undefined && !(Number.isSafeInteger(cursor.total) && cursor.total >= 0)) return refuse;
    return cursor.values.every((value, i) => value === null || fits(value, order.keys[i]!.type)) ? ok(cursor) : refuse;
  } catch {
    return refuse;
  }
}

/** As Date.toISOString writes it: PostgreSQL and JavaScript read many other forms, and not the same ones. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function fits(value: unknown, type: Order['keys'][number]['type']): boolean {
  if (type === 'float8') return typeof value === 'number' || value === 'Infinity' || value === '-Infinity';
  if (typeof value !== 'string' || value.includes('\0')) return false;
  return type === 'text' ? value.length <= 1000 : instant.test(value) && !Number.isNaN(Date.parse(value));
}

/** Value of a sort column as the cursor keeps it. Infinity, an open period, has no JSON. */
export function sortValue(value: unknown): SortValue {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return typeof value === 'string' ? value : null;
}

/**
 * Fingerprint of what a cursor may continue: type, conditions and order, and whose rights they were asked with. A cursor carries
 * the total that was counted for its first page; in other hands it would tell how much these may not see.
 */
export function fingerprint(
  query: Pick<Query, 'understood' | 'compartment'> & { type: string },
  { role, organisations, patients, restrictions }: Person,
  hash: (text: string) => string,
): string {
  const asked = askedOf(query).filter(([name]) => name !== '_cursor' && name !== '_count');
  return hash(JSON.stringify([query.type, asked, role, organisations, patients, restrictions]));
}

/** All that a search asks: the compartment stands in its address, not among its parameters. */
export const askedOf = ({ compartment, understood }: Pick<Query, 'understood' | 'compartment'>): Query['understood'] =>
  compartment === undefined ? understood : [['compartment', `${compartment.type}/${compartment.id}`], ...understood];
