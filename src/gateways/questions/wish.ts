// What requests about questions and dashboards say, held to its form before anything is done.
import type { FastifyRequest } from 'fastify';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { readBody } from '../http/body.ts';
import { textLongest } from './question-file.ts';

/** A text of the longest kind, each character escaped. */
const bodyBytesMax = textLongest * 6 + 10_000;

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

async function membersOf(request: FastifyRequest, known: readonly string[]): Promise<Result<Members>> {
  const text = await readBody(request.raw, bodyBytesMax);
  if (!text.ok) return text;
  const body = text.value === '' ? ok({}) : readJsonNow(text.value, { maxDepth: 4 });
  if (!body.ok) return body;
  const members: unknown = body.value;
  if (!isMembers(members)) return fail('invalid', `The body is a JSON object with ${known.join(', ')}`);
  const stranger = Object.keys(members).find((one) => !known.includes(one));
  return stranger === undefined
    ? ok(members)
    : fail('invalid', `${JSON.stringify(stranger.slice(0, 40))} is not understood here: send ${known.join(', ')}`, stranger.slice(0, 40));
}

export interface KeepWish {
  text: string;
  /** Of what was read and is to be replaced; absent: a new one. */
  version?: string;
}

export async function readKeepWish(request: FastifyRequest): Promise<Result<KeepWish>> {
  const members = await membersOf(request, ['text', 'version']);
  if (!members.ok) return members;
  const { text, version } = members.value;
  if (typeof text !== 'string') return fail('invalid', 'text is the file as it is to be', 'text');
  if (version !== undefined && typeof version !== 'string') return fail('invalid', 'version is that of the file that was read', 'version');
  return ok(version === undefined ? { text } : { text, version });
}

/** To whom the message of a run goes again. */
export async function readAddressWish(request: FastifyRequest): Promise<Result<string>> {
  const members = await membersOf(request, ['address']);
  if (!members.ok) return members;
  const { address } = members.value;
  return typeof address === 'string' && address.length <= 320 && !address.includes('\0')
    ? ok(address)
    : fail('invalid', 'address is that of the message', 'address');
}

/** Values of parameters, as texts. */
export async function readRunWish(request: FastifyRequest): Promise<Result<Record<string, string>>> {
  const members = await membersOf(request, ['parameters']);
  return members.ok ? parametersIn(members.value) : members;
}

/** A text that is not kept yet, and values for it. */
export async function readTryWish(request: FastifyRequest): Promise<Result<{ text: string; given: Record<string, string> }>> {
  const members = await membersOf(request, ['text', 'parameters']);
  if (!members.ok) return members;
  const { text } = members.value;
  if (typeof text !== 'string') return fail('invalid', 'text is the question as it stands', 'text');
  const given = parametersIn(members.value);
  return given.ok ? ok({ text, given: given.value }) : given;
}

function parametersIn(members: Members): Result<Record<string, string>> {
  const parameters = members['parameters'] ?? {};
  if (!isMembers(parameters)) return fail('invalid', 'parameters is an object: values by name', 'parameters');
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
      return fail('invalid', 'The value of a parameter is a text or a number', name.slice(0, 63));
    given[name] = String(value);
  }
  return ok(given);
}
