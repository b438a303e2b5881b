// From the text of a path to a term: names are looked up in R4's structure tables, so that what is left to do per resource is
// to follow JSON names. What it cannot place is left to the interpreter; a wrong name is a note, or a refusal.
import { Decimal } from '../../fhir/decimal.ts';
import { compile } from '../../fhir/fhirpath/compile.ts';
import { Failure, refuse } from '../../fhir/fhirpath/failure.ts';
import { parse } from '../../fhir/fhirpath/parser.ts';
import type { Syntax } from '../../fhir/fhirpath/syntax.ts';
import { type Choice, fhirType, publicName, systemType, type Type } from '../../fhir/fhirpath/types.ts';
import type { Problem } from '../../fhir/result.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import { resourceTypes } from '../../fhir/structure/rules.ts';
import type { Constant } from '../contract.ts';
import type { Arithmetic, Comparison, Logic, Term } from './term.ts';

/** Thrown inside this file: the expression is for the interpreter. */
const beyond = new Error('not among the paths that become code');

const boolean = systemType('Boolean');
const string = systemType('String');
const integer = systemType('Integer');
const decimal = systemType('Decimal');

const comparisons = new Set<string>(['=', '!=', '<', '>', '<=', '>=']);
const logics = new Set<string>(['and', 'or', 'xor', 'implies']);
const arithmetics = new Set<string>(['+', '-', '*', '/']);

export interface Looked {
  term: Term;
  notes: Problem[];
}

export interface PathReader {
  /** The term of a path that stands at `where` in the view and begins at something of type `focus`. */
  read(path: string, focus: Type | undefined, where: string): Term;
  /** The same without a word on what it does not find; undefined where it does not become code. */
  look(path: string, focus: Type | undefined, where: string): Looked | undefined;
  /** Says what a look found, or refuses it. */
  say(notes: readonly Problem[]): void;
  notes: Problem[];
  interpreted: string[];
}

export function pathReader(constants: readonly Constant[], strict: boolean): PathReader {
  const values = new Map(constants.map((constant) => [constant.name, constant]));
  const notes: Problem[] = [];
  const interpreted: string[] = [];
  const treeOf = (path: string, where: string): Syntax => {
    try {
      const tree = parse(path);
      checkVariables(tree, values, where);
      return tree;
    } catch (error) {
      if (error instanceof Failure && error.problem.where !== where)
        refuse(error.problem.kind, `The path cannot be read: ${error.problem.message}`, where);
      throw error;
    }
  };
  const look = (tree: Syntax, focus: Type | undefined, where: string): Looked | undefined => {
    const found: Problem[] = [];
    try {
      return { term: new Making(values, focus, found, where).term(tree, { kind: 'focus', type: focus, many: false }), notes: found };
    } catch (error) {
      if (error === beyond) return undefined;
      throw error;
    }
  };
  const say = (found: readonly Problem[]): void => {
    const [first] = found;
    if (strict && first !== undefined) refuse('invalid', first.message, first.where);
    notes.push(...found);
  };
  return {
    notes,
    interpreted,
    say,
    look: (path, focus, where) => look(treeOf(path, where), focus, where),
    read(path, focus, where) {
      const tree = treeOf(path, where);
      const looked = look(tree, focus, where);
      if (looked !== undefined) {
        say(looked.notes);
        return looked.term;
      }
      const ours = ownFunction(tree);
      if (ours !== undefined) refuse('unsupported', `${ours} is understood in simple paths only: take it into a column of its own.`, where);
      if (focus === undefined)
        refuse('unsupported', 'What this path begins at has no one type: say it with ofType(…) in the path above.', where);
      const expression = compile(path, { type: focus.name, strict });
      if (!expression.ok) return refuse(expression.problem.kind, `The path cannot be used: ${expression.problem.message}`, where);
      interpreted.push(path);
      return { kind: 'interpreted', text: path, focus, type: undefined, many: true };
    },
  };
}

/** Functions that SQL on FHIR adds: the interpreter does not know them. */
const own = new Set(['getResourceKey', 'getReferenceKey']);

function ownFunction(tree: Syntax): string | undefined {
  return search(tree, (part) => (part.kind === 'call' && own.has(part.name) ? `${part.name}()` : undefined));
}

