// encode, decode, escape and unescape of the second edition (http://hl7.org/fhirpath/#additional-string-functions).
import type { Context } from '../context.ts';
import { refuse } from '../failure.ts';

type Coder = (value: string, how: string, context: Context) => string | undefined;

const encodings: Record<string, BufferEncoding> = { hex: 'hex', base64: 'base64', urlbase64: 'base64url' };

function encodingOf(how: string): BufferEncoding {
  const encoding = Object.hasOwn(encodings, how) ? encodings[how] : undefined;
  return encoding ?? refuse('invalid', 'Use hex, base64 or urlbase64.');
}

/** urlbase64 keeps its padding here (RFC 4648, section 5), which Node's base64url leaves out. */
function encode(value: string, how: string, context: Context): string {
  const encoding = encodingOf(how);
  context.making(value.length * 6);
  const made = Buffer.from(value, 'utf8').toString(encoding);
  return encoding === 'base64url' ? made.padEnd(Math.ceil(made.length / 4) * 4, '=') : made;
}

const forms: Record<string, RegExp> = {
  hex: /^(?:[0-9a-fA-F]{2})*$/,
  base64: /^[A-Za-z0-9+/]*={0,2}$/,
  base64url: /^[A-Za-z0-9_-]*={0,2}$/,
};

function decode(value: string, how: string, context: Context): string | undefined {
  const encoding = encodingOf(how);
  context.making(value.length);
  return forms[encoding]?.test(value) ? Buffer.from(value, encoding).toString('utf8') : undefined;
}

const entities: [string, string][] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
];
const entityOf = new Map(entities);
const characterOf = new Map([...entities.map(([character, entity]) => [entity, character] as const), ['&apos;', "'"] as const]);

const escapes: Record<string, { escape(value: string): string; unescape(value: string): string | undefined }> = {
  html: {
    escape: (value) => value.replace(/[&<>"']/g, (character) => entityOf.get(character) as string),
    unescape: (value) => value.replace(/&(?:amp|lt|gt|quot|apos|#39);/g, (entity) => characterOf.get(entity) as string),
  },
  json: {
    escape: (value) => JSON.stringify(value).slice(1, -1),
    unescape: (value) => {
      try {
        return JSON.parse(`"${value.replace(/(^|[^\\])"/g, '$1\\"')}"`) as string;
      } catch {
        return undefined;
      }
    },
  },
};

const escaping =
  (direction: 'escape' | 'unescape'): Coder =>
  (value, how, context) => {
    const known = Object.hasOwn(escapes, how) ? escapes[how] : undefined;
    if (known === undefined) return refuse('invalid', 'Use html or json.');
    context.making(value.length * 6);
    return known[direction](value);
  };

export const coders: Record<string, Coder> = { encode, decode, escape: escaping('escape'), unescape: escaping('unescape') };
