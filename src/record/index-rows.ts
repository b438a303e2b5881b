// What the index holds of one resource: hashes for everything that is compared for equality, narrow rows for what has an
// order. The search compiler in search/ reads the same forms; neither knows the other's SQL.
import { type Resource, type ResourceType, resourceTypes } from '../fhir/generated/types.ts';
import { fail, type Problem } from '../fhir/result.ts';
import { containedIn, insideReferences, namesOf } from '../fhir/search/contained.ts';
import type { IndexValue, QueryValue, SearchParameter } from '../fhir/search/contract.ts';
import { foldText, foldToken, phoneticKey } from '../fhir/search/fold.ts';
import { indexedParameters } from '../fhir/search/parameters.ts';
import { isOfVocabulary } from '../fhir/search/vocabulary.ts';
import { type Form, forms, hashText, hashUuid, keyOfContained, keyOfId, parameterKey, seed, typeNumber } from './keys.ts';
import { atOnce } from './slices.ts';
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
  /** Absent: it contains nothing. */
  inside?: ContainedRow[];
}

/** What is contained in a resource, with rows of its own: found by searches that ask for it, and by chains of its container. */
export interface ContainedRow {
  type: ResourceType;
  local: string;
  key: string;
  /** The texts are with those of the container. */
  rows: IndexRows;
}

/** Between two texts that are hashed together. No text of a resource or a query holds it, so nothing else hashes the same. */
const between = '\u0001';

/** Hash of one token under one parameter; `system` '' says that there is none. */
export const tokenKey = (parameter: SearchParameter, system: string, code: string): bigint =>
  formKey(parameter, 'systemAndCode', `${system}${between}${foldToken(code)}`);
export const codeKey = (parameter: SearchParameter, code: string): bigint => hashText(foldToken(code), seed(parameter, 'code'));
export const systemKey = (parameter: SearchParameter, system: string): bigint => hashText(system, seed(parameter, 'system'));
export const presentKey = (parameter: SearchParameter): bigint => hashText('', seed(parameter, 'present'));
export const referenceKey = (parameter: SearchParameter, type: string, id: string): bigint =>
  hashUuid(keyOfId(id), referenceSeed(parameter, type));

/** That a resource of this type contains others. */
export const containsKey = (type: ResourceType): bigint => hashText('', [((typeNumber(type) << 16) | forms.contains) >>> 0, 0]);

/** Seed of the keys by which this parameter points to resources of `type`. */
export const referenceSeed = (parameter: SearchParameter, type: string): readonly [number, number] =>
  seed(storedAs(parameter)[0]!, 'reference', type);
/** `:of-type`: without a system any is meant. */
export const ofTypeKey = (parameter: SearchParameter, system: string | undefined, type: string, value: string): bigint =>
  formKey(parameter, 'ofType', [...(system === undefined ? [] : [system]), foldToken(type), foldToken(value)].join(between));
/** `:identifier` on a reference: system, value or both. */
export function identifierKey(parameter: SearchParameter, system: string | undefined, value: string | undefined): bigint {
  if (value === undefined) return formKey(parameter, 'identifierSystem', system ?? '');
  if (system === undefined) return formKey(parameter, 'identifierValue', foldToken(value));
  return formKey(parameter, 'identifierSystemAndValue', `${system}${between}${foldToken(value)}`);
}
export const soundKey = (parameter: SearchParameter, name: string): bigint => formKey(parameter, 'sound', phoneticKey(name));
export const formKey = (parameter: SearchParameter, form: Form, text: string): bigint => hashText(text, seed(parameter, form));

/** Pairs of a composite of two parts are hashed together, in every form in which either can be asked for. */
export const pairKey = (parameter: SearchParameter, left: string, right: string): bigint =>
  formKey(parameter, 'pair', `${left}${between}${right}`);

/** Ways to ask for one token: with its system, without, system only. The first letter keeps them apart. */
export function tokenForms(value: IndexValue): string[] {
  if (value.kind === 'token') {
    const system = value.system ?? '';
    const out = [`s${system}`];
    if (value.code !== undefined) out.push(`b${system}${between}${foldToken(value.code)}`, `c${foldToken(value.code)}`);
    return out;
  }
  if (value.kind === 'reference') {
    if (value.type !== undefined && value.id !== undefined) return [`r${value.type}/${value.id}`];
    return value.url === undefined ? [] : urlsOf(value.url).map((url) => `u${url}`);
  }
  return [];
}

