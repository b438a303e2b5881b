// Splits the text of an expression into tokens (http://hl7.org/fhirpath/N1/grammar.html, lexical part).
import { refuse } from './failure.ts';

export type TokenKind = 'name' | 'quoted name' | 'string' | 'number' | 'date' | 'dateTime' | 'time' | 'symbol' | 'end';

export interface Token {
  kind: TokenKind;
  /** Names and strings without quotes and escapes, dates without `@`. */
  text: string;
  at: number;
}

/** The longest invariant of R4 has about 1,500 characters. */
const mostCharacters = 32_768;

const forms: [TokenKind | 'skip', RegExp][] = [
  ['skip', /\s+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['quoted name', /`(?:[^`\\]|\\[\s\S])*`/y],
  ['string', /'(?:[^'\\]|\\[\s\S])*'/y],
  ['time', /@T\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?/y],
  ['dateTime', /@\d{4}(?:-\d{2}(?:-\d{2})?)?T(?:\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?)?/y],
  ['date', /@\d{4}(?:-\d{2}(?:-\d{2})?)?/y],
  ['number', /\d+(?:\.\d+)?/y],
  ['symbol', /!=|!~|<=|>=|\$(?:this|index|total)(?![A-Za-z0-9_])|[.[\](){}+\-*/&|<>=~,%]/y],
];

const escapes: Record<string, string> = { f: '\f', n: '\n', r: '\r', t: '\t' };

export const lineAndColumn = (text: string, at: number): string => {
  const before = text.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1) as string).length + 1}`;
};

export function tokens(text: string): Token[] {
  if (text.length > mostCharacters) refuse('too-costly', `Shorten the expression: it may have at most ${mostCharacters} characters.`);
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    for (const [kind, form] of forms) {
      form.lastIndex = start;
      const match = form.exec(text)?.[0];
      if (match === undefined) continue;
      at = start + match.length;
      if (kind !== 'skip') found.push({ kind, text: inner(kind, match, text, start), at: start });
      break;
    }
    if (at === start) refuse('invalid', advice(text.slice(start)), lineAndColumn(text, start));
  }
  found.push({ kind: 'end', text: '', at: text.length });
  return found;
}

function advice(rest: string): string {
  if (rest.startsWith("'")) return "Close the string with '.";
  if (rest.startsWith('`')) return 'Close the name with `.';
  if (rest.startsWith('/*')) return 'Close the comment with */.';
  if (rest.startsWith('"')) return "Write strings in single quotes: 'text'.";
  return 'This character does not belong here; remove it.';
}

function inner(kind: TokenKind, match: string, text: string, at: number): string {
  if (kind === 'string' || kind === 'quoted name') return withoutEscapes(match.slice(1, -1), text, at);
  if (kind === 'time') {
    if (/[Z+-]/.test(match)) refuse('invalid', 'Leave the time zone out: a time has none.', lineAndColumn(text, at));
    return match.slice(2);
  }
  return kind === 'date' || kind === 'dateTime' ? match.slice(1) : match;
}

function withoutEscapes(raw: string, text: string, at: number): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (code === 'u') refuse('invalid', 'Write \\u with four hexadecimal digits.', lineAndColumn(text, at));
    // R4's own invariants escape characters that need none (`'\.'` in a regular expression): the character itself is meant.
    return escapes[code] ?? (/[`'"\\/]/.test(code) ? code : `\\${code}`);
  });
}
