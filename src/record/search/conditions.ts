// One clause of a query as a condition on a row of `resource`. Siblings of one form: (clause, alias, compiler) → SQL.
// Values become parameters; what stands in the text are names and operators of this file.
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import type { Clause, QueryValue, SearchParameter } from '../../fhir/search/contract.ts';
import { foldText, foldToken } from '../../fhir/search/fold.ts';
import {
  codeKey,
  formKey,
  ofTypeKey,
  pairKey,
  partId,
  presentKey,
  referenceKey,
  referenceSeed,
  systemKey,
  tokenKey,
  unitKey,
} from '../index-rows.ts';
import { keyOfId, parameterKey, seedAsInt8, typeNumber } from '../keys.ts';
import { storedAs } from '../stored-as.ts';
import type { Compiler } from './compiler.ts';
import { dateCondition, numberCondition } from './ranges.ts';

type Of<K extends Clause['kind']> = Extract<Clause, { kind: K }>;
type Value<K extends QueryValue['kind']> = Extract<QueryValue, { kind: K }>;

export function condition(clause: Clause, r: string, compiler: Compiler): string {
  switch (clause.kind) {
    case 'value':
      return valueCondition(clause, r, compiler);
    case 'missing':
      return missingCondition(clause, r, compiler);
    case 'chain':
      return chainCondition(clause, r, compiler);
    case 'has':
      return hasCondition(clause, r, compiler);
    case 'id':
      return `${clause.not === true ? 'not ' : ''}${r}.id = any(${compiler.parameters.list(clause.ids.map(keyOfId), 'uuid')})`;
    case 'last-updated':
      return any(clause.values.map((value) => lastUpdated(value, r, compiler)));
    case 'compartment':
      return `${r}.keys && ${compiler.keys(clause.parameters.map((parameter) => referenceKey(parameter, clause.compartment, clause.id)))}`;
  }
}

const any = (conditions: string[]): string =>
  conditions.length === 1 ? conditions[0]! : conditions.length === 0 ? 'false' : `(${conditions.join(' or ')})`;

function missingCondition({ parameter, missing }: Of<'missing'>, r: string, compiler: Compiler): string {
  const stored = storedAs(parameter);
  const present = stored.length === 1 ? [presentKey(parameter)] : stored.map(presentKey);
  return `${missing ? 'not ' : ''}${r}.keys && ${compiler.keys(present)}`;
}

function valueCondition(clause: Of<'value'>, r: string, compiler: Compiler): string {
  const stored = storedAs(clause.parameter);
  const negated = clause.modifier === 'not' || clause.modifier === 'not-in';
  const found = any(stored.map((parameter) => anyValue(clause, parameter, r, compiler)));
  if (negated) return `not ${found}`;
  // An identifier under `subject` counts for `patient` only where the subject is one.
  return clause.modifier === 'identifier' && stored[0] !== clause.parameter
    ? `(${found} and ${missingCondition({ kind: 'missing', parameter: clause.parameter, missing: false }, r, compiler)})`
    : found;
}

/** `stored`: the parameter under which the values are held. */
function anyValue(clause: Of<'value'>, stored: SearchParameter, r: string, compiler: Compiler): string {
  const hashes: bigint[] = [];
  const conditions: string[] = [];
  for (const value of clause.values) {
    const key = keyOf({ ...clause, parameter: stored }, value, clause.parameter.targets, compiler);
    if (key === undefined) conditions.push(rowCondition(stored, clause.modifier, value, r, compiler));
    else hashes.push(...key);
  }
  if (hashes.length === 1) conditions.push(`${r}.keys @> ${compiler.keys(hashes)}`);
  else if (hashes.length > 1) conditions.push(`${r}.keys && ${compiler.keys(hashes)}`);
  return any(conditions);
}

