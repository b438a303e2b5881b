// Finding canaries: words that stand in one version of one resource only. Whoever may not see that version must not find the word
// anywhere in an answer, also not in the middle of something encoded.

/** `canary(12, 2, 'N')`: resource 12, version 2 (0: its id, in every version), place N. Letters and digits: valid as id, code and URL. */
export const canary = (resource: number, version: number, place: string): string => `CANARY${resource}V${version}${place}`;

const word = /CANARY(\d+)V(\d+)([A-Z]+)/gi;
/** Cursors, Binary.data and attachments are base64, the first as base64url. */
const encoded = /[A-Za-z0-9+/_-]{16,}={0,2}/g;

export interface Seen {
  resource: number;
  version: number;
  word: string;
}

/** Every canary in a text, once. */
export function canariesIn(text: string): Seen[] {
  const found = new Map<string, Seen>();
  const collect = (plain: string): void => {
    if (!/canary/i.test(plain)) return;
    for (const [all, resource, version] of plain.matchAll(word))
      found.set(all.toUpperCase(), { resource: Number(resource), version: Number(version), word: all.toUpperCase() });
  };
  collect(text);
  // "CANARY" in base64, at each of the three places where it can begin.
  if (/Q0FOQVJ|NBTkFSW|DQU5BUl|Y2FuYXJ5|NhbmFye|jYW5hcn/.test(text))
    for (const [one] of text.matchAll(encoded)) collect(Buffer.from(one, 'base64').toString('latin1'));
  if (text.includes('%')) collect(text.replaceAll(/%[0-9A-F]{2}/gi, ' '));
  return [...found.values()];
}

/** Answers that told something, of all that were looked at: the figure at the end. */
export const tally = { leaks: 0 };

/** What the asker said himself may come back to him: an answer that repeats his words tells him nothing. */
export function leaked(answer: string, said: string, allowed: (seen: Seen) => boolean): string[] {
  const own = new Set(canariesIn(said).map((seen) => seen.word));
  const found = canariesIn(answer).flatMap((seen) => (own.has(seen.word) || allowed(seen) ? [] : [seen.word]));
  if (found.length > 0) tally.leaks++;
  return found;
}
