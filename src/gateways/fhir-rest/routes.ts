// FHIR over HTTP: reads the request, lets the router answer, writes headers and body. http://hl7.org/fhir/R4/http.html
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Json } from '../../fhir/json.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { readXml, readXmlNow } from '../../fhir/xml/read.ts';
import type { RecordStore } from '../../record/contract.ts';
import { inSlices } from '../../record/slices.ts';
import { readBody } from '../http/body.ts';
import { longText, piecesOf } from '../http/pieces.ts';
import type { CapabilityParts, FhirHeader, FhirRequest, FhirResponse } from './contract.ts';
import { type Format, formatOf, isOurVersion, mediaRange } from './media-types.ts';
import type { Operation } from './operations/contract.ts';
import { outcomeOf, refusal, statusOf } from './outcome.ts';
import { readPairs } from './pairs.ts';
import { prettySteps } from './pretty.ts';
import { answer } from './router.ts';
import type { ValidationParts } from './validation.ts';
import { asXml } from './xml.ts';

export interface FhirSettings {
  bodyBytesMax: number;
  bundleEntries: number;
  publicUrl?: string;
}

const mediaTypes: Record<Format, string> = {
  json: 'application/fhir+json; charset=utf-8',
  xml: 'application/fhir+xml; charset=utf-8',
};
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
const xmlTypes = new Set(['application/fhir+xml', 'application/xml', 'text/xml']);
const formType = 'application/x-www-form-urlencoded';
const headerNames: FhirHeader[] = ['if-match', 'if-none-match', 'if-none-exist', 'if-modified-since', 'prefer'];

export function fhirRoutes(
  app: FastifyInstance,
  record: RecordStore,
  settings: FhirSettings,
  operations: readonly Operation[],
  validation?: ValidationParts,
  besides?: CapabilityParts,
): void {
  const config = {
    name: 'fhir',
    refuse: (problem: Problem, status: number) => ({
      type: mediaTypes.json,
      body: JSON.stringify(outcomeOf(status === 401 ? { ...problem, kind: 'forbidden' } : problem)),
    }),
  };
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const base = `${settings.publicUrl ?? `${request.protocol}://${request.host}`}/fhir`;
    const read = await readRequest(request, settings);
    const response = read.ok
      ? await answer(read.value, { record, base, limits: { bundleEntries: settings.bundleEntries }, operations, validation, besides })
      : refusal(read.problem, read.problem.where === 'Accept' ? 406 : read.problem.where === 'Content-Type' ? 415 : statusOf(read.problem));
    const query = read.ok ? read.value.query : queryOf(request);
    return send(request, reply, response, { format: formatWished(request, query) ?? 'json', pretty: isPretty(query) });
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
  if (formatWished(request, query.value) === undefined) {
    const wish = formatText(request, query.value).slice(0, 60);
    return fail(
      'unsupported',
      `FHIR 4.0 is given here as application/fhir+json or application/fhir+xml, not as ${JSON.stringify(wish)}`,
      'Accept',
    );
  }
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
  const isXml = xmlTypes.has(type);
  if (!isXml && !jsonTypes.has(type))
    return fail(
      'unsupported',
      `The body must be application/fhir+json or application/fhir+xml, not ${JSON.stringify(type.slice(0, 60))}`,
      'Content-Type',
    );
  // What goes to the base is a Bundle whose entries are taken one by one; anything else is stored and checked as one.
  const limits = made.path.length === 0 ? {} : { maxValues: mostValues };
  const [readNow, readSlowly] = isXml ? [readXmlNow, readXml] : [readJsonNow, readJson];
  const body: Result<Json> = text.value.length <= shortText ? readNow(text.value, limits) : await readSlowly(text.value, limits);
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

/** Of a request that was refused before it was read: the refusal still comes in the form that was asked for. */
function queryOf(request: FastifyRequest): [string, string][] {
  const [, text = ''] = (request.raw.url ?? '').split('?', 2);
  const query = readPairs(text);
  return query.ok ? query.value : [];
}

/** `_format` goes before the header (http://hl7.org/fhir/R4/http.html#parameters). */
const formatText = (request: FastifyRequest, query: [string, string][]): string =>
  query.find(([name]) => name === '_format')?.[1] ?? request.headers.accept ?? '*/*';

const formatWished = (request: FastifyRequest, query: [string, string][]): Format | undefined => formatOf(formatText(request, query));

const isPretty = (query: [string, string][]): boolean => query.some(([name, value]) => name === '_pretty' && value === 'true');

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  response: FhirResponse,
  { format, pretty }: { format: Format; pretty: boolean },
): Promise<FastifyReply> {
  const given = response.body === undefined || format === 'json' ? response : await asXml(response, pretty);
  reply.code(given.status);
  for (const name in given.headers) reply.header(name, given.headers[name]);
  if (given.body === undefined) return reply.send();
  reply.type(mediaTypes[format]);
  if (request.method === 'HEAD') return reply.header('content-length', Buffer.byteLength(given.body)).send();
  const text = pretty && format === 'json' ? await inSlices(prettySteps(given.body)) : given.body;
  return reply.send(text.length > longText ? Readable.from(piecesOf(text), { objectMode: false }) : text);
}
