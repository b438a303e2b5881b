// Filtering and projection, subsetting, combining (http://hl7.org/fhirpath/N1/#filtering-and-projection and the two after it).
import { union } from '../binary.ts';
import type { Context } from '../context.ts';
import { keyOf } from '../equality.ts';
import { refuse } from '../failure.ts';
import { pushChildren } from '../member.ts';
import { type Node, type Nodes, none } from '../node.ts';
import { items, type Step, truthOf } from '../step.ts';
import { type Definition, type Definitions, visiting, wholeOf } from './definition.ts';
import { distinct, keysOf } from './existence.ts';

/** A part of the input by a count: `skip(2)`. */
const part = (name: string, choose: (nodes: Nodes, count: number) => Nodes): Definition => ({
  args: [1, 1],
  make: (target, [count]) =>
    items((context, focus) => {
      const wanted = wholeOf((count as Step).all(context, focus), `${name}()`);
      if (wanted === undefined) return none;
      const nodes = target.all(context, focus);
      context.copying(nodes.length);
      return choose(nodes, wanted);
    }),
});

const edge = (choose: (nodes: Nodes) => Node | undefined): Definition => ({
  args: [0, 0],
  make: (target) => ({
    ...items((context, focus) => {
      const nodes = target.all(context, focus);
      if (nodes.length < 2) return nodes;
      const chosen = choose(nodes);
      return chosen === undefined ? none : [chosen];
    }),
    some: (context, focus) => target.some(context, focus),
  }),
});

/** Two collections into one. */
const pair = (combine: (a: Nodes, b: Nodes, context: Context) => Nodes): Definition => ({
  args: [1, 1],
  make: (target, [other]) => items((context, focus) => combine(target.all(context, focus), (other as Step).all(context, focus), context)),
});

/** Again on what it gave, until nothing new comes. Equal items count once (N1), which also ends circles. */
function repeat(context: Context, start: Nodes, projection: Step): Nodes {
  const seen = new Set<string>();
  const out: Node[] = [];
  let wave = start;
  while (wave.length > 0) {
    const next: Node[] = [];
    visiting(context, wave, (node) => {
      for (const found of projection.all(context, node)) {
        const key = keyOf(found, context);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(found);
        out.push(found);
      }
      return false;
    });
    wave = next;
  }
  return out;
}

function pushDescendants(context: Context, node: Node, out: Node[]): void {
  const children: Node[] = [];
  pushChildren(context, node, children);
  for (const child of children) {
    out.push(child);
    pushDescendants(context, child, out);
  }
}

const tree = (push: (context: Context, node: Node, out: Node[]) => void): Definition => ({
  args: [0, 0],
  make: (target) =>
    items((context, focus) => {
      const out: Node[] = [];
      for (const node of target.all(context, focus)) push(context, node, out);
      return out;
    }),
});

export const filtering: Definitions = {
  where: {
    args: [1, 1],
    make: (target, args) => {
      const criteria = args[0] as Step;
      const all: Step['all'] = (context, focus) => {
        const from = target.all(context, focus);
        if (from.length === 0) return none;
        const out: Node[] = [];
        visiting(context, from, (node) => {
          if (criteria.truth(context, node) === true) out.push(node);
          return false;
        });
        return out;
      };
      return {
        all,
        truth: (context, focus) => truthOf(all(context, focus)),
        some: (context, focus) => visiting(context, target.all(context, focus), (node) => criteria.truth(context, node) === true),
      };
    },
  },
  select: {
    args: [1, 1],
    make: (target, args) => {
      const projection = args[0] as Step;
      return items((context, focus) => {
        const out: Node[] = [];
        visiting(context, target.all(context, focus), (node) => {
          const found = projection.all(context, node);
          context.spend(found.length);
          for (const item of found) out.push(item);
          return false;
        });
        return out;
      });
    },
  },
  repeat: {
    args: [1, 1],
    make: (target, args) => items((context, focus) => repeat(context, target.all(context, focus), args[0] as Step)),
  },
  children: tree(pushChildren),
  descendants: tree(pushDescendants),
  single: {
    args: [0, 0],
    make: (target) =>
      items((context, focus) => {
        const nodes = target.all(context, focus);
        if (nodes.length > 1) refuse('invalid', 'single() was given several items; choose one with first() or where().');
        return nodes;
      }),
  },
  first: edge((nodes) => nodes[0]),
  last: edge((nodes) => nodes.at(-1)),
  tail: {
    args: [0, 0],
    make: (target) =>
      items((context, focus) => {
        const nodes = target.all(context, focus);
        context.copying(nodes.length);
        return nodes.slice(1);
      }),
  },
  skip: part('skip', (nodes, count) => (count <= 0 ? nodes : nodes.slice(count))),
  take: part('take', (nodes, count) => (count <= 0 ? none : nodes.slice(0, count))),
  intersect: pair((a, b, context) => {
    const keys = keysOf(b, context);
    return distinct(
      a.filter((node) => keys.has(keyOf(node, context))),
      context,
    );
  }),
  exclude: pair((a, b, context) => {
    const keys = keysOf(b, context);
    return a.filter((node) => !keys.has(keyOf(node, context)));
  }),
  union: pair(union),
  combine: pair((a, b, context) => {
    context.spend(a.length + b.length);
    return a.length === 0 ? b : b.length === 0 ? a : [...a, ...b];
  }),
};