function checkVariables(tree: Syntax, values: ReadonlyMap<string, Constant>, where: string): void {
  const unknown = search(tree, (part) => {
    if (part.kind !== 'variable') return undefined;
    return values.has(part.name) || given.has(part.name) ? undefined : part.name;
  });
  if (unknown === undefined) return;
  const near = nearest(unknown, values.keys());
  refuse(
    'invalid',
    `There is no constant "%${unknown.slice(0, 64)}" in this view.${near === undefined ? ' Add it to "constant".' : ` Is "%${near}" meant?`}`,
    where,
  );
}

/** Variables that every expression has. */
const given = new Set(['rowIndex', 'resource', 'context', 'rootResource', 'ucum', 'sct', 'loinc']);

/** The first answer that `ask` gives of a part of the tree. */
function search(tree: Syntax, ask: (part: Syntax) => string | undefined): string | undefined {
  const answer = ask(tree);
  if (answer !== undefined) return answer;
  const parts: (Syntax | undefined)[] =
    tree.kind === 'member'
      ? [tree.target]
      : tree.kind === 'call'
        ? [tree.target, ...tree.args]
        : tree.kind === 'item'
          ? [tree.target, tree.index]
          : tree.kind === 'sign' || tree.kind === 'type'
            ? [tree.operand]
            : tree.kind === 'binary'
              ? [tree.left, tree.right]
              : [];
  for (const part of parts) {
    const found = part && search(part, ask);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Call = Extract<Syntax, { kind: 'call' }>;
type CallMaker = (making: Making, of: Term, call: Call, focus: Term) => Term;

class Making {
  readonly values: ReadonlyMap<string, Constant>;
  readonly root: Type | undefined;
  readonly notes: Problem[];
  readonly where: string;

  constructor(values: ReadonlyMap<string, Constant>, root: Type | undefined, notes: Problem[], where: string) {
    this.values = values;
    this.root = root;
    this.notes = notes;
    this.where = where;
  }

  term(tree: Syntax, focus: Term): Term {
    switch (tree.kind) {
      case 'this':
        return focus;
      case 'literal':
        return literal(tree);
      case 'variable':
        return this.#variable(tree.name);
      case 'member':
        return this.#member(tree, focus);
      case 'item': {
        const index = this.term(tree.index, focus);
        if (index.kind !== 'literal' || typeof index.value !== 'number') throw beyond;
        return item(this.term(tree.target, focus), index.value);
      }
      case 'sign': {
        const operand = this.term(tree.operand, focus);
        if (operand.kind === 'literal' && typeof operand.value === 'number')
          return { ...operand, value: tree.negative ? -operand.value : operand.value };
        throw beyond;
      }
      case 'binary':
        return this.#binary(tree.operator, this.term(tree.left, focus), this.term(tree.right, focus));
      case 'call': {
        const make = Object.hasOwn(calls, tree.name) ? calls[tree.name] : undefined;
        if (make === undefined) throw beyond;
        return make(this, tree.target === undefined ? focus : this.term(tree.target, focus), tree, focus);
      }
      default:
        throw beyond;
    }
  }

  #variable(name: string): Term {
    if (name === 'rowIndex') return { kind: 'rowIndex', type: integer, many: false };
    const constant = this.values.get(name);
    if (constant === undefined) throw beyond;
    const type = fhirType(constant.type);
    const { value } = constant;
    if (value instanceof Decimal) return { kind: 'decimal', text: value.text, type, many: false };
    return { kind: 'literal', value, type, many: false };
  }

  #member(tree: Extract<Syntax, { kind: 'member' }>, focus: Term): Term {
    // `Patient.name` where the focus is a Patient.
    if (tree.target === undefined && focus.kind === 'focus' && focus.type?.isResource === true && focus.type.name === tree.name)
      return focus;
    const of = tree.target === undefined ? focus : this.term(tree.target, focus);
    if (of.kind === 'none') return of;
    if (of.type === undefined || of.type.primitive) throw beyond;
    const choices = of.type.elements.get(tree.name);
    if (choices === undefined) {
      if (of.type.name === 'Resource' || of.type.namespace === 'System') throw beyond;
      const near = nearest(tree.name, of.type.elements.keys());
      const asChoice = [...of.type.elements].find(([name, list]) => list.length > 1 && tree.name.startsWith(name))?.[0];
      const hint = asChoice === undefined ? (near === undefined ? '' : ` Is "${near}" meant?`) : ` Write ${asChoice}.ofType(…).`;
      this.notes.push({
        kind: 'invalid',
        message: `${of.type.name} has no element "${tree.name.slice(0, 64)}", so this finds nothing.${hint}`,
        where: this.where,
      });
      return { kind: 'none', type: undefined, many: false };
    }
    return step(of, choices);
  }

  #binary(operator: string, left: Term, right: Term): Term {
    if (logics.has(operator)) {
      if (!isTruth(left) || !isTruth(right)) throw beyond;
      return { kind: 'logic', operator: operator as Logic, left, right, type: boolean, many: false };
    }
    const as = sameKind(left, right);
    if (comparisons.has(operator)) {
      const ordered = operator !== '=' && operator !== '!=';
      if (ordered && (as === 'boolean' || left.many || right.many)) throw beyond;
      return { kind: 'compare', operator: operator as Comparison, as, left, right, type: boolean, many: false };
    }
    if (!arithmetics.has(operator) || left.many || right.many) throw beyond;
    if (as === 'text' && operator === '+') return { kind: 'arithmetic', operator, as, left, right, type: string, many: false };
    if (as !== 'number') throw beyond;
    const whole = left.type?.system === 'Integer' && right.type?.system === 'Integer' && operator !== '/';
    return { kind: 'arithmetic', operator: operator as Arithmetic, as, left, right, type: whole ? integer : decimal, many: false };
  }
}

