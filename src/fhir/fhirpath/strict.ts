// What can be said of an expression before it meets a resource, where the type of the focus is known: names that a type does not
// have, and inputs that a function cannot take (http://hl7.org/fhirpath/N1/#type-safety-and-strict-evaluation).
import { nearest } from '../structure/nearest.ts';
import { refuse } from './failure.ts';
import type { Syntax } from './syntax.ts';
import { fhirType, type SystemKind, systemType, type Type, typeNamed } from './types.ts';

/** Types that an expression may give; undefined: any. Never empty: an expression that gives nothing is `undefined` too. */
type Possible = readonly Type[] | undefined;

interface Scope {
  /** Of `$this`. */
  focus: Possible;
  /** Of `%context`. */
  root: Possible;
}

export function strictly(tree: Syntax, type: string): void {
  const focus = fhirType(type);
  if (focus === undefined) refuse('invalid', `There is no type "${type.slice(0, 64)}" in R4.`);
  infer(tree, { focus: [focus], root: [focus] });
}

const literals: Record<string, SystemKind | undefined> = {
  boolean: 'Boolean',
  string: 'String',
  integer: 'Integer',
  decimal: 'Decimal',
  date: 'Date',
  dateTime: 'DateTime',
  time: 'Time',
  quantity: 'Quantity',
};

const booleanOperators = new Set(['=', '!=', '~', '!~', '<', '<=', '>', '>=', 'in', 'contains', 'and', 'or', 'xor', 'implies']);
const sameAsInput = new Set([
  'where',
  'first',
  'last',
  'tail',
  'skip',
  'take',
  'single',
  'distinct',
  'exclude',
  'intersect',
  'trace',
  'sort',
]);
const ordered = new Set(['first', 'last', 'tail', 'skip', 'take']);
const unordered = new Set(['children', 'descendants']);
const booleanFunctions = new Set([
  'exists',
  'empty',
  'not',
  'all',
  'allTrue',
  'anyTrue',
  'allFalse',
  'anyFalse',
  'hasValue',
  'isDistinct',
  'is',
]);
const textFunctions = new Set([
  'startsWith',
  'endsWith',
  'contains',
  'indexOf',
  'substring',
  'upper',
  'lower',
  'matches',
  'matchesFull',
  'replace',
  'replaceMatches',
  'length',
  'toChars',
  'trim',
  'split',
]);
/** Functions whose arguments are evaluated on each item. */
const lambdas = new Set(['where', 'select', 'all', 'exists', 'repeat', 'aggregate', 'sort', 'trace', 'iif']);

const systemOnly = (kind: SystemKind): Possible => [systemType(kind)];

function infer(tree: Syntax, scope: Scope): Possible {
  switch (tree.kind) {
    case 'literal': {
      const kind = literals[tree.of];
      return kind && systemOnly(kind);
    }
    case 'this':
      return scope.focus;
    case 'variable':
      return tree.name === 'context' ? scope.root : undefined;
    case 'member':
      return member(tree, scope);
    case 'item':
      infer(tree.index, scope);
      return infer(tree.target, scope);
    case 'sign':
      return infer(tree.operand, scope);
    case 'binary':
      return binary(tree, scope);
    case 'type': {
      const operand = infer(tree.operand, scope);
      return tree.operator === 'is' ? systemOnly('Boolean') : narrowed(operand, tree.type);
    }
    case 'call':
      return call(tree, scope);
    default:
      return undefined;
  }
}

function member(tree: Extract<Syntax, { kind: 'member' }>, scope: Scope): Possible {
  const from = tree.target ? infer(tree.target, scope) : scope.focus;
  if (from === undefined) return undefined;
  if (tree.target === undefined && from.some((type) => type.names.has(tree.name))) return from;
  const found: Type[] = [];
  let open = false;
  let has = false;
  for (const type of from) {
    if (type.namespace === 'System') continue;
    const choices = type.elements.get(tree.name);
    if (choices === undefined) continue;
    has = true;
    for (const choice of choices) {
      if (choice.type) found.push(choice.type);
      else open = true;
    }
  }
  if (!has && from.every((type) => type.name !== 'TypeInfo')) unknown(tree.name, from);
  return open || found.length === 0 ? undefined : found;
}

function unknown(name: string, from: readonly Type[]): never {
  const candidates = from.flatMap((type) => [...type.elements.keys()]);
  const choice = from.flatMap((type) => [...type.elements]).find(([, choices]) => choices.some(({ json }) => json === name));
  const near = choice ? choice[0] : nearest(name, candidates);
  const names = [...new Set(from.map((type) => type.name))].slice(0, 3).join(', ');
  return refuse('invalid', `${names} has no element "${name.slice(0, 64)}".${near === undefined ? '' : ` Is "${near}" meant?`}`);
}

function binary(tree: Extract<Syntax, { kind: 'binary' }>, scope: Scope): Possible {
  const left = infer(tree.left, scope);
  const right = infer(tree.right, scope);
  if (booleanOperators.has(tree.operator)) return systemOnly('Boolean');
  if (tree.operator === '|') return left && right && [...left, ...right];
  if (tree.operator === '&') return systemOnly('String');
  return undefined;
}

/** The types left by `as` and ofType(); none that could be there is a mistake. */
function narrowed(operand: Possible, name: string): Possible {
  const named = typeNamed(name);
  const type = fhirType(name.replace(/^FHIR\./, '')) ?? undefined;
  if (operand && named && type && !operand.some((one) => one.names.has(named.name) || type.names.has(one.name)))
    refuse(
      'invalid',
      `This is never of type ${name}; choose among ${[...new Set(operand.map((one) => one.name))].slice(0, 5).join(', ')}.`,
    );
  return type && [type];
}

function call(tree: Extract<Syntax, { kind: 'call' }>, scope: Scope): Possible {
  const { name, args, target } = tree;
  const input = target ? infer(target, scope) : scope.focus;
  if (name === 'is' || name === 'as' || name === 'ofType') {
    const [type] = args;
    if (name === 'is') return systemOnly('Boolean');
    const typeName = type?.kind === 'member' ? type.name : undefined;
    const known = typeName === undefined ? undefined : fhirType(typeName);
    return known && [known];
  }
  if (ordered.has(name) && target?.kind === 'call' && unordered.has(target.name))
    refuse('invalid', `${target.name}() has no order, so ${name}() has no meaning after it; use where().`);
  if (textFunctions.has(name) && input?.every((type) => type.system === undefined))
    refuse('invalid', `${name}() takes a text, and this is none.`);
  const inner: Scope = lambdas.has(name) ? { ...scope, focus: input } : scope;
  const given = args.map((arg) => infer(arg, inner));
  if (name === 'iif' && given[0]?.every((type) => type.system !== 'Boolean'))
    refuse('invalid', 'The first argument of iif() is a boolean.');
  if (sameAsInput.has(name)) return input;
  if (booleanFunctions.has(name) || name.startsWith('convertsTo')) return systemOnly('Boolean');
  if (name === 'select') return given[0];
  if (name === 'extension') return [fhirType('Extension') as Type];
  if (name === 'count' || name === 'length') return systemOnly('Integer');
  return undefined;
}
