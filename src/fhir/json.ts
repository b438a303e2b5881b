// Reads and writes JSON (RFC 8259) as FHIR needs it: digits of decimals are kept, duplicate names are refused, and a large
// body is read in slices so that it never holds up the event loop (http://hl7.org/fhir/R4/json.html).
import { Decimal } from './decimal.ts';
import { JsonReader, valuesMax } from './json-reader.ts';
import type { Result } from './result.ts';

export type Json = null | boolean | number | string | Decimal | Json[] | { [name: string]: Json };

/** What a document may hold at most. One value is a string, number, true, false, null, object or array. */
export interface JsonLimits {
  /** Objects and arrays inside one another. Default 64. */
  maxDepth?: number;
  /** Values in the whole document. Default 3,000,000 (a Bundle of about 40 MB). */
  maxValues?: number;
  /** Values in one resource: the document, or each entry where it is a Bundle, and what is around its entries. Default 50,000. */
  maxEntryValues?: number;
  /** Entries of a Bundle. Default 100,000. */
  maxEntries?: number;
}

/** For what the record holds: its size was looked at when it was written, and whoever follows must not stand still before it. */
export const ofTheRecord: JsonLimits = { maxDepth: 1000, maxValues: Number.POSITIVE_INFINITY, maxEntryValues: Number.POSITIVE_INFINITY };

/** As deep as a document may be, where nothing else is said. */
export const usualDepth = 64;

/** Whether objects and arrays stand deeper inside one another than a document that is read may have them. */
export function isTooDeep(value: Json): boolean {
  let edge: Json[] = [value];
  for (let depth = 0; edge.length > 0; depth++) {
    const held = edge.filter((one) => typeof one === 'object' && one !== null && !(one instanceof Decimal));
    if (held.length > 0 && depth >= usualDepth) return true;
    edge = held.flatMap((one) => Object.values(one as object) as Json[]);
  }
  return false;
}

/** Whether a resource holds more values than one that is read may hold; what holds far more costs no more to look at. */
export function isTooLarge(resource: object): boolean {
  const edge: unknown[] = [resource];
  for (let values = 1; edge.length > 0; ) {
    const one = edge.pop();
    if (typeof one !== 'object' || one === null || one instanceof Decimal) continue;
    for (const value of Object.values(one)) {
      if (value === undefined) continue;
      if (++values > valuesMax) return true;
      if (typeof value === 'object') edge.push(value);
    }
  }
  return false;
}

/** How long one slice of reading may hold the event loop. */
const sliceMs = 5;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Reads at once: for text of up to about 64 kB (half a millisecond). Refusals name `line:column`. */
export function readJsonNow(text: string, limits: JsonLimits = {}): Result<Json> {
  const reader = new JsonReader(text, limits);
  while (!reader.read(Number.POSITIVE_INFINITY));
  return reader.result();
}

/** Reads in slices of a few milliseconds and lets other work run in between. Refusals name `line:column`. */
export async function readJson(text: string, limits: JsonLimits = {}): Promise<Result<Json>> {
  const reader = new JsonReader(text, limits);
  while (!reader.read(performance.now() + sliceMs)) await turn();
  return reader.result();
}

/**
 * JSON text of a value, exact digits of each Decimal, `undefined` members left out. Throws on a Decimal that is no JSON number.
 *
 * The engine's own writer does the work. Where it meets a Decimal, `Decimal.toJSON` gives it a string that starts with a secret
 * of this process, and those strings become bare digits afterwards: without a Decimal in the tree that costs nothing.
 */
export function writeJson(value: unknown): string {
  Decimal.marking = true;
  try {
    const marked = Decimal.marked;
    const text = JSON.stringify(value);
    return Decimal.marked === marked ? text : text.replace(Decimal.markedPattern, '$1');
  } finally {
    Decimal.marking = false;
  }
}
