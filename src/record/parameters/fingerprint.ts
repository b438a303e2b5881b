// What the index rows of a type were made by: a hash over its search parameters and over the form of the rows. It is stored with
// every resource, so that it can be said at any time which rows are as this program would make them now.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { parameterGeneration, parametersOf } from '../../fhir/search/parameters.ts';
import { partId } from '../index-rows.ts';
import { hashText, parameterKey } from '../keys.ts';

/** Grows when index-rows.ts makes other rows of the same values. */
const form = 1;

const known = new Map<ResourceType, { generation: number; fingerprint: bigint }>();

/** Signature of each indexed parameter by code: everything that decides which rows it makes. */
export function membersOf(type: ResourceType): Record<string, string> {
  const members: Record<string, string> = {};
  for (const one of [...parametersOf(type).values()].sort((a, b) => (a.code < b.code ? -1 : 1))) {
    if (one.code === '_id' || one.code === '_lastUpdated') continue;
    const { type: kind, id, expression, impliedSystem = '', phonetic, composite } = one;
    const parts = composite?.parts.map((part) => `${part.code} ${part.expression}`) ?? [];
    members[one.code] = [kind, id, impliedSystem, phonetic, composite?.context ?? '', expression, ...parts].join(' | ');
  }
  return members;
}

export const signatureOf = (members: Record<string, string>): bigint => hashText(JSON.stringify([form, members]), [0x696e6478, form]);

export function fingerprintOf(type: ResourceType): bigint {
  const generation = parameterGeneration();
  const found = known.get(type);
  if (found?.generation === generation) return found.fingerprint;
  const fingerprint = signatureOf(membersOf(type));
  known.set(type, { generation, fingerprint });
  return fingerprint;
}

/** Numbers under which a parameter may have rows in the range and string tables. */
export function rowNumbersOf(type: ResourceType, code: string): bigint[] | undefined {
  const parameter = parametersOf(type).get(code);
  if (parameter === undefined) return undefined;
  const parts = parameter.composite?.parts.map((part, i) => parameterKey({ ...part, base: type, id: partId(parameter, i) })) ?? [];
  return [parameterKey(parameter), ...parts];
}
