// Elements of a resource → index values: one function for each datatype that R4 lets a kind of parameter search
// (http://hl7.org/fhir/R4/search.html#table). The generated parameters call these; each appends to `out`.
import type { Decimal } from '../decimal.ts';
import { toNumber } from '../decimal.ts';
import type {
  Address,
  CodeableConcept,
  Coding,
  ContactPoint,
  HumanName,
  Identifier,
  Money,
  Period,
  Quantity,
  Range,
  Reference,
  Resource,
  SampledData,
  Timing,
} from '../generated/types.ts';
import { canonicalRange, ucumSystem } from '../ucum.ts';
import type { IndexValue } from './contract.ts';
import { parseInterval } from './dates.ts';
import { parseReference, typeOfReference } from './references.ts';

type Values = IndexValue[];

/** The validator has seen to types where a resource is written; here nothing may throw whatever stands there. */
const isText = (text: unknown): text is string => typeof text === 'string' && text !== '';

// --- string

export function textString(out: Values, text: string | null | undefined): void {
  if (isText(text)) out.push({ kind: 'string', text });
}

function textStrings(out: Values, texts: (string | null)[] | undefined): void {
  if (Array.isArray(texts)) for (const text of texts) textString(out, text);
}

/** "may match any of the string fields in the HumanName, including family, give, prefix, suffix, suffix, and/or text" */
export function humanNameString(out: Values, name: HumanName): void {
  textString(out, name.family);
  textStrings(out, name.given);
  textStrings(out, name.prefix);
  textStrings(out, name.suffix);
  textString(out, name.text);
}

/** "may match any of the string fields in the Address, including line, city, district, state, country, postalCode, and/or text" */
export function addressString(out: Values, address: Address): void {
  textStrings(out, address.line);
  textString(out, address.city);
  textString(out, address.district);
  textString(out, address.state);
  textString(out, address.country);
  textString(out, address.postalCode);
  textString(out, address.text);
}

/** Family and given names, word by word: the index and the matcher compare their phonetic keys (fold.ts). */
export function phoneticName(out: Values, name: HumanName): void {
  phoneticText(out, name.family);
  if (Array.isArray(name.given)) for (const given of name.given) phoneticText(out, given);
}

export function phoneticText(out: Values, text: string | undefined): void {
  if (isText(text)) for (const word of text.split(/\s+/)) textString(out, word);
}

// --- token

export function textToken(out: Values, code: string): void {
  if (isText(code)) out.push({ kind: 'token', code });
}

/** The system is the one implied by the element's binding: `gender` → http://hl7.org/fhir/administrative-gender. */
export function codeToken(out: Values, code: string, impliedSystem?: string): void {
  if (isText(code)) out.push(impliedSystem === undefined ? { kind: 'token', code } : { kind: 'token', system: impliedSystem, code });
}

export function booleanToken(out: Values, value: boolean): void {
  out.push({ kind: 'token', code: value ? 'true' : 'false' });
}

export function codingToken(out: Values, { system, code, display }: Coding): void {
  if (system !== undefined || code !== undefined || display !== undefined) out.push({ kind: 'token', system, code, text: display });
}

/** One value for each coding, and one with the text alone, which only `:text` can match. */
export function conceptToken(out: Values, concept: CodeableConcept): void {
  const { coding, text } = concept;
  if (Array.isArray(coding)) for (const one of coding) if (one) codingToken(out, one);
  if (isText(text)) out.push({ kind: 'token', text });
}

export function identifierToken(out: Values, identifier: Identifier): void {
  const { system, value, type } = identifier;
  if (system === undefined && value === undefined && type === undefined) return;
  const token: IndexValue = { kind: 'token', system, code: value, text: type?.text };
  const ofType: { system?: string; code: string }[] = [];
  if (Array.isArray(type?.coding))
    for (const one of type.coding) if (one?.code !== undefined) ofType.push({ system: one.system, code: one.code });
  if (ofType.length > 0) token.ofType = ofType;
  out.push(token);
}

export function contactToken(out: Values, contact: ContactPoint): void {
  if (contact.value) out.push({ kind: 'token', code: contact.value });
}

// --- reference

/** References to resources inside this one (`#x`) have no value: nothing outside can be meant. */
export function reference(out: Values, value: Reference): void {
  const target = isText(value.reference) ? parseReference(value.reference) : undefined;
  if (target === undefined && value.identifier === undefined) return;
  const made: IndexValue = { kind: 'reference', ...target };
  if (value.identifier) made.identifier = { system: value.identifier.system, value: value.identifier.value };
  if (value.display) made.text = value.display;
  out.push(made);
}

export function canonical(out: Values, text: string): void {
  const target = isText(text) ? parseReference(text) : undefined;
  if (target) out.push({ kind: 'reference', ...target });
}

/** The first resource of a document or a message, for Bundle.composition and Bundle.message. */
export function bundled(out: Values, resource: Resource, type: string): void {
  if (resource.resourceType === type && resource.id) out.push({ kind: 'reference', type, id: resource.id });
}

