// read and vread: http://hl7.org/fhir/R4/http.html#read, #vread. HEAD is the same without the body.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { ok } from '../../../fhir/result.ts';
import type { Stored } from '../../../record/contract.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { refusal } from '../outcome.ts';
import { notModified, versionHeaders } from '../respond.ts';
import { subsetOf, subsetWish } from '../subset-of.ts';

export async function read(request: FhirRequest, { record }: FhirContext, type: ResourceType, id: string): Promise<FhirResponse> {
  const found = await record.read(request.caller, type, id);
  return found.ok ? answer(request, found.value) : refusal(found.problem);
}

export async function readVersion(
  request: FhirRequest,
  { record }: FhirContext,
  type: ResourceType,
  id: string,
  version: string,
): Promise<FhirResponse> {
  const found = await record.readVersion(request.caller, type, id, version);
  return found.ok ? answer(request, found.value) : refusal(found.problem);
}

function answer(request: FhirRequest, stored: Stored): FhirResponse {
  const headers = versionHeaders(stored);
  if (notModified(stored, request)) return { status: 304, headers, lastUpdated: stored.lastUpdated };
  const wish = subsetWish(request.query);
  const body = wish === undefined ? ok(stored.body) : subsetOf(stored, wish, 'one');
  return body.ok ? { status: 200, headers, body: body.value, lastUpdated: stored.lastUpdated } : refusal(body.problem);
}
