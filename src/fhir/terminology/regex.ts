// Regular expressions of filters (http://hl7.org/fhir/R4/valueset-filter-operator.html), which come from outside: matched as a set
// of states that is walked once along the text, so no expression can take more than text × states, whatever it is. The whole
// value must match, as in XML Schema. Understood: classes, groups, |, ?, *, +, {n,m}, . \d \w \s and their opposites, ^ and $.
import { fail, ok, type Result } from '../result.ts';

type Test = (unit: number) => boolean;

/** `split` goes on to both, `take` needs a character, `end` is the match. */
type State = { kind: 'split'; to: number[] } | { kind: 'take'; test: Test; to: number } | { kind: 'end' };

type Node =
  | { kind: 'take'; test: Test }
  | { kind: 'all'; of: Node[] }
  | { kind: 'any'; of: Node[] }
  | { kind: 'repeat'; of: Node; min: number; max: number };

const lengthMax = 1_000;
const statesMax = 400;
const repeatMax = 1_000;
const depthMax = 50;
/** Sets of states that are remembered before all are forgotten. */
const rememberedMax = 500;
/** Steps from a state by a character: of one text (some milliseconds) and in all the life of an expression (a second). */
const textStepsMax = 100_000;
const stepsMax = 5_000_000;

class NotUnderstood extends Error {}

/** Thrown by a matcher that has been asked for more work than an expression may cost. */
export class RegexTooCostly extends Error {}

/** A test of the whole text; the problem says what is not understood. */
export function compileRegex(source: string): Result<(text: string) => boolean> {
  if (source.length > lengthMax) return fail('too-costly', `A regular expression may have ${lengthMax} characters, not ${source.length}`);
  try {
    return ok(matcher(new Builder().build(new Parser(source).parse())));
  } catch (error) {
    if (error instanceof NotUnderstood) return fail('invalid', `The regular expression cannot be used: ${error.message}`);
    throw error;
  }
}

