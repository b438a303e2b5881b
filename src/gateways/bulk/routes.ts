// /bulk/[job]: how far it is, then its manifest; DELETE cancels it, or removes its files; its files below it
// (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-status-request). Whose job it is not, there is none for.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, type Problem } from '../../fhir/result.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import type { Job, Jobs } from '../../jobs/contract.ts';
import type { RecordStore } from '../../record/contract.ts';
import { outcome, outcomeOf, statusOf } from '../fhir-rest/outcome.ts';
import type { ValidationParts } from '../fhir-rest/validation.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { type BulkFile, type BulkResult, exportKind, importKind, keepHours, viewExportKind } from './contract.ts';
import { openFile } from './files.ts';
import { shownLine, takeLines } from './take-lines.ts';

export interface BulkSettings {
  /** Folder for the files of jobs. */
  folder: string;
  publicUrl?: string;
  bodyBytesMax: number;
  /** What the site checks writes for. */
  validation: ValidationParts;
}

const fhirJson = 'application/fhir+json; charset=utf-8';
const kinds = [exportKind, importKind, viewExportKind];
/** By how the name of a file ends. */
const fileTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};
/** Lines of one request. */
const linesMax = 10_000;

export function bulkRoutes(app: FastifyInstance, jobs: Jobs, record: RecordStore, settings: BulkSettings): void {
  const config = {
    name: 'bulk',
    refuse: (problem: Problem, status: number) => ({
      type: fhirJson,
      body: JSON.stringify(outcomeOf(status === 401 ? { ...problem, kind: 'forbidden' } : problem)),
    }),
  };

  async function jobOf(request: FastifyRequest): Promise<Job | undefined> {
    const { job: id } = request.params as { job: string };
    const { person } = request.caller!;
    const job = await jobs.get(id);
    const own = job?.by === person.id || person.role === 'administrator';
    return own && job !== undefined && kinds.includes(job.kind) && job.state !== 'cancelled' ? job : undefined;
  }

  const none = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    refuse(
      request,
      reply,
      fail('not-found', 'There is no such job: it was cancelled, it has expired, or it is not of this account').problem,
      404,
    );

  // What `lamplight import` sends to a running server: some lines at a time, answered one by one.
  app.post('/bulk/lines', { config: { ...config, name: 'bulk-lines' } }, async (request, reply) => {
    const text = await readBody(request.raw, settings.bodyBytesMax);
    if (!text.ok) return refuse(request, reply, text.problem, statusOf(text.problem));
    const query = new URLSearchParams((request.raw.url ?? '').split('?', 2)[1]);
    const from = Number(query.get('first') ?? 1);
    if (!Number.isSafeInteger(from) || from < 1)
      return refuse(request, reply, fail('invalid', 'first is the number of the first line', 'first').problem, 400);
    const lines = text.value.split('\n');
    if (lines.length > linesMax)
      return refuse(request, reply, fail('too-costly', `At most ${linesMax} lines are taken at once`).problem, 413);
    const taken = await takeLines(record, request.caller!, lines, from, {
      keepVersions: query.get('keepVersions') === 'true',
      validation: settings.validation,
    });
    return reply.type('application/json').send(JSON.stringify(taken.map(shownLine)));
  });

  app.get('/bulk/:job', { config }, async (request, reply) => {
    const job = await jobOf(request);
    if (job === undefined) return none(request, reply);
    const base = `${settings.publicUrl ?? `${request.protocol}://${request.host}`}/bulk/${job.id}`;
    switch (job.state) {
      case 'done':
        return reply
          .header('expires', new Date((job.ended ?? new Date()).getTime() + keepHours * 3600_000).toUTCString())
          .type('application/json; charset=utf-8')
          .send(JSON.stringify(manifest(job, base)));
      case 'failed':
        return refuse(request, reply, job.problem ?? fail('busy', 'The job failed').problem, job.problem?.kind === 'forbidden' ? 403 : 500);
      default:
        return reply.code(202).header('x-progress', progressOf(job)).header('retry-after', '1').send();
    }
  });

  app.delete('/bulk/:job', { config }, async (request, reply) => {
    const job = await jobOf(request);
    if (job === undefined) return none(request, reply);
    const cancelled = job.ended === undefined && (await jobs.cancel(job.id));
    if (!cancelled) await jobs.forget(job.id);
    return reply
      .code(202)
      .type(fhirJson)
      .send(outcome('information', 'informational', cancelled ? 'The job was cancelled' : 'The files were removed'));
  });

  app.get('/bulk/:job/:attempt/:file', { config: { ...config, name: 'bulk-file' } }, async (request, reply) => {
    const job = await jobOf(request);
    const { attempt, file: last } = request.params as { attempt: string; file: string };
    const name = `${attempt}/${last}`;
    const listed = job?.state === 'done' ? filesOf(job).find(({ file }) => file === name) : undefined;
    const found = job === undefined || listed === undefined ? undefined : await openFile(settings.folder, job.id, listed);
    if (job === undefined || listed === undefined || found === undefined) return none(request, reply);
    const given = await record.giveFile(request.caller!, {
      action: job.kind === importKind ? 'import' : 'export',
      ...(isResourceType(listed.type) && !listed.gone ? { type: listed.type } : {}),
      file: `/bulk/${job.id}/${listed.file}`,
    });
    if (!given.ok) return refuse(request, reply, given.problem, 403);
    const type =
      job.kind === viewExportKind
        ? (fileTypes[last.slice(last.lastIndexOf('.') + 1)] ?? 'application/x-ndjson')
        : 'application/fhir+ndjson';
    return reply.type(type).header('content-length', found.bytes).send(found.read());
  });
}

/** What the manifest names. `gone`: it tells of deletions, of several types. */
function filesOf(job: Job): (BulkFile & { gone: boolean })[] {
  const { output, deleted, error } = JSON.parse(String(job.result)) as BulkResult;
  return [...[...output, ...error].map((one) => ({ ...one, gone: false })), ...deleted.map((one) => ({ ...one, gone: true }))];
}

/** At most 100 characters (section "X-Progress"). */
const progressOf = ({ state, progress, kind }: Job): string =>
  state === 'waiting'
    ? 'waiting for its turn'
    : (progress.note ?? `${progress.done} resources ${kind === importKind ? 'imported' : 'exported'}`).slice(0, 100);

function manifest(job: Job, base: string): object {
  const { transactionTime, request, output, deleted, error } = JSON.parse(String(job.result)) as BulkResult;
  const linked = (files: BulkFile[]): object[] =>
    files.map(({ type, name, file, count }) => ({ type, ...(name === undefined ? {} : { name }), url: `${base}/${file}`, count }));
  return {
    transactionTime,
    request,
    requiresAccessToken: true,
    output: linked(output),
    ...(deleted.length > 0 ? { deleted: linked(deleted) } : {}),
    error: linked(error),
  };
}
