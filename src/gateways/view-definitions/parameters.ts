// Parameters of an operation however they were sent, as far as these operations need them: Parameters, a bare ViewDefinition or Library,
// or the query of the address. ViewDefinition is no type of R4, so what is inside is looked at by those who use it.
import type { IncomingMessage } from 'node:http';
import { Decimal } from '../../fhir/decimal.ts';
import { type Json, readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { readPairs } from '../fhir-rest/pairs.ts';
import { readBody } from '../http/body.ts';

export interface Given {
  name: string;
  /** Of a primitive, or the reference of a Reference. */
  text?: string;
  resource?: Json;
  parts?: Given[];
}

export type Members = { [name: string]: Json };
export const isMembers = (json: Json | undefined): json is Members =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof Decimal);

const mostParameters = 20_000;
/** JSON values of all resources that are sent along. */
const mostValues = 2_000_000;

/** `bareAs`: resources that may be sent by themselves, and the parameter that they are then. */
export async function givenOf(
  message: IncomingMessage,
  bytesMax: number,
  bareAs: Readonly<Record<string, string>> = { ViewDefinition: 'viewResource' },
): Promise<Result<Given[]>> {
  const query = readPairs((message.url ?? '').split('?', 2)[1] ?? '');
  if (!query.ok) return query;
  const given: Given[] = query.value.map(([name, text]) => ({ name, text }));
  if (message.method === 'GET' || message.method === 'HEAD') return ok(given);
  const text = await readBody(message, bytesMax);
  if (!text.ok) return text;
  if (text.value === '') return ok(given);
  const body = await readJson(text.value, { maxValues: mostValues });
  if (!body.ok) return body;
  if (!isMembers(body.value)) return fail('invalid', 'Send a Parameters resource', 'Parameters');
  const bare = Object.hasOwn(bareAs, String(body.value['resourceType'])) ? bareAs[String(body.value['resourceType'])] : undefined;
  if (bare !== undefined) return ok([...given, { name: bare, resource: body.value }]);
  if (body.value['resourceType'] !== 'Parameters')
    return fail('invalid', `Send a Parameters resource, or a bare ${Object.keys(bareAs).join(' or ')}`, 'resourceType');
  const sent = listOf(body.value['parameter'] ?? [], 'parameter');
  return sent.ok ? ok([...given, ...sent.value]) : sent;
}

function listOf(json: Json, where: string): Result<Given[]> {
  if (!Array.isArray(json)) return fail('invalid', 'parameter is a list', where);
  if (json.length > mostParameters)
    return fail('too-costly', `At most ${mostParameters} parameters: send resources in several runs`, where);
  const given: Given[] = [];
  for (const [at, one] of json.entries()) {
    const place = `${where}[${at}]`;
    if (!isMembers(one) || typeof one['name'] !== 'string') return fail('invalid', 'A parameter has a name', place);
    const parts = one['part'] === undefined || where !== 'parameter' ? ok(undefined) : listOf(one['part'], `${place}.part`);
    if (!parts.ok) return parts;
    const text = textOf(one);
    given.push({
      name: one['name'],
      ...(text === undefined ? {} : { text }),
      ...(one['resource'] === undefined ? {} : { resource: one['resource'] }),
      ...(parts.value === undefined ? {} : { parts: parts.value }),
    });
  }
  return ok(given);
}

function textOf(one: Members): string | undefined {
  const name = Object.keys(one).find((key) => /^value[A-Z]/.test(key));
  const value = name === undefined ? undefined : one[name];
  const inner = isMembers(value) ? value['reference'] : value;
  if (typeof inner === 'string') return inner;
  return typeof inner === 'boolean' || typeof inner === 'number' || inner instanceof Decimal ? String(inner) : undefined;
}
