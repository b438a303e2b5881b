// The form of a function, and what several of them share.
import type { Context } from '../context.ts';
import { refuse } from '../failure.ts';
import type { Node, Nodes } from '../node.ts';
import { one, type Step } from '../step.ts';
import { plain } from '../system.ts';

export interface Definition {
  /** Fewest and most arguments. */
  args: [number, number];
  make(target: Step, args: Step[]): Step;
}

export type Definitions = Record<string, Definition>;

/** Runs for each node with `$index` set; stops where `visit` answers true, and says whether it did. */
export function visiting(context: Context, nodes: Nodes, visit: (node: Node) => boolean): boolean {
  const before = context.index;
  for (let i = 0; i < nodes.length; i++) {
    if (--context.steps < 0) context.spend(1);
    context.index = i;
    if (visit(nodes[i] as Node)) {
      context.index = before;
      return true;
    }
  }
  context.index = before;
  return false;
}

/** The one text of an argument or input; undefined where it is empty. */
export function textOf(nodes: Nodes, who: string): string | undefined {
  const node = one(nodes, who);
  if (node === undefined) return undefined;
  const value = plain(node);
  if (typeof value === 'string') return value;
  // A date of FHIR is written as text and may be asked for as such (R4's invariants do so with instants).
  if (value !== undefined && typeof node.value === 'string') return node.value;
  if (value === undefined && node.type.system === 'String') return undefined;
  return refuse('invalid', `${who} takes a text.`);
}

/** The one whole number of an argument; undefined where it is empty. */
export function wholeOf(nodes: Nodes, who: string): number | undefined {
  const node = one(nodes, who);
  const value = node && plain(node);
  if (node !== undefined && typeof value !== 'number') refuse('invalid', `${who} takes a whole number.`);
  return value as number | undefined;
}
