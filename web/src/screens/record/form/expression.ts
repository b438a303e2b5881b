// The part of FHIRPath that forms use for calculatedExpression and initialExpression (http://hl7.org/fhir/uv/sdc/STU3/expressions.html):
// %resource and %patient, paths, where(), first(), last(), count(), sum(), exists(), empty(), ordinal(), repeat(item), descendants(),
// iif(), today(), + - * /, comparisons, and, or, not(). Anything else is refused with its name, and the field is left to the reader.

export type Value = string | number | boolean | object;
export type Collection = readonly Value[];

export interface World {
  resource: object;
  patient: object | undefined;
  today: string;
  /** Points of a Coding among the options of the questionnaire. */
  ordinal(value: Value): number | undefined;
}

type Evaluate = (self: Collection, world: World) => Collection;
export class NotUnderstood extends Error {}

const tokens = (text: string): string[] => {
  const found = text.match(/'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?|%?[A-Za-z_]\w*|[<>!]=|[-+*/()=<>.,%]|\S/g) ?? [];
  if (found.length > 500) throw new NotUnderstood('an expression of more than 500 words');
  return found;
};

const number = (list: Collection): number | undefined => (list.length === 1 && typeof list[0] === 'number' ? list[0] : undefined);
const truth = (list: Collection): boolean => list.length > 0 && list[0] !== false;
const member = (value: Value, name: string): Value[] => {
  if (typeof value !== 'object' || !Object.hasOwn(value, name)) {
    // value[x] is one element in FHIRPath.
    if (typeof value !== 'object') return [];
    const choice = Object.keys(value).find((key) => key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length)));
    return choice === undefined ? [] : listOf((value as Record<string, unknown>)[choice]);
  }
  return listOf((value as Record<string, unknown>)[name]);
};
const listOf = (value: unknown): Value[] =>
  Array.isArray(value) ? value.flatMap(listOf) : value === undefined || value === null ? [] : [value as Value];
const below = (value: Value): Value[] =>
  typeof value !== 'object' ? [] : Object.values(value).flatMap((one: unknown) => listOf(one).flatMap((part) => [part, ...below(part)]));
const repeated = (list: Collection, name: string): Value[] =>
  list.flatMap((one) => member(one, name).flatMap((part) => [part, ...repeated([part], name)]));

const functions: Readonly<Record<string, (list: Collection, args: readonly Evaluate[], world: World) => Collection>> = {
  where: (list, [test], world) => list.filter((one) => test !== undefined && truth(test([one], world))),
  select: (list, [pick], world) => list.flatMap((one) => (pick === undefined ? [] : pick([one], world))),
  first: (list) => list.slice(0, 1),
  last: (list) => list.slice(-1),
  count: (list) => [list.length],
  exists: (list, [test], world) => [(test === undefined ? list : list.filter((one) => truth(test([one], world)))).length > 0],
  empty: (list) => [list.length === 0],
  not: (list) => (list.length === 0 ? [] : [!truth(list)]),
  sum: (list) => {
    const numbers = list.filter((one) => typeof one === 'number');
    return numbers.length === 0 ? [] : [numbers.reduce((sum, one) => sum + one, 0)];
  },
  ordinal: (list, _, world) => list.map((one) => world.ordinal(one)).filter((one) => one !== undefined),
  descendants: (list) => list.flatMap(below),
  today: (_, __, world) => [world.today],
  iif: (list, [test, yes, no], world) => (test !== undefined && truth(test(list, world)) ? yes?.(list, world) : no?.(list, world)) ?? [],
};

type Both = (left: Value, right: Value) => Collection;
const sums =
  (calculate: (a: number, b: number) => number): Both =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' && Number.isFinite(calculate(a, b)) ? [calculate(a, b)] : [];
const orders =
  (holds: (sign: number) => boolean): Both =>
  (a, b) =>
    typeof a === typeof b && typeof a !== 'object' ? [holds(a < b ? -1 : a > b ? 1 : 0)] : [];

