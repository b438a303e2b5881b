// fixed[x] and pattern[x] (http://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_).
import { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import { sameJson } from '../json-equal.ts';
import { isMembers } from './definition.ts';

/** "Exactly this": numbers by their value as long as a profile read by JSON.parse has lost their digits. */
export const isFixed = (value: Json, fixed: Json): boolean => sameJson(value, fixed) || sameNumber(value, fixed);

/** "At least this": every member of the pattern, every item of its lists somewhere in the list. */
export function fitsPattern(value: Json | undefined, pattern: Json): boolean {
  if (value === undefined) return false;
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((wanted) => value.some((one) => fitsPattern(one, wanted)));
  }
  if (!isMembers(pattern)) return isFixed(value, pattern);
  if (!isMembers(value)) return false;
  for (const name in pattern) if (!fitsPattern(value[name], pattern[name] as Json)) return false;
  return true;
}

function sameNumber(a: Json, b: Json): boolean {
  const isNumber = (value: Json): value is number | Decimal => typeof value === 'number' || value instanceof Decimal;
  return isNumber(a) && isNumber(b) && Number(a) === Number(b);
}

/** The wanted value for a message: what a profile says is no patient's. */
export function shown(wanted: Json): string {
  const text = JSON.stringify(wanted);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
