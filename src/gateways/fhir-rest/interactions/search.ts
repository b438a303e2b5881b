// search of a type or in a compartment, by GET or by POST _search: http://hl7.org/fhir/R4/http.html#search.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { fail } from '../../../fhir/result.ts';
import { parseQuery } from '../../../fhir/search/query.ts';
import { searchBundle } from '../bundles.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { refusal } from '../outcome.ts';
import { preference } from '../respond.ts';

export async function search(
  request: FhirRequest,
  context: FhirContext,
  type: ResourceType,
  compartment?: { type: ResourceType; id: string },
): Promise<FhirResponse> {
  const handling = preference(request, 'handling');
  if (handling !== undefined && handling !== 'strict' && handling !== 'lenient') {
    return refusal(fail('invalid', 'Prefer: handling is strict or lenient', 'Prefer').problem);
  }
  const query = parseQuery(type, request.query, {
    lenient: handling === 'lenient',
    baseUrl: context.base,
    ...(compartment === undefined ? {} : { compartment }),
  });
  if (!query.ok) return refusal(query.problem);
  const page = await context.record.search(request.caller, query.value);
  if (!page.ok) return refusal(page.problem);
  const path = compartment === undefined ? type : `${compartment.type}/${compartment.id}/${type}`;
  const body = await searchBundle(page.value, query.value, path, context);
  return body.ok ? { status: 200, headers: {}, body: body.value } : refusal(body.problem);
}