const digit: Test = (unit) => unit >= 48 && unit <= 57;
const word: Test = (unit) => digit(unit) || (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 95;
const space: Test = (unit) => unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0;
const not =
  (test: Test): Test =>
  (unit) =>
    !test(unit);
const classes: Record<string, Test> = { d: digit, D: not(digit), w: word, W: not(word), s: space, S: not(space) };
const controls: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11 };
const anything: Test = (unit) => unit !== 10 && unit !== 13;

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    // The whole text is meant anyway.
    this.#text = text.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new NotUnderstood(`")" at character ${this.#at + 1} closes nothing`);
    return node;
  }

  #choice(): Node {
    this.#depth += 1;
    if (this.#depth > depthMax) throw new NotUnderstood(`groups are nested more than ${depthMax} deep`);
    const branches = [this.#sequence()];
    while (this.#take('|')) branches.push(this.#sequence());
    this.#depth -= 1;
    return branches.length === 1 ? branches[0]! : { kind: 'any', of: branches };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && this.#peek() !== '|' && this.#peek() !== ')') parts.push(this.#repeated());
    return { kind: 'all', of: parts };
  }

  #repeated(): Node {
    let node = this.#single();
    for (;;) {
      const bounds = this.#bounds();
      if (bounds === undefined) return node;
      // A lazy or possessive sign changes what is captured, not what matches.
      if (!this.#take('?')) this.#take('+');
      node = { kind: 'repeat', of: node, ...bounds };
      if (this.#peek() !== '*' && this.#peek() !== '{') return node;
    }
  }

  #bounds(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { min: 0, max: 1 };
    if (this.#peek() !== '{') return undefined;
    const found = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.#text.slice(this.#at, this.#at + 24));
    if (found === null) throw new NotUnderstood(`"{" at character ${this.#at + 1} needs {n}, {n,} or {n,m}`);
    this.#at += found[0].length;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (min > repeatMax || (max !== Number.POSITIVE_INFINITY && max > repeatMax) || max < min)
      throw new NotUnderstood(`${found[0]} repeats more than ${repeatMax} times or less than it must`);
    return { min, max };
  }

  #single(): Node {
    const sign = this.#text[this.#at]!;
    this.#at += 1;
    if (sign === '(') return this.#group();
    if (sign === '[') return { kind: 'take', test: this.#class() };
    if (sign === '.') return { kind: 'take', test: anything };
    if (sign === '\\') return { kind: 'take', test: this.#escape() };
    if ('*+?{'.includes(sign)) throw new NotUnderstood(`"${sign}" at character ${this.#at} repeats nothing`);
    if (sign === '^' || sign === '$')
      throw new NotUnderstood(`"${sign}" is understood only at the begin and the end: the whole value must match`);
    return { kind: 'take', test: (unit) => unit === sign.charCodeAt(0) };
  }

  #group(): Node {
    if (this.#peek() === '?' && !this.#take('?:'))
      throw new NotUnderstood('groups that begin with (? look ahead or behind, which is not understood');
    const node = this.#choice();
    if (!this.#take(')')) throw new NotUnderstood('a "(" is not closed');
    return node;
  }

  #escape(): Test {
    const sign = this.#text[this.#at];
    if (sign === undefined) throw new NotUnderstood('it ends with a single backslash');
    this.#at += 1;
    const known = classes[sign];
    if (known !== undefined) return known;
    if (/[a-zA-Z0-9]/.test(sign) && controls[sign] === undefined) throw new NotUnderstood(`\\${sign} is not understood`);
    const unit = controls[sign] ?? sign.charCodeAt(0);
    return (one) => one === unit;
  }

  #class(): Test {
    const opposite = this.#take('^');
    const tests: Test[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      const sign = this.#text[this.#at];
      if (sign === undefined) throw new NotUnderstood('a "[" is not closed');
      if (sign === '\\') {
        this.#at += 1;
        tests.push(this.#escape());
        continue;
      }
      this.#at += 1;
      const from = sign.charCodeAt(0);
      const next = this.#text[this.#at + 1];
      if (this.#peek() === '-' && next !== undefined && next !== ']') {
        this.#at += 2;
        const to = next.charCodeAt(0);
        if (next === '\\' || to < from) throw new NotUnderstood(`the range ${sign}-${next} is not understood`);
        tests.push((unit) => unit >= from && unit <= to);
      } else tests.push((unit) => unit === from);
    }
    this.#at += 1;
    const any: Test = (unit) => tests.some((test) => test(unit));
    return opposite ? not(any) : any;
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

/** States from the end to the begin: each part is built knowing where it leads. */
class Builder {
  readonly #states: State[] = [{ kind: 'end' }];

  build(node: Node): { states: State[]; first: number } {
    return { first: this.#add(node, 0), states: this.#states };
  }

  #push(state: State): number {
    if (this.#states.length >= statesMax) throw new NotUnderstood('it repeats too much');
    this.#states.push(state);
    return this.#states.length - 1;
  }

  #add(node: Node, to: number): number {
    switch (node.kind) {
      case 'take':
        return this.#push({ kind: 'take', test: node.test, to });
      case 'all':
        return node.of.reduceRight((next, part) => this.#add(part, next), to);
      case 'any':
        return this.#push({ kind: 'split', to: node.of.map((part) => this.#add(part, to)) });
      case 'repeat':
        return this.#repeat(node, to);
    }
  }

  #repeat({ of, min, max }: Extract<Node, { kind: 'repeat' }>, to: number): number {
    let next = to;
    if (max === Number.POSITIVE_INFINITY) {
      const loop: { kind: 'split'; to: number[] } = { kind: 'split', to: [to] };
      next = this.#push(loop);
      loop.to.push(this.#add(of, next));
    } else {
      for (let i = min; i < max; i += 1) next = this.#push({ kind: 'split', to: [to, this.#add(of, next)] });
    }
    for (let i = 0; i < min; i += 1) next = this.#add(of, next);
    return next;
  }
}

/** States that can be on at the same time, and where a character leads from them. */
interface Together {
  states: number[];
  matches: boolean;
  next: Map<number, Together | undefined>;
}

function matcher({ states, first }: { states: State[]; first: number }): (text: string) => boolean {
  let remembered = new Map<string, Together>();
  let left = stepsMax;
  let textLeft = textStepsMax;
  const closed = (from: readonly number[]): Together | undefined => {
    const reached = new Set<number>();
    const open = [...from];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (reached.has(one)) continue;
      reached.add(one);
      const state = states[one]!;
      if (state.kind === 'split') open.push(...state.to);
    }
    const list = [...reached].filter((one) => states[one]!.kind !== 'split').sort((a, b) => a - b);
    if (list.length === 0) return undefined;
    const name = list.join();
    let set = remembered.get(name);
    if (set === undefined) {
      if (remembered.size >= rememberedMax) {
        for (const old of remembered.values()) old.next.clear();
        remembered = new Map();
      }
      set = { states: list, matches: list.includes(0), next: new Map() };
      remembered.set(name, set);
    }
    return set;
  };
  const step = (set: Together, unit: number): Together | undefined => {
    left -= set.states.length;
    textLeft -= set.states.length;
    if (left < 0 || textLeft < 0) throw new RegexTooCostly('The regular expression takes too long: make it simpler');
    const to: number[] = [];
    for (const one of set.states) {
      const state = states[one]!;
      if (state.kind === 'take' && state.test(unit)) to.push(state.to);
    }
    const next = closed(to);
    if (set.next.size < 300) set.next.set(unit, next);
    return next;
  };
  const begin = closed([first]);
  return (text) => {
    textLeft = textStepsMax;
    let set = begin;
    for (let i = 0; i < text.length && set !== undefined; i += 1) {
      const unit = text.charCodeAt(i);
      set = set.next.has(unit) ? set.next.get(unit) : step(set, unit);
    }
    return set?.matches === true;
  };
}
