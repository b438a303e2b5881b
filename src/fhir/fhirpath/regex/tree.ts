// Reads a regular expression as matches() and replaceMatches() take it (http://hl7.org/fhirpath/N1/#matchesregex-string-boolean):
// characters, classes, groups, alternatives, counts and anchors. What cannot be matched in time that is bounded by the lengths
// of pattern and text (looking around, going back to what a group matched) is refused.
import { refuse } from '../failure.ts';

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

const mostCharacters = 2_000;
const mostGroupsInside = 50;
const mostTimes = 1_000;
const control: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v', 0: '\0' };
const count = /\{(\d{1,6})(,(\d{1,6})?)?\}/y;
const property = /\\[pP]\{[A-Za-z_=]{1,40}\}/y;

export function readRegex(source: string): ReadRegex {
  if (source.length > mostCharacters) refuse('too-costly', `Shorten the regular expression to ${mostCharacters} characters.`);
  return new RegexReader(source).whole();
}

class RegexReader {
  readonly source: string;
  at = 0;
  inside = 0;
  groups = 0;
  counts = 0;
  countedGroup = false;
  readonly names = new Map<string, number>();

  constructor(source: string) {
    this.source = source;
  }

  fail(message: string): never {
    refuse('invalid', `Regular expression, character ${this.at + 1}: ${message}`);
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
    if (this.take('+')) this.fail('possessive counts (a*+) are not supported.');
    if (this.times()) this.fail('escape the character that counts: \\*.');
    return { kind: 'times', inner, ...times, greedy };
  }

  times(): { least: number; most: number } | undefined {
    if (this.take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.take('?')) return { least: 0, most: 1 };
    count.lastIndex = this.at;
    const match = count.exec(this.source);
    if (!match) return undefined;
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
    if ('*+?'.includes(character)) this.fail('put something before the count, or escape it.');
    this.at++;
    if (character === '.') return { kind: 'class', test: () => true };
    if (character === '^' || character === '$') return { kind: 'assertion', of: character };
    return { kind: 'character', code: character.charCodeAt(0) };
  }

  group(): RegexTree {
    this.at++;
    let slot = -1;
    if (this.take('?')) {
      const name = /<([A-Za-z_]\w{0,40})>/y;
      name.lastIndex = this.at;
      const match = name.exec(this.source);
      if (match) {
        slot = ++this.groups;
        this.names.set(match[1] as string, slot);
        this.at = name.lastIndex;
      } else if (!this.take(':')) refuse('unsupported', 'Looking ahead or behind and flags inside a regular expression are not supported.');
    } else slot = ++this.groups;
    const inner = this.choice();
    if (!this.take(')')) this.fail('close the bracket.');
    return slot < 0 ? inner : { kind: 'group', inner, slot };
  }

  escaped(): RegexTree {
    const letter = this.source[this.at + 1];
    if (letter === undefined) this.fail('write a backslash as \\\\.');
    if (letter === 'b' || letter === 'B') {
      this.at += 2;
      return { kind: 'assertion', of: `\\${letter}` };
    }
    if (/[1-9k]/.test(letter)) refuse('unsupported', 'Going back to what a group matched (\\1) is not supported in a regular expression.');
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
    this.at += 2;
    return { kind: 'character', code: (control[letter] ?? letter).charCodeAt(0) };
  }

  /** `[A-Z0-9_]`: read by the engine, as a pattern of one character that cannot take long. */
  set(): RegexTree {
    const start = this.at;
    this.at++;
    this.take('^');
    while (this.at < this.source.length && this.source[this.at] !== ']') this.at += this.source[this.at] === '\\' ? 2 : 1;
    if (!this.take(']')) this.fail('close the set of characters with ].');
    return { kind: 'class', test: this.compiled(this.source.slice(start, this.at)) };
  }

  compiled(set: string): (code: number) => boolean {
    try {
      return tester(set);
    } catch {
      return this.fail('this set of characters cannot be read.');
    }
  }
}

/** Answers for ASCII come from a table. */
function tester(set: string): (code: number) => boolean {
  const regex = new RegExp(`^${set}$`, /\\[pP]\{/.test(set) ? 'u' : '');
  const ascii = Array.from({ length: 128 }, (_, code) => regex.test(String.fromCharCode(code)));
  return (code) => (code < 128 ? (ascii[code] as boolean) : regex.test(String.fromCharCode(code)));
}
