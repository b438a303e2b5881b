// A regular expression as a list of instructions for run.ts and automaton.ts. Counts are written out, so its length is bounded.
import { type Assertion, RegexFault, type RegexTree } from './tree.ts';

export type Instruction =
  | { do: 'character'; code: number }
  | { do: 'class'; test: (code: number) => boolean }
  | { do: 'assert'; of: Assertion }
  | { do: 'save'; slot: number }
  /** Tries `first`, then `second`. */
  | { do: 'split'; first: number; second: number }
  | { do: 'go'; first: number }
  | { do: 'match' };

class List {
  readonly items: Instruction[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.items.length;
  }

  /** Answers where it stands. */
  add(instruction: Instruction): number {
    if (this.items.length >= this.#most)
      throw new RegexFault('too-costly', 'Simplify the regular expression: its counts multiply to too much.');
    return this.items.push(instruction) - 1;
  }
}

export function program(tree: RegexTree, instructionsMax: number): Instruction[] {
  const list = new List(instructionsMax);
  write(tree, list);
  list.items.push({ do: 'match' });
  return list.items;
}

function write(tree: RegexTree, list: List): void {
  switch (tree.kind) {
    case 'character':
      list.add({ do: 'character', code: tree.code });
      return;
    case 'class':
      list.add({ do: 'class', test: tree.test });
      return;
    case 'assertion':
      list.add({ do: 'assert', of: tree.of });
      return;
    case 'sequence':
      for (const part of tree.parts) write(part, list);
      return;
    case 'group':
      list.add({ do: 'save', slot: tree.slot * 2 });
      write(tree.inner, list);
      list.add({ do: 'save', slot: tree.slot * 2 + 1 });
      return;
    case 'choice':
      choice(tree.parts, list);
      return;
    case 'times':
      times(tree, list);
  }
}

function choice(parts: RegexTree[], list: List): void {
  const ends: number[] = [];
  const last = parts.at(-1) as RegexTree;
  for (const part of parts.slice(0, -1)) {
    const split = list.add({ do: 'match' });
    write(part, list);
    ends.push(list.add({ do: 'match' }));
    list.items[split] = { do: 'split', first: split + 1, second: list.length };
  }
  write(last, list);
  for (const end of ends) list.items[end] = { do: 'go', first: list.length };
}

function times({ inner, least, most, greedy }: Extract<RegexTree, { kind: 'times' }>, list: List): void {
  const split = (inside: number, after: number): Instruction =>
    greedy ? { do: 'split', first: inside, second: after } : { do: 'split', first: after, second: inside };
  for (let i = 0; i < least; i++) write(inner, list);
  if (most === Number.POSITIVE_INFINITY) {
    const start = list.add({ do: 'match' });
    write(inner, list);
    list.add({ do: 'go', first: start });
    list.items[start] = split(start + 1, list.length);
    return;
  }
  const splits: number[] = [];
  for (let i = least; i < most; i++) {
    splits.push(list.add({ do: 'match' }));
    write(inner, list);
  }
  for (const at of splits) list.items[at] = split(at + 1, list.length);
}
