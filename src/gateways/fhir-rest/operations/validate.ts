// $validate: everything that is known about a resource, without storing it (http://hl7.org/fhir/R4/resource-operation-validate.html).
// Every rule has its own severity here, whatever the site refuses writes for; codes and references are looked up.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { type Json, readJson } from '../../../fhir/json.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { isResourceType } from '../../../fhir/search/references.ts';
import type { Finding } from '../../../fhir/validator/contract.ts';
import { toOutcome } from '../../../fhir/validator/outcome.ts';
import { type ReferenceAnswer, settle } from '../../../fhir/validator/settle.ts';
import { validateInSteps } from '../../../fhir/validator/validate.ts';
import { inSlices } from '../../../record/slices.ts';
import type { FhirResponse } from '../contract.ts';
import { refusal } from '../outcome.ts';
import type { Operation, OperationCall } from './contract.ts';

const modes = ['create', 'update', 'delete', 'profile'];
/** References that are followed; each is a read of its own, audited like any. */
const mostReferences = 100;

export const validateOperation: Operation = {
  name: 'validate',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  system: true,
  type: true,
  instance: true,
  types: 'all',
  affectsState: false,
  parameters: ['resource', 'mode', 'profile'],
  async answer(call) {
    const { request, context, place } = call;
    if (context.validation === undefined) return refusal(fail('unsupported', '$validate is not offered here').problem);
    const mode = call.text('mode') ?? 'profile';
    if (!modes.includes(mode)) return refusal(fail('invalid', `mode is one of ${modes.join(', ')}`, 'mode').problem);
    if (mode === 'delete') return deletion(call);
    const resource = await resourceOf(call);
    if (!resource.ok) return refusal(resource.problem);
    const { profiles, codes, terminology } = context.validation;
    const named = call
      .all('profile')
      .flatMap(({ valueUri, valueCanonical, valueString }) => valueUri ?? valueCanonical ?? valueString ?? []);
    const options = { codes, profiles: named, bestPractice: true, ...(place.type === undefined ? {} : { expectedType: place.type }) };
    const walked = await inSlices(validateInSteps(resource.value, profiles, options));
    const findings: Finding[] = await settle(walked, terminology(request.caller), (references) => lookUp(call, references));
    if (place.id !== undefined && mode === 'update') findings.push(...wrongId(resource.value, place.id));
    return { status: 200, headers: {}, body: JSON.stringify(toOutcome(findings)) };
  },
};

async function resourceOf({ all, place, request, context }: OperationCall): Promise<Result<Json>> {
  const given = all('resource')[0]?.resource;
  if (given !== undefined) return ok(given as object as Json);
  if (place.type === undefined || place.id === undefined)
    return fail('invalid', 'Send the resource that is to be validated, by itself or as the parameter "resource"', 'resource');
  const stored = await context.record.read(request.caller, place.type, place.id);
  return stored.ok ? readJson(stored.value.body, { maxValues: 5_000_000, maxEntryValues: 5_000_000 }) : stored;
}

/** What would hinder a deletion: nothing but rights, and that there is nothing. */
async function deletion({ place, request, context }: OperationCall): Promise<FhirResponse> {
  if (place.type === undefined || place.id === undefined)
    return refusal(fail('invalid', 'mode delete is asked of a resource: [type]/[id]/$validate?mode=delete', 'mode').problem);
  const stored = await context.record.read(request.caller, place.type, place.id);
  return stored.ok ? { status: 200, headers: {}, body: JSON.stringify(toOutcome([])) } : refusal(stored.problem);
}

function wrongId(resource: Json, id: string): Finding[] {
  const own = typeof resource === 'object' && resource !== null && 'id' in resource ? resource['id'] : undefined;
  if (own === id) return [];
  return [{ severity: 'error', rule: 'structure', where: 'id', message: `An update of this address has the id "${id}" in its body.` }];
}

/** As the caller may see them: what is hidden is not there. */
async function lookUp({ request, context }: OperationCall, references: readonly string[]): Promise<ReferenceAnswer[]> {
  const answers: ReferenceAnswer[] = [];
  for (const [i, reference] of references.entries()) {
    const own = reference.startsWith(`${context.base}/`) ? reference.slice(context.base.length + 1) : reference;
    const [, type, id] = /^([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(own) ?? [];
    if (type === undefined || id === undefined || !isResourceType(type))
      answers.push({ found: 'unknown', why: 'it leads out of this record' });
    else if (i >= mostReferences) answers.push({ found: 'unknown', why: `only ${mostReferences} references are followed` });
    else answers.push(await found(request, context, type, id));
  }
  return answers;
}

async function found(
  request: OperationCall['request'],
  { record }: OperationCall['context'],
  type: ResourceType,
  id: string,
): Promise<ReferenceAnswer> {
  const stored = await record.read(request.caller, type, id);
  if (stored.ok) return { found: 'yes', type, profiles: profilesIn(stored.value.body) };
  return stored.problem.kind === 'forbidden' ? { found: 'unknown', why: stored.problem.message } : { found: 'no' };
}

function profilesIn(body: string): string[] {
  if (!body.includes('"profile"')) return [];
  const { meta } = JSON.parse(body) as { meta?: { profile?: string[] } };
  return meta?.profile ?? [];
}
