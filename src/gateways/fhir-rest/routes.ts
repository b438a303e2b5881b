// FHIR over HTTP: reads the request, lets the router answer, writes headers and body. http://hl7.org/fhir/R4/http.html
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Json } from '../../fhir/json.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { RecordStore } from '../../record/contract.ts';
import { inSlices } from '../../record/slices.ts';
import { readBody } from '../http/body.ts';
import { longText, piecesOf } from '../http/pieces.ts';
import type { FhirHeader, FhirRequest, FhirResponse } from './contract.ts';
import { isOurVersion, mediaRange, takesJson } from './media-types.ts';
import type { Operation } from './operations/contract.ts';
import { outcomeOf, refusal, statusOf } from './outcome.ts';
import { readPairs } from './pairs.ts';
import { prettySteps } from './pretty.ts';
import { answer } from './router.ts';

export interface FhirSettings {
  bodyBytesMax: number;
  bundleEntries: number;
  publicUrl?: string;
}

const mediaType = 'application/fhir+json; charset=utf-8';
/** Up to here a body is read in one go (about half a millisecond); longer ones in slices. */
const shortText = 64 * 1024;
/** Longer searches are refused as too costly anyway. */
const formBytesMax = 512 * 1024;
/** JSON values of one resource that is stored, a document Bundle for example. */
const mostValues = 200_000;
const jsonTypes = new Set([
  'application/fhir+json',
  'application/json',
  'application/json-patch+json',
  'application/merge-patch+json',
  'text/json',
]);
const formType = 'application/x-www-form-urlencoded';
const headerNames: FhirHeader[] = ['if-match', 'if-none-match', 'if-none-exist', 'if-modified-since', 'prefer'];

export function fhirRoutes(app: FastifyInstance, record: RecordStore, settings: FhirSettings, operations: readonly Operation[]): void {
  const config = {
    name: 'fhir',
    refuse: (problem: Problem, status: number) => ({
      type: mediaType,
      body: JSON.stringify(outcomeOf(status === 401 ? { ...problem, kind: 'forbidden' } : problem)),
    }),
  };
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const base = `${settings.publicUrl ?? `${request.protocol}://${request.host}`}/fhir`;
    const read = await readRequest(request, settings);
    const response = read.ok
      ? await answer(read.value, { record, base, limits: { bundleEntries: settings.bundleEntries }, operations })
      : refusal(read.problem, read.problem.where === 'Accept' ? 406 : read.problem.where === 'Content-Type' ? 415 : statusOf(read.problem));
    return send(request, reply, response, read.ok && read.value.query.some(([name, value]) => name === '_pretty' && value === 'true'));
  };
  for (const url of ['/fhir', '/fhir/*']) {
    app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], url, config, handler });
  }
  app.route({ method: ['GET', 'HEAD'], url: '/fhir/metadata', config: { ...config, name: 'fhir-metadata', open: true }, handler });
}

async function readRequest(request: FastifyRequest, settings: FhirSettings): Promise<Result<FhirRequest>> {
  const url = request.raw.url ?? '';
  const at = url.indexOf('?');
  const query = readPairs(at < 0 ? '' : url.slice(at + 1));
  if (!query.ok) return query;
  const path = segments(at < 0 ? url : url.slice(0, at));
  if (!path.ok) return path;
  const accepted = acceptable(request, query.value);
  if (accepted !== undefined) return { ok: false, problem: accepted };
  const headers: FhirRequest['headers'] = {};
  for (const name of headerNames) {
    const value = request.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const made: FhirRequest = {
    method: request.method as FhirRequest['method'],
    path: path.value,
    query: query.value,
    headers,
    caller: request.caller ?? nobody,
  };
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'DELETE') return ok(made);
  return withBody(request, made, settings.bodyBytesMax);
}

/** Only for what is open to everyone; nothing of the record is. */
const nobody: FhirRequest['caller'] = {
  person: { id: '00000000-0000-0000-0000-000000000000', name: 'nobody', role: 'patient', patients: [] },
  purpose: 'PATRQT',
  from: '-',
  request: '-',
};

async function withBody(request: FastifyRequest, made: FhirRequest, bytesMax: number): Promise<Result<FhirRequest>> {
  const sent = mediaRange(request.headers['content-type'] ?? '');
  const { type } = sent;
  const form = type === formType || made.path.at(-1) === '_search';
  const text = await readBody(request.raw, form ? formBytesMax : bytesMax);
  if (!text.ok) return text;
  if (!/^(utf-?8)?$/.test(sent.parameters.get('charset') ?? ''))
    return fail('unsupported', 'FHIR is written in UTF-8: send the body with charset=utf-8', 'Content-Type');
  if (form) {
    if (type !== formType && text.value !== '') return fail('unsupported', `_search takes ${formType}`, 'Content-Type');
    const pairs = readPairs(text.value.trim());
    return pairs.ok ? ok({ ...made, query: [...made.query, ...pairs.value] }) : pairs;
  }
  // An operation may have no parameters at all.
  if (text.value === '' && made.path.at(-1)?.startsWith('$')) return ok(made);
  if (text.value === '') return fail('invalid', 'The request has no body: send the resource as application/fhir+json');
  if (!isOurVersion(sent)) return fail('unsupported', 'The body must be of FHIR 4.0: another fhirVersion is not read here', 'Content-Type');
  if (!jsonTypes.has(type))
    return fail(
      'unsupported',
      `The body must be application/fhir+json, not ${JSON.stringify(type.slice(0, 60))}; XML is not read yet`,
      'Content-Type',
    );
  // What goes to the base is a Bundle whose entries are taken one by one; anything else is stored and checked as one.
  const limits = made.path.length === 0 ? {} : { maxValues: mostValues };
  const body: Result<Json> = text.value.length <= shortText ? readJsonNow(text.value, limits) : await readJson(text.value, limits);
  if (!body.ok) return body;
  made.headers['content-type'] = type;
  return ok({ ...made, body: body.value });
}

function segments(path: string): Result<string[]> {
  const raw = path.replace(/^\/fhir\/?/, '').replace(/\/$/, '');
  if (raw === '') return ok([]);
  try {
    const parts = raw.split('/').map(decodeURIComponent);
    if (parts.some((part) => part === '' || part.includes('/') || part.includes('\0') || part === '.' || part === '..'))
      return fail('invalid', 'The path of the address is malformed');
    return ok(parts);
  } catch {
    return fail('invalid', 'The path of the address holds a malformed escape');
  }
}

/** JSON is what is spoken; who asks for something else only is told so. */
function acceptable(request: FastifyRequest, query: [string, string][]): Problem | undefined {
  const format = query.find(([name]) => name === '_format')?.[1];
  const wish = format ?? request.headers.accept ?? '*/*';
  if (takesJson(wish)) return undefined;
  return fail(
    'unsupported',
    `Only JSON of FHIR 4.0 is given here (application/fhir+json), not ${JSON.stringify(wish.slice(0, 60))}`,
    'Accept',
  ).problem;
}

async function send(request: FastifyRequest, reply: FastifyReply, response: FhirResponse, wantsPretty: boolean): Promise<FastifyReply> {
  reply.code(response.status);
  for (const name in response.headers) reply.header(name, response.headers[name]);
  if (response.body === undefined) return reply.send();
  reply.type(mediaType);
  if (request.method === 'HEAD') return reply.header('content-length', Buffer.byteLength(response.body)).send();
  const text = wantsPretty ? await inSlices(prettySteps(response.body)) : response.body;
  return reply.send(text.length > longText ? Readable.from(piecesOf(text), { objectMode: false }) : text);
}
