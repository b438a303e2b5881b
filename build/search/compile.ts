// FHIRPath tree + StructureDefinitions → TypeScript statements that walk the JSON directly: no interpreter, no closures.
// `Patient.name.family` becomes two nested loops; what each element becomes in the index is decided in src/fhir/search/values.ts.
import { type Element, elementsOf, isKnownType } from './elements.ts';
import type { Expression } from './expression.ts';

/** A place in the generated code: `code` is a JavaScript expression that holds a value of `type`. */
export interface Place {
  code: string;
  type: string;
  /** Path without choice type, `Observation.value`: two branches of one choice element never hold together. */
  origin: string;
  repeats: boolean;
  targets: string[];
  impliedSystem: string | undefined;
}

export interface Scope {
  root: Place;
  /** The element of a composite that relative paths start from. */
  context?: Place;
}

type Then = (place: Place) => string;

export const rootPlace = (type: string): Place => ({
  code: 'r',
  type,
  origin: type,
  repeats: false,
  targets: [],
  impliedSystem: undefined,
});

let names = 0;
/** Starts the numbering of variables again: once for each generated function. */
export const resetNames = (): void => {
  names = 0;
};
const newName = (): string => `v${++names}`;

/** Code that runs `then` for every item that the expression yields. */
export function walk(expression: Expression, scope: Scope, then: Then): string {
  switch (expression.kind) {
    case 'resource':
      return then(scope.root);
    case 'name':
      return startsAtRoot(expression.name, scope) ? then(scope.root) : members(scope.context ?? scope.root, expression.name, then);
    case 'member':
      return walk(expression.of, scope, (of) => members(of, expression.name, then));
    case 'index':
      return walkIndex(expression, scope, then);
    case 'type':
      if (expression.operator === 'is') return then(booleanPlace(condition(expression, scope.context ?? scope.root)));
      return walk(expression.of, scope, (of) => (sameType(of.type, expression.type) ? then(of) : ''));
    case 'call':
      return walkCall(expression, scope, then);
    case 'binary':
      if (expression.operator === '|') return walk(expression.left, scope, then) + walk(expression.right, scope, then);
      return then(booleanPlace(condition(expression, scope.context ?? scope.root)));
    case 'literal':
      throw new Error(`a literal yields no element: ${JSON.stringify(expression.value)}`);
  }
}

function walkIndex(expression: Expression & { kind: 'index' }, scope: Scope, then: Then): string {
  const array = expression.of;
  if (array.kind !== 'member') throw new Error('an index is compiled only after a member');
  return walk(array.of, scope, (of) => {
    const [element] = elements(of, array.name);
    if (of.repeats || !element?.repeats) throw new Error('an index is compiled only on a list that occurs once');
    const name = newName();
    const place = { ...placeOf(of, array.name, element, name), repeats: false };
    return `const ${name} = ${of.code}.${element.property}?.[${expression.at}]; if (${name} != null) { ${then(place)} }\n`;
  });
}

function walkCall(expression: Expression & { kind: 'call' }, scope: Scope, then: Then): string {
  const { of, name, arguments: args } = expression;
  const [first] = args;
  if (of && name === 'where' && first && args.length === 1) {
    const target = resolvedType(first);
    return walk(of, scope, (place) => {
      const narrowed = target ? { ...place, targets: [target] } : place;
      return `if (${condition(first, place)}) { ${then(narrowed)} }\n`;
    });
  }
  if (of && name === 'extension' && first?.kind === 'literal') {
    const extensions: Expression = { kind: 'member', of, name: 'extension' };
    const sameUrl: Expression = { kind: 'binary', operator: '=', left: { kind: 'name', name: 'url' }, right: first };
    return walk({ kind: 'call', of: extensions, name: 'where', arguments: [sameUrl] }, scope, then);
  }
  if (name === 'exists') return then(booleanPlace(condition(expression, scope.context ?? scope.root)));
  throw new Error(`the function ${name}() is not compiled`);
}

/** A JavaScript condition about `place`. */
function condition(expression: Expression, place: Place): string {
  if (expression.kind === 'binary' && (expression.operator === 'and' || expression.operator === 'or')) {
    const sign = expression.operator === 'and' ? '&&' : '||';
    return `(${condition(expression.left, place)} ${sign} ${condition(expression.right, place)})`;
  }
  if (expression.kind === 'binary' && expression.operator !== '|') {
    if (expression.right.kind !== 'literal') throw new Error('a comparison is compiled only with a literal');
    const sign = expression.operator === '=' ? '===' : '!==';
    return `${single(expression.left, place)} ${sign} ${JSON.stringify(expression.right.value)}`;
  }
  if (expression.kind === 'call' && expression.name === 'exists' && expression.of) return `${single(expression.of, place)} != null`;
  const type = resolvedType(expression);
  if (type && place.type === 'Reference') return `isReferenceTo(${place.code}, ${JSON.stringify(type)})`;
  throw new Error(`a condition of kind ${expression.kind} is not compiled`);
}

/** `resolve() is Patient` → `Patient`: answered from the text of the reference, without reading the target. */
function resolvedType(expression: Expression): string | undefined {
  if (expression.kind !== 'type' || expression.operator !== 'is') return undefined;
  const of = expression.of;
  return of.kind === 'call' && of.name === 'resolve' && !of.of ? expression.type : undefined;
}

/** A JavaScript expression for a path that yields at most one value. */
function single(expression: Expression, place: Place): string {
  const scope = { root: place };
  if (expression.kind === 'member' && expression.of.kind === 'name' && startsAtRoot(expression.of.name, scope)) {
    return single({ kind: 'name', name: expression.name }, place);
  }
  if (expression.kind !== 'name') throw new Error('a comparison is compiled only on a direct member');
  const alternatives = elements(place, expression.name);
  if (alternatives.some((element) => element.repeats)) throw new Error(`${expression.name} repeats and cannot be compared`);
  return `(${alternatives.map((element) => `${place.code}.${element.property}`).join(' ?? ')})`;
}

function members(of: Place, name: string, then: Then): string {
  let code = '';
  for (const element of elements(of, name)) {
    const value = newName();
    const inner = then(placeOf(of, name, element, value));
    if (inner === '') continue;
    if (element.repeats) {
      const list = newName();
      const i = newName();
      code += `const ${list} = ${of.code}.${element.property}; if (${list} != null) for (let ${i} = 0; ${i} < ${list}.length; ${i}++) {
        const ${value} = ${list}[${i}]; if (${value} != null) { ${inner} } }\n`;
    } else code += `const ${value} = ${of.code}.${element.property}; if (${value} != null) { ${inner} }\n`;
  }
  return code;
}

function elements(of: Place, name: string): Element[] {
  const found = elementsOf(of.type, name);
  if (found.length === 0) throw new Error(`${of.type} has no element ${name}`);
  return found;
}

function placeOf(of: Place, name: string, element: Element, code: string): Place {
  return {
    code,
    type: element.type,
    origin: `${of.origin}.${name}`,
    repeats: of.repeats || element.repeats,
    targets: element.targets,
    impliedSystem: element.impliedSystem,
  };
}

const booleanPlace = (code: string): Place => ({ ...rootPlace('boolean'), code: `(${code})`, origin: code });

/** The definitions write `DateTime` once for `dateTime`; no two type names differ by case alone. */
const sameType = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const startsAtRoot = (name: string, scope: Scope): boolean =>
  name === scope.root.type || ((name === 'Resource' || name === 'DomainResource') && isKnownType(name));
