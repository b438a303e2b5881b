// http://hl7.org/fhirpath/N1/#string-manipulation, and of the second edition what R4's users expect: trim, split, join, matchesFull,
// encode, decode, escape, unescape. Every new text is paid for before it is made.
import type { Context } from '../context.ts';
import { nodeOfPlain } from '../item.ts';
import { type Node, type Nodes, none, text } from '../node.ts';
import { items, type Step } from '../step.ts';
import type { Plain } from '../system.ts';
import { coders } from './coding.ts';
import { type Definition, type Definitions, textOf, wholeOf } from './definition.ts';

/** A function of one text; empty where the text or an argument is. */
const ofText = (
  name: string,
  args: [number, number],
  work: (value: string, given: readonly string[], context: Context) => Plain | readonly string[] | undefined,
): Definition => ({
  args,
  make: (target, steps) =>
    items((context, focus) => {
      const value = textOf(target.all(context, focus), `${name}()`);
      if (value === undefined) return none;
      const given: string[] = [];
      for (const step of steps) {
        const arg = textOf(step.all(context, focus), `${name}()`);
        if (arg === undefined) return none;
        given.push(arg);
      }
      context.reading(value.length);
      const made = work(value, given, context);
      return made === undefined ? none : Array.isArray(made) ? texts(made, context) : [nodeOfPlain(made as Plain)];
    }),
});

function texts(values: readonly string[], context: Context): Nodes {
  context.spend(values.length);
  return values.map(text);
}

/** Text is paid for before it is made. */
function replace(value: string, what: string, by: string, context: Context): string {
  searching(value, what, context);
  const times = what === '' ? value.length + 1 : count(value, what);
  context.spend(times);
  context.making(value.length + times * by.length);
  if (what === '') return by + value.split('').join(by) + (value === '' ? '' : by);
  return value.replaceAll(what, () => by);
}

function count(value: string, what: string): number {
  let times = 0;
  for (let at = value.indexOf(what); at >= 0; at = value.indexOf(what, at + what.length)) times++;
  return times;
}

const split = (value: string, separator: string, context: Context): readonly string[] => {
  searching(value, separator, context);
  context.making(value.length);
  return value.split(separator);
};

const changed =
  (change: (value: string) => string) =>
  (value: string, _: readonly string[], context: Context): string => {
    context.making(value.length);
    return change(value);
  };

const substring: Definition = {
  args: [1, 2],
  make: (target, [from, length]) =>
    items((context, focus) => {
      const value = textOf(target.all(context, focus), 'substring()');
      const start = wholeOf((from as Step).all(context, focus), 'substring()');
      if (value === undefined || start === undefined || start < 0 || start >= value.length) return none;
      // An empty length is as none (N1: "empty behaves as if it had not been provided").
      const wanted = length && wholeOf(length.all(context, focus), 'substring()');
      return [text(wanted === undefined ? value.slice(start) : value.slice(start, start + Math.max(0, wanted)))];
    }),
};

const join: Definition = {
  args: [0, 1],
  make: (target, [separator]) =>
    items((context, focus) => {
      const between = separator ? textOf(separator.all(context, focus), 'join()') : '';
      const nodes = target.all(context, focus);
      if (between === undefined || nodes.length === 0) return none;
      const parts = nodes.map((node: Node) => textOf([node], 'join()') ?? '');
      context.making(parts.reduce((sum, part) => sum + part.length + between.length, 0));
      return [text(parts.join(between))];
    }),
};

const length: Definition = {
  args: [0, 0],
  make: (target) =>
    items((context, focus) => {
      const value = textOf(target.all(context, focus), 'length()');
      return value === undefined ? none : [nodeOfPlain(value.length)];
    }),
};

/** Looking for text in text takes the product of their lengths at worst. */
const searching = (value: string, what: string, context: Context): void => context.reading(value.length * what.length);

const search =
  <T extends Plain>(find: (value: string, what: string) => T) =>
  (value: string, given: readonly string[], context: Context): T => {
    const what = given[0] as string;
    searching(value, what, context);
    return find(value, what);
  };

export const strings: Definitions = {
  indexOf: ofText(
    'indexOf',
    [1, 1],
    search((value, what) => value.indexOf(what)),
  ),
  lastIndexOf: ofText(
    'lastIndexOf',
    [1, 1],
    search((value, what) => value.lastIndexOf(what)),
  ),
  substring,
  startsWith: ofText('startsWith', [1, 1], (value, [what]) => value.startsWith(what as string)),
  endsWith: ofText('endsWith', [1, 1], (value, [what]) => value.endsWith(what as string)),
  contains: ofText(
    'contains',
    [1, 1],
    search((value, what) => value.includes(what)),
  ),
  upper: ofText(
    'upper',
    [0, 0],
    changed((value) => value.toUpperCase()),
  ),
  lower: ofText(
    'lower',
    [0, 0],
    changed((value) => value.toLowerCase()),
  ),
  trim: ofText(
    'trim',
    [0, 0],
    changed((value) => value.trim()),
  ),
  replace: ofText('replace', [2, 2], (value, [what, by], context) => replace(value, what as string, by as string, context)),
  matches: ofText('matches', [1, 1], (value, [regex], context) => context.pattern(regex as string).test(value, context)),
  matchesFull: ofText('matchesFull', [1, 1], (value, [regex], context) => context.pattern(regex as string).testFull(value, context)),
  replaceMatches: ofText('replaceMatches', [2, 2], (value, [regex, by], context) =>
    regex === '' ? value : context.pattern(regex as string).replace(value, by as string, context),
  ),
  length,
  toChars: ofText('toChars', [0, 0], (value, _, context) => {
    context.spend(value.length);
    return [...value];
  }),
  split: ofText('split', [1, 1], (value, [separator], context) => split(value, separator as string, context)),
  join,
  ...Object.fromEntries(
    Object.entries(coders).map(([name, code]) => [
      name,
      ofText(name, [1, 1], (value, [how], context) => code(value, how as string, context)),
    ]),
  ),
};
