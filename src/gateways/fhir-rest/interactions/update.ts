// update, update as create, and conditional update: http://hl7.org/fhir/R4/http.html#update, #upsert, #cond-update.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { writePlan } from '../conditional.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { incomingInSlices, sameId } from '../incoming.ts';
import { refusal } from '../outcome.ts';
import { ifMatch, ifNoneMatch, written } from '../respond.ts';

export async function update(request: FhirRequest, context: FhirContext, type: ResourceType, id: string): Promise<FhirResponse> {
  const resource = await incomingInSlices(request.body, type, request, context);
  if (!resource.ok) return refusal(resource.problem, 422);
  const wrongId = sameId(resource.value, id);
  if (wrongId !== undefined) return refusal(wrongId);
  const ifVersion = ifMatch(request);
  if (!ifVersion.ok) return refusal(ifVersion.problem);
  const ifNew = ifNoneMatch(request);
  if (!ifNew.ok) return refusal(ifNew.problem);
  const done = await context.record.commit(request.caller, [
    { kind: 'update', resource: resource.value, ifVersion: ifVersion.value, ifNew: ifNew.value },
  ]);
  return done.ok ? written(done.value[0]!, request, context) : refusal(done.problem);
}

export async function conditionalUpdate(request: FhirRequest, context: FhirContext, type: ResourceType): Promise<FhirResponse> {
  const resource = await incomingInSlices(request.body, type, request, context);
  if (!resource.ok) return refusal(resource.problem, 422);
  const ifVersion = ifMatch(request);
  if (!ifVersion.ok) return refusal(ifVersion.problem);
  return writePlan(request, context, {
    kind: 'update-where',
    type,
    resource: resource.value,
    query: request.query,
    ifVersion: ifVersion.value,
  });
}
