// Bearer tokens: 256 random bits. Only their SHA-256 is stored; from it nobody gets back to the token, and looking it up
// tells nothing through its timing, because the one who guesses does not choose the hash.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const prefixes = { session: 'lls_', token: 'llt_', secret: 'llc_' } as const;
export type TokenKind = keyof typeof prefixes;

const bytes = 32;
const shape = /^ll[st]_[A-Za-z0-9_-]{43}$/;

export const makeToken = (kind: TokenKind): string => prefixes[kind] + randomBytes(bytes).toString('base64url');

/** What this claims to be, by its form alone; undefined where it cannot be one of ours. */
export function tokenKind(token: string): 'session' | 'token' | undefined {
  if (!shape.test(token)) return undefined;
  return token.startsWith(prefixes.session) ? 'session' : 'token';
}

export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

export const sameHash = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);
