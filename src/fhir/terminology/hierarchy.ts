// Which concept is above which, at any distance, worked out once: a polyhierarchy of 360,000 concepts has some millions of such
// pairs, and a question asked of it must not walk it. A concept that is above itself is an error and named with its ring.
import { fail, ok, type Result } from '../result.ts';

/** Edges as two columns of concept numbers: `parent[i]` is directly above `child[i]`. */
export interface Edges {
  parent: Int32Array;
  child: Int32Array;
}

/** Neighbours of each concept, one after another. */
export class Neighbours {
  readonly #from: Int32Array;
  readonly #to: Int32Array;

  constructor(size: number, keys: Int32Array, values: Int32Array) {
    this.#from = new Int32Array(size + 1);
    for (const key of keys) this.#from[key + 1]! += 1;
    for (let i = 0; i < size; i += 1) this.#from[i + 1]! += this.#from[i]!;
    const next = this.#from.slice(0, size);
    this.#to = new Int32Array(values.length);
    for (let i = 0; i < keys.length; i += 1) this.#to[next[keys[i]!]!++] = values[i]!;
  }

  of(one: number): Int32Array {
    return this.#to.subarray(this.#from[one]!, this.#from[one + 1]!);
  }
}

/** All that can be reached, without the start unless a ring leads back to it. */
export function reach(neighbours: Neighbours, start: number): Set<number> {
  const reached = new Set<number>();
  const left = [start];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    for (const next of neighbours.of(one)) {
      if (reached.has(next)) continue;
      reached.add(next);
      left.push(next);
    }
  }
  return reached;
}

/** More pairs than any release has (SNOMED CT: about six million); beyond it the file is wrong. */
const pairsMax = 60_000_000;

export interface Closure {
  /** In no order. */
  above(one: number): Int32Array;
  /** Ascending. */
  below(one: number): Int32Array;
  pairs: number;
}

/** `nameOf`: for the message about a ring. */
export async function closure(
  size: number,
  edges: Edges,
  nameOf: (ring: number[]) => Promise<string>,
  rest: () => Promise<void> | undefined = () => undefined,
): Promise<Result<Closure>> {
  const parents = new Neighbours(size, edges.child, edges.parent);
  const order = parentsFirst(size, parents, new Neighbours(size, edges.parent, edges.child));
  if (!('length' in order)) return fail('invalid', `The hierarchy goes round in a ring: ${await nameOf(order.ring)}`);
  // Ancestors of all, one concept's after another's in `order`.
  let pool = new Int32Array(Math.max(1024, edges.child.length * 4));
  let used = 0;
  const start = new Int32Array(size);
  const end = new Int32Array(size);
  const seen = new Int32Array(size).fill(-1);
  for (const one of order) {
    start[one] = used;
    for (const parent of parents.of(one)) {
      const needed = used + 1 + end[parent]! - start[parent]!;
      if (needed > pairsMax) return fail('invalid', `The hierarchy has more than ${pairsMax} pairs of a concept and one above it`);
      if (needed > pool.length) {
        const larger = new Int32Array(Math.min(Math.max(pool.length * 2, needed), pairsMax));
        larger.set(pool);
        pool = larger;
      }
      if (seen[parent] !== one) pool[used++] = parent;
      seen[parent] = one;
      for (let i = start[parent]!; i < end[parent]!; i += 1) {
        const far = pool[i]!;
        if (seen[far] !== one) pool[used++] = far;
        seen[far] = one;
      }
    }
    end[one] = used;
    const pause = rest();
    if (pause !== undefined) await pause;
  }
  // The same pairs from the other side, without a third copy of them.
  const from = new Int32Array(size + 1);
  for (let i = 0; i < used; i += 1) from[pool[i]! + 1]! += 1;
  for (let i = 0; i < size; i += 1) from[i + 1]! += from[i]!;
  const next = from.slice(0, size);
  const descendants = new Int32Array(used);
  for (let one = 0; one < size; one += 1) for (let i = start[one]!; i < end[one]!; i += 1) descendants[next[pool[i]!]!++] = one;
  return ok({
    above: (one) => pool.subarray(start[one]!, end[one]!),
    below: (one) => descendants.subarray(from[one]!, from[one + 1]!),
    pairs: used,
  });
}

function parentsFirst(size: number, parents: Neighbours, children: Neighbours): Int32Array | { ring: number[] } {
  const waitsFor = new Int32Array(size);
  const order = new Int32Array(size);
  let filled = 0;
  for (let one = 0; one < size; one += 1) {
    waitsFor[one] = parents.of(one).length;
    if (waitsFor[one] === 0) order[filled++] = one;
  }
  for (let at = 0; at < filled; at += 1) {
    for (const child of children.of(order[at]!)) {
      waitsFor[child]! -= 1;
      if (waitsFor[child] === 0) order[filled++] = child;
    }
  }
  return filled === size ? order : { ring: ringAmong(parents, waitsFor) };
}

/** Each that still waits has a parent that waits: going up must come round. */
function ringAmong(parents: Neighbours, waitsFor: Int32Array): number[] {
  const path: number[] = [];
  const placed = new Map<number, number>();
  let one = waitsFor.findIndex((count) => count > 0);
  while (!placed.has(one)) {
    placed.set(one, path.length);
    path.push(one);
    one = parents.of(one).find((parent) => waitsFor[parent]! > 0)!;
  }
  return path.slice(placed.get(one)!);
}

/** `A → B → A`, at most a few of them. */
export const ringText = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(' → ')} → … → ${names[0]}` : [...names, names[0]].join(' → ');
