// The values of one clause as SQL: what is compared for equality becomes hashes in the row's `keys`; what has an order is found
// in the tables of ranges and strings. All alternatives of a clause go into as few conditions as possible.
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import type { Clause, QueryValue, SearchParameter } from '../../fhir/search/contract.ts';
import { foldText } from '../../fhir/search/fold.ts';
import { codeKey, formKey, identifierKey, ofTypeKey, referenceKey, soundKey, systemKey, tokenKey } from '../index-rows.ts';
import { parameterKey } from '../keys.ts';
import { anyOf } from './any-of.ts';
import type { Compiler } from './compiler.ts';
import { compositeCondition, compositeKeys } from './composites.ts';
import { ordered, tableOf } from './ordered.ts';
import { startsWith } from './strings.ts';

export type ValueClause = Extract<Clause, { kind: 'value' }>;
type Value<K extends QueryValue['kind']> = Extract<QueryValue, { kind: K }>;

/** Of clauses that are asked again as the same object; one never changes. */
const plainKeys = new WeakMap<ValueClause, { stored: SearchParameter; hashes: bigint[] }>();
const worthKeeping = 8;

/** The hashes of many plain codes, counted once. */
function manyCodes(clause: ValueClause, stored: SearchParameter): bigint[] | undefined {
  if (clause.values.length < worthKeeping || (clause.modifier !== undefined && clause.modifier !== 'not')) return undefined;
  const known = plainKeys.get(clause);
  if (known?.stored === stored) return known.hashes;
  const hashes = new Set<bigint>();
  for (const value of clause.values) {
    if (value.kind !== 'token') return undefined;
    hashes.add(anyTokenKey(stored, value));
  }
  plainKeys.set(clause, { stored, hashes: [...hashes] });
  return [...hashes];
}

/** Any of the clause's values; `stored`: the parameter under which they are held. */
export function alternatives(clause: ValueClause, stored: SearchParameter, r: string, compiler: Compiler): string {
  const codes = manyCodes(clause, stored);
  if (codes !== undefined) return `${r}.keys && ${compiler.keys(codes)}`;
  const hashes = new Set<bigint>();
  const texts: string[] = [];
  const inRows: QueryValue[] = [];
  const conditions: string[] = [];
  for (const value of clause.values) {
    const keys = keysOf(clause, stored, value, compiler);
    if (keys !== undefined) for (const key of keys) hashes.add(key);
    else if (value.kind === 'token') texts.push(foldText(value.code ?? ''));
    else if (value.kind === 'composite') conditions.push(compositeCondition(stored, value, r, compiler));
    else inRows.push(value);
  }
  if (hashes.size > 0) conditions.push(`${r}.keys ${hashes.size === 1 ? '@>' : '&&'} ${compiler.keys([...hashes])}`);
  if (texts.length > 0) conditions.push(wordedCondition(stored, texts, r, compiler));
  if (inRows.length > 0) conditions.push(rowCondition(stored, clause.modifier, inRows, r, compiler));
  return anyOf(conditions);
}

/** The hashes of which any must be there; undefined where the value is found in other tables. */
function keysOf(
  { parameter: { targets, impliedSystem }, modifier }: ValueClause,
  stored: SearchParameter,
  value: QueryValue,
  compiler: Compiler,
): bigint[] | undefined {
  switch (value.kind) {
    case 'token':
      if (modifier === 'text') return undefined;
      if (modifier === 'identifier') return [identifierKey(stored, value.system, value.code)];
      if (modifier === undefined || modifier === 'not') return [anyTokenKey(stored, value)];
      return compiler.codes(modifier, value, impliedSystem).map(([system, code]) => tokenKey(stored, system, code));
    case 'of-type':
      return [ofTypeKey(stored, value.system, value.code, value.value)];
    case 'reference':
      return referenceKeys(stored, value, targets);
    case 'uri':
      if (modifier === 'below') return undefined;
      return (modifier === 'above' ? urisAbove(value.uri) : [value.uri]).map((uri) => formKey(stored, 'uri', uri));
    case 'string':
      return stored.phonetic && modifier === undefined ? [soundKey(stored, value.text)] : undefined;
    case 'composite':
      return compositeKeys(stored, value);
    default:
      return undefined;
  }
}

function anyTokenKey(parameter: SearchParameter, { system, code }: Value<'token'>): bigint {
  if (code === undefined) return systemKey(parameter, system ?? '');
  return system === undefined ? codeKey(parameter, code) : tokenKey(parameter, system, code);
}

function referenceKeys(parameter: SearchParameter, { type, id, url }: Value<'reference'>, targets: readonly ResourceType[]): bigint[] {
  if (id === undefined) return [formKey(parameter, 'url', url ?? '')];
  if (type !== undefined) return [referenceKey(parameter, type, id), ...(url === undefined ? [] : [formKey(parameter, 'url', url)])];
  return (targets.length === 0 ? resourceTypes : targets).map((target) => referenceKey(parameter, target, id));
}

/** `http://a/b` → itself and everything that is a path above it, with and without a slash at its end. */
export function urisAbove(uri: string): string[] {
  const above = new Set([uri]);
  for (let at = uri.indexOf('/'); at >= 0; at = uri.indexOf('/', at + 1)) {
    if (at > 0) above.add(uri.slice(0, at));
    above.add(uri.slice(0, at + 1));
  }
  return [...above];
}

/** `:text`: the hashes of all wordings that begin so. */
function wordedCondition(parameter: SearchParameter, texts: string[], r: string, compiler: Compiler): string {
  const wanted = anyOf(texts.map((text) => startsWith('w.folded', text, compiler)));
  return `${r}.keys && array(select w.key from concept_text w where w.parameter = ${parameterKey(parameter)} and ${wanted})`;
}

function rowCondition(
  parameter: SearchParameter,
  modifier: ValueClause['modifier'],
  values: QueryValue[],
  r: string,
  compiler: Compiler,
): string {
  const v = compiler.alias('v');
  const wanted = anyOf(values.map((value) => ordered(parameter, modifier, value, v, compiler)));
  return `exists (select 1 from ${tableOf(values[0]!)} ${v} where ${v}.parameter = ${parameterKey(parameter)} and ${v}.id = ${r}.id and ${v}.pat = ${r}.pat and ${wanted})`;
}
