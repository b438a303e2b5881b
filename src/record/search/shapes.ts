// Names for prepared statements. Statements of one shape share a plan. A shape is named when it comes again, and the one that
// was not used for the longest time gives its place away: nobody can fill the server's memory with shapes, nor keep others out.
import { createHash } from 'node:crypto';

/** In the order of their last use. */
const named = new Map<string, string>();
const seenOnce = new Set<string>();
const mostNamed = 300;
const mostSeen = 1000;

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);

export function nameOf(text: string): string | undefined {
  const known = named.get(text);
  if (known !== undefined) {
    named.delete(text);
    named.set(text, known);
    return known;
  }
  if (!seenOnce.delete(text)) {
    if (seenOnce.size >= mostSeen) seenOnce.clear();
    seenOnce.add(text);
    return undefined;
  }
  if (named.size >= mostNamed) named.delete(named.keys().next().value!);
  const name = `q-${shortHash(text)}`;
  named.set(text, name);
  return name;
}
