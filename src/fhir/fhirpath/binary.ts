// The operators between two expressions (http://hl7.org/fhirpath/N1/#operations). The logical ones ask their sides for one boolean
// and leave the second alone where the first decides.
import { operations } from './arithmetic.ts';
import { compare } from './comparison.ts';
import type { Context } from './context.ts';
import { equal, equalItems, equivalent, keyOf } from './equality.ts';
import { refuse } from './failure.ts';
import { nodeOfPlain } from './item.ts';
import { type Node, type Nodes, none, text } from './node.ts';
import { items, one, question, type Step } from './step.ts';
import { plain, written } from './system.ts';

type Maker = (left: Step, right: Step) => Step;

/** `Patient.gender = 'male'`, the most frequent question of all: two texts, compared without going further. */
const equality =
  (wanted: boolean): Maker =>
  (left, right) =>
    question((context, focus) => {
      const a = left.all(context, focus);
      if (a.length === 0) return undefined;
      const b = right.all(context, focus);
      const same = a.length === 1 && b.length === 1 ? same1(a[0] as Node, b[0] as Node, context) : equal(a, b, context);
      return same === undefined ? undefined : same === wanted;
    });

function same1(a: Node, b: Node, context: Context): boolean | undefined {
  const { value } = a;
  if (typeof value === 'string' && typeof b.value === 'string' && a.type.system === 'String' && b.type.system === 'String') {
    if (value.length > 256) context.reading(value.length);
    return value === b.value;
  }
  return equalItems(a, b, context);
}

const equivalence =
  (wanted: boolean): Maker =>
  (left, right) =>
    question((context, focus) => equivalent(left.all(context, focus), right.all(context, focus), context) === wanted);

const order =
  (says: (difference: number) => boolean): Maker =>
  (left, right) =>
    question((context, focus) => {
      const a = one(left.all(context, focus), 'A comparison');
      const b = one(right.all(context, focus), 'A comparison');
      if (a === undefined || b === undefined) return undefined;
      const x = plain(a);
      const y = plain(b);
      if (x === undefined || y === undefined) return incomparable(a, b);
      if (typeof x === 'string' && x.length > 256) context.reading(x.length);
      context.weighing(x);
      context.weighing(y);
      const difference = compare(x, y);
      return difference === undefined ? undefined : says(difference);
    });

/** A primitive without a value compares as nothing does; an element with parts cannot be compared at all. */
function incomparable(...nodes: Node[]): undefined {
  if (nodes.some(({ type, value }) => type.system === undefined || (type.system === 'Quantity' && value === undefined)))
    refuse('invalid', 'Compare numbers, texts, dates, times or quantities; this element has parts of its own.');
  return undefined;
}

const arithmetic =
  (operator: string): Maker =>
  (left, right) =>
    items((context, focus) => {
      const a = one(left.all(context, focus), operator);
      const b = one(right.all(context, focus), operator);
      const x = a && plain(a);
      const y = b && plain(b);
      if ((a && x === undefined && a.type.system === undefined) || (b && y === undefined && b.type.system === undefined))
        refuse('invalid', `${operator} takes numbers, texts, dates, times or quantities; this element has parts of its own.`);
      if (x === undefined || y === undefined) return none;
      // Exact decimals, dates and units cost several times as much as whole numbers.
      context.spend(typeof x === 'object' || typeof y === 'object' ? 6 : 1);
      const value = operations[operator]?.(x, y, context);
      return value === undefined ? none : [nodeOfPlain(value)];
    });

/** Empty counts as empty text. */
const concatenation: Maker = (left, right) =>
  items((context, focus) => {
    const a = textOf(one(left.all(context, focus), '&'));
    const b = textOf(one(right.all(context, focus), '&'));
    context.making(a.length + b.length);
    return [text(a + b)];
  });

function textOf(node: Node | undefined): string {
  const value = node && plain(node);
  if (value === undefined) return '';
  return typeof value === 'string' ? value : written(value);
}

/** Both together, each item once. */
export function union(a: Nodes, b: Nodes, context: Context): Nodes {
  if (b.length === 0 && a.length < 2) return a;
  if (a.length === 0 && b.length < 2) return b;
  const seen = new Set<string>();
  const out: Node[] = [];
  for (const nodes of [a, b]) {
    for (const node of nodes) {
      const key = keyOf(node, context);
      if (seen.has(key)) continue;
      seen.add(key);
      out.push(node);
    }
  }
  return out;
}

const within = (item: Nodes, collection: Nodes, context: Context): boolean | undefined => {
  const node = one(item, 'A question for membership');
  if (node === undefined) return undefined;
  for (const other of collection) {
    if (--context.steps < 0) context.spend(1);
    if (same1(node, other, context) === true) return true;
  }
  return false;
};

const makers: Record<string, Maker> = {
  '=': equality(true),
  '!=': equality(false),
  '~': equivalence(true),
  '!~': equivalence(false),
  '<': order((difference) => difference < 0),
  '<=': order((difference) => difference <= 0),
  '>': order((difference) => difference > 0),
  '>=': order((difference) => difference >= 0),
  '+': arithmetic('+'),
  '-': arithmetic('-'),
  '*': arithmetic('*'),
  '/': arithmetic('/'),
  div: arithmetic('div'),
  mod: arithmetic('mod'),
  '&': concatenation,
  '|': (left, right) => ({
    ...items((context, focus) => union(left.all(context, focus), right.all(context, focus), context)),
    some: (context, focus) => left.some(context, focus) || right.some(context, focus),
  }),
  in: (left, right) => question((context, focus) => within(left.all(context, focus), right.all(context, focus), context)),
  contains: (left, right) => question((context, focus) => within(right.all(context, focus), left.all(context, focus), context)),
  and: (left, right) =>
    question((context, focus) => {
      const a = left.truth(context, focus);
      if (a === false) return false;
      const b = right.truth(context, focus);
      return b === false ? false : a === true && b === true ? true : undefined;
    }),
  or: (left, right) =>
    question((context, focus) => {
      const a = left.truth(context, focus);
      if (a === true) return true;
      const b = right.truth(context, focus);
      return b === true ? true : a === false && b === false ? false : undefined;
    }),
  xor: (left, right) =>
    question((context, focus) => {
      const a = left.truth(context, focus);
      const b = right.truth(context, focus);
      return a === undefined || b === undefined ? undefined : a !== b;
    }),
  implies: (left, right) =>
    question((context, focus) => {
      const a = left.truth(context, focus);
      if (a === false) return true;
      const b = right.truth(context, focus);
      return b === true ? true : a === true && b === false ? false : undefined;
    }),
};

export const binary = (operator: string, left: Step, right: Step): Step => (makers[operator] as Maker)(left, right);
