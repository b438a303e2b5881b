// Reads an expression by the grammar of http://hl7.org/fhirpath/N1/grammar.html: operators by their precedence, then terms and
// what follows them.
import { refuse } from './failure.ts';
import { lineAndColumn, type Token, tokens } from './lexer.ts';
import type { Syntax } from './syntax.ts';

/** http://hl7.org/fhirpath/N1/#operator-precedence, the higher the tighter. */
const precedence: Record<string, number> = {
  implies: 1,
  or: 2,
  xor: 2,
  and: 3,
  in: 4,
  contains: 4,
  '=': 5,
  '~': 5,
  '!=': 5,
  '!~': 5,
  '<': 6,
  '>': 6,
  '<=': 6,
  '>=': 6,
  '|': 7,
  is: 8,
  as: 8,
  '+': 9,
  '-': 9,
  '&': 9,
  '*': 10,
  '/': 10,
  div: 10,
  mod: 10,
};
const words = new Set(['implies', 'or', 'xor', 'and', 'in', 'contains', 'is', 'as', 'div', 'mod']);
/** Operators that the grammar also allows as names. */
const alsoNames = new Set(['as', 'is', 'contains', 'in']);

/** Calendar durations (http://hl7.org/fhirpath/N1/#time-valued-quantities). */
const durations = new Set(
  ['year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'].flatMap((unit) => [unit, `${unit}s`]),
);

/** Levels of an expression: R4's deepest invariant has about twenty, the longest search expression a hundred alternatives. */
const mostLevels = 400;
/** Brackets inside one another while reading: each takes some frames of the stack. */
const mostBrackets = 100;

