// FHIR values where an operator wants those of FHIRPath: "the evaluation engine will automatically convert the value of FHIR types"
// (http://hl7.org/fhir/R4/fhirpath.html#types). Where JSON holds something else than its type says, what it holds counts.
import { Decimal } from '../decimal.ts';
import { Amount, amountOfQuantity } from './amount.ts';
import { Exact } from './exact.ts';
import { isMembers, type Node } from './node.ts';
import { readTemporal, Temporal } from './temporal.ts';
import type { SystemKind, Type } from './types.ts';

export type Plain = boolean | string | number | Exact | Temporal | Amount;

/** The value in FHIRPath's own terms; undefined for an element with parts, and for a primitive without a value. */
export function plain(node: Node): Plain | undefined {
  const { type, value } = node;
  const kind = type.system;
  if (kind === undefined) return undefined;
  if (typeof value === 'string') return kind === 'Date' || kind === 'DateTime' || kind === 'Time' ? dated(kind, value) : value;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return kind === 'Integer' && Number.isInteger(value) ? value : Exact.near(value);
  if (value instanceof Decimal) return Exact.read(value.text);
  if (value instanceof Exact || value instanceof Temporal || value instanceof Amount) return value;
  return kind === 'Quantity' ? quantity(value) : undefined;
}

/** A dateTime that is only a date has no T in FHIR; text that is no date stays text. */
function dated(kind: 'Date' | 'DateTime' | 'Time', value: string): Temporal | string {
  return readTemporal(kind, value) ?? value;
}

function quantity(value: unknown): Amount | undefined {
  if (!isMembers(value)) return undefined;
  const { value: number, code, unit, system, comparator } = value;
  if (comparator !== undefined) return undefined;
  const exact = typeof number === 'number' ? Exact.near(number) : number instanceof Decimal ? Exact.read(number.text) : undefined;
  if (!exact) return undefined;
  if (system === 'http://unitsofmeasure.org' && typeof code === 'string') return amountOfQuantity(exact, code);
  const named = typeof code === 'string' ? code : typeof unit === 'string' ? unit : '1';
  return new Amount(exact, named);
}

/** What a plain value is called. */
export function kindOf(value: Plain): SystemKind {
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return 'Integer';
  if (value instanceof Exact) return 'Decimal';
  return value instanceof Amount ? 'Quantity' : value.kind;
}

export const isNumber = (value: Plain | undefined): value is number | Exact => typeof value === 'number' || value instanceof Exact;
export const exactOf = (value: number | Exact): Exact => (typeof value === 'number' ? Exact.of(value) : value);

/** Text as FHIRPath writes it: what `toString()` gives. */
export const written = (value: Plain): string => (typeof value === 'string' ? value : value.toString());

export const isText = (type: Type): boolean => type.system === 'String';
