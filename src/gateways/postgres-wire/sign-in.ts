// Who connects: an account with its password, or whoever holds a token, which is then given as the password under any name. The protocol
// sends both in clear: without TLS only from this machine. SCRAM, by which PostgreSQL avoids that, needs a hash of its own of every
// password, and Lamplight keeps none but argon2's.
import { isIP } from 'node:net';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { People } from '../../people/contract.ts';
import type { Person } from '../../policy/contract.ts';

export type WirePeople = Pick<People, 'authenticate' | 'prove' | 'rightsNow'>;

export interface SignedIn {
  person: Person;
  /** Asked before each query: the person as they are now. */
  still(now: Date): Promise<Result<Person>>;
}

export interface Tried {
  name: string;
  password: string;
  from: string;
  encrypted: boolean;
}

const isToken = (password: string): boolean => /^ll[st]_[\w-]{10,500}$/.test(password);

/** This machine speaks to itself. */
export const isLoopback = (address: string): boolean => {
  const plain = address.replace(/^::ffff:/, '');
  return (isIP(plain) === 4 && plain.startsWith('127.')) || plain === '::1';
};

export async function signIn(people: WirePeople, { name, password, from, encrypted }: Tried, now: Date): Promise<Result<SignedIn>> {
  if (isToken(password)) {
    const held = await people.authenticate(password, now);
    return held.ok ? ok({ person: held.value, still: (later) => people.authenticate(password, later) }) : held;
  }
  if (!encrypted && !isLoopback(from))
    return fail(
      'unsupported',
      'Without TLS the password of an account is only taken from this machine: connect with sslmode=require, or give a token as the password',
    );
  const person = await people.prove({ name, password, from }, now);
  return person.ok ? ok({ person: person.value, still: (later) => people.rightsNow(person.value.id, later) }) : person;
}
