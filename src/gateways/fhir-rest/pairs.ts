// Names and values of a query string or a form body (application/x-www-form-urlencoded), refused where they are malformed.
import { fail, ok, type Result } from '../../fhir/result.ts';

const most = 2000;

export function readPairs(text: string): Result<[string, string][]> {
  const pairs: [string, string][] = [];
  if (text === '') return ok(pairs);
  for (const part of text.split('&', most + 1)) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = decode(at < 0 ? part : part.slice(0, at));
    const value = decode(at < 0 ? '' : part.slice(at + 1));
    if (name === undefined || value === undefined)
      return fail('invalid', 'The address holds a malformed escape: % must be followed by two hexadecimal digits of valid UTF-8');
    if (name.includes('\0') || value.includes('\0')) return fail('invalid', 'The address holds a NUL character');
    pairs.push([name, value]);
  }
  return pairs.length > most ? fail('invalid', `A search has at most ${most} parameters`) : ok(pairs);
}

function decode(text: string): string | undefined {
  try {
    return text.includes('%') || text.includes('+') ? decodeURIComponent(text.replaceAll('+', ' ')) : text;
  } catch {
    return undefined;
  }
}
