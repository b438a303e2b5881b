// Messages and documents by hand: GET and POST /exchange/produce. What stands in the record is read with the rights of whoever asks.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { resourcesOf } from '../../exchange/handed-in.ts';
import { isProduced, type Produced, type ProduceRecord, type ProduceWish, produce, producible, unsaidIn } from '../../exchange/produce.ts';
import { writeJson } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { parseInterval } from '../../fhir/search/dates.ts';
import { charsetNamed } from '../../formats/hl7v2/tree/charset.ts';
import type { Caller } from '../../record/contract.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import { produceParameters } from './description.ts';

export interface ProduceSettings {
  bodyBytesMax: number;
  timeZone: string;
  now(): Date;
}

const statuses: Statuses = { gone: 410 };
/** A message is about a handful of resources, a document about a chart. */
const bundleBytesMax = 8_000_000;

export function produceRoutes(app: FastifyInstance, record: ProduceRecord, settings: ProduceSettings): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const refusal = (problem: Problem): FastifyReply => refuse(request, reply, problem, statusOf(problem, statuses));
    const wish = await wishOf(request, settings);
    if (!wish.ok) return refusal(wish.problem);
    const made = await produce(record, request.caller as Caller, wish.value);
    if (!made.ok) return refusal(made.problem);
    return answer(request, reply, made.value, wish.value);
  };
  app.get('/exchange/produce', { config: { name: 'exchange-produce' } }, handler);
  // The body is read here, as FHIR.
  void app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    const bodyLimit = Math.min(settings.bodyBytesMax, bundleBytesMax);
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
    inner.post('/exchange/produce', { config: { name: 'exchange-produce-bundle' } }, handler);
  });
}

async function answer(request: FastifyRequest, reply: FastifyReply, made: Produced, wish: ProduceWish): Promise<FastifyReply> {
  const accept = String(request.headers.accept ?? '');
  // What is shown is somebody's chart, and may not be kept by caches on the way.
  void reply.header('cache-control', 'no-store').header('vary', 'accept');
  if (/\bapplication\/json\b/.test(accept)) {
    const unsaid = await unsaidIn(made, wish.format, wish.timeZone, wish.at);
    const message = made.bytes.toString('utf8');
    return reply.type('application/json').send(writeJson({ contentType: made.contentType, message, unsaid }));
  }
  if (/\bapplication\/fhir\+json\b/.test(accept))
    return reply
      .type('application/fhir+json')
      .send(writeJson({ resourceType: 'Binary', contentType: made.contentType, data: made.bytes.toString('base64') }));
  return reply.type(made.contentType).header('content-disposition', 'attachment').send(made.bytes);
}

async function wishOf(request: FastifyRequest, { timeZone, now }: ProduceSettings): Promise<Result<ProduceWish>> {
  const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
  const given = new Map<string, string>();
  for (const [name, value] of query) {
    if (!Object.hasOwn(produceParameters, name))
      return fail(
        'invalid',
        `There is no parameter ${JSON.stringify(name.slice(0, 50))}; known are ${Object.keys(produceParameters).join(', ')}`,
        name.slice(0, 50),
      );
    if (given.has(name)) return fail('invalid', `${name} is given once`, name);
    if (/\p{Cc}/u.test(value) || value.length > 500) return fail('invalid', `${name} holds control characters, or is too long`, name);
    given.set(name, value);
  }
  const format = given.get('format') ?? '';
  if (!isProduced(format)) return fail('unsupported', `format is one of ${Object.keys(producible).join(', ')}`, 'format');
  const about = await aboutOf(request, given.get('resource'));
  if (!about.ok) return about;
  const wish: ProduceWish = { format, kind: given.get('kind') ?? '', about: about.value, at: now(), timeZone };
  for (const name of ['start', 'end'] as const) {
    const text = given.get(name);
    const interval = text === undefined ? undefined : parseInterval(text);
    if (text !== undefined && interval === undefined) return fail('invalid', `${name} is a date, such as 2026-01-31`, name);
    if (interval !== undefined) wish[name] = name === 'start' ? interval.fromMs : interval.toMs;
  }
  const [sender, receiver, characterSet] = [given.get('sender'), given.get('receiver'), given.get('character-set')];
  if (characterSet !== undefined && charsetNamed(characterSet) === undefined)
    return fail('invalid', 'character-set is one of HL7 table 0211, such as UNICODE UTF-8 or 8859/1', 'character-set');
  return ok({
    ...wish,
    ...(sender === undefined ? {} : { sender }),
    ...(receiver === undefined ? {} : { receiver }),
    ...(characterSet === undefined ? {} : { characterSet }),
  });
}

async function aboutOf(request: FastifyRequest, resource: string | undefined): Promise<Result<ProduceWish['about']>> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (resource !== undefined && body.length > 0)
    return fail('invalid', 'Name a resource of the record, or send a Bundle: not both', 'resource');
  if (resource !== undefined) return ok({ resource });
  if (body.length === 0) return fail('invalid', 'Name what stands in the record (?resource=Type/id), or send a Bundle', 'resource');
  const resources = await resourcesOf(body.toString('utf8'));
  return resources.ok ? ok({ resources: resources.value }) : resources;
}