const isTruth = (term: Term): boolean => !term.many && (term.kind === 'none' || term.type?.system === 'Boolean');

/** How two sides are compared; what FHIRPath converts, or compares by parts, is for the interpreter. */
function sameKind(left: Term, right: Term): 'text' | 'number' | 'boolean' | 'temporal' {
  const of = (term: Term): 'text' | 'number' | 'boolean' | 'temporal' | undefined => {
    const system = term.type?.primitive === true ? term.type.system : undefined;
    if (system === 'String') return 'text';
    if (system === 'Integer' || system === 'Decimal') return 'number';
    if (system === 'Boolean') return 'boolean';
    return system === undefined || system === 'Quantity' ? undefined : 'temporal';
  };
  if (left.kind === 'none' || right.kind === 'none') return of(left.kind === 'none' ? right : left) ?? 'text';
  const [a, b] = [of(left), of(right)];
  if (a === undefined || a !== b) throw beyond;
  if (a === 'temporal' && (left.type?.system === 'Time') !== (right.type?.system === 'Time')) throw beyond;
  return a;
}

function literal(tree: Extract<Syntax, { kind: 'literal' }>): Term {
  switch (tree.of) {
    case 'boolean':
      return { kind: 'literal', value: tree.text === 'true', type: boolean, many: false };
    case 'string':
      return { kind: 'literal', value: tree.text, type: string, many: false };
    case 'integer':
      return { kind: 'literal', value: Number(tree.text), type: integer, many: false };
    case 'decimal':
      return { kind: 'decimal', text: tree.text, type: decimal, many: false };
    case 'date':
    case 'dateTime':
    case 'time':
      return {
        kind: 'literal',
        value: tree.text.replace(/^@?T?/, '').replace(/T$/, ''),
        type: systemType(tree.of === 'date' ? 'Date' : tree.of === 'time' ? 'Time' : 'DateTime'),
        many: false,
      };
    default:
      throw beyond;
  }
}

function step(of: Term, choices: readonly Choice[]): Term {
  const [only] = choices;
  if (only === undefined) throw beyond;
  if (choices.length > 1) return { kind: 'choice', of, names: choices.map(({ json }) => json), type: undefined, many: of.many };
  // A resource inside another says itself what it is.
  return { kind: 'member', of, json: only.json, list: only.many, type: only.type, many: of.many || only.many };
}

function item(of: Term, index: number): Term {
  if (of.kind === 'none') return of;
  if (!of.many) return index === 0 ? of : { kind: 'none', type: of.type, many: false };
  return { kind: 'item', of, index, type: of.type, many: false };
}

function ofType(of: Term, name: string): Term {
  if (of.kind === 'none') return of;
  const type = fhirType(name);
  if (type === undefined) throw beyond;
  if (of.kind === 'choice') {
    const json = of.names.find((candidate) => candidate.endsWith(name.charAt(0).toUpperCase() + name.slice(1)));
    const owner = of.of.type;
    const choice = json === undefined ? undefined : owner?.members.get(json);
    if (json === undefined || choice?.type === undefined || publicName(choice.type) !== name) return { kind: 'none', type, many: false };
    return { kind: 'member', of: of.of, json, list: choice.many, type: choice.type, many: of.of.many || choice.many };
  }
  if (of.type === undefined || of.type.name === 'Resource') throw beyond;
  return publicName(of.type) === name ? of : { kind: 'none', type, many: false };
}

