// Compiles the tree of an expression into steps, once, and answers the contract. Each kind of term has its entry in `makers`, each
// function its own in functions/.

import { ok, type Result } from '../result.ts';
import { nearest } from '../structure/nearest.ts';
import { Amount } from './amount.ts';
import { negative } from './arithmetic.ts';
import { binary } from './binary.ts';
import { Context } from './context.ts';
import type { CompileOptions, Environment, Expression, Focus, Item } from './contract.ts';
import { Exact } from './exact.ts';
import { attempt, refuse } from './failure.ts';
import { functions } from './functions/index.ts';
import { itemsOf, nodeOfPlain } from './item.ts';
import { member } from './member.ts';
import { amount, decimal, integer, type Node, type Nodes, no, nodeOf, none, temporal, text, yes } from './node.ts';
import { parse } from './parser.ts';
import { always, items, one, question, type Step } from './step.ts';
import { strictly } from './strict.ts';
import type { Syntax } from './syntax.ts';
import { plain } from './system.ts';
import { readTemporal } from './temporal.ts';
import { isType, type Named, typeNamed } from './types.ts';
import { variable } from './variable.ts';

/** Compiles once; the answer may be used any number of times, for any resource. */
export function compile(source: string, options: CompileOptions = {}): Result<Expression> {
  const made = attempt(() => {
    const tree = parse(source);
    if (options.strict && options.type !== undefined) strictly(tree, options.type);
    return make(tree);
  });
  return made.ok ? ok(expression(source, made.value)) : made;
}

/** What a patch needs to know of a path: its elements with what holds them. Takes its steps from `budget`. */
export function locate(
  source: string,
  focus: Node,
  budget: { steps: number },
): Result<{ nodes: Nodes; list?: { holders: Nodes; name: string } }> {
  return attempt(() => {
    const tree = parse(source);
    const context = new Context(focus, { maxSteps: budget.steps });
    const nodes = make(tree).all(context, focus);
    const holders = tree.kind !== 'member' ? undefined : tree.target ? make(tree.target).all(context, focus) : [focus];
    budget.steps = context.steps;
    return tree.kind === 'member' && holders ? { nodes, list: { holders, name: tree.name } } : { nodes };
  });
}

function expression(source: string, step: Step): Expression {
  const run = <T>(focus: Focus, environment: Environment, ask: (context: Context, node: Node) => T): Result<T> => {
    const node = nodeOf(focus);
    if (node === undefined) return { ok: false, problem: { kind: 'invalid', message: 'This is no element of a type of R4.' } };
    const context = new Context(node, environment);
    const result = attempt(() => ask(context, node));
    context.settle();
    return result;
  };
  return {
    text: source,
    evaluate: (focus, environment = {}) =>
      run(focus, environment, (context, node): Item[] => {
        const nodes = step.all(context, node);
        // Each is given a type and a location.
        context.spend(nodes.length >> 1);
        return itemsOf(nodes);
      }),
    test: (focus, environment = {}) => run(focus, environment, (context, node) => step.truth(context, node)),
  };
}

type Of<Kind extends Syntax['kind']> = Extract<Syntax, { kind: Kind }>;
type Makers = { [Kind in Syntax['kind']]: (tree: Of<Kind>) => Step };

const makers: Makers = {
  literal: (tree) => always(literal(tree)),
  variable: (tree) => variable(tree.name),
  this: () => items((_, focus) => (focus === undefined ? none : [focus])),
  index: () => items((context) => (context.index === undefined ? none : [integer(context.index)])),
  total: () => items((context) => context.total ?? none),
  member: (tree) => member(tree.target && make(tree.target), tree.name),
  call: (tree) => call(tree),
  item: (tree) => {
    const target = make(tree.target);
    const index = make(tree.index);
    return items((context, focus) => {
      const at = one(index.all(context, focus), 'An index');
      const value = at && plain(at);
      if (value !== undefined && typeof value !== 'number') refuse('invalid', 'An index is a whole number.');
      const found = value === undefined ? undefined : target.all(context, focus)[value];
      return found === undefined ? none : [found];
    });
  },
  sign: (tree) => {
    const operand = make(tree.operand);
    const step = items((context, focus) => {
      const node = one(operand.all(context, focus), 'A sign');
      const value = node && plain(node);
      if (node !== undefined && value === undefined) refuse('invalid', 'A sign stands before a number or a quantity.');
      const opposite = value === undefined ? undefined : negative(value);
      const signed = tree.negative ? opposite : value;
      return signed === undefined ? none : [nodeOfPlain(signed)];
    });
    return tree.negative ? { ...step, negated: operand } : step;
  },
  binary: (tree) => binary(tree.operator, make(tree.left), make(tree.right)),
  type: (tree) => typeStep(make(tree.operand), tree.operator, tree.type),
};

export function make(tree: Syntax): Step {
  // The table is typed by kind; the compiler cannot follow that one entry fits one tree.
  return (makers[tree.kind] as (tree: Syntax) => Step)(tree);
}

