// What a kick-off asks for, read strictly: a parameter that is not understood would give other files than the client believes
// (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters).
import type { ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import type { OperationCall } from '../fhir-rest/operations/contract.ts';
import { readPairs } from '../fhir-rest/pairs.ts';
import { preference } from '../fhir-rest/respond.ts';
import type { ExportAsked } from './contract.ts';

export const exportParameters = ['_outputFormat', '_since', '_type', '_typeFilter', '_elements', 'patient'] as const;

const formats = new Set(['application/fhir+ndjson', 'application/fhir ndjson', 'application/ndjson', 'ndjson']);
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const mostFilters = 50;
const mostPatients = 10_000;

export const isAsync = ({ request }: OperationCall): boolean =>
  /(^|[,;\s])respond-async($|[,;\s])/.test(request.headers.prefer ?? '') || preference(request, 'respond-async') !== undefined;

/** Without the patients of a Group, which are read separately. */
export function readKickOff(call: OperationCall): Result<Omit<ExportAsked, 'caller' | 'request'>> {
  const format = call.text('_outputFormat') ?? 'ndjson';
  if (!formats.has(format))
    return fail('unsupported', `_outputFormat is application/fhir+ndjson here, not ${shown(format)}`, '_outputFormat');
  const types = readTypes(call);
  if (!types.ok) return types;
  const filters = readFilters(call, types.value);
  if (!filters.ok) return filters;
  const since = call.text('_since');
  if (since !== undefined && (!instant.test(since) || Number.isNaN(Date.parse(since))))
    return fail('invalid', `_since must be an instant such as 2026-01-31T08:00:00Z, not ${shown(since)}`, '_since');
  const elements = readElements(call);
  if (!elements.ok) return elements;
  const patients = readPatients(call);
  if (!patients.ok) return patients;
  return ok({
    filters: filters.value,
    ...(types.value === undefined ? {} : { types: types.value }),
    ...(since === undefined ? {} : { since }),
    ...(elements.value === undefined ? {} : { elements: elements.value }),
    ...(patients.value === undefined ? {} : { patients: patients.value }),
  });
}

const texts = (call: OperationCall, name: string): string[] =>
  call.all(name).flatMap(({ valueString, valueUri, valueCode }) => valueString ?? valueUri ?? valueCode ?? []);

const shown = (text: string): string => JSON.stringify(text.slice(0, 60));

function readTypes(call: OperationCall): Result<ResourceType[] | undefined> {
  const names = texts(call, '_type').flatMap((text) => text.split(','));
  const types: ResourceType[] = [];
  for (const name of names.map((one) => one.trim())) {
    if (!isResourceType(name)) return fail('invalid', `_type: ${shown(name)} is not a resource type of FHIR R4`, '_type');
    types.push(name);
  }
  return ok(names.length === 0 ? undefined : types);
}

function readFilters(call: OperationCall, types: ResourceType[] | undefined): Result<ExportAsked['filters']> {
  const filters: ExportAsked['filters'] = [];
  for (const text of texts(call, '_typeFilter')) {
    const at = text.indexOf('?');
    const type = at < 0 ? text : text.slice(0, at);
    if (at < 0 || !isResourceType(type))
      return fail('invalid', `_typeFilter is a search such as Observation?status=final, not ${shown(text)}`, '_typeFilter');
    if (types !== undefined && !types.includes(type))
      return fail('invalid', `_typeFilter names ${type}, which _type leaves out`, '_typeFilter');
    const query = text.slice(at + 1);
    const pairs = readPairs(query);
    if (!pairs.ok) return pairs;
    const shaping = pairs.value.find(([name]) => /^_(sort|count|include|revinclude|summary|elements|total|contained|cursor)/.test(name));
    if (shaping !== undefined)
      return fail('invalid', `_typeFilter chooses resources: ${shown(shaping[0])} has no meaning in it`, '_typeFilter');
    const parsed = parseQuery(type, pairs.value, {});
    if (!parsed.ok) return { ok: false, problem: { ...parsed.problem, where: '_typeFilter' } };
    filters.push({ type, query });
  }
  return filters.length <= mostFilters
    ? ok(filters)
    : fail('too-costly', `At most ${mostFilters} filters are taken: export in several runs`, '_typeFilter');
}

function readElements(call: OperationCall): Result<ExportAsked['elements']> {
  const names = texts(call, '_elements').flatMap((text) => text.split(','));
  if (names.length === 0) return ok(undefined);
  const elements: [string, string][] = [];
  for (const name of names.map((one) => one.trim())) {
    const [, type = '*', element] = /^(?:([A-Z][A-Za-z]*)\.)?([a-z][A-Za-z]*)$/.exec(name) ?? [];
    if (element === undefined || (type !== '*' && !isResourceType(type)))
      return fail('invalid', `_elements takes names such as Patient.name or identifier, not ${shown(name)}`, '_elements');
    elements.push([type, element]);
  }
  return ok(elements);
}

/** `patient` is a parameter of POST, a Reference each. */
function readPatients(call: OperationCall): Result<string[] | undefined> {
  const given = call.all('patient');
  if (given.length === 0) return ok(undefined);
  if (call.place.type === undefined)
    return fail('invalid', 'patient has a meaning for Patient/$export and Group/[id]/$export only', 'patient');
  if (given.length > mostPatients) return fail('too-costly', `At most ${mostPatients} patients are taken: use a Group`, 'patient');
  const ids: string[] = [];
  for (const { valueReference, valueString } of given) {
    const [, id] = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(valueReference?.reference ?? valueString ?? '') ?? [];
    if (id === undefined) return fail('invalid', 'patient is a Reference such as Patient/123', 'patient');
    ids.push(id);
  }
  return ok(ids);
}