/** The hashes of which any must be there; undefined where the value has an order and is found in the row tables. */
function keyOf(
  { parameter, modifier }: Of<'value'>,
  value: QueryValue,
  targets: readonly ResourceType[],
  compiler: Compiler,
): bigint[] | undefined {
  switch (value.kind) {
    case 'token':
      if (modifier === 'in' || modifier === 'not-in') return compiler.expansion(value).map((text) => tokenKey(parameter, text[0], text[1]));
      if (modifier === 'text') return undefined;
      if (modifier === 'identifier') return [identifierKey(parameter, value)];
      return [anyTokenKey(parameter, value)];
    case 'of-type':
      return [ofTypeKey(parameter, value.system ?? '*', value.code, value.value)];
    case 'reference':
      return referenceKeys(parameter, value, targets);
    case 'uri':
      if (modifier === 'below') return undefined;
      if (modifier === 'above') return urisAbove(value.uri).map((uri) => formKey(parameter, 'uri', uri));
      return [formKey(parameter, 'uri', value.uri)];
    case 'composite':
      return compositeKeys(parameter, value);
    default:
      return undefined;
  }
}

function anyTokenKey(parameter: SearchParameter, { system, code }: Value<'token'>): bigint {
  if (code === undefined) return systemKey(parameter, system ?? '');
  if (system === undefined) return codeKey(parameter, code);
  return tokenKey(parameter, system === parameter.impliedSystem ? '' : system, code);
}

function identifierKey(parameter: SearchParameter, { system, code }: Value<'token'>): bigint {
  if (code === undefined) return formKey(parameter, 'identifierSystem', system ?? '');
  return system === undefined
    ? formKey(parameter, 'identifierValue', code)
    : formKey(parameter, 'identifierSystemAndValue', `${system}|${code}`);
}

function referenceKeys(parameter: SearchParameter, { type, id, url }: Value<'reference'>, targets: readonly ResourceType[]): bigint[] {
  if (id === undefined) return [formKey(parameter, 'url', url ?? '')];
  if (type !== undefined) return [referenceKey(parameter, type, id)];
  return (targets.length === 0 ? resourceTypes : targets).map((target) => referenceKey(parameter, target, id));
}

/** `http://a/b/c` → itself, `http://a/b`, `http://a`. */
export function urisAbove(uri: string): string[] {
  const out = [uri];
  for (let at = uri.lastIndexOf('/'); at > 0 && uri[at - 1] !== '/' && out.length < 100; at = uri.lastIndexOf('/', at - 1))
    out.push(uri.slice(0, at));
  return out;
}

function compositeKeys(parameter: SearchParameter, value: Value<'composite'>): bigint[] | undefined {
  if (parameter.composite!.context === 'root' || value.parts.length !== 2) return undefined;
  const [left, right] = value.parts.map((part, i) => askedForm(parameter.composite!.parts[i]!, part));
  if (left === undefined || right === undefined) return undefined;
  return left.flatMap((l) => right.map((r) => pairKey(parameter, l, r)));
}

/** The forms of `tokenForms` that a part of a composite asks for; undefined where it has an order. */
function askedForm(part: SearchParameter, value: QueryValue): string[] | undefined {
  if (value.kind === 'token') {
    if (value.code === undefined) return [`s${value.system ?? ''}|`];
    return value.system === undefined
      ? [`c${foldToken(value.code)}`]
      : [`b${value.system === part.impliedSystem ? '' : value.system}|${foldToken(value.code)}`];
  }
  if (value.kind === 'reference') {
    if (value.id === undefined) return [`u${value.url ?? ''}`];
    return (value.type === undefined ? part.targets : [value.type]).map((type) => `r${type}/${value.id}`);
  }
  return undefined;
}

function rowCondition(
  parameter: SearchParameter,
  modifier: Of<'value'>['modifier'],
  value: QueryValue,
  r: string,
  compiler: Compiler,
): string {
  const { parameters } = compiler;
  const here = (table: string, v: string, inner: string): string =>
    `exists (select 1 from ${table} ${v} where ${v}.parameter = ${parameters.add(parameterKey(parameter), 'int8')} and ${v}.id = ${r}.id and ${v}.pat = ${r}.pat and ${inner})`;
  const v = compiler.alias('v');
  switch (value.kind) {
    case 'token':
      return `${r}.keys && array(select key from concept_text where parameter = ${parameters.add(parameterKey(parameter), 'int8')} and ${startsWith('folded', foldText(value.code ?? ''), compiler)})`;
    case 'string':
      return here('string_value', v, stringInner(v, modifier, value.text, compiler));
    case 'uri':
      return here(
        'string_value',
        v,
        `(${v}.folded = ${parameters.add(value.uri, 'text')} or ${startsWith(`${v}.folded`, value.uri.endsWith('/') ? value.uri : `${value.uri}/`, compiler)})`,
      );
    case 'date':
      return here(
        'range_value',
        v,
        dateCondition({ low: `${v}.low`, high: `${v}.high` }, value.prefix, value.fromMs, value.toMs, parameters),
      );
    case 'number':
      return here('range_value', v, numberCondition({ low: `${v}.low`, high: `${v}.high` }, value.prefix, value, parameters));
    case 'quantity':
      return here('range_value', v, quantityInner(parameter, v, value, compiler));
    case 'composite':
      return compositeCondition(parameter, value, r, compiler);
    default:
      throw new Error(`no row condition for ${value.kind}`);
  }
}

