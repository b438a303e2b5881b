// minValue[x], maxValue[x] and maxLength of an element in a profile (http://hl7.org/fhir/R4/elementdefinition.html).
import { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import type { Node } from './compiled.ts';
import { isMembers } from './definition.ts';
import { shown } from './matches.ts';
import type { Place } from './report.ts';
import type { Walk } from './walk.ts';

export function checkRange(walk: Walk, { minValue, maxValue, maxLength }: Node, value: Json, place: Place): void {
  if (minValue !== undefined && (compare(value, minValue) ?? 0) < 0) {
    walk.report.add('error', 'fixed', `Give a value of at least ${shown(minValue)}`, place);
  }
  if (maxValue !== undefined && (compare(value, maxValue) ?? 0) > 0) {
    walk.report.add('error', 'fixed', `Give a value of at most ${shown(maxValue)}`, place);
  }
  if (maxLength !== undefined && typeof value === 'string' && value.length > maxLength) {
    walk.report.add('error', 'fixed', `Shorten the text: at most ${maxLength} characters are allowed`, place);
  }
}

/** Negative where `a` is less; undefined where they cannot be compared: other units, dates of which one is less exact. */
function compare(a: Json, b: Json): number | undefined {
  if (isMembers(a) && isMembers(b)) {
    const sameUnit = a['code'] === b['code'] && (a['code'] !== undefined || a['unit'] === b['unit']);
    return sameUnit && a['value'] !== undefined && b['value'] !== undefined ? compare(a['value'], b['value']) : undefined;
  }
  const isNumber = (one: Json): one is number | Decimal => typeof one === 'number' || one instanceof Decimal;
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  const both = Math.min(a.length, b.length);
  const zoned = a.length > 10 && b.length > 10 && a.includes('T');
  if (zoned) return Date.parse(a) - Date.parse(b) || 0;
  const [left, right] = [a.slice(0, both), b.slice(0, both)];
  return left < right ? -1 : left > right ? 1 : 0;
}
