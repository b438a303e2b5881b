// delete and conditional delete: http://hl7.org/fhir/R4/http.html#delete, #3.1.0.7.1.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { writePlan } from '../conditional.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { outcome, refusal } from '../outcome.ts';
import { ifMatch, preference } from '../respond.ts';

export async function remove(request: FhirRequest, context: FhirContext, type: ResourceType, id: string): Promise<FhirResponse> {
  const ifVersion = ifMatch(request);
  if (!ifVersion.ok) return refusal(ifVersion.problem);
  const done = await context.record.commit(request.caller, [{ kind: 'delete', type, id, ifVersion: ifVersion.value }]);
  if (!done.ok) return refusal(done.problem);
  const { stored, outcome: what } = done.value[0]!;
  return removed(
    request,
    what === 'nothing' ? `${type}/${id} was deleted before` : `${type}/${id} was deleted as version ${stored.version}`,
    `W/"${stored.version}"`,
  );
}

export const conditionalDelete = (request: FhirRequest, context: FhirContext, type: ResourceType): Promise<FhirResponse> =>
  writePlan(request, context, { kind: 'delete-where', type, query: request.query });

/** 204 without a body unless the client asks for words. */
export function removed(request: FhirRequest, words: string, etag?: string): FhirResponse {
  const headers: Record<string, string> = etag === undefined ? {} : { etag };
  if (preference(request, 'return') === undefined || preference(request, 'return') === 'minimal') return { status: 204, headers };
  return { status: 200, headers, body: outcome('information', 'informational', words) };
}