/** Prefix of a text in collation "C": a plain range of the index. */
function startsWith(column: string, prefix: string, { parameters }: Compiler): string {
  const from = parameters.add(prefix.slice(0, 600), 'text');
  return `(${column} >= ${from} and ${column} < ${parameters.add(`${prefix.slice(0, 600)}\u{10FFFF}`, 'text')})`;
}

function stringInner(v: string, modifier: Of<'value'>['modifier'], text: string, compiler: Compiler): string {
  const { parameters } = compiler;
  if (modifier === 'exact') return `coalesce(${v}.exact, ${v}.folded) = ${parameters.add(text, 'text')}`;
  if (modifier === 'contains') return `position(${parameters.add(foldText(text), 'text')} in ${v}.folded) > 0`;
  return startsWith(`${v}.folded`, foldText(text), compiler);
}

function quantityInner(parameter: SearchParameter, v: string, value: Value<'quantity'>, { parameters }: Compiler): string {
  // Every parameter that is added must also stand in the text, so each form adds its own.
  const plain = (): string => numberCondition({ low: `${v}.low`, high: `${v}.high` }, value.prefix, value, parameters);
  if (value.code === undefined && value.system === undefined) return plain();
  if (value.canonical === undefined)
    return `${parameters.add(unitKey(parameter, value.code ?? '', value.system), 'int8')} = any(${v}.units) and ${plain()}`;
  const canonicalUnit = parameters.add(formKey(parameter, 'canonicalUnit', value.canonical.unit), 'int8');
  return `${v}.canonical_unit = ${canonicalUnit} and ${numberCondition({ low: `${v}.canonical_low`, high: `${v}.canonical_high` }, value.prefix, value.canonical, parameters)}`;
}