const nameOf = (tree: Syntax | undefined): string => {
  if (tree?.kind === 'member' && tree.target === undefined) return tree.name;
  throw beyond;
};

const none = (call: Call): void => {
  if (call.args.length > 0) throw beyond;
};

const where = (making: Making, of: Term, tree: Syntax): Term => {
  if (of.kind === 'none') return of;
  const test = making.term(tree, { kind: 'focus', type: of.type, many: false });
  if (!isTruth(test)) throw beyond;
  return { kind: 'where', of, test, type: of.type, many: of.many };
};

const exists = (making: Making, of: Term, call: Call, negated: boolean): Term => {
  const [test, more] = call.args;
  if (more !== undefined) throw beyond;
  return { kind: 'exists', of: test === undefined ? of : where(making, of, test), negated, type: boolean, many: false };
};

const boundary = (of: Term, call: Call, side: 'low' | 'high'): Term => {
  none(call);
  const system = of.type?.primitive === true ? of.type.system : undefined;
  if (of.kind === 'none') return of;
  if (system === undefined || system === 'String' || system === 'Boolean' || of.many) throw beyond;
  return { kind: 'boundary', of, side, type: of.type, many: false };
};

const calls: Record<string, CallMaker> = {
  where: (making, of, call) => {
    const [test, more] = call.args;
    if (test === undefined || more !== undefined) throw beyond;
    return where(making, of, test);
  },
  exists: (making, of, call) => exists(making, of, call, false),
  empty: (making, of, call) => {
    none(call);
    return exists(making, of, call, true);
  },
  count: (_making, of, call) => {
    none(call);
    return { kind: 'count', of, type: integer, many: false };
  },
  first: (_making, of, call) => {
    none(call);
    return item(of, 0);
  },
  last: (_making, of, call) => {
    none(call);
    return of.many ? { kind: 'last', of, type: of.type, many: false } : of;
  },
  not: (_making, of, call) => {
    none(call);
    if (!isTruth(of)) throw beyond;
    return { kind: 'not', of, type: boolean, many: false };
  },
  ofType: (_making, of, call) => ofType(of, nameOf(call.args[0])),
  as: (_making, of, call) => ofType(of, nameOf(call.args[0])),
  join: (_making, of, call) => {
    const [separator] = call.args;
    if (separator !== undefined && (separator.kind !== 'literal' || separator.of !== 'string')) throw beyond;
    if (of.kind !== 'none' && of.type?.system !== 'String') throw beyond;
    return { kind: 'join', of, separator: separator?.text ?? '', type: string, many: false };
  },
  extension: (_making, of, call) => {
    const [url, more] = call.args;
    if (url?.kind !== 'literal' || url.of !== 'string' || more !== undefined || of.kind === 'none') throw beyond;
    const choices = of.type?.primitive === true ? undefined : of.type?.elements.get('extension');
    if (choices === undefined) throw beyond;
    const all = step(of, choices);
    const address = step({ kind: 'focus', type: all.type, many: false }, all.type?.elements.get('url') ?? []);
    const test: Term = {
      kind: 'compare',
      operator: '=',
      as: 'text',
      left: address,
      right: { kind: 'literal', value: url.text, type: string, many: false },
      type: boolean,
      many: false,
    };
    return { kind: 'where', of: all, test, type: all.type, many: true };
  },
  lowBoundary: (_making, of, call) => boundary(of, call, 'low'),
  highBoundary: (_making, of, call) => boundary(of, call, 'high'),
  getResourceKey: (making, of, call) => {
    none(call);
    if (of.kind !== 'focus' || of.type !== making.root || of.type?.isResource !== true) throw beyond;
    return { kind: 'resourceKey', type: string, many: false };
  },
  getReferenceKey: (_making, of, call) => {
    const [type] = call.args;
    if (of.kind === 'none') return of;
    if (of.type?.name !== 'Reference') throw beyond;
    const target = type === undefined ? undefined : nameOf(type);
    if (target !== undefined && !resourceTypes.has(target)) refuse('invalid', `There is no resource type "${target.slice(0, 64)}".`);
    return { kind: 'referenceKey', of, target, type: string, many: of.many };
  },
};