/** The forms of `tokenForms` of which any answers what is asked for; undefined where it has an order. */
export function askedForms(part: SearchParameter, value: QueryValue): string[] | undefined {
  if (value.kind === 'token') {
    if (value.code === undefined) return [`s${value.system ?? ''}`];
    return [value.system === undefined ? `c${foldToken(value.code)}` : `b${value.system}${between}${foldToken(value.code)}`];
  }
  if (value.kind === 'reference') {
    if (value.id === undefined) return [`u${value.url ?? ''}`];
    const types = part.targets.length === 0 ? resourceTypes : part.targets;
    const local = (value.type === undefined ? types : [value.type]).map((type) => `r${type}/${value.id}`);
    return value.url === undefined ? local : [...local, `u${value.url}`];
  }
  return undefined;
}

/** A canonical URL is found with its version and without. */
function urlsOf(url: string): string[] {
  const bar = url.indexOf('|');
  return bar > 0 ? [url, url.slice(0, bar)] : [url];
}

/** Ordinals are kept as smallint; what lies beyond counts as one element. */
const partMax = 32767;

/** Adds `part`, the ordinal of the context element, to a hash: so SQL can compute it for a row's part. */
export const inPart = (key: bigint, part: number): bigint => BigInt.asIntN(64, key ^ (BigInt(Math.min(part, partMax)) << 20n));

/** A resource that would cost too much to index; thrown inside this room only, and answered as its problem. */
export class TooMuchToIndex extends Error {
  readonly problem: Problem;
  constructor(message: string, parameter: SearchParameter) {
    super(message);
    this.problem = fail('too-costly', message, `${parameter.base} (search parameter ${parameter.code})`).problem;
  }
}

/** Folding a character may cost a microsecond. */
const longestText = 65_536;
/** Pairs of codings in one resource: two concepts of 50 codings each make 2,500. */
const mostPairs = 50_000;
/** Values between two rests: well below a millisecond. */
const stride = 128;

/** The index rows of a resource and of what it contains, in steps with a rest after each. Throws TooMuchToIndex. */
export function* indexing(resource: Resource, id = resource.id ?? ''): Generator<undefined, IndexRows> {
  const rows = yield* indexingOne(resource);
  const contained = containedIn(resource);
  if (contained.length === 0) return rows;
  const keys = new Map(contained.map((one) => [one, keyOfContained(resource.resourceType, id, one.id as string)]));
  const names = namesOf(contained);
  const point = (from: Resource, into: IndexRows): void => {
    for (const [parameter, target] of insideReferences(from, names))
      into.keys.add(hashUuid(keys.get(target)!, referenceSeed(parameter, target.resourceType)));
  };
  rows.keys.add(containsKey(resource.resourceType));
  point(resource, rows);
  rows.inside = [];
  for (const [one, key] of keys) {
    yield;
    const own = yield* indexingOne(one);
    point(one, own);
    for (const text of own.texts) rows.texts.push(text);
    rows.inside.push({ type: one.resourceType, local: one.id as string, key, rows: own });
  }
  return rows;
}

function* indexingOne(resource: Resource): Generator<undefined, IndexRows> {
  const rows: IndexRows = { keys: new Set(), ranges: [], strings: [], texts: [] };
  const pairs = { left: mostPairs };
  for (const parameter of indexedParameters(resource.resourceType)) {
    const values = parameter.extract(resource);
    if (values.length === 0) continue;
    const stored = storedAs(parameter);
    if (stored[0] === parameter || stored.length === 1) rows.keys.add(presentKey(parameter));
    if (stored[0] !== parameter) continue;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value.kind === 'composite') yield* addComposite(rows, parameter, value, pairs);
      else add(rows, parameter, value, i);
      if (i % stride === stride - 1) yield;
    }
    yield;
  }
  return rows;
}

/** All of it at once. */
export const indexRows = (resource: Resource): IndexRows => atOnce(indexing(resource));

type Single = Exclude<IndexValue, { kind: 'composite' }>;

function add(rows: IndexRows, parameter: SearchParameter, value: Single, part: number): void {
  switch (value.kind) {
    case 'token':
      return addToken(rows, parameter, value);
    case 'reference':
      return addReference(rows, parameter, value);
    case 'string':
      return addString(rows, parameter, value.text, part);
    case 'uri':
      rows.keys.add(formKey(parameter, 'uri', value.uri));
      rows.strings.push({ parameter: parameterKey(parameter), part, folded: value.uri });
      return;
    case 'date':
      rows.ranges.push({ parameter: parameterKey(parameter), part, low: value.fromMs, high: value.toMs });
      return;
    case 'number':
      rows.ranges.push({ parameter: parameterKey(parameter), part, low: value.low, high: value.high });
      return;
    // Latitude and longitude in the two columns that have an index (search/near.ts).
    case 'position':
      rows.ranges.push({ parameter: parameterKey(parameter), part, low: value.latitude, high: value.longitude });
      return;
    case 'quantity':
      rows.ranges.push(quantityRow(parameter, value, part));
      return;
  }
}

