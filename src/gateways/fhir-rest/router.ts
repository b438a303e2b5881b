// From a request to its interaction: the table of contents of http://hl7.org/fhir/R4/http.html, in one place.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { resourceTypes } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { fail } from '../../fhir/result.ts';
import { compartmentTypes } from '../../fhir/search/parameters.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import { entriesOf } from './bundle-entries.ts';
import { capabilityStatement } from './capabilities.ts';
import type { FhirContext, FhirRequest, FhirResponse } from './contract.ts';
import { validId } from './incoming.ts';
import { batch } from './interactions/batch.ts';
import { create } from './interactions/create.ts';
import { conditionalDelete, remove } from './interactions/delete.ts';
import { history } from './interactions/history.ts';
import { conditionalPatch, isFhirPathPatch, patch } from './interactions/patch.ts';
import { read, readVersion } from './interactions/read.ts';
import { search, searchTypes } from './interactions/search.ts';
import { transaction } from './interactions/transaction.ts';
import { conditionalUpdate, update } from './interactions/update.ts';
import { operation } from './operations/dispatch.ts';
import { refusal } from './outcome.ts';

/** Answers one request. Only bugs and a failing database throw. */
export async function answer(request: FhirRequest, context: FhirContext): Promise<FhirResponse> {
  const [first, second, third, fourth, ...more] = request.path;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (more.length > 0) return noSuchPlace(request);
  if (first === undefined) return ofBase(method, request, context);
  if (first === '_search') return second === undefined && method === 'POST' ? searchTypes(request, context) : noSuchPlace(request);
  if (first === 'metadata') return second === undefined && method === 'GET' ? capabilityStatement(request, context) : noSuchPlace(request);
  if (first === '_history') return second === undefined && method === 'GET' ? history(request, context, {}) : noSuchPlace(request);
  if (first.startsWith('$')) return second === undefined ? operation(request, context, first, {}) : noSuchPlace(request);
  if (!isResourceType(first)) return unknownType(first);
  if (second === undefined) return ofType(method, first, request, context);
  if (second === '_search') return third === undefined && method === 'POST' ? search(request, context, first) : noSuchPlace(request);
  if (second === '_history')
    return third === undefined && method === 'GET' ? history(request, context, { type: first }) : noSuchPlace(request);
  if (second.startsWith('$')) return third === undefined ? operation(request, context, second, { type: first }) : noSuchPlace(request);
  if (second.startsWith('_')) return noSuchPlace(request);
  if (!validId(second)) return refusal(fail('invalid', 'An id has 1 to 64 letters, digits, hyphens and dots').problem);
  if (third === undefined) return ofInstance(method, first, second, request, context);
  if (third.startsWith('$'))
    return fourth === undefined ? operation(request, context, third, { type: first, id: second }) : noSuchPlace(request);
  if (third === '_history' && method === 'GET') {
    return fourth === undefined
      ? history(request, context, { type: first, id: second })
      : (onlyKnown(request) ?? readVersion(request, context, first, second, fourth));
  }
  const searched = (fourth === undefined && method === 'GET') || (fourth === '_search' && method === 'POST');
  if (compartmentTypes.has(first) && searched) {
    const compartment = { type: first, id: second };
    if (third === '*') return searchTypes(request, context, compartment);
    if (isResourceType(third)) return search(request, context, third, compartment);
  }
  return noSuchPlace(request);
}

function ofBase(method: string, request: FhirRequest, context: FhirContext): Promise<FhirResponse> | FhirResponse {
  switch (method) {
    case 'GET':
      return searchTypes(request, context);
    case 'POST':
      return system(request, context);
    default:
      return notAllowed(request, 'GET the base to search several types, POST a batch or transaction Bundle to it');
  }
}

function ofType(method: string, type: ResourceType, request: FhirRequest, context: FhirContext): Promise<FhirResponse> {
  switch (method) {
    case 'GET':
      return search(request, context, type);
    case 'POST':
      return withKnown(request, () => create(request, context, type));
    case 'PUT':
      return conditionalUpdate(request, context, type);
    case 'PATCH':
      return wrongPatch(request) ?? conditionalPatch(request, context, type);
    default:
      return conditionalDelete(request, context, type);
  }
}

