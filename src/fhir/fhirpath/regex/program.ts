// A regular expression as a list of instructions for run.ts. Counts are written out, so the length of the list is bounded.
import { refuse } from '../failure.ts';
import type { Assertion, RegexTree } from './tree.ts';

export type Instruction =
  | { do: 'character'; code: number }
  | { do: 'class'; test: (code: number) => boolean }
  | { do: 'assert'; of: Assertion }
  | { do: 'save'; slot: number }
  /** Tries `first`, then `second`. */
  | { do: 'split'; first: number; second: number }
  | { do: 'go'; first: number }
  | { do: 'match' };

const mostInstructions = 5_000;

export function program(tree: RegexTree): Instruction[] {
  const list: Instruction[] = [];
  write(tree, list);
  list.push({ do: 'match' });
  return list;
}

function add(list: Instruction[], instruction: Instruction): number {
  if (list.length >= mostInstructions) refuse('too-costly', 'Simplify the regular expression: its counts multiply to too much.');
  return list.push(instruction) - 1;
}

function write(tree: RegexTree, list: Instruction[]): void {
  switch (tree.kind) {
    case 'character':
      add(list, { do: 'character', code: tree.code });
      return;
    case 'class':
      add(list, { do: 'class', test: tree.test });
      return;
    case 'assertion':
      add(list, { do: 'assert', of: tree.of });
      return;
    case 'sequence':
      for (const part of tree.parts) write(part, list);
      return;
    case 'group':
      add(list, { do: 'save', slot: tree.slot * 2 });
      write(tree.inner, list);
      add(list, { do: 'save', slot: tree.slot * 2 + 1 });
      return;
    case 'choice':
      choice(tree.parts, list);
      return;
    case 'times':
      times(tree, list);
  }
}

function choice(parts: RegexTree[], list: Instruction[]): void {
  const ends: number[] = [];
  const last = parts.at(-1) as RegexTree;
  for (const part of parts.slice(0, -1)) {
    const split = add(list, { do: 'match' });
    write(part, list);
    ends.push(add(list, { do: 'match' }));
    list[split] = { do: 'split', first: split + 1, second: list.length };
  }
  write(last, list);
  for (const end of ends) list[end] = { do: 'go', first: list.length };
}

function times({ inner, least, most, greedy }: Extract<RegexTree, { kind: 'times' }>, list: Instruction[]): void {
  const split = (inside: number, after: number): Instruction =>
    greedy ? { do: 'split', first: inside, second: after } : { do: 'split', first: after, second: inside };
  for (let i = 0; i < least; i++) write(inner, list);
  if (most === Number.POSITIVE_INFINITY) {
    const start = add(list, { do: 'match' });
    write(inner, list);
    add(list, { do: 'go', first: start });
    list[start] = split(start + 1, list.length);
    return;
  }
  const splits: number[] = [];
  for (let i = least; i < most; i++) {
    splits.push(add(list, { do: 'match' }));
    write(inner, list);
  }
  for (const at of splits) list[at] = split(at + 1, list.length);
}