class Parser {
  readonly text: string;
  readonly tokens: Token[];
  next = 0;
  brackets = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokens(text);
  }

  get token(): Token {
    return this.tokens[this.next] as Token;
  }

  fail(message: string, token: Token = this.token): never {
    refuse('invalid', message, lineAndColumn(this.text, token.at));
  }

  is(text: string): boolean {
    return this.token.text === text && (this.token.kind === 'symbol' || this.token.kind === 'name');
  }

  take(text: string): boolean {
    if (!this.is(text) || this.token.kind !== 'symbol') return false;
    this.next++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text))
      this.fail(this.token.kind === 'end' ? `The expression ends where "${text}" is missing.` : `Expected "${text}" here.`);
  }

  checked<T extends Syntax>(node: T): T {
    if (node.depth > mostLevels) refuse('too-costly', `Simplify the expression: it may be at most ${mostLevels} levels deep.`);
    return node;
  }

  inBrackets<T>(read: () => T): T {
    if (++this.brackets > mostBrackets)
      refuse('too-costly', `Simplify the expression: at most ${mostBrackets} brackets may be inside one another.`);
    const value = read();
    this.brackets--;
    return value;
  }

  whole(): Syntax {
    const tree = this.expression(0);
    if (this.token.kind !== 'end') this.fail('Expected an operator or the end of the expression here.');
    return tree;
  }

  operatorAhead(): number {
    const { kind, text } = this.token;
    if (kind !== 'symbol' && !(kind === 'name' && words.has(text))) return 0;
    return Object.hasOwn(precedence, text) ? (precedence[text] as number) : 0;
  }

  expression(above: number): Syntax {
    let left = this.signed();
    for (let level = this.operatorAhead(); level > above; level = this.operatorAhead()) {
      const { text: operator, at } = this.token;
      this.next++;
      if (operator === 'is' || operator === 'as') {
        left = this.checked({ kind: 'type', operator, operand: left, type: this.typeName(), at, depth: left.depth + 1 });
        continue;
      }
      const right = this.expression(level);
      left = this.checked({ kind: 'binary', operator, left, right, at, depth: Math.max(left.depth, right.depth) + 1 });
    }
    return left;
  }

  /** A sign binds less than a dot: `-1.abs()` is `-(1.abs())`. */
  signed(): Syntax {
    const { at } = this.token;
    if (!this.is('-') && !this.is('+')) return this.term();
    const negative = this.is('-');
    this.next++;
    const operand = this.inBrackets(() => this.signed());
    return this.checked({ kind: 'sign', negative, operand, at, depth: operand.depth + 1 });
  }

  term(): Syntax {
    let node = this.primary();
    for (;;) {
      const { at } = this.token;
      if (this.take('.')) {
        node = this.checked(this.invocation(node));
      } else if (this.take('[')) {
        const index = this.inBrackets(() => this.expression(0));
        this.expect(']');
        node = this.checked({ kind: 'item', target: node, index, at, depth: Math.max(node.depth, index.depth) + 1 });
      } else return node;
    }
  }

  /** After a dot no operator can stand, so that `text.div` is understood, which the grammar wants as text.`div`. */
  invocation(target: Syntax | undefined): Syntax {
    const { kind, text, at } = this.token;
    const below = target?.depth ?? 0;
    if (kind === 'symbol' && text.startsWith('$')) {
      this.next++;
      if (target !== undefined) this.fail(`Write ${text} at the beginning, not after a dot.`);
      return { kind: text.slice(1) as 'this' | 'index' | 'total', at, depth: 1 };
    }
    if (kind !== 'quoted name' && (kind !== 'name' || (target === undefined && words.has(text) && !alsoNames.has(text))))
      this.fail(kind === 'end' ? 'The expression ends where something is missing.' : 'Expected a name here.');
    this.next++;
    if (!this.take('(')) return { kind: 'member', target, name: text, at, depth: below + 1 };
    const args: Syntax[] = [];
    if (!this.take(')')) {
      this.inBrackets(() => {
        do args.push(this.expression(0));
        while (this.take(','));
      });
      this.expect(')');
    }
    const depth = Math.max(below, ...args.map((arg) => arg.depth)) + 1;
    return { kind: 'call', target, name: text, args, at, depth };
  }

  primary(): Syntax {
    const { kind, text, at } = this.token;
    if (this.take('(')) {
      const node = this.inBrackets(() => this.expression(0));
      this.expect(')');
      return node;
    }
    if (this.take('{')) {
      this.expect('}');
      return { kind: 'literal', of: 'empty', text: '', at, depth: 1 };
    }
    if (this.take('%')) {
      const name = this.token;
      if (!['name', 'quoted name', 'string'].includes(name.kind)) this.fail('Expected the name of a variable after %.');
      this.next++;
      return { kind: 'variable', name: name.text, at, depth: 1 };
    }
    if (kind === 'name' && (text === 'true' || text === 'false')) {
      this.next++;
      return { kind: 'literal', of: 'boolean', text, at, depth: 1 };
    }
    if (kind === 'string' || kind === 'date' || kind === 'dateTime' || kind === 'time') {
      this.next++;
      return { kind: 'literal', of: kind, text, at, depth: 1 };
    }
    return kind === 'number' ? this.number() : this.invocation(undefined);
  }

  number(): Syntax {
    const { text, at } = this.token;
    this.next++;
    const unit = this.token;
    if (unit.kind === 'string' || (unit.kind === 'name' && durations.has(unit.text))) {
      this.next++;
      return { kind: 'literal', of: 'quantity', text, unit: unit.text, calendar: unit.kind === 'name', at, depth: 1 };
    }
    return { kind: 'literal', of: text.includes('.') ? 'decimal' : 'integer', text, at, depth: 1 };
  }

  /** `Patient`, `FHIR.Patient`, System.`String`. */
  typeName(): string {
    const parts: string[] = [];
    do {
      const { kind, text } = this.token;
      if (kind !== 'name' && kind !== 'quoted name') this.fail('Expected the name of a type here.');
      this.next++;
      parts.push(text);
    } while (parts.length < 2 && this.take('.'));
    return parts.join('.');
  }
}

/** The tree of an expression; throws a Failure with line and column. */
export const parse = (text: string): Syntax => new Parser(text).whole();
