// Whether two JSON values are the same, digit by digit: 1.10 is not 1.1 (http://hl7.org/fhir/R4/datatypes.html#decimal).
import { Decimal } from './decimal.ts';

/** Same kinds, same digits, same order in arrays; the order of members does not count, nor do `undefined` ones. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Decimal || b instanceof Decimal) return a instanceof Decimal && b instanceof Decimal && a.text === b.text;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  }
  const left = membersOf(a);
  const right = new Map(membersOf(b));
  return left.length === right.size && left.every(([name, value]) => right.has(name) && sameJson(value, right.get(name)));
}

const membersOf = (object: object): [string, unknown][] => Object.entries(object).filter(([, value]) => value !== undefined);
