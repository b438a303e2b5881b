// What the operations of terminology have in common: the resource that is meant, the codings that are asked about, yes and no.
import { setImmediate } from 'node:timers/promises';
import type { Coding as FhirCoding, Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { resourceInSteps } from '../../fhir/structure/validate.ts';
import type { Coding, Terminology } from '../../fhir/terminology/contract.ts';
import { inSlices } from '../../record/slices.ts';
import type { TerminologyRoom } from '../../terminology/service.ts';
import type { OperationCall } from '../fhir-rest/operations/contract.ts';
import { parsed, recordResources, withResource } from './record-resources.ts';

export interface Asked<T extends Resource> {
  terminology: Terminology;
  /** Handed in, or of the id in the address. */
  resource: T | undefined;
}

/** The terminology as this caller sees it, with the resource that the call is about. */
export async function askedOf<K extends 'CodeSystem' | 'ValueSet' | 'ConceptMap'>(
  room: TerminologyRoom,
  call: OperationCall,
  type: K,
  parameter: string,
): Promise<Result<Asked<Extract<Resource, { resourceType: K }>>>> {
  const { record } = call.context;
  const { caller } = call.request;
  const resource = await resourceOf(call, type, parameter);
  if (!resource.ok) return resource;
  const resources = withResource(recordResources(record, caller), resource.value);
  return ok({ terminology: room.seenBy(resources, caller.person.id), resource: resource.value });
}

async function resourceOf<K extends ResourceType>(
  call: OperationCall,
  type: K,
  parameter: string,
): Promise<Result<Extract<Resource, { resourceType: K }> | undefined>> {
  const given = call.all(parameter)[0]?.resource;
  if (given !== undefined) {
    if (given.resourceType !== type)
      return fail('invalid', `The parameter ${parameter} takes a ${type}, not a ${given.resourceType}`, parameter);
    // The router leaves resources inside Parameters as they came: what is not of this structure stops here.
    const checked = await inSlices(resourceInSteps(given, type));
    // What is worked out of a large one takes as long again: others come first.
    await setImmediate();
    return checked as Result<Extract<Resource, { resourceType: K }>>;
  }
  const { id } = call.place;
  if (id === undefined || call.place.type !== type) return ok(undefined);
  const stored = await call.context.record.read(call.request.caller, type, id);
  return stored.ok ? ok(parsed(stored.value) as Extract<Resource, { resourceType: K }>) : stored;
}

export function asCoding({ system, version, code, display }: FhirCoding): Coding | undefined {
  return code === undefined ? undefined : { system, version, code, display };
}

/** The codings that a call asks about: `code` with `system`, `coding`, or all of `codeableConcept`. */
export function codingsOf(call: OperationCall, systemVersion: string, impliedSystem?: string): Result<Coding[]> {
  const concept = call.all('codeableConcept')[0]?.valueCodeableConcept;
  const coding = call.all('coding')[0]?.valueCoding;
  const code = call.text('code');
  if ([concept, coding, code].filter((one) => one !== undefined).length > 1)
    return fail('invalid', 'Say once which code is meant: code with system, coding, or codeableConcept', 'code');
  const found =
    code !== undefined
      ? [{ system: call.text('system') ?? impliedSystem, version: call.text(systemVersion), code, display: call.text('display') }]
      : (coding !== undefined ? [coding] : (concept?.coding ?? [])).flatMap((one) => asCoding(one) ?? []);
  return found.length > 0
    ? ok(found)
    : fail('invalid', 'Say which code is meant: code with system, coding, or codeableConcept with codings', 'code');
}

/** `true` and `false`; absent: undefined. */
export function flagOf(call: OperationCall, name: string): Result<boolean | undefined> {
  const text = call.text(name);
  if (text === undefined) return ok(undefined);
  return text === 'true' || text === 'false' ? ok(text === 'true') : fail('invalid', `${name} is true or false`, name);
}

/** A whole number from 0. */
export function numberOf(call: OperationCall, name: string): Result<number | undefined> {
  const text = call.text(name);
  if (text === undefined) return ok(undefined);
  return /^\d{1,15}$/.test(text) ? ok(Number(text)) : fail('invalid', `${name} is a whole number from 0`, name);
}

/** Texts of all parameters of a name. */
export const textsOf = (call: OperationCall, name: string): string[] =>
  call.all(name).flatMap((one) => one.valueCode ?? one.valueString ?? one.valueUri ?? one.valueCanonical ?? []);

/** The canonical with the version that is given beside it. */
export const canonicalOf = (url: string, version: string | undefined): string =>
  version === undefined || url.includes('|') ? url : `${url}|${version}`;
