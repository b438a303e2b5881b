// Names for prepared statements. Statements of one shape share a plan; beyond a bound they are planned each time, so that
// nobody can fill the server's memory with shapes.
import { createHash } from 'node:crypto';

const shapes = new Map<string, string>();
const mostPrepared = 300;

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);

export function nameOf(text: string): string | undefined {
  const known = shapes.get(text);
  if (known !== undefined) return known;
  if (shapes.size >= mostPrepared) return undefined;
  const name = `q-${shortHash(text)}`;
  shapes.set(text, name);
  return name;
}
