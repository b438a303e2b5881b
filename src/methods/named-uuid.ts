// A UUID that is always the same for the same name: version 8 of RFC 9562, section 5.8, with 122 bits of SHA-256. What is
// computed twice from the same facts is thereby one resource, not two.
import { hash } from 'node:crypto';

/** The same few thousand names (places, people, payers) come with message after message, and a hash costs more than all else of a name. */
const recentMax = 10_000;
let recent = new Map<string, string>();
let before = new Map<string, string>();

/** `parts` are joined with a character that no FHIR id, URL or time contains, so ('a', 'bc') and ('ab', 'c') differ. */
export function namedUuid(...parts: (string | number)[]): string {
  const name = parts.join('\u0000');
  const known = recent.get(name);
  if (known !== undefined) return known;
  const uuid = before.get(name) ?? made(name);
  // A long name is a text that will not come again.
  if (name.length > 500) return uuid;
  if (recent.size >= recentMax) {
    before = recent;
    recent = new Map();
  }
  recent.set(name, uuid);
  return uuid;
}

function made(name: string): string {
  const hex = hash('sha256', name);
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
