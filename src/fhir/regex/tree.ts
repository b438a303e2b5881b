// Reads a regular expression: characters, classes, groups, alternatives, counts and anchors, as its dialect means them. What cannot be
// matched in time that is bounded by the lengths of pattern and text (looking around, going back to what a group matched) is refused.
import type { Problem, ProblemKind } from '../result.ts';
import type { Dialect } from './dialects.ts';

export type Assertion = '^' | '$' | '\\b' | '\\B';

export type RegexTree =
  | { kind: 'character'; code: number }
  | { kind: 'class'; test: (code: number) => boolean }
  | { kind: 'assertion'; of: Assertion }
  | { kind: 'group'; inner: RegexTree; slot: number }
  | { kind: 'sequence'; parts: RegexTree[] }
  | { kind: 'choice'; parts: RegexTree[] }
  | { kind: 'times'; inner: RegexTree; least: number; most: number; greedy: boolean };

export interface ReadRegex {
  tree: RegexTree;
  groups: number;
  names: Map<string, number>;
  /** Whether it has one count at most, of a single character: no matcher takes longer than the square of the text then. */
  simple: boolean;
}

/** Thrown inside this folder only; `compile` answers with its problem. */
export class RegexFault extends Error {
  readonly problem: Problem;
  constructor(kind: ProblemKind, message: string) {
    super(message);
    this.problem = { kind, message };
  }
}

const mostGroupsInside = 50;
const mostTimes = 1_000;
const control: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v', 0: '\0' };
const count = /\{(\d{1,6})(,(\d{1,6})?)?\}/y;
const property = /\\[pP]\{[A-Za-z_=]{1,40}\}/y;

export function readRegex(source: string, dialect: Dialect): ReadRegex {
  const { charactersMax } = dialect;
  if (source.length > charactersMax) throw new RegexFault('too-costly', `Shorten the regular expression to ${charactersMax} characters.`);
  const bare = dialect.anchors === 'ends' ? source.replace(/^\^/, '').replace(/(?<!\\)\$$/, '') : source;
  return new RegexReader(bare, dialect).whole();
}

class RegexReader {
  readonly source: string;
  readonly dialect: Dialect;
  at = 0;
  inside = 0;
  groups = 0;
  counts = 0;
  countedGroup = false;
  readonly names = new Map<string, number>();

  constructor(source: string, dialect: Dialect) {
    this.source = source;
    this.dialect = dialect;
  }

  fail(message: string): never {
    throw new RegexFault('invalid', `Regular expression, character ${this.at + 1}: ${message}`);
  }

  unsupported(what: string): never {
    throw new RegexFault('unsupported', `${what} not supported in a regular expression.`);
  }

  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  whole(): ReadRegex {
    const tree = this.choice();
    if (this.at < this.source.length) this.fail('remove the closing bracket, or escape it as \\).');
    return { tree, groups: this.groups, names: this.names, simple: this.counts < 2 && !this.countedGroup };
  }

  choice(): RegexTree {
    if (++this.inside > mostGroupsInside) this.fail('has too many brackets inside one another.');
    const parts = [this.sequence()];
    while (this.take('|')) parts.push(this.sequence());
    this.inside--;
    return parts.length === 1 ? (parts[0] as RegexTree) : { kind: 'choice', parts };
  }

  sequence(): RegexTree {
    const parts: RegexTree[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')')
      parts.push(this.counted(this.atom()));
    return { kind: 'sequence', parts };
  }

  counted(inner: RegexTree): RegexTree {
    const times = this.times();
    if (!times) return inner;
    if (inner.kind === 'assertion') this.fail('leave out the count after an anchor.');
    this.counts++;
    if (inner.kind !== 'character' && inner.kind !== 'class') this.countedGroup = true;
    const greedy = !this.take('?');
    const counted: RegexTree = { kind: 'times', inner, ...times, greedy };
    if (this.dialect.countsOfCounts) {
      this.take('+');
      // As deep as the tree may be: each count is one more.
      if (++this.inside > mostGroupsInside) this.fail('has too many counts of counts.');
      const all = this.counted(counted);
      this.inside--;
      return all;
    }
    if (this.take('+')) this.fail('possessive counts (a*+) are not supported.');
    if (this.times()) this.fail('escape the character that counts: \\*.');
    return counted;
  }

  times(): { least: number; most: number } | undefined {
    if (this.take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.take('?')) return { least: 0, most: 1 };
    count.lastIndex = this.at;
    const match = count.exec(this.source);
    if (!match) {
      if (this.dialect.openBrace === 'refused' && this.source[this.at] === '{') this.fail('"{" needs {n}, {n,} or {n,m}.');
      return undefined;
    }
    this.at = count.lastIndex;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (least > most) this.fail('give the smaller count first.');
    if (least > mostTimes || (most > mostTimes && most !== Number.POSITIVE_INFINITY)) this.fail(`use counts up to ${mostTimes}.`);
    return { least, most };
  }

