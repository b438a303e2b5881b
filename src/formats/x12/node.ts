// Reading and setting elements of a resource by path (`name[0].family`), before it has a type.

import { Decimal } from '../../fhir/decimal.ts';
import type { Json } from '../../fhir/json.ts';
import { sameJson } from '../../fhir/json-equal.ts';

export type Node = { [name: string]: Json };

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);

const known = new Map<string, (string | number)[]>();

/** `identifier[0].value` as `['identifier', 0, 'value']`; the empty path is the node itself. */
export function stepsOf(path: string): (string | number)[] {
  const found = known.get(path);
  if (found !== undefined) return found;
  const steps = [...path.matchAll(/([A-Za-z]\w*)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  if (known.size < 5000) known.set(path, steps);
  return steps;
}

export function getAt(node: Json | undefined, path: string): Json | undefined {
  let at: Json | undefined = node;
  for (const step of stepsOf(path)) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isNode(at) ? at[step] : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

/** Puts a value there, making what is on the way. False, and nothing done, where another value stands there or the way is another. */
export function setAt(node: Node, path: string, value: Json): boolean {
  const steps = stepsOf(path);
  let at: Json = node;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    const last = i === steps.length - 1;
    if (typeof step === 'number') {
      if (!Array.isArray(at) || step > at.length) return false;
      if (last) return place(at[step], value, () => ((at as Json[])[step] = value));
      at = at[step] ??= typeof steps[i + 1] === 'number' ? [] : {};
    } else {
      if (!isNode(at)) return false;
      if (last) return place(at[step], value, () => ((at as Node)[step] = value));
      at = at[step] ??= typeof steps[i + 1] === 'number' ? [] : {};
    }
  }
  return merge(node, value);
}

function place(there: Json | undefined, value: Json, put: () => void): boolean {
  if (there === undefined) {
    put();
    return true;
  }
  return isNode(there) && isNode(value) ? merge(there, value) : sameJson(there, value);
}

/** Lays a partial object over another; all or nothing. */
function merge(node: Node, value: Json): boolean {
  if (!isNode(value)) return false;
  const clash = Object.entries(value).some(([name, one]) => node[name] !== undefined && !sameJson(node[name], one));
  if (clash) return false;
  Object.assign(node, value);
  return true;
}

/** A value of its own; many times faster than structuredClone, and decimals stay what they are. */
export function copyOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isNode(value)) return value;
  const copy: Node = {};
  for (const [name, one] of Object.entries(value)) copy[name] = copyOf(one);
  return copy;
}