/** By how tightly they bind, loosest first. */
const operators: readonly Readonly<Record<string, Both>>[] = [
  { or: (a, b) => [a !== false || b !== false] },
  { and: (a, b) => [a !== false && b !== false] },
  { '=': (a, b) => [a === b], '!=': (a, b) => [a !== b] },
  {
    '<': orders((sign) => sign < 0),
    '<=': orders((sign) => sign <= 0),
    '>': orders((sign) => sign > 0),
    '>=': orders((sign) => sign >= 0),
  },
  { '+': (a, b) => (typeof a === 'string' && typeof b === 'string' ? [a + b] : sums((x, y) => x + y)(a, b)), '-': sums((x, y) => x - y) },
  { '*': sums((x, y) => x * y), '/': sums((x, y) => x / y) },
];

/** Throws NotUnderstood with what is beyond this part of FHIRPath. */
export function compile(text: string): Evaluate {
  const words = tokens(text);
  let at = 0;
  const take = (word: string): boolean => words[at] === word && ++at > 0;
  const need = (word: string): void => {
    if (!take(word)) throw new NotUnderstood(`“${words[at] ?? 'the end'}” where “${word}” is needed`);
  };
  const level = (depth: number): Evaluate => {
    const table = operators[depth];
    if (table === undefined) return path();
    let left = level(depth + 1);
    for (;;) {
      const word = words[at] ?? '';
      const both = Object.hasOwn(table, word) ? table[word] : undefined;
      if (both === undefined) return left;
      at++;
      const [before, right] = [left, level(depth + 1)];
      left = (self, world) => {
        const [a] = before(self, world);
        const [b] = right(self, world);
        if (depth < 2) return both(a ?? false, b ?? false);
        return a === undefined || b === undefined ? [] : both(a, b);
      };
    }
  };
  const call = (name: string): ((list: Collection, world: World) => Collection) => {
    const args: Evaluate[] = [];
    if (name === 'repeat') {
      const child = words[at++] ?? '';
      need(')');
      return (list) => repeated(list, child);
    }
    if (!take(')')) {
      do args.push(level(0));
      while (take(','));
      need(')');
    }
    const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (run === undefined) throw new NotUnderstood(`${name}()`);
    return (list, world) => run(list, args, world);
  };
  const start = (): Evaluate => {
    const word = words[at++] ?? '';
    if (word === '(') {
      const inner = level(0);
      need(')');
      return inner;
    }
    if (word === '-') {
      const inner = path();
      return (self, world) => {
        const value = number(inner(self, world));
        return value === undefined ? [] : [-value];
      };
    }
    if (/^\d/.test(word)) return () => [Number(word)];
    if (word.startsWith("'")) return () => [word.slice(1, -1).replace(/\\(.)/g, '$1')];
    if (word === 'true' || word === 'false') return () => [word === 'true'];
    if (word === '%resource' || word === '%questionnaireresponse') return (_, { resource }) => [resource];
    if (word === '%patient') return (_, { patient }) => (patient === undefined ? [] : [patient]);
    if (!/^[A-Za-z_]\w*$/.test(word)) throw new NotUnderstood(word === '' ? 'an empty expression' : word);
    if (take('(')) return call(word);
    return (self) => self.flatMap((one) => member(one, word));
  };
  const path = (): Evaluate => {
    let left = start();
    while (take('.')) {
      const before = left;
      const word = words[at++] ?? '';
      if (!/^[A-Za-z_]\w*$/.test(word)) throw new NotUnderstood(word);
      if (take('(')) {
        const run = call(word);
        left = (self, world) => run(before(self, world), world);
      } else left = (self, world) => before(self, world).flatMap((one) => member(one, word));
    }
    return left;
  };
  const whole = level(0);
  if (at < words.length) throw new NotUnderstood(words[at]);
  return whole;
}
