// _pretty=true: the same JSON with line breaks and indents, laid out without reading any value, so that digits stay.
import { atOnce } from '../../record/slices.ts';

/** Characters between two rests. */
const stride = 16_384;

export const pretty = (json: string): string => atOnce(prettySteps(json));

/** In steps with a rest after each: an answer may have megabytes. */
export function* prettySteps(json: string): Generator<undefined, string> {
  let out = '';
  let depth = 0;
  let restAt = stride;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (let at = 0; at < json.length; at++) {
    const c = json[at]!;
    if (at >= restAt) {
      restAt = at + stride;
      yield;
    }
    if (c === '"') {
      const end = endOfString(json, at);
      out += json.slice(at, end + 1);
      at = end;
    } else if (c === '{' || c === '[') {
      const empty = json[at + 1] === (c === '{' ? '}' : ']');
      depth++;
      out += empty ? c : c + line();
      if (empty) {
        depth--;
        out += json[++at]!;
      }
    } else if (c === '}' || c === ']') {
      depth--;
      out += line() + c;
    } else {
      out += c === ',' ? c + line() : c === ':' ? ': ' : c;
    }
  }
  return `${out}\n`;
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}