function ofInstance(method: string, type: ResourceType, id: string, request: FhirRequest, context: FhirContext): Promise<FhirResponse> {
  switch (method) {
    case 'GET':
      return withKnown(request, () => read(request, context, type, id));
    case 'PUT':
      return withKnown(request, () => update(request, context, type, id));
    case 'PATCH':
      return wrongPatch(request) ?? withKnown(request, () => patch(request, context, type, id));
    case 'DELETE':
      return withKnown(request, () => remove(request, context, type, id));
    default:
      return Promise.resolve(notAllowed(request, `POST goes to the type: ${type}`));
  }
}

async function system(request: FhirRequest, context: FhirContext): Promise<FhirResponse> {
  const { body } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('resourceType' in body) || body['resourceType'] !== 'Bundle') {
    return refusal(fail('invalid', 'Send a Bundle of type batch or transaction to the base; a single resource goes to its type').problem);
  }
  const bundle = body as { [name: string]: Json };
  if (bundle['type'] !== 'batch' && bundle['type'] !== 'transaction') {
    return refusal(fail('invalid', 'A Bundle sent to the base must be of type batch or transaction', 'Bundle.type').problem);
  }
  const entries = await entriesOf(bundle, request, context.limits.bundleEntries);
  if (!entries.ok) return refusal(entries.problem);
  // Bundles inside Bundles would multiply every limit.
  const nested = entries.value.find(({ request: { path, method } }) => path.length === 0 && method !== 'GET' && method !== 'HEAD');
  if (nested !== undefined)
    return refusal(fail('invalid', 'A Bundle cannot be carried out inside a Bundle', `Bundle.entry[${nested.index}]`).problem);
  return bundle['type'] === 'batch' ? batch(request, context, entries.value, answer) : transaction(request, context, entries.value, answer);
}

const plain = new Set(['_format', '_pretty', '_summary', '_elements']);

/** Reads and writes of one resource know only parameters that shape the answer. */
function onlyKnown(request: FhirRequest): Promise<FhirResponse> | undefined {
  const unknown = request.query.find(([name]) => !plain.has(name));
  if (unknown === undefined) return undefined;
  const name = unknown[0].slice(0, 50);
  return Promise.resolve(
    refusal(fail('invalid', `${JSON.stringify(name)} has no meaning here: ${[...plain].join(', ')} are known`, name).problem),
  );
}

const withKnown = (request: FhirRequest, work: () => Promise<FhirResponse>): Promise<FhirResponse> => onlyKnown(request) ?? work();

/** The content type says which kind of patch it is; the body must be that. */
function wrongPatch(request: FhirRequest): Promise<FhirResponse> | undefined {
  const isJsonPatch = request.headers['content-type'] === 'application/json-patch+json';
  if (isJsonPatch !== isFhirPathPatch(request.body)) return undefined;
  const refused = isJsonPatch
    ? fail('invalid', 'The body is a FHIRPath Patch: send it as application/fhir+json or application/fhir+xml', 'Content-Type')
    : fail(
        'unsupported',
        'PATCH takes application/json-patch+json (RFC 6902), or a FHIRPath Patch (a Parameters resource) as application/fhir+json or application/fhir+xml',
        'Content-Type',
      );
  return Promise.resolve(refusal(refused.problem, isJsonPatch ? 400 : 415));
}

function noSuchPlace(request: FhirRequest): FhirResponse {
  return refusal(
    fail(
      'not-found',
      `There is nothing at ${request.method} /${request.path.join('/').slice(0, 200)}: see the CapabilityStatement at /metadata`,
    ).problem,
  );
}

const notAllowed = (request: FhirRequest, hint: string): FhirResponse =>
  refusal(fail('unsupported', `${request.method} is not possible here: ${hint}`).problem, 405);

function unknownType(type: string): FhirResponse {
  const near = nearest(type.slice(0, 60), resourceTypes);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return refusal(fail('not-found', `${JSON.stringify(type.slice(0, 60))} is not a resource type of FHIR R4${hint}`).problem);
}
