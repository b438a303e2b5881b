// /fhir/ViewDefinition: what is installed, $run and $export, by their newer names too, and SQL over it (sql-routes.ts). The type is none
// of R4, so that these stand beside the routes of FHIR.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, type Problem, type Result } from '../../fhir/result.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import type { Jobs } from '../../jobs/contract.ts';
import { outcome, outcomeOf, statusOf } from '../fhir-rest/outcome.ts';
import { refuse } from '../http/server.ts';
import { readExport, readRun } from './asked.ts';
import { type Installed, mediaTypes, type Named, runAsFirst, runAsNow } from './contract.ts';
import { askForExport } from './export-job.ts';
import { asHere } from './here.ts';
import { type Given, givenOf } from './parameters.ts';
import { openRuns, type RunParts, readOf, statusOfRun } from './run.ts';
import { sqlRoutes } from './sql-routes.ts';
import { statusOfQuery } from './sqlquery-run.ts';

export interface ViewDefinitionParts extends RunParts {
  installed: readonly Installed[];
  jobs: Jobs;
  bodyBytesMax: number;
  publicUrl?: string;
}

const fhirJson = 'application/fhir+json; charset=utf-8';

export function viewDefinitionRoutes(app: FastifyInstance, parts: ViewDefinitionParts): void {
  const { record, jobs, publicUrl, bodyBytesMax } = parts;
  const views = new Map(parts.installed.map((one) => [one.view.view.name, one]));
  const runs = openRuns(parts);
  const config = (name: string) => ({
    name,
    refuse: (problem: Problem, status: number) => ({
      type: fhirJson,
      body: JSON.stringify(outcomeOf(status === 401 ? { ...problem, kind: 'forbidden' } : problem)),
    }),
  });
  const no = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply =>
    refuse(request, reply, problem, statusOfQuery(problem, statusOfRun(problem, statusOf(problem))));
  const serverOf = (request: FastifyRequest): string => publicUrl ?? `${request.protocol}://${request.host}`;
  const nameOf = (request: FastifyRequest): string | undefined => (request.params as { name?: string }).name;
  const resourceOf = ({ text, view }: Installed): object => ({ ...(JSON.parse(text) as object), id: view.view.name });

  app.get('/fhir/ViewDefinition', { config: config('view-definitions') }, async (request, reply) => {
    const given = await givenOf(request.raw, bodyBytesMax);
    if (!given.ok) return no(request, reply, given.problem);
    const unknown = given.value.find(({ name }) => name !== '_format' && name !== 'name');
    if (unknown !== undefined)
      return no(request, reply, fail('invalid', `Views are looked for by name only, not by ${unknown.name.slice(0, 50)}`, 'name').problem);
    const names = given.value.filter(({ name }) => name === 'name').map(({ text }) => text);
    const found = [...views.values()].filter(({ view }) => names.every((name) => name === view.view.name));
    return reply.type(fhirJson).send(
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'searchset',
        total: found.length,
        entry: found.map((one) => ({
          fullUrl: `${serverOf(request)}/fhir/ViewDefinition/${one.view.view.name}`,
          resource: resourceOf(one),
          search: { mode: 'match' },
        })),
      }),
    );
  });

  app.get('/fhir/ViewDefinition/:name', { config: config('view-definition') }, async (request, reply) => {
    const name = nameOf(request) ?? '';
    const found = views.get(name);
    if (found !== undefined) return reply.type(fhirJson).send(JSON.stringify(resourceOf(found)));
    const near = nearest(name, views.keys());
    return no(
      request,
      reply,
      fail('not-found', `There is no view ${JSON.stringify(name.slice(0, 64))} here.${near === undefined ? '' : ` Is "${near}" meant?`}`)
        .problem,
    );
  });

  const baseOf = (request: FastifyRequest): string => `${serverOf(request)}/fhir`;
  const givenHere = async (request: FastifyRequest): Promise<Result<Given[]>> => {
    const given = await givenOf(request.raw, bodyBytesMax);
    return given.ok ? asHere(given.value, baseOf(request)) : given;
  };
  const runView = async (named: Named, given: readonly Given[], request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asked = readRun(given, views, named, nameOf(request), request.headers.accept);
    if (!asked.ok) return no(request, reply, asked.problem);
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    // Nobody waits for the answer any more.
    reply.raw.once('close', leave);
    const ran = await runs.run(request.caller!, asked.value, addressOf(request), gone.signal);
    reply.raw.off('close', leave);
    if (!ran.ok) return no(request, reply, ran.problem);
    if (reply.raw.destroyed) {
      ran.value.remove();
      return reply;
    }
    const { rows, bytes, asOf } = ran.value;
    if (asOf !== undefined) reply.header('x-lamplight-as-of', asOf);
    return reply
      .type(mediaTypes[asked.value.format])
      .header('content-length', bytes)
      .header('x-lamplight-rows', rows)
      .send(readOf(ran.value));
  };
  const run = async (named: Named, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const given = await givenHere(request);
    return given.ok ? runView(named, given.value, request, reply) : no(request, reply, given.problem);
  };
  const byFirst = (request: FastifyRequest, reply: FastifyReply) => run(runAsFirst, request, reply);
  const byNow = (request: FastifyRequest, reply: FastifyReply) => run(runAsNow, request, reply);
  app.post('/fhir/ViewDefinition/$run', { config: config('view-run') }, byFirst);
  app.get('/fhir/ViewDefinition/:name/$run', { config: config('view-run') }, byFirst);
  app.post('/fhir/ViewDefinition/:name/$run', { config: config('view-run') }, byFirst);
  // R4 has no type of that name, so that the newer operations are asked of the whole server too.
  app.post('/fhir/$viewdefinition-run', { config: config('view-run') }, byNow);
  app.post('/fhir/ViewDefinition/$viewdefinition-run', { config: config('view-run') }, byNow);
  app.get('/fhir/ViewDefinition/:name/$viewdefinition-run', { config: config('view-run') }, byNow);
  app.post('/fhir/ViewDefinition/:name/$viewdefinition-run', { config: config('view-run') }, byNow);

  sqlRoutes(app, {
    record,
    views,
    ...(parts.tables === undefined ? {} : { tables: parts.tables }),
    bodyBytesMax,
    config,
    no,
    baseOf,
    runView,
  });

  const kickOff = async (operation: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const given = await givenHere(request);
    if (!given.ok) return no(request, reply, given.problem);
    if (!/(^|[,;\s])respond-async($|[,;\s])/.test(String(request.headers['prefer'] ?? '').slice(0, 500)))
      return no(request, reply, fail('invalid', 'An export is answered later: send the header Prefer: respond-async', 'Prefer').problem);
    const asked = readExport(given.value, views, operation, nameOf(request));
    if (!asked.ok) return no(request, reply, asked.problem);
    const job = await askForExport(jobs, record, request.caller!, asked.value, addressOf(request));
    if (!job.ok) return job.problem.kind === 'busy' ? refuse(request, reply, job.problem, 429) : no(request, reply, job.problem);
    return reply
      .code(202)
      .header('content-location', `${serverOf(request)}/bulk/${job.value.id}`)
      .type(fhirJson)
      .send(outcome('information', 'informational', 'The export has begun: ask at the address in Content-Location'));
  };
  const exportByFirst = (request: FastifyRequest, reply: FastifyReply) => kickOff('$export', request, reply);
  const exportByNow = (request: FastifyRequest, reply: FastifyReply) => kickOff('$viewdefinition-export', request, reply);
  app.post('/fhir/ViewDefinition/$export', { config: config('view-export') }, exportByFirst);
  app.post('/fhir/ViewDefinition/:name/$export', { config: config('view-export') }, exportByFirst);
  app.post('/fhir/$viewdefinition-export', { config: config('view-export') }, exportByNow);
  app.post('/fhir/ViewDefinition/$viewdefinition-export', { config: config('view-export') }, exportByNow);
  app.post('/fhir/ViewDefinition/:name/$viewdefinition-export', { config: config('view-export') }, exportByNow);

  /** For the audit trail and the manifest. */
  const addressOf = (request: FastifyRequest): string => `${serverOf(request)}${(request.raw.url ?? '').slice(0, 1_500)}`;
}
