// What the index holds of one resource: hashes for everything that is compared for equality, narrow rows for what has an
// order. The search compiler in search/ reads the same forms; neither knows the other's SQL.
import type { Resource } from '../fhir/generated/types.ts';
import type { IndexValue, SearchParameter } from '../fhir/search/contract.ts';
import { foldText, foldToken } from '../fhir/search/fold.ts';
import { extractAll } from '../fhir/search/parameters.ts';
import { type Form, hashText, hashUuid, keyOfId, parameterKey, seed } from './keys.ts';
import { storedAs } from './stored-as.ts';

export interface RangeRow {
  parameter: bigint;
  part: number;
  low: number;
  high: number;
  /** Hashes of system and code, code, and unit text: any that was asked for may match. */
  units?: bigint[];
  canonicalUnit?: bigint;
  canonicalLow?: number;
  canonicalHigh?: number;
}
export interface StringRow {
  parameter: bigint;
  part: number;
  folded: string;
  /** Absent where it is the same as `folded`. */
  exact?: string;
}
export interface TextRow {
  parameter: bigint;
  folded: string;
  key: bigint;
}
export interface IndexRows {
  keys: Set<bigint>;
  ranges: RangeRow[];
  strings: StringRow[];
  texts: TextRow[];
}

/** PostgreSQL refuses index rows over 2,704 bytes; longer strings are found by their first part, told apart by `exact`. */
const longestString = 600;

/** Hash of one token under one parameter; `system` '' says that there is none. */
export const tokenKey = (parameter: SearchParameter, system: string, code: string): bigint =>
  hashText(`${system}|${foldToken(code)}`, seed(parameter, 'systemAndCode'));
export const codeKey = (parameter: SearchParameter, code: string): bigint => hashText(foldToken(code), seed(parameter, 'code'));
export const systemKey = (parameter: SearchParameter, system: string): bigint => hashText(system, seed(parameter, 'system'));
export const presentKey = (parameter: SearchParameter): bigint => hashText('', seed(parameter, 'present'));
export const referenceKey = (parameter: SearchParameter, type: string, id: string): bigint =>
  hashUuid(keyOfId(id), referenceSeed(parameter, type));

/** Seed of the keys by which this parameter points to resources of `type`. */
export const referenceSeed = (parameter: SearchParameter, type: string): readonly [number, number] =>
  seed(storedAs(parameter)[0]!, 'reference', type);
/** `:of-type`: `system` '*' stands for any. */
export const ofTypeKey = (parameter: SearchParameter, system: string, type: string, value: string): bigint =>
  formKey(parameter, 'ofType', `${system}|${foldToken(type)}|${foldToken(value)}`);
export const formKey = (parameter: SearchParameter, form: Form, text: string): bigint => hashText(text, seed(parameter, form));

/** Pairs of a composite of two parts are hashed together, in every form in which either can be asked for. */
export const pairKey = (parameter: SearchParameter, left: string, right: string): bigint =>
  hashText(`${left}\u0001${right}`, seed(parameter, 'pair'));

/** Ways to ask for one token: with its system, without, system only. Prefixes keep them apart. */
export function tokenForms(value: IndexValue): string[] {
  if (value.kind === 'token') {
    const system = value.system ?? '';
    const out = [`s${system}|`];
    if (value.code !== undefined) out.push(`b${system}|${foldToken(value.code)}`, `c${foldToken(value.code)}`);
    return out;
  }
  if (value.kind === 'reference') {
    if (value.type !== undefined && value.id !== undefined) return [`r${value.type}/${value.id}`];
    return value.url === undefined ? [] : [`u${value.url}`];
  }
  return [];
}

/** Adds `part`, the ordinal of the context element, to a hash: so SQL can compute it for a row's part. */
export const inPart = (key: bigint, part: number): bigint => BigInt.asIntN(64, key ^ (BigInt(part) << 20n));

export function indexRows(resource: Resource): IndexRows {
  const rows: IndexRows = { keys: new Set(), ranges: [], strings: [], texts: [] };
  for (const [parameter, values] of extractAll(resource)) {
    const stored = storedAs(parameter);
    if (stored[0] === parameter || stored.length === 1) rows.keys.add(presentKey(parameter));
    if (stored[0] !== parameter) continue;
    for (let i = 0; i < values.length; i++) add(rows, parameter, values[i]!, i);
  }
  return rows;
}

function add(rows: IndexRows, parameter: SearchParameter, value: IndexValue, part: number): void {
  switch (value.kind) {
    case 'token':
      return addToken(rows, parameter, value);
    case 'reference':
      return addReference(rows, parameter, value);
    case 'string':
      return addString(rows, parameter, value.text, part);
    case 'uri':
      rows.keys.add(formKey(parameter, 'uri', value.uri));
      rows.strings.push({ parameter: parameterKey(parameter), part, folded: value.uri.slice(0, longestString) });
      return;
    case 'date':
      rows.ranges.push({ parameter: parameterKey(parameter), part, low: value.fromMs, high: value.toMs });
      return;
    case 'number':
      rows.ranges.push({ parameter: parameterKey(parameter), part, low: value.low, high: value.high });
      return;
    case 'quantity':
      rows.ranges.push(quantityRow(parameter, value, part));
      return;
    case 'composite':
      return addComposite(rows, parameter, value);
  }
}

