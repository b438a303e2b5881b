// JSON Patch (RFC 6902) with JSON Pointers (RFC 6901): all operations or none. Decimals compare by their digits.
import { Decimal } from './decimal.ts';
import type { Json } from './json.ts';
import { sameJson } from './json-equal.ts';
import { readPointer } from './json-pointer.ts';
import { type Weight, weigh } from './json-weight.ts';
import { fail, ok, type Result } from './result.ts';

type Container = Json[] | { [name: string]: Json };

const mostOperations = 1_000;
/** Values that all `copy` operations of a patch may make together: ten copies of a copy are a thousand, sixty a catastrophe. */
const mostCopied = 100_000;
/** A patch makes nothing larger than what could be sent at once; what was larger before may stay so. */
const most: Weight = { values: 50_000, characters: 32 * 1024 * 1024 };

interface State {
  /** Holds the document as its one item, so that the root has a place like any other value. */
  holder: [Json];
  copied: number;
}

interface Operation {
  path: string[];
  from: string[];
  value: Json;
}

/** Thrown inside this file only, to leave an operation from any depth. */
class Refusal extends Error {}

/**
 * The patched copy of the document, which itself stays as it is. A refusal names the operation, counted from 0, in `where`.
 * Whether the outcome is a valid resource is for validation to say.
 */
export function applyPatch(document: Json, patch: Json): Result<Json> {
  if (!Array.isArray(patch)) return fail('invalid', 'Send the JSON Patch as an array of operations.', 'patch');
  if (patch.length > mostOperations) return fail('too-costly', `Send at most ${mostOperations} operations in one patch.`, 'patch');
  const state: State = { holder: [clone(document)], copied: 0 };
  for (const [index, item] of patch.entries()) {
    try {
      apply(item, state);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return fail('invalid', `Operation ${index} of the patch: ${error.message}.`, `patch[${index}]`);
    }
  }
  return tooLarge(document, state.holder[0]) ?? ok(state.holder[0]);
}

/** Copies of a long text cost nothing until they are written out: a thousand of a megabyte would be a gigabyte. */
function tooLarge(before: Json, after: Json): Result<never> | undefined {
  const [had, has] = [weigh(before), weigh(after)];
  const unit = (['values', 'characters'] as const).find((one) => has[one] > Math.max(most[one], had[one]));
  return unit && fail('too-costly', `The patched resource would hold more than ${most[unit]} ${unit}; divide it.`, 'patch');
}

const operations: Record<string, { needs: 'value' | 'from' | 'path'; run: (operation: Operation, state: State) => void }> = {
  add: { needs: 'value', run: ({ path, value }, { holder }) => add(holder, path, clone(value)) },
  remove: { needs: 'path', run: ({ path }, { holder }) => remove(holder, path) },
  replace: {
    needs: 'value',
    run: ({ path, value }, { holder }) => {
      const [container, key] = existing(holder, path);
      put(container, key, clone(value));
    },
  },
  move: {
    needs: 'from',
    run: ({ from, path }, { holder }) => {
      if (from.length < path.length && from.every((step, i) => step === path[i])) throw new Refusal('a value cannot be moved into itself');
      const [container, key] = existing(holder, from);
      const value = get(container, key) as Json;
      if (from.length === path.length && from.every((step, i) => step === path[i])) return;
      remove(holder, from);
      add(holder, path, value);
    },
  },
  copy: {
    needs: 'from',
    run: ({ from, path }, state) => {
      const [container, key] = existing(state.holder, from);
      const value = get(container, key) as Json;
      state.copied += weigh(value).values;
      if (state.copied > mostCopied) throw new Refusal(`the patch copies more than ${mostCopied} values`);
      add(state.holder, path, clone(value));
    },
  },
  test: {
    needs: 'value',
    run: ({ path, value }, { holder }) => {
      const [container, key] = existing(holder, path);
      if (!sameJson(get(container, key), value)) throw new Refusal('the value at "path" is not the one to test for');
    },
  },
};

function apply(item: Json, state: State): void {
  if (!isObject(item)) throw new Refusal('it must be an object with "op" and "path"');
  const op = own(item, 'op');
  const operation = typeof op === 'string' && Object.hasOwn(operations, op) ? operations[op] : undefined;
  if (!operation) throw new Refusal(`"op" must be one of ${Object.keys(operations).join(', ')}`);
  const path = pointer(item, 'path');
  const from = operation.needs === 'from' ? pointer(item, 'from') : [];
  const value = own(item, 'value');
  if (operation.needs === 'value' && value === undefined) throw new Refusal(`${String(op)} needs a "value"`);
  operation.run({ path, from, value: value ?? null }, state);
}

function pointer(item: { [name: string]: Json }, name: string): string[] {
  const read = readPointer(own(item, name));
  if (!read.ok) throw new Refusal(`"${name}" ${read.problem.message}`);
  return read.value;
}

/** The container and key of a place that may or may not hold a value; everything above it must be there. */
function place(holder: [Json], path: string[]): [Container, string] {
  let container: Container = holder;
  let key = '0';
  for (const step of path) {
    const next = get(container, key);
    if (next === undefined) throw new Refusal(`there is nothing at "${key}" to go into`);
    if (!Array.isArray(next) && !isObject(next)) throw new Refusal(`the value at "${key}" has no members`);
    container = next;
    key = step;
  }
  return [container, key];
}

function existing(holder: [Json], path: string[]): [Container, string] {
  const [container, key] = place(holder, path);
  if (get(container, key) === undefined) throw new Refusal(`there is no value at "${key}"`);
  return [container, key];
}

function get(container: Container, key: string): Json | undefined {
  return Array.isArray(container) ? container[indexOf(key, container.length - 1)] : own(container, key);
}

function add(holder: [Json], path: string[], value: Json): void {
  const [container, key] = place(holder, path);
  if (path.length === 0 || !Array.isArray(container)) put(container, key, value);
  else container.splice(key === '-' ? container.length : indexOf(key, container.length), 0, value);
}

function put(container: Container, key: string, value: Json): void {
  if (Array.isArray(container)) container[indexOf(key, container.length - 1)] = value;
  else container[key] = value;
}

function remove(holder: [Json], path: string[]): void {
  if (path.length === 0) throw new Refusal('the whole resource cannot be removed; use DELETE');
  const [container, key] = existing(holder, path);
  if (Array.isArray(container)) container.splice(indexOf(key, container.length - 1), 1);
  else delete container[key];
}

/** Position in an array, at most `last` (RFC 6901, section 4). */
function indexOf(key: string, last: number): number {
  if (!/^(0|[1-9][0-9]{0,8})$/.test(key)) throw new Refusal(`"${key}" is no position in an array`);
  const index = Number(key);
  if (index > last) throw new Refusal(`position ${index} is beyond the end of the array`);
  return index;
}

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);

const own = (object: { [name: string]: Json }, name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined);

function clone(value: Json): Json {
  if (Array.isArray(value)) return value.map(clone);
  if (!isObject(value)) return value;
  const copy: { [name: string]: Json } = {};
  // The reader refuses __proto__; a value from elsewhere must not get past either.
  for (const name of Object.keys(value)) if (name !== '__proto__') copy[name] = clone(value[name] as Json);
  return copy;
}
