// A column of a table: a dotted path into a resource. Lists are gone through; what is found is joined with "; ".
import { Decimal } from '../../fhir/decimal.ts';
import { type Json, writeJson } from '../../fhir/json.ts';

/** `name.family`, `code.coding.code`, `valueQuantity.value`; '' where there is nothing. */
export function columnOf(resource: Json, path: string): string {
  let found: Json[] = [resource];
  for (const name of path.split('.')) found = found.flatMap((value) => step(value, name));
  return found
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .map(textOf)
    .join('; ')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

function step(value: Json, name: string): Json[] {
  if (Array.isArray(value)) return value.flatMap((one) => step(one, name));
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return [];
  const member = Object.hasOwn(value, name) ? value[name] : undefined;
  return member === undefined ? [] : [member];
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  return writeJson(value);
}
