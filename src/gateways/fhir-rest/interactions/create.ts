// create and conditional create: http://hl7.org/fhir/R4/http.html#create, #ccreate.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { writePlan } from '../conditional.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { incomingInSlices } from '../incoming.ts';
import { refusal } from '../outcome.ts';
import { written } from '../respond.ts';

export async function create(request: FhirRequest, context: FhirContext, type: ResourceType): Promise<FhirResponse> {
  const resource = await incomingInSlices(request.body, type, request, context);
  if (!resource.ok) return refusal(resource.problem, 422);
  const condition = request.headers['if-none-exist'];
  if (condition !== undefined) return writePlan(request, context, { kind: 'create-unless', type, resource: resource.value, condition });
  const done = await context.record.commit(request.caller, [{ kind: 'create', resource: resource.value }]);
  return done.ok ? written(done.value[0]!, request, context) : refusal(done.problem);
}
