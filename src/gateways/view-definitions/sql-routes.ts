// $sqlquery-run, and $sql-run, which drafts of 3.0 have in the place of it and of $viewdefinition-run.
// https://build.fhir.org/ig/HL7/sql-on-fhir/OperationDefinition-SQLRun.html
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { byCanonical } from './asked.ts';
import { type Installed, mediaTypes, type Named } from './contract.ts';
import { asHere } from './here.ts';
import { type Given, givenOf, isMembers } from './parameters.ts';
import { sentOf } from './sql-answer.ts';
import { runSqlQuery, type SqlQueryParts, sqlqueryRun } from './sqlquery-run.ts';

export interface SqlRouteParts extends SqlQueryParts {
  bodyBytesMax: number;
  config(name: string): object;
  no(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply;
  /** Of FHIR on this server. */
  baseOf(request: FastifyRequest): string;
  /** A view, as $viewdefinition-run runs it. */
  runView(named: Named, given: readonly Given[], request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}

const sqlRun: Named = { ...sqlqueryRun, name: '$sql-run' };

export function sqlRoutes(app: FastifyInstance, parts: SqlRouteParts): void {
  const { config, no, baseOf, bodyBytesMax, views, runView } = parts;

  const given = async (request: FastifyRequest, bare: string): Promise<Result<Given[]>> => {
    const read = await givenOf(request.raw, bodyBytesMax, {
      Library: bare,
      ...(bare === 'subjectResource' ? { ViewDefinition: bare } : {}),
    });
    return read.ok ? asHere(read.value, baseOf(request)) : read;
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply, sent: readonly Given[], named: Named): Promise<FastifyReply> => {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    reply.raw.once('close', leave);
    const { id } = request.params as { id?: string };
    const ran = await runSqlQuery(parts, request.caller!, sent, { of: id, accept: request.headers.accept, named }, gone.signal);
    reply.raw.off('close', leave);
    if (!ran.ok) return no(request, reply, ran.problem);
    if (reply.raw.destroyed) {
      ran.value.remove();
      return reply;
    }
    const { stream, bytes } = sentOf(ran.value);
    if (bytes !== undefined) reply.header('content-length', bytes);
    return reply
      .type(mediaTypes[ran.value.format])
      .header('x-lamplight-rows', ran.value.rows)
      .header('x-lamplight-as-of', ran.value.asOf)
      .send(stream);
  };

  const query = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const sent = await given(request, 'queryResource');
    return sent.ok ? answer(request, reply, sent.value, sqlqueryRun) : no(request, reply, sent.problem);
  };
  app.post('/fhir/$sqlquery-run', { config: config('sqlquery-run') }, query);
  app.get('/fhir/Library/$sqlquery-run', { config: config('sqlquery-run') }, query);
  app.post('/fhir/Library/$sqlquery-run', { config: config('sqlquery-run') }, query);
  app.get('/fhir/Library/:id/$sqlquery-run', { config: config('sqlquery-run') }, query);
  app.post('/fhir/Library/:id/$sqlquery-run', { config: config('sqlquery-run') }, query);

  const any = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const sent = await given(request, 'subjectResource');
    if (!sent.ok) return no(request, reply, sent.problem);
    const subject = subjectOf(sent.value, views);
    if (!subject.ok) return no(request, reply, subject.problem);
    const named = renamed(sent.value, subject.value);
    return subject.value === 'view' ? runView(sqlRun, named, request, reply) : answer(request, reply, named, sqlRun);
  };
  app.get('/fhir/$sql-run', { config: config('sql-run') }, any);
  app.post('/fhir/$sql-run', { config: config('sql-run') }, any);
}

/** What is to be run: told by the kind of what is named, and not by another parameter. */
function subjectOf(given: readonly Given[], views: ReadonlyMap<string, Installed>): Result<'view' | 'query'> {
  const ways = given.filter(({ name }) => /^subject(Reference|Canonical|Resource)$/.test(name));
  const [way] = ways;
  if (way === undefined || ways.length > 1)
    return fail('invalid', 'Send one of subjectReference, subjectCanonical, subjectResource', 'subjectReference');
  const { name, text = '', resource } = way;
  if (name === 'subjectResource') return ok(isMembers(resource) && resource['resourceType'] === 'ViewDefinition' ? 'view' : 'query');
  if (name === 'subjectReference') return ok(text.startsWith('ViewDefinition/') ? 'view' : 'query');
  return ok(byCanonical(views, text).ok ? 'view' : 'query');
}

/** The parameters by the names that the operation of that kind has for them. */
const renamed = (given: readonly Given[], kind: 'view' | 'query'): Given[] =>
  given.map((one) => ({
    ...one,
    name: one.name.startsWith('subject')
      ? `${kind}${one.name.slice('subject'.length)}`
      : one.name === 'context' && kind === 'query'
        ? 'tableSource'
        : one.name,
  }));
