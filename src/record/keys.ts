// Keys of the index: fixed-width numbers in place of ids, codes and parameter names, so that index rows stay narrow and
// joins compare integers. `hash64` is PostgreSQL's own hash_bytes_extended (Bob Jenkins' lookup3, public domain), so that
// uuid_hash_extended(id, seed) inside a statement gives the same number as here; a test holds the two together.
import { createHash } from 'node:crypto';
import { type ResourceType, resourceTypes } from '../fhir/generated/types.ts';
import type { SearchParameter } from '../fhir/search/contract.ts';

const typeNumbers = new Map<string, number>(resourceTypes.map((type, index) => [type, index + 1]));

/** 1 to 148, in alphabetical order of the R4 resource types; R4 is closed, so the numbers never change. */
export function typeNumber(type: string): number {
  const number = typeNumbers.get(type);
  if (number === undefined) throw new Error(`unknown resource type ${type}`);
  return number;
}

export const typeOfNumber = (number: number): ResourceType => resourceTypes[number - 1]!;

const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Whether the FHIR id is its own key; otherwise the row keeps the id as text beside the hashed key. An id that looks like a hashed
 * key is hashed as well: whoever makes a resource chooses its id, and a Patient who is given the key of what belongs to nobody, or
 * of another patient, must not come into its place.
 */
export const isOwnKey = (id: string): boolean => id.length === 36 && canonicalUuid.test(id) && !isHashedKey(id);

/** Key of a FHIR id: itself where it is a UUID in lower case, otherwise 120 bits of its SHA-256 as a version 8 UUID. */
export const keyOfId = (id: string): string => (isOwnKey(id) ? id : uuidOf(`id|${id}`));

/** Compartment key of a resource outside every patient's compartment: no id has it as its key. */
export const keyOfOwn = (type: string, id: string): string => uuidOf(`own|${type}|${id}`);

/** Key of what is contained in a resource under this id: no id has it as its key. */
export const keyOfContained = (type: string, id: string, local: string): string => uuidOf(`contained|${type}|${id}|${local}`);

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Whether a key was made by hashing. */
export const isHashedKey = (key: string): boolean => key[14] === '8' && key[19] === 'a';

/** What a key says; kept in the seed so that equal text under another form never collides by construction. */
export const forms = {
  present: 1,
  systemAndCode: 2,
  code: 3,
  system: 4,
  text: 5,
  ofType: 6,
  reference: 7,
  url: 8,
  identifierSystemAndValue: 9,
  identifierValue: 10,
  identifierSystem: 11,
  uri: 12,
  pair: 13,
  groupSystemAndCode: 14,
  groupCode: 15,
  groupSystem: 16,
  unit: 17,
  canonicalUnit: 18,
  sound: 19,
  contains: 20,
} as const;
export type Form = keyof typeof forms;

/** Seed for one parameter and form: [high, low] 32-bit halves. `target` is the type that a reference points to. */
export function seed(parameter: SearchParameter, form: Form, target?: string): readonly [number, number] {
  const high = (typeNumber(parameter.base) << 16) | ((target === undefined ? 0 : typeNumber(target)) << 8) | forms[form];
  return [high >>> 0, parameter.id >>> 0];
}

/** The parameter as one number, unique over all types: for the range and string tables. */
export const parameterKey = (parameter: SearchParameter): bigint => (BigInt(typeNumber(parameter.base)) << 32n) | BigInt(parameter.id);

/** A seed as the int8 that uuid_hash_extended takes. */
export const seedAsInt8 = ([high, low]: readonly [number, number]): bigint => BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));

const scratch = Buffer.allocUnsafe(4096);

/** hashtextextended(text, seed) as signed 64 bits. */
export function hashText(text: string, of: readonly [number, number]): bigint {
  if (text.length * 3 > scratch.length) {
    const bytes = Buffer.from(text, 'utf8');
    return hash64(bytes, bytes.length, of);
  }
  return hash64(scratch, scratch.write(text, 0, 'utf8'), of);
}

/** uuid_hash_extended(uuid, seed) as signed 64 bits. */
export function hashUuid(uuid: string, of: readonly [number, number]): bigint {
  scratch.write(uuid.replaceAll('-', ''), 0, 'hex');
  return hash64(scratch, 16, of);
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

function hash64(bytes: Buffer, length: number, [high, low]: readonly [number, number]): bigint {
  let a = (0x9e3779b9 + length + 3923095) | 0;
  let b = a;
  let c = a;
  const mix = () => {
    a = (a - c) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 4);
    b = (b + a) | 0;
  };
  if (high !== 0 || low !== 0) {
    a = (a + high) | 0;
    b = (b + low) | 0;
    mix();
  }
  let at = 0;
  for (; length - at >= 12; at += 12) {
    a = (a + bytes.readInt32LE(at)) | 0;
    b = (b + bytes.readInt32LE(at + 4)) | 0;
    c = (c + bytes.readInt32LE(at + 8)) | 0;
    mix();
  }
  // The last 11 bytes; the lowest byte of c is reserved for the length, so its bytes are shifted one place up.
  for (let i = length - 1; i >= at; i--) {
    const place = i - at;
    const byte = bytes[i]!;
    if (place >= 8) c = (c + (byte << ((place - 7) * 8))) | 0;
    else if (place >= 4) b = (b + (byte << ((place - 4) * 8))) | 0;
    else a = (a + (byte << (place * 8))) | 0;
  }
  c = (c ^ b) - rotate(b, 14);
  a = (a ^ c) - rotate(c, 11);
  b = (b ^ a) - rotate(a, 25);
  c = (c ^ b) - rotate(b, 16);
  a = (a ^ c) - rotate(c, 4);
  b = (b ^ a) - rotate(a, 14);
  c = (c ^ b) - rotate(b, 24);
  return BigInt.asIntN(64, (BigInt(b >>> 0) << 32n) | BigInt(c >>> 0));
}