function addToken(rows: IndexRows, parameter: SearchParameter, value: Extract<IndexValue, { kind: 'token' }>): void {
  const system = value.system ?? '';
  if (value.code !== undefined) {
    rows.keys.add(tokenKey(parameter, system, value.code));
    rows.keys.add(codeKey(parameter, value.code));
  }
  if (value.system !== undefined) rows.keys.add(systemKey(parameter, system));
  if (value.code !== undefined) {
    for (const type of value.ofType ?? []) {
      rows.keys.add(ofTypeKey(parameter, type.system ?? '', type.code, value.code));
      rows.keys.add(ofTypeKey(parameter, '*', type.code, value.code));
    }
  }
  if (value.text !== undefined) addText(rows, parameter, value.text);
}

function addText(rows: IndexRows, parameter: SearchParameter, text: string): void {
  const folded = foldText(text).slice(0, longestString);
  const key = formKey(parameter, 'text', folded);
  rows.keys.add(key);
  rows.texts.push({ parameter: parameterKey(parameter), folded, key });
}

function addReference(rows: IndexRows, parameter: SearchParameter, value: Extract<IndexValue, { kind: 'reference' }>): void {
  if (value.type !== undefined && value.id !== undefined) rows.keys.add(referenceKey(parameter, value.type, value.id));
  if (value.url !== undefined) {
    rows.keys.add(formKey(parameter, 'url', value.url));
    const bar = value.url.indexOf('|');
    if (bar > 0) rows.keys.add(formKey(parameter, 'url', value.url.slice(0, bar)));
    rows.strings.push({ parameter: parameterKey(parameter), part: 0, folded: value.url.slice(0, longestString) });
  }
  const identifier = value.identifier;
  if (identifier?.value !== undefined) {
    rows.keys.add(formKey(parameter, 'identifierSystemAndValue', `${identifier.system ?? ''}|${identifier.value}`));
    rows.keys.add(formKey(parameter, 'identifierValue', identifier.value));
  }
  if (identifier?.system !== undefined) rows.keys.add(formKey(parameter, 'identifierSystem', identifier.system));
}

function addString(rows: IndexRows, parameter: SearchParameter, text: string, part: number): void {
  const folded = foldText(text).slice(0, longestString);
  rows.strings.push(
    folded === text
      ? { parameter: parameterKey(parameter), part, folded }
      : { parameter: parameterKey(parameter), part, folded, exact: text },
  );
}

function quantityRow(parameter: SearchParameter, value: Extract<IndexValue, { kind: 'quantity' }>, part: number): RangeRow {
  const row: RangeRow = { parameter: parameterKey(parameter), part, low: value.low, high: value.high };
  const units = new Set<bigint>();
  if (value.code !== undefined) {
    units.add(unitKey(parameter, value.code));
    if (value.system !== undefined) units.add(unitKey(parameter, value.code, value.system));
  }
  if (value.unit !== undefined) units.add(unitKey(parameter, value.unit));
  if (units.size > 0) row.units = [...units];
  if (value.canonical !== undefined) {
    row.canonicalUnit = formKey(parameter, 'canonicalUnit', value.canonical.unit);
    row.canonicalLow = value.canonical.low;
    row.canonicalHigh = value.canonical.high;
  }
  return row;
}

export const unitKey = (parameter: SearchParameter, code: string, system?: string): bigint =>
  formKey(parameter, 'unit', system === undefined ? code : `${system}|${code}`);

function addComposite(rows: IndexRows, parameter: SearchParameter, value: Extract<IndexValue, { kind: 'composite' }>): void {
  // Over the root every part exists once, so the search asks for the parts by themselves.
  if (parameter.composite!.context === 'root') return;
  const parts = parameter.composite!.parts;
  const hashed = parts.map((_, i) => (value.parts[i] ?? []).flatMap(tokenForms));
  const ranged = parts.map((_, i) =>
    (value.parts[i] ?? []).filter((v) => v.kind === 'date' || v.kind === 'number' || v.kind === 'quantity' || v.kind === 'string'),
  );
  // Two hashed parts: all pairs in one hash each. Otherwise the hash carries the element's ordinal and so do the rows.
  if (parts.length === 2 && ranged.every((r) => r.length === 0)) {
    for (const left of hashed[0]!) for (const right of hashed[1]!) rows.keys.add(pairKey(parameter, left, right));
    return;
  }
  parts.forEach((part, i) => {
    for (const text of hashed[i]!) rows.keys.add(inPart(formKey(parameter, 'pair', `${i}${text}`), value.group));
    for (const found of ranged[i]!) {
      const before = [rows.ranges.length, rows.strings.length] as const;
      add(rows, { ...part, base: parameter.base, id: partId(parameter, i) }, found, value.group);
      for (const row of rows.ranges.slice(before[0])) row.part = value.group;
      for (const row of rows.strings.slice(before[1])) row.part = value.group;
    }
  });
}

/** Number of one part of a composite, for its rows in the range and string tables. */
export const partId = (parameter: SearchParameter, part: number): number => (parameter.id ^ ((part + 1) << 24)) & 0x7fffffff;
