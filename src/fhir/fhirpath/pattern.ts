// A compiled regular expression, and the last few hundred of them.
import { compileRegex } from '../regex/compile.ts';
import { fhirpathDialect } from '../regex/dialects.ts';
import { room, run } from '../regex/run.ts';
import type { Context } from './context.ts';
import { Failure, refuse } from './failure.ts';

export interface Pattern {
  /** What making it ready costs, in steps. */
  readonly size: number;
  test(text: string, context: Context): boolean;
  testFull(text: string, context: Context): boolean;
  /** All matches replaced; `$1`, `$0` and `${name}` stand for what a group matched. */
  replace(text: string, by: string, context: Context): string;
}

const mostKept = 500;
const kept = new Map<string, Pattern>();

/** Longest text that the engine's own matcher is given, for simple patterns: at most a square of it. */
const nativeLength = 256;

export function pattern(source: string): Pattern {
  let known = kept.get(source);
  if (!known) {
    known = make(source);
    if (kept.size >= mostKept) kept.delete(kept.keys().next().value as string);
    kept.set(source, known);
  }
  return known;
}

function make(source: string): Pattern {
  const read = compileRegex(source, fhirpathDialect);
  if (!read.ok) throw new Failure(read.problem);
  const { program: list, groups, names, simple } = read.value;
  const slots = (groups + 1) * 2;
  const native = simple ? nativeOf(source) : undefined;
  const place = (text: string, context: Context) =>
    room(list, text, context) ?? refuse('too-costly', 'The text is too long for this regular expression; shorten one of the two.');
  return {
    size: list.length + (source.length >> 3),
    test(text, context) {
      if (native && text.length <= nativeLength) {
        context.spend(1 + (text.length >> 3));
        return native.test(text);
      }
      return run(list, slots, text, 0, false, place(text, context), context) !== undefined;
    },
    testFull: (text, context) => run(list, slots, text, 0, true, place(text, context), context) !== undefined,
    replace(text, by, context) {
      const parts: string[] = [];
      const template = templateOf(by, names, groups);
      const tried = place(text, context);
      let at = 0;
      for (let from = 0; from <= text.length; ) {
        const found = run(list, slots, text, from, false, tried, context);
        if (!found) break;
        const [start = 0, end = 0] = found;
        context.spend(4);
        const made = template.map((part) =>
          typeof part === 'string' ? part : text.slice(Math.max(0, found[part * 2] ?? 0), Math.max(0, found[part * 2 + 1] ?? 0)),
        );
        context.making(start - at + made.reduce((sum, part) => sum + part.length, 0));
        parts.push(text.slice(at, start), ...made);
        at = end;
        if (end === start) {
          // An empty match moves on by one character, which stays.
          parts.push(text.slice(end, end + 1));
          at = end + 1;
          from = end + 1;
        } else from = end;
      }
      context.making(Math.max(0, text.length - at));
      return parts.join('') + text.slice(at);
    },
  };
}

/** The engine's reading of the same pattern: the dot meets line ends too (single-line mode). */
function nativeOf(source: string): RegExp | undefined {
  try {
    return new RegExp(source, /\\[pP]\{/.test(source) ? 'su' : 's');
  } catch {
    return undefined;
  }
}

/** Texts and numbers of groups in turn. */
function templateOf(by: string, names: ReadonlyMap<string, number>, groups: number): (string | number)[] {
  const parts: (string | number)[] = [];
  let last = 0;
  for (const match of by.matchAll(/\$(?:(\d)|\{(\w+)\}|<(\w+)>|(\$))/g)) {
    const group = match[1] !== undefined ? Number(match[1]) : names.get(match[2] ?? match[3] ?? '');
    if (match[4] === undefined && (group === undefined || group > groups)) continue;
    parts.push(by.slice(last, match.index), match[4] ?? (group as number));
    last = match.index + match[0].length;
  }
  parts.push(by.slice(last));
  return parts;
}
