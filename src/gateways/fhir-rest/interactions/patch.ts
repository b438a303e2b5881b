// patch and conditional patch, with JSON Patch (RFC 6902) or FHIRPath Patch: http://hl7.org/fhir/R4/http.html#patch.
// Read, patch, check, write on condition that nobody wrote in between; otherwise once more from the new version.

import { apply } from '../../../fhir/fhirpath-patch.ts';
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import { isTooDeep, type Json, ofTheRecord, readJson, usualDepth } from '../../../fhir/json.ts';
import { applyPatch } from '../../../fhir/json-patch.ts';
import { fail, type Problem, type Result } from '../../../fhir/result.ts';
import type { Stored } from '../../../record/contract.ts';
import { writePlan } from '../conditional.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { incomingInSlices, sameId } from '../incoming.ts';
import { refusal } from '../outcome.ts';
import { ifMatch, written } from '../respond.ts';

const mostTries = 10;

/** A FHIRPath Patch is a Parameters resource, a JSON Patch an array. */
export const isFhirPathPatch = (patch: Json | undefined): patch is { [name: string]: Json } =>
  typeof patch === 'object' && patch !== null && 'resourceType' in patch && patch['resourceType'] === 'Parameters';

/** The patched resource, checked like any other that comes in. */
export async function patched(
  stored: Stored,
  patch: Json | undefined,
  request: FhirRequest,
  context: FhirContext,
): Promise<Result<Resource>> {
  const current = await readJson(stored.body, ofTheRecord);
  if (!current.ok) return current;
  const result = isFhirPathPatch(patch) ? apply(current.value, patch) : applyPatch(current.value, patch ?? null);
  if (!result.ok) return result;
  // Put together from two that were read, it may be one that nobody could read again.
  if (isTooDeep(result.value))
    return fail('too-costly', `The patched resource would be more than ${usualDepth} levels deep; no FHIR resource needs that`, 'patch');
  const resource = await incomingInSlices(result.value, stored.type, request, context);
  if (!resource.ok) return resource;
  const wrongId: Problem | undefined = sameId(resource.value, stored.id);
  return wrongId === undefined ? resource : { ok: false, problem: wrongId };
}

export async function patch(request: FhirRequest, context: FhirContext, type: ResourceType, id: string): Promise<FhirResponse> {
  const wish = ifMatch(request);
  if (!wish.ok) return refusal(wish.problem);
  for (let tries = 1; ; tries++) {
    const current = await context.record.read(request.caller, type, id);
    if (!current.ok) return refusal(current.problem);
    if (wish.value !== undefined && wish.value !== current.value.version) {
      return refusal(
        fail('precondition', `If-Match asked for version ${wish.value}, but the current version is ${current.value.version}`).problem,
      );
    }
    const resource = await patched(current.value, request.body, request, context);
    if (!resource.ok) return refusal(resource.problem, 422);
    const done = await context.record.commit(request.caller, [
      { kind: 'update', resource: resource.value, ifVersion: current.value.version },
    ]);
    if (done.ok) return written(done.value[0]!, request, context);
    if (done.problem.kind !== 'precondition' || wish.value !== undefined || tries >= mostTries) return refusal(done.problem);
  }
}

export const conditionalPatch = (request: FhirRequest, context: FhirContext, type: ResourceType): Promise<FhirResponse> =>
  writePlan(request, context, { kind: 'patch-where', type, query: request.query, patch: request.body });