function compositeCondition(parameter: SearchParameter, value: Value<'composite'>, r: string, compiler: Compiler): string {
  const parts = parameter.composite!.parts;
  if (parameter.composite!.context === 'root') {
    return `(${value.parts.map((part, i) => valueCondition({ kind: 'value', parameter: parts[i]!, values: [part] }, r, compiler)).join(' and ')})`;
  }
  // Rows of one element carry its ordinal; the hashes of its tokens carry the same number, so SQL can put them together.
  const tables: string[] = [];
  const conditions: string[] = [];
  const hashed: string[][] = [];
  value.parts.forEach((part, i) => {
    const asked = askedForm(parts[i]!, part);
    if (asked !== undefined) {
      hashed.push(asked.map((text) => compiler.parameters.add(formKey(parameter, 'pair', `${i}${text}`), 'int8')));
      return;
    }
    const v = compiler.alias('v');
    const own = { ...parts[i]!, base: parameter.base, id: partId(parameter, i) };
    tables.push(`${part.kind === 'string' ? 'string_value' : 'range_value'} ${v}`);
    conditions.push(`${v}.parameter = ${compiler.parameters.add(parameterKey(own), 'int8')} and ${v}.id = ${r}.id and ${v}.pat = ${r}.pat`);
    conditions.push(innerOf(own, part, v, compiler));
    if (tables.length > 1) conditions.push(`${v}.part = ${tables[0]!.split(' ')[1]}.part`);
  });
  const first = tables[0]!.split(' ')[1]!;
  for (const keys of hashed)
    conditions.push(`${r}.keys && array[${keys.map((key) => `(${key} # (${first}.part::int8 << 20))`).join(', ')}]`);
  return `exists (select 1 from ${tables.join(', ')} where ${conditions.join(' and ')})`;
}

function innerOf(parameter: SearchParameter, value: QueryValue, v: string, compiler: Compiler): string {
  const columns = { low: `${v}.low`, high: `${v}.high` };
  switch (value.kind) {
    case 'date':
      return dateCondition(columns, value.prefix, value.fromMs, value.toMs, compiler.parameters);
    case 'number':
      return numberCondition(columns, value.prefix, value, compiler.parameters);
    case 'quantity':
      return quantityInner(parameter, v, value, compiler);
    case 'string':
      return stringInner(v, undefined, value.text, compiler);
    default:
      throw new Error(`a composite part of kind ${value.kind} has no rows`);
  }
}

/** The instant of a version is known to the millisecond, so every prefix is one or two comparisons with a bound. */
function lastUpdated({ prefix, fromMs, toMs }: Value<'date'>, r: string, compiler: Compiler): string {
  const bound = (ms: number): string => {
    const clamped = Math.min(Math.max(ms, -62_135_596_800_000), 253_402_300_800_000);
    return compiler.parameters.add(new Date(clamped).toISOString(), 'timestamptz');
  };
  /** The feed's order follows the time closely, so its index finds the recent ones; an index on \`at\` would burden every update. */
  const since = (ms: number): string => {
    const type = compiler.parameters.add(typeNumber(compiler.typeOf(r)), 'int2');
    return `(${r}.at >= ${bound(ms)} and ${r}.id in (select c.id from change c where c.type = ${type} and c.at >= ${bound(ms)}))`;
  };
  switch (prefix) {
    case 'eq':
    case 'ap':
      return `(${since(fromMs)} and ${r}.at < ${bound(toMs)})`;
    case 'ne':
      return `(${r}.at < ${bound(fromMs)} or ${r}.at >= ${bound(toMs)})`;
    case 'gt':
    case 'sa':
      return since(toMs);
    case 'ge':
      return since(fromMs);
    case 'lt':
    case 'eb':
      return `${r}.at < ${bound(fromMs)}`;
    case 'le':
      return `${r}.at < ${bound(toMs)}`;
  }
}

/** Whether a row that points to a Patient through this parameter is always in that patient's compartment (`pat` is its key). */
const isHome = (parameter: SearchParameter): boolean => parameter.single && (parameter.code === 'subject' || parameter.code === 'patient');

function chainCondition(clause: Of<'chain'>, r: string, compiler: Compiler): string {
  const branches = clause.branches.map(({ type, clause: inner }) => {
    const t = compiler.alias('t');
    const scope = compiler.scope(type, t);
    if (scope === undefined) return 'false';
    const pointer = compiler.parameters.add(seedAsInt8(referenceSeed(clause.parameter, type)), 'int8');
    const target = `${t}.type = ${compiler.parameters.add(typeNumber(type), 'int2')} and not ${t}.deleted and ${scope} and ${condition(inner, t, compiler)}`;
    if (type === 'Patient' && isHome(clause.parameter)) {
      return `exists (select 1 from resource ${t} where ${t}.pat = ${r}.pat and ${t}.id = ${r}.pat and ${target} and ${r}.keys @> array[uuid_hash_extended(${t}.id, ${pointer})])`;
    }
    return `${r}.keys && array(select uuid_hash_extended(${t}.id, ${pointer}) from resource ${t} where ${target})`;
  });
  return any(branches);
}

function hasCondition(clause: Of<'has'>, r: string, compiler: Compiler): string {
  const s = compiler.alias('s');
  const scope = compiler.scope(clause.parameter.base, s);
  if (scope === undefined) return 'false';
  const pointer = compiler.parameters.add(seedAsInt8(referenceSeed(clause.parameter, compiler.typeOf(r))), 'int8');
  const home = compiler.typeOf(r) === 'Patient' && isHome(clause.parameter) ? `${s}.pat = ${r}.pat and ` : '';
  compiler.note(s, clause.parameter.base);
  return `exists (select 1 from resource ${s} where ${home}${s}.type = ${compiler.parameters.add(typeNumber(clause.parameter.base), 'int2')} and not ${s}.deleted and ${scope} and ${s}.keys @> array[uuid_hash_extended(${r}.id, ${pointer})] and ${condition(clause.clause, s, compiler)})`;
}
