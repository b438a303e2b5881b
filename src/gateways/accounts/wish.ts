// What a request says about an account: a JSON object with known members of the right kind, and nothing else.
import type { FastifyRequest } from 'fastify';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type Role, roles } from '../../policy/contract.ts';
import { readBody } from '../http/body.ts';

const bodyBytesMax = 16 * 1024;

/** As it may be given; which members a request must have is its route's. */
export interface AccountWish {
  name?: string;
  password?: string;
  role?: Role;
  /** null: of the whole site. */
  organisations?: string[] | null;
  patients?: string[] | null;
  practitioner?: string;
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 1000 && !/\p{Cc}|\p{Surrogate}/u.test(value);
const isIds = (value: unknown): value is string[] => Array.isArray(value) && value.length <= 1000 && value.every(isText);

const readers: Readonly<Record<keyof AccountWish, (value: unknown) => Partial<AccountWish> | undefined>> = {
  name: (value) => (isText(value) ? { name: value } : undefined),
  password: (value) => (isText(value) ? { password: value } : undefined),
  role: (value) => {
    const role = roles.find((one) => one === value);
    return role === undefined ? undefined : { role };
  },
  organisations: (value) => (value === null || isIds(value) ? { organisations: value } : undefined),
  patients: (value) => (value === null || isIds(value) ? { patients: value } : undefined),
  practitioner: (value) => (isText(value) && /^Practitioner\/[A-Za-z0-9.-]{1,64}$/.test(value) ? { practitioner: value } : undefined),
};

const takes: Readonly<Record<keyof AccountWish, string>> = {
  name: 'text of at most 1,000 letters, without control characters',
  password: 'text of at most 1,000 letters, without control characters',
  role: `one of ${roles.join(', ')}`,
  organisations: 'a list of ids of Organization, or null for the whole site',
  patients: 'a list of ids of Patient, or null',
  practitioner: 'Practitioner/ and an id',
};

const isMember = (name: string): name is keyof AccountWish => Object.hasOwn(readers, name);

/** Of the body; members that are not among `known` are refused. */
export async function readAccountWish(request: FastifyRequest, known: readonly (keyof AccountWish)[]): Promise<Result<AccountWish>> {
  const text = await readBody(request.raw, bodyBytesMax);
  if (!text.ok) return text;
  const body = readJsonNow(text.value, { maxDepth: 3 });
  if (!body.ok) return body;
  if (typeof body.value !== 'object' || body.value === null || Array.isArray(body.value))
    return fail('invalid', 'The body must be a JSON object');
  let wish: AccountWish = {};
  for (const [name, value] of Object.entries(body.value)) {
    const read = isMember(name) && known.includes(name) ? readers[name](value) : null;
    if (read === null)
      return fail('invalid', `${JSON.stringify(name.slice(0, 40))} is not understood here: send ${known.join(', ')}`, name.slice(0, 40));
    if (read === undefined) return fail('invalid', `${name} takes ${isMember(name) ? takes[name] : 'nothing'}`, name);
    wish = { ...wish, ...read };
  }
  return ok(wish);
}
