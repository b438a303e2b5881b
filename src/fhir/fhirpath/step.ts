// An expression once compiled: three ways to ask it. `all` gives every item; `truth` and `some` answer without making items where
// the kind of expression allows, which is what most invariants need.
import type { Context } from './context.ts';
import { refuse } from './failure.ts';
import { type Node, type Nodes, none, truth as truthNodes } from './node.ts';

/** `focus` is `$this`: one item, or none. */
export interface Step {
  all(context: Context, focus: Node | undefined): Nodes;
  /** As one boolean (N1, "Singleton evaluation of collections"); undefined where it is empty. */
  truth(context: Context, focus: Node | undefined): boolean | undefined;
  /** Whether there is any item. */
  some(context: Context, focus: Node | undefined): boolean;
  /** Of `-x` the `x`, for sort(), where a minus stands for descending. */
  negated?: Step;
}

/** A single item that is no boolean counts as true. */
export function truthOf(nodes: Nodes): boolean | undefined {
  if (nodes.length === 0) return undefined;
  if (nodes.length > 1) refuse('invalid', 'Several items stand where one boolean is needed; use exists(), all() or first().');
  const { type, value } = nodes[0] as Node;
  return type.system === 'Boolean' && typeof value === 'boolean' ? value : true;
}

/** The one item, or none; several are refused. */
export function one(nodes: Nodes, who: string): Node | undefined {
  if (nodes.length > 1) refuse('invalid', `${who} takes one item and was given several; choose one with first() or where().`);
  return nodes[0];
}

export const items = (all: Step['all']): Step => ({
  all,
  truth: (context, focus) => truthOf(all(context, focus)),
  some: (context, focus) => all(context, focus).length > 0,
});

export const question = (truth: Step['truth']): Step => ({
  all: (context, focus) => truthNodes(truth(context, focus)),
  truth,
  some: (context, focus) => truth(context, focus) !== undefined,
});

export const always = (nodes: Nodes): Step => items(() => nodes);

export const nothing: Step = { all: () => none, truth: () => undefined, some: () => false };