  atom(): RegexTree {
    const character = this.source[this.at] as string;
    if (character === '(') return this.group();
    if (character === '[') return this.set();
    if (character === '\\') return this.escaped();
    if ('*+?'.includes(character) || (character === '{' && this.dialect.openBrace === 'refused'))
      this.fail('put something before the count, or escape it.');
    if ((character === '^' || character === '$') && this.dialect.anchors === 'ends')
      this.fail(`"${character}" is understood only at the begin and the end: the whole value must match.`);
    this.at++;
    if (character === '.') return { kind: 'class', test: this.dialect.dotMeetsLineEnds ? anything : insideLine };
    if (character === '^' || character === '$') return { kind: 'assertion', of: character };
    return { kind: 'character', code: character.charCodeAt(0) };
  }

  group(): RegexTree {
    this.at++;
    let slot = -1;
    if (this.take('?')) {
      const name = /<([A-Za-z_]\w{0,40})>/y;
      name.lastIndex = this.at;
      const match = this.dialect.captures ? name.exec(this.source) : null;
      if (match) {
        slot = ++this.groups;
        this.names.set(match[1] as string, slot);
        this.at = name.lastIndex;
      } else if (!this.take(':')) this.unsupported('Looking ahead or behind and flags are');
    } else if (this.dialect.captures) slot = ++this.groups;
    const inner = this.choice();
    if (!this.take(')')) this.fail('a bracket is not closed.');
    return slot < 0 ? inner : { kind: 'group', inner, slot };
  }

  escaped(): RegexTree {
    const letter = this.source[this.at + 1];
    if (letter === undefined) this.fail('write a backslash as \\\\.');
    if (letter === 'b' || letter === 'B') {
      if (this.dialect.anchors === 'ends') this.fail(`\\${letter} is not understood: the whole value must match.`);
      this.at += 2;
      return { kind: 'assertion', of: `\\${letter}` };
    }
    if (/[1-9k]/.test(letter)) this.unsupported('Going back to what a group matched (\\1) is');
    if ('dDwWsS'.includes(letter)) {
      this.at += 2;
      return { kind: 'class', test: tester(`\\${letter}`) };
    }
    property.lastIndex = this.at;
    const match = property.exec(this.source)?.[0];
    if (match !== undefined) {
      this.at += match.length;
      return { kind: 'class', test: this.compiled(match) };
    }
    const hex = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/y;
    hex.lastIndex = this.at;
    const code = hex.exec(this.source);
    if (code) {
      this.at = hex.lastIndex;
      return { kind: 'character', code: Number.parseInt((code[1] ?? code[2]) as string, 16) };
    }
    this.known(letter);
    this.at += 2;
    return { kind: 'character', code: (control[letter] ?? letter).charCodeAt(0) };
  }

  known(letter: string): void {
    if (this.dialect.unknownEscapes === 'refused' && /[a-zA-Z0-9]/.test(letter) && control[letter] === undefined)
      this.fail(`\\${letter} is not understood.`);
  }

  /** `[A-Z0-9_]`: read by the engine, as a pattern of one character that cannot take long. */
  set(): RegexTree {
    this.at++;
    let set = this.take('^') ? '[^' : '[';
    if (this.dialect.closingFirst && this.take(']')) set += '\\]';
    while (this.at < this.source.length && this.source[this.at] !== ']') {
      const escaped = this.source[this.at] === '\\';
      const letter = this.source[this.at + 1];
      if (
        escaped &&
        letter !== undefined &&
        !'dDwWsS'.includes(letter) &&
        !/^\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pP]\{)/.test(this.source.slice(this.at, this.at + 6))
      )
        this.known(letter);
      set += this.source.slice(this.at, this.at + (escaped ? 2 : 1));
      this.at += escaped ? 2 : 1;
    }
    if (!this.take(']')) this.fail('the set of characters is not closed: close it with ].');
    return { kind: 'class', test: this.compiled(`${set}]`) };
  }

  compiled(set: string): (code: number) => boolean {
    try {
      return tester(set);
    } catch {
      return this.fail('this set of characters cannot be read.');
    }
  }
}

const anything = (): boolean => true;
const insideLine = (code: number): boolean => code !== 10 && code !== 13;

/** Answers for ASCII come from a table. */
function tester(set: string): (code: number) => boolean {
  const regex = new RegExp(`^${set}$`, /\\[pP]\{/.test(set) ? 'u' : '');
  const ascii = Array.from({ length: 128 }, (_, code) => regex.test(String.fromCharCode(code)));
  return (code) => (code < 128 ? (ascii[code] as boolean) : regex.test(String.fromCharCode(code)));
}
