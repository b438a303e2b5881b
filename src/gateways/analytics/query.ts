// POST /analytics/query: a question to the tables in SQL. As JSON it is answered with the rows and with what they are of; as CSV, Parquet
// or NDJSON with all of them, from a file that the process of the queries has written.
import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, type Problem } from '../../fhir/result.ts';
import type { Answer, AnswerFile, AskOptions, FileFormat, InstalledTables } from '../../warehouse/contract.ts';
import { refuse } from '../http/server.ts';
import { statusOf } from '../http/statuses.ts';
import type { Answered } from './answers.ts';
import { RunningQueries, type RunningQuery } from './query-running.ts';
import { fileRowsMax, formOf, type QueryWish, readQueryWish, rowsMax, typeOf } from './query-wish.ts';
import { worded } from './refusal.ts';

const usualSeconds = { json: 30, file: 120 };

export function queryRoutes(app: FastifyInstance, tables: InstalledTables): void {
  const running = new RunningQueries();

  app.post('/analytics/query', { config: { name: 'analytics-query', refuse: worded } }, async (request, reply) => {
    const no = (problem: Problem, status = statusOf(problem)): FastifyReply => refuse(request, reply, problem, status);
    const form = formOf(request.headers.accept);
    if (!form.ok) return no(form.problem, 406);
    const wish = await readQueryWish(request.raw);
    if (!wish.ok) return no(wish.problem);
    if (form.value === 'json' && (wish.value.limit ?? 0) > rowsMax)
      return no(fail('invalid', `limit is at most ${rowsMax} as JSON: take more rows as CSV, Parquet or NDJSON`, 'limit').problem);
    const begun = running.begin(request.caller!.person.id, wish.value.id);
    if (!begun.ok) return no(begun.problem);
    // Nobody waits for the answer any more.
    reply.raw.once('close', begun.value.stop);
    try {
      return form.value === 'json'
        ? await asJson(request, reply, tables, wish.value, begun.value)
        : await asFile(request, reply, tables, wish.value, begun.value, form.value);
    } finally {
      begun.value.ended();
      reply.raw.off('close', begun.value.stop);
    }
  });

  app.delete('/analytics/query/:id', { config: { name: 'analytics-query-cancel', refuse: worded } }, async (request, reply) => {
    const { id } = request.params as { id: string };
    if (!running.cancel(request.caller!.person.id, id.slice(0, 100)))
      return refuse(request, reply, fail('not-found', 'No query of yours with this id runs: it may have ended already').problem, 404);
    return reply.type('application/json').send(JSON.stringify({ id, state: 'cancelled' }));
  });
}

function optionsOf(
  { parameters, detail, limit, timeSeconds }: QueryWish,
  usual: { seconds: number; rows: number },
  { signal }: RunningQuery,
): AskOptions {
  return {
    signal,
    ...(parameters === undefined ? {} : { parameters }),
    ...(detail === undefined ? {} : { detail }),
    limits: { timeMs: (timeSeconds ?? usual.seconds) * 1000, rows: limit ?? usual.rows },
  };
}

async function asJson(
  request: FastifyRequest,
  reply: FastifyReply,
  tables: InstalledTables,
  wish: QueryWish,
  begun: RunningQuery,
): Promise<FastifyReply> {
  const answer = await tables.askText(request.caller!, wish.sql, optionsOf(wish, { seconds: usualSeconds.json, rows: rowsMax }, begun));
  if (!answer.ok) return refuse(request, reply, answer.problem, statusOf(answer.problem));
  const { text, position, asOf, milliseconds } = answer.value;
  // The text is an Answer already.
  const rest: Omit<Answered, keyof Answer> = { position, asOf, milliseconds, detail: wish.detail ?? 'de-identified' };
  const of = JSON.stringify(rest);
  return reply.type('application/json').send(`${text.slice(0, -1)},${of.slice(1)}`);
}

async function asFile(
  request: FastifyRequest,
  reply: FastifyReply,
  tables: InstalledTables,
  wish: QueryWish,
  begun: RunningQuery,
  format: FileFormat,
): Promise<FastifyReply> {
  const options = optionsOf(wish, { seconds: usualSeconds.file, rows: fileRowsMax }, begun);
  const answer = await tables.askFile(request.caller!, wish.sql, format, options);
  if (!answer.ok) return refuse(request, reply, answer.problem, statusOf(answer.problem));
  return send(reply, answer.value, format);
}

function send(reply: FastifyReply, file: AnswerFile, format: FileFormat): FastifyReply {
  // Before the stream is there, too: a client may be gone already.
  if (reply.raw.destroyed) {
    file.remove();
    return reply;
  }
  const stream = createReadStream(file.path);
  stream.once('close', file.remove);
  return reply
    .type(typeOf[format])
    .header('content-length', file.bytes)
    .header('content-disposition', `attachment; filename="answer.${format}"`)
    .header('x-lamplight-position', file.position)
    .header('x-lamplight-as-of', file.asOf)
    .header('x-lamplight-rows', file.rows)
    .header('x-lamplight-cut', String(file.cut))
    .send(stream);
}