function literal(tree: Of<'literal'>): Nodes {
  const { text: written } = tree;
  const number = (): Exact => Exact.read(written) ?? refuse('invalid', 'This number is too large to compute with.');
  const date = (kind: 'Date' | 'DateTime' | 'Time'): Nodes => [
    temporal(readTemporal(kind, written) ?? refuse('invalid', 'There is no such date or time in the calendar; correct it.')),
  ];
  const kinds: Record<typeof tree.of, () => Nodes> = {
    empty: () => none,
    boolean: () => (written === 'true' ? yes : no),
    string: () => [text(written)],
    integer: () => {
      const value = Number(written);
      // 2147483648 may stand below a minus.
      if (value > 2_147_483_648) refuse('invalid', 'An Integer goes up to 2147483647; write larger numbers as decimals: 3000000000.0.');
      return [integer(value)];
    },
    decimal: () => [decimal(number())],
    date: () => date('Date'),
    dateTime: () => date('DateTime'),
    time: () => date('Time'),
    quantity: () => [amount(new Amount(number(), tree.unit ?? '1', tree.calendar))],
  };
  return kinds[tree.of]();
}

function typeStep(operand: Step, operator: 'is' | 'as', name: string): Step {
  const named = typeNamed(name);
  if (named === undefined) refuse('invalid', `There is no type "${name.slice(0, 64)}" in R4 or FHIRPath.`);
  if (operator === 'is') {
    return question((context, focus) => {
      const node = one(operand.all(context, focus), 'is');
      return node && isType(node.type, named);
    });
  }
  return filtered(operand, named);
}

/**
 * ofType(), and as() too: N1 has as() refuse several items, yet R4's own expressions call it on many
 * (`%resource.descendants().as(canonical)` in dom-3, `Observation.component.value as Quantity`).
 */
const filtered = (operand: Step, named: Named): Step =>
  items((context, focus) => {
    const nodes = operand.all(context, focus);
    context.copying(nodes.length);
    return nodes.length === 0 ? none : nodes.filter((node) => isExactly(node, named));
  });

/**
 * For as() and ofType(): of a primitive its own type and none that it specializes, because R4's own expressions rely on it
 * (`ConceptMap.source as uri` is not to find a canonical), and the official cases ask for it. Others with what they specialize.
 */
const isExactly = (node: Node, named: Named): boolean =>
  isType(node.type, named) && (!node.type.primitive || node.type.name === named.name);

/** Functions that take a type as their argument. */
const ofType: Record<string, true> = { is: true, as: true, ofType: true };

function call(tree: Of<'call'>): Step {
  const { name, args } = tree;
  const target = tree.target === undefined ? makers.this({ kind: 'this', at: tree.at, depth: 1 }) : make(tree.target);
  if (Object.hasOwn(ofType, name)) return typeCall(target, name, args);
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (known === undefined) {
    const near = nearest(name, Object.keys(functions));
    const hint = near === undefined ? '' : ` Is "${near}" meant?`;
    return refuse('unsupported', `There is no function "${name.slice(0, 64)}".${hint}`);
  }
  if (args.length < known.args[0] || args.length > known.args[1]) {
    const count = known.args[0] === known.args[1] ? `${known.args[0]}` : `${known.args[0]} to ${known.args[1]}`;
    refuse('invalid', `${name}() takes ${count} arguments, not ${args.length}.`);
  }
  return known.make(
    target,
    args.map((arg) => paying(make(arg), termsOf(arg) >> 3)),
  );
}

/**
 * What is done once an item is paid for once an item; an argument of very many terms, which cost little each, by its length.
 * `price`: steps.
 */
function paying(step: Step, price: number): Step {
  if (price === 0) return step;
  const { all, truth, some } = step;
  return {
    ...step,
    all: (context, focus) => {
      context.spend(price);
      return all(context, focus);
    },
    truth: (context, focus) => {
      context.spend(price);
      return truth(context, focus);
    },
    some: (context, focus) => {
      context.spend(price);
      return some(context, focus);
    },
  };
}

/** How many terms an expression has, those in arguments aside: they are paid for there. */
function termsOf(tree: Syntax): number {
  let terms = 0;
  const waiting: (Syntax | undefined)[] = [tree];
  for (let next = waiting.pop(); next !== undefined || waiting.length > 0; next = waiting.pop()) {
    if (next === undefined) continue;
    terms++;
    if (next.kind === 'binary') waiting.push(next.left, next.right);
    else if (next.kind === 'item') waiting.push(next.target, next.index);
    else if (next.kind === 'sign' || next.kind === 'type') waiting.push(next.operand);
    else if (next.kind === 'member' || next.kind === 'call') waiting.push(next.target);
  }
  return terms;
}

function typeCall(target: Step, name: string, args: Syntax[]): Step {
  const [arg] = args;
  const type = args.length === 1 && arg ? typeText(arg) : undefined;
  if (type === undefined) return refuse('invalid', `${name}() takes the name of one type.`);
  if (name !== 'ofType') return typeStep(target, name as 'is' | 'as', type);
  const named = typeNamed(type) ?? refuse('invalid', `There is no type "${type.slice(0, 64)}" in R4 or FHIRPath.`);
  return filtered(target, named);
}

/** `FHIR.Patient` was read as a path. */
function typeText(tree: Syntax): string | undefined {
  if (tree.kind !== 'member') return undefined;
  if (tree.target === undefined) return tree.name;
  return tree.target.kind === 'member' && tree.target.target === undefined ? `${tree.target.name}.${tree.name}` : undefined;
}
