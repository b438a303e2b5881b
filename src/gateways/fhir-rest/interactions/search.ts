// search of a type, of several or in a compartment, by GET or by POST _search: http://hl7.org/fhir/R4/http.html#search.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { parseQuery, type QueryOptions } from '../../../fhir/search/query.ts';
import { parseWideQuery } from '../../../fhir/search/wide.ts';
import { searchBundle } from '../bundles.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { refusal } from '../outcome.ts';
import { preference } from '../respond.ts';

type Compartment = NonNullable<QueryOptions['compartment']>;

export async function search(
  request: FhirRequest,
  context: FhirContext,
  type: ResourceType,
  compartment?: Compartment,
): Promise<FhirResponse> {
  const options = optionsOf(request, context, compartment);
  if (!options.ok) return refusal(options.problem);
  const query = parseQuery(type, request.query, options.value);
  if (!query.ok) return refusal(query.problem);
  const page = await context.record.search(request.caller, query.value);
  if (!page.ok) return refusal(page.problem);
  const path = compartment === undefined ? type : `${compartment.type}/${compartment.id}/${type}`;
  const body = await searchBundle(page.value, query.value, path, context);
  return body.ok ? { status: 200, headers: {}, body: body.value } : refusal(body.problem);
}

/** `[base]?_type=…`, and `Patient/1/*` for everything in a compartment. */
export async function searchTypes(request: FhirRequest, context: FhirContext, compartment?: Compartment): Promise<FhirResponse> {
  const options = optionsOf(request, context, compartment);
  if (!options.ok) return refusal(options.problem);
  const query = parseWideQuery(request.query, options.value);
  if (!query.ok) return refusal(query.problem);
  const page = await context.record.searchWide(request.caller, query.value);
  if (!page.ok) return refusal(page.problem);
  const { parts, understood, ignored } = query.value;
  const path = compartment === undefined ? '' : `${compartment.type}/${compartment.id}/*`;
  const body = await searchBundle(page.value, { ...parts[0]!, understood, ignored }, path, context);
  return body.ok ? { status: 200, headers: {}, body: body.value } : refusal(body.problem);
}

function optionsOf(request: FhirRequest, context: FhirContext, compartment: Compartment | undefined): Result<QueryOptions> {
  const handling = preference(request, 'handling');
  if (handling !== undefined && handling !== 'strict' && handling !== 'lenient')
    return fail('invalid', 'Prefer: handling is strict or lenient', 'Prefer');
  return ok({ lenient: handling === 'lenient', baseUrl: context.base, ...(compartment === undefined ? {} : { compartment }) });
}