function addToken(rows: IndexRows, parameter: SearchParameter, value: Extract<IndexValue, { kind: 'token' }>): void {
  const system = value.system ?? '';
  if (value.system !== undefined) rows.keys.add(systemKey(parameter, system));
  if (value.code !== undefined) {
    const key = codeKey(parameter, value.code);
    rows.keys.add(tokenKey(parameter, system, value.code));
    rows.keys.add(key);
    const list = codeOrderKey(parameter);
    if (list !== undefined) rows.texts.push({ parameter: list, folded: foldToken(value.code), key });
    for (const type of value.ofType ?? []) {
      rows.keys.add(ofTypeKey(parameter, type.system ?? '', type.code, value.code));
      rows.keys.add(ofTypeKey(parameter, undefined, type.code, value.code));
    }
  }
  if (value.text !== undefined) addText(rows, parameter, value.text);
}

/** As foldText, within what it may cost. */
function folding(parameter: SearchParameter, text: string): string {
  if (text.length > longestText)
    throw new TooMuchToIndex(`A text that can be searched for has at most ${longestText} characters: shorten it`, parameter);
  return foldText(text);
}

function addText(rows: IndexRows, parameter: SearchParameter, text: string): void {
  const folded = folding(parameter, text);
  const key = formKey(parameter, 'text', folded);
  rows.keys.add(key);
  rows.texts.push({ parameter: parameterKey(parameter), folded, key });
}

function addReference(rows: IndexRows, parameter: SearchParameter, value: Extract<IndexValue, { kind: 'reference' }>): void {
  if (value.type !== undefined && value.id !== undefined) rows.keys.add(referenceKey(parameter, value.type, value.id));
  if (value.url !== undefined) for (const url of urlsOf(value.url)) rows.keys.add(formKey(parameter, 'url', url));
  const { identifier } = value;
  if (identifier?.value !== undefined) {
    rows.keys.add(identifierKey(parameter, identifier.system ?? '', identifier.value));
    rows.keys.add(identifierKey(parameter, undefined, identifier.value));
  }
  if (identifier?.system !== undefined) rows.keys.add(identifierKey(parameter, identifier.system, undefined));
}

function addString(rows: IndexRows, parameter: SearchParameter, text: string, part: number): void {
  const folded = folding(parameter, text);
  rows.strings.push({ parameter: parameterKey(parameter), part, folded, exact: folded === text ? undefined : text });
  if (parameter.phonetic) rows.keys.add(soundKey(parameter, text));
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
  formKey(parameter, 'unit', system === undefined ? code : `${system}${between}${code}`);

function* addComposite(
  rows: IndexRows,
  parameter: SearchParameter,
  value: Extract<IndexValue, { kind: 'composite' }>,
  pairs: { left: number },
): Generator<undefined, void> {
  // Over the root every part exists once, so the search asks for the parts by themselves.
  if (parameter.composite!.context === 'root') return;
  const parts = parameter.composite!.parts;
  const hashed = parts.map((_, i) => (value.parts[i] ?? []).flatMap(tokenForms));
  const ranged = parts.map((_, i) => (value.parts[i] ?? []).filter(hasOrder));
  // Two hashed parts: all pairs in one hash each. Otherwise the hash carries the element's ordinal and so do the rows.
  if (parts.length === 2 && ranged.every((r) => r.length === 0)) {
    pairs.left -= hashed[0]!.length * hashed[1]!.length;
    if (pairs.left < 0)
      throw new TooMuchToIndex('The codings of two elements that are searched together have too many combinations: send fewer', parameter);
    for (const left of hashed[0]!) {
      for (const right of hashed[1]!) rows.keys.add(pairKey(parameter, left, right));
      yield;
    }
    return;
  }
  for (const [i, part] of parts.entries()) {
    for (const text of hashed[i]!) rows.keys.add(inPart(formKey(parameter, 'pair', `${i}${text}`), value.group));
    for (const found of ranged[i]!) add(rows, { ...part, base: parameter.base, id: partId(parameter, i) }, found, value.group);
    yield;
  }
}

const hasOrder = (value: IndexValue): value is Extract<IndexValue, { kind: 'date' | 'number' | 'quantity' | 'string' }> =>
  value.kind === 'date' || value.kind === 'number' || value.kind === 'quantity' || value.kind === 'string';

/**
 * The number under which the codes of a token parameter are listed, once each and not for each resource, so that `_sort` can
 * order by them; another than that of their wordings. Undefined where codes come from no vocabulary.
 */
export const codeOrderKey = (parameter: SearchParameter): bigint | undefined =>
  isOfVocabulary(parameter) ? parameterKey(parameter) | (1n << 48n) : undefined;

export const hasCodeOrder = isOfVocabulary;

/** Number of one part of a composite, for its rows in the range and string tables. */
export const partId = (parameter: SearchParameter, part: number): number => (parameter.id ^ ((part + 1) << 24)) & 0x7fffffff;
