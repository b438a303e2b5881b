// The entries of a batch or transaction Bundle as requests, each checked as far as it can be before anything is done.
import { type Json, readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { validateStructure } from '../../fhir/structure/validate.ts';
import { slices } from '../../record/slices.ts';
import type { FhirHeader, FhirRequest } from './contract.ts';
import { together } from './incoming.ts';
import { isFhirPathPatch } from './interactions/patch.ts';
import { readPairs } from './pairs.ts';

export interface Entry {
  index: number;
  fullUrl: string | undefined;
  request: FhirRequest;
}

type Members = { [name: string]: Json };
const isObject = (value: Json | undefined): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** `outer`: the request that carried the Bundle; caller and Prefer count for every entry. */
export async function entriesOf(bundle: Members, outer: FhirRequest, most: number): Promise<Result<Entry[]>> {
  const entry = bundle['entry'] ?? [];
  if (!Array.isArray(entry)) return fail('invalid', 'Bundle.entry must be an array', 'Bundle.entry');
  if (entry.length > most)
    return fail(
      'too-costly',
      `A Bundle may have at most ${most} entries here, and this one has ${entry.length}: send it in parts`,
      'Bundle.entry',
    );
  const found = validateStructure({ ...bundle, entry: undefined }, 'Bundle');
  if (found.length > 0) return { ok: false, problem: together(found) };
  const entries: Entry[] = [];
  const rest = slices();
  for (let index = 0; index < entry.length; index++) {
    const made = entryOf(entry[index], index, outer);
    if (!made.ok) return made;
    const { request } = made.value;
    if (request.method === 'PATCH') {
      const patch = await patchOf(request.body);
      if (!patch.ok) return { ok: false, problem: { ...patch.problem, where: `Bundle.entry[${index}].resource` } };
      request.body = patch.value;
    }
    entries.push(made.value);
    await rest();
  }
  return ok(entries);
}

function entryOf(value: Json | undefined, index: number, outer: FhirRequest): Result<Entry> {
  const where = `Bundle.entry[${index}]`;
  if (!isObject(value)) return fail('invalid', 'An entry must be an object', where);
  const { resource, ...shell } = value;
  const found = validateStructure({ resourceType: 'Bundle', type: 'batch', entry: [shell] }, 'Bundle');
  if (found.length > 0)
    return { ok: false, problem: together(found.map((one) => ({ ...one, where: one.where?.replace('Bundle.entry[0]', where) }))) };
  const asked = shell['request'];
  if (!isObject(asked))
    return fail('invalid', 'An entry of a batch or transaction needs a request with method and url', `${where}.request`);
  const method = methods.find((one) => one === asked['method']);
  const url = asked['url'];
  if (method === undefined || typeof url !== 'string')
    return fail('invalid', 'request.method must be GET, HEAD, POST, PUT, PATCH or DELETE, and request.url a text', `${where}.request`);
  const target = readTarget(url);
  if (!target.ok) return { ok: false, problem: { ...target.problem, where: `${where}.request.url` } };
  const headers: FhirRequest['headers'] = { prefer: outer.headers.prefer };
  for (const [name, header] of headerNames) if (typeof asked[name] === 'string') headers[header] = asked[name];
  const request: FhirRequest = { method, ...target.value, headers, caller: outer.caller };
  if (resource !== undefined) request.body = resource;
  if (method === 'PATCH') headers['content-type'] = isFhirPathPatch(resource) ? 'application/fhir+json' : 'application/json-patch+json';
  return ok({ index, fullUrl: typeof shell['fullUrl'] === 'string' ? shell['fullUrl'] : undefined, request });
}

const headerNames: [string, FhirHeader][] = [
  ['ifMatch', 'if-match'],
  ['ifNoneMatch', 'if-none-match'],
  ['ifNoneExist', 'if-none-exist'],
  ['ifModifiedSince', 'if-modified-since'],
];

/** `Patient/1?_summary=true` → its segments and parameters. */
function readTarget(url: string): Result<{ path: string[]; query: [string, string][] }> {
  if (/^[a-z]+:/i.test(url)) return fail('invalid', 'request.url must be relative to the base, such as "Patient/1"');
  const at = url.indexOf('?');
  const query = readPairs(at < 0 ? '' : url.slice(at + 1));
  if (!query.ok) return query;
  const path = (at < 0 ? url : url.slice(0, at)).split('/').filter((segment, i) => segment !== '' || i > 0);
  return ok({ path: path.at(-1) === '' ? path.slice(0, -1) : path, query: query.value });
}

/** Inside a Bundle a FHIRPath Patch is itself, and a JSON Patch the content of a Binary (http://hl7.org/fhir/R4/http.html#patch). */
async function patchOf(resource: Json | undefined): Promise<Result<Json>> {
  if (isObject(resource) && resource['resourceType'] === 'Parameters') return ok(resource);
  if (!isObject(resource) || resource['resourceType'] !== 'Binary' || typeof resource['data'] !== 'string') {
    return fail(
      'invalid',
      'A PATCH entry carries a FHIRPath Patch as Parameters, or a JSON Patch as a Binary with contentType application/json-patch+json and the patch in data (base64)',
    );
  }
  const patch = await readJson(Buffer.from(resource['data'], 'base64').toString('utf8'));
  return patch.ok ? patch : fail('invalid', `Binary.data does not hold a JSON Patch: ${patch.problem.message}`);
}