/** `resolve() is Patient`, answered from the reference itself: its literal text, else `Reference.type`. */
export function isReferenceTo(value: Reference, type: string): boolean {
  const told = isText(value.reference) ? typeOfReference(value.reference) : undefined;
  return told === undefined ? value.type === type : told === type;
}

// --- date

export function date(out: Values, text: string): void {
  const interval = parseInterval(text);
  if (interval) out.push({ kind: 'date', fromMs: interval.fromMs, toMs: interval.toMs });
}

export function period(out: Values, { start, end }: Period): void {
  const from = start === undefined ? undefined : parseInterval(start);
  const to = end === undefined ? undefined : parseInterval(end);
  if (!from && !to) return;
  const fromMs = from ? from.fromMs : Number.NEGATIVE_INFINITY;
  const toMs = to ? to.toMs : Number.POSITIVE_INFINITY;
  // A period that ends before it starts holds no instant and cannot be found by date.
  if (fromMs < toMs) out.push({ kind: 'date', fromMs, toMs });
}

/** "the specified scheduling details are ignored and only the outer limits matter" */
export function timing(out: Values, { event, repeat }: Timing): void {
  const found: Values = [];
  if (Array.isArray(event)) for (const one of event) if (one) date(found, one);
  if (repeat?.boundsPeriod) period(found, repeat.boundsPeriod);
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const one of found) {
    if (one.kind !== 'date') continue;
    fromMs = Math.min(fromMs, one.fromMs);
    toMs = Math.max(toMs, one.toMs);
  }
  if (found.length > 0) out.push({ kind: 'date', fromMs, toMs });
}

// --- number and quantity

export function number(out: Values, value: number | Decimal): void {
  const n = toNumber(value);
  if (!Number.isNaN(n)) out.push({ kind: 'number', low: n, high: n });
}

export function numberRange(out: Values, range: Range): void {
  const bounds = boundsOf(range);
  if (bounds) out.push({ kind: 'number', ...bounds });
}

function boundsOf(range: Range): { low: number; high: number } | undefined {
  if (range.low?.value === undefined && range.high?.value === undefined) return undefined;
  const low = range.low?.value === undefined ? Number.NEGATIVE_INFINITY : toNumber(range.low.value);
  const high = range.high?.value === undefined ? Number.POSITIVE_INFINITY : toNumber(range.high.value);
  // As with periods: a range that ends before it begins holds no number.
  return low <= high ? { low, high } : undefined;
}

function pushQuantity(out: Values, low: number, high: number, of: { system?: string; code?: string; unit?: string }): void {
  const { system, code, unit } = of;
  if (Number.isNaN(low) || Number.isNaN(high)) return;
  const inBaseUnits = system === ucumSystem && code !== undefined ? canonicalRange(low, high, code) : undefined;
  out.push({ kind: 'quantity', low, high, system, code, unit, canonical: inBaseUnits });
}

/** `<5` is any value up to 5: Quantity.comparator opens one side. */
export function quantity(out: Values, of: Quantity): void {
  if (of.value === undefined || of.value === null) return;
  const value = toNumber(of.value);
  const low = of.comparator === '<' || of.comparator === '<=' ? Number.NEGATIVE_INFINITY : value;
  const high = of.comparator === '>' || of.comparator === '>=' ? Number.POSITIVE_INFINITY : value;
  pushQuantity(out, low, high, of);
}

export function money(out: Values, { value, currency }: Money): void {
  if (value === undefined || value === null) return;
  const amount = toNumber(value);
  pushQuantity(out, amount, amount, currency === undefined ? {} : { system: 'urn:iso:std:iso:4217', code: currency });
}

export function quantityRange(out: Values, range: Range): void {
  const bounds = boundsOf(range);
  if (bounds) pushQuantity(out, bounds.low, bounds.high, range.low ?? range.high ?? {});
}

/** "just search on the bounds of the values in sampled data": smallest to largest; E, U and L are no numbers. */
export function sampledData(out: Values, { data, factor, origin, lowerLimit, upperLimit }: SampledData): void {
  if (typeof data !== 'string' || origin?.value === undefined) return;
  const offset = toNumber(origin.value);
  const scale = factor === undefined ? 1 : toNumber(factor);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const item of data.split(' ')) {
    const sample =
      item === 'L' && lowerLimit !== undefined
        ? toNumber(lowerLimit)
        : item === 'U' && upperLimit !== undefined
          ? toNumber(upperLimit)
          : item === ''
            ? Number.NaN
            : Number(item);
    if (Number.isNaN(sample)) continue;
    low = Math.min(low, sample * scale + offset);
    high = Math.max(high, sample * scale + offset);
  }
  if (low <= high) pushQuantity(out, low, high, origin);
}

// --- uri

export function uri(out: Values, text: string): void {
  if (isText(text)) out.push({ kind: 'uri', uri: text });
}
