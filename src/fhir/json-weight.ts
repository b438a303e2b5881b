// How much a JSON value is: what a limit counts. Linear in the values; texts cost nothing, whatever their length.
import { Decimal } from './decimal.ts';
import type { Json } from './json.ts';

export interface Weight {
  /** Strings, numbers, true, false, null, objects and arrays, itself included. */
  values: number;
  /** Of all strings together; what the same string costs is counted as often as it would be written. */
  characters: number;
}

export function weigh(value: Json): Weight {
  const weight = { values: 0, characters: 0 };
  add(value, weight);
  return weight;
}

function add(value: Json, weight: Weight): void {
  weight.values++;
  if (typeof value === 'string') weight.characters += value.length;
  else if (Array.isArray(value)) for (const item of value) add(item, weight);
  else if (typeof value === 'object' && value !== null && !(value instanceof Decimal))
    for (const name of Object.keys(value)) add(value[name]!, weight);
}
