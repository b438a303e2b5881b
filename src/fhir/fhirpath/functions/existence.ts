// http://hl7.org/fhirpath/N1/#existence

import type { Context } from '../context.ts';
import { equal, keyOf } from '../equality.ts';
import { refuse } from '../failure.ts';
import { integer, type Nodes } from '../node.ts';
import { items, question, type Step } from '../step.ts';
import { type Definition, type Definitions, visiting } from './definition.ts';

const filtered = (target: Step, criteria: Step): Step['some'] =>
  function some(context, focus) {
    return visiting(context, target.all(context, focus), (node) => criteria.truth(context, node) === true);
  };

/** allTrue() and its kin: every item has to be a boolean; those without a value do not count. */
const booleans = (stopAt: boolean, atStop: boolean): Definition => ({
  args: [0, 0],
  make: (target) =>
    question((context, focus) => {
      let stopped = false;
      for (const { type, value } of target.all(context, focus)) {
        context.spend(1);
        if (type.system !== 'Boolean') refuse('invalid', 'allTrue(), anyTrue(), allFalse() and anyFalse() take booleans only.');
        if (value === stopAt) stopped = true;
      }
      return stopped ? atStop : !atStop;
    }),
});

export function keysOf(nodes: Nodes, context: Context): Set<string> {
  const keys = new Set<string>();
  for (const node of nodes) keys.add(keyOf(node, context));
  return keys;
}

export function distinct(nodes: Nodes, context: Context): Nodes {
  if (nodes.length < 2) return nodes;
  const seen = new Set<string>();
  return nodes.filter((node) => {
    const key = keyOf(node, context);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const isSubset = (part: Nodes, whole: Nodes, context: Context): boolean => {
  if (part.length === 1 && whole.length === 1) return equal(part, whole, context) === true;
  const keys = keysOf(whole, context);
  return part.every((node) => keys.has(keyOf(node, context)));
};

export const existence: Definitions = {
  empty: {
    args: [0, 0],
    make: (target) => question((context, focus) => !target.some(context, focus)),
  },
  exists: {
    args: [0, 1],
    make: (target, [criteria]) => question(criteria ? filtered(target, criteria) : (context, focus) => target.some(context, focus)),
  },
  not: {
    args: [0, 0],
    make: (target) =>
      question((context, focus) => {
        const value = target.truth(context, focus);
        return value === undefined ? undefined : !value;
      }),
  },
  all: {
    args: [1, 1],
    make: (target, args) => {
      const criteria = args[0] as Step;
      return question((context, focus) => !visiting(context, target.all(context, focus), (node) => criteria.truth(context, node) !== true));
    },
  },
  allTrue: booleans(false, false),
  anyTrue: booleans(true, true),
  allFalse: booleans(true, false),
  anyFalse: booleans(false, true),
  subsetOf: {
    args: [1, 1],
    make: (target, [other]) =>
      question((context, focus) => isSubset(target.all(context, focus), (other as Step).all(context, focus), context)),
  },
  supersetOf: {
    args: [1, 1],
    make: (target, [other]) =>
      question((context, focus) => isSubset((other as Step).all(context, focus), target.all(context, focus), context)),
  },
  count: {
    args: [0, 0],
    make: (target) => ({ ...items((context, focus) => [integer(target.all(context, focus).length)]), some: () => true }),
  },
  distinct: { args: [0, 0], make: (target) => items((context, focus) => distinct(target.all(context, focus), context)) },
  isDistinct: {
    args: [0, 0],
    make: (target) =>
      question((context, focus) => {
        const nodes = target.all(context, focus);
        return nodes.length < 2 || keysOf(nodes, context).size === nodes.length;
      }),
  },
};
