// Questions and dashboards over HTTP: what there is, asked with its parameters, kept for everybody. What a question may read is
// decided where the tables are asked; who may keep one by src/policy/analytics.ts.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, type Problem, type Result } from '../../fhir/result.ts';
import { decideKeeping } from '../../policy/analytics.ts';
import type { RecordStore } from '../../record/contract.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import type { Ran, ShownFile } from './answers.ts';
import { type AskingParts, askQuestion } from './asking.ts';
import type { Dashboard, Kept, Question } from './contract.ts';
import type { Shelf } from './shelf.ts';
import { readKeepWish, readRunWish, readTryWish } from './wish.ts';

export interface QuestionParts extends AskingParts {
  questions: Shelf<Question>;
  dashboards: Shelf<Dashboard>;
  record: Pick<RecordStore, 'note'>;
}

/** Wrong and too costly are here what is asked, not how it was sent. */
const statuses: Statuses = { 'too-costly': 422, invalid: 422, unsupported: 400 };

export function questionRoutes(app: FastifyInstance, parts: QuestionParts): void {
  const { questions, dashboards, record } = parts;
  const question = shelfOf(record, { of: 'questions', one: 'question', shelf: questions, opens: ({ summary }) => summary });
  app.get('/analytics/questions', { config: { name: 'question-list' } }, question.list);
  app.get('/analytics/questions/:name', { config: { name: 'question' } }, question.get);
  app.put('/analytics/questions/:name', { config: { name: 'question-keep' } }, question.put);
  app.delete('/analytics/questions/:name', { config: { name: 'question-remove' } }, question.remove);

  const dashboard = shelfOf(record, { of: 'dashboards', one: 'dashboard', shelf: dashboards, opens: () => false });
  app.get('/analytics/dashboards', { config: { name: 'dashboard-list' } }, dashboard.list);
  app.get('/analytics/dashboards/:name', { config: { name: 'dashboard' } }, dashboard.get);
  app.put('/analytics/dashboards/:name', { config: { name: 'dashboard-keep' } }, dashboard.put);
  app.delete('/analytics/dashboards/:name', { config: { name: 'dashboard-remove' } }, dashboard.remove);

  app.post('/analytics/questions/:name/run', { config: { name: 'question-run' } }, async (request, reply) => {
    const wish = await readRunWish(request);
    if (!wish.ok) return no(request, reply, wish.problem);
    const kept = await questions.get(nameOf(request));
    if (kept === undefined) return no(request, reply, missing('question'));
    return kept.value === undefined
      ? no(request, reply, fail('invalid', `The file of this question has a mistake: ${kept.problem}`).problem)
      : run(parts, request, reply, kept.value, wish.value);
  });

  // Not kept, so that nobody has answered for it: asked with the rights of whoever typed it.
  app.post('/analytics/questions/:name/try', { config: { name: 'question-try' } }, async (request, reply) => {
    const wish = await readTryWish(request);
    if (!wish.ok) return no(request, reply, wish.problem);
    const read = questions.read(nameOf(request), wish.value.text);
    return read.ok ? run(parts, request, reply, { ...read.value, summary: false }, wish.value.given) : no(request, reply, read.problem);
  });
}

async function run(
  parts: QuestionParts,
  request: FastifyRequest,
  reply: FastifyReply,
  question: Question,
  given: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const began = performance.now();
  const fresh = await parts.tables.freshness();
  const asked = await askQuestion(parts, request.caller!, question, given, gone.signal);
  if (!asked.ok) return no(request, reply, asked.problem);
  const { answer, values } = asked.value;
  const ran: Ran = {
    ...answer,
    parameters: values,
    detail: question.detail,
    position: fresh === undefined ? null : String(fresh.position),
    behind: fresh === undefined ? null : Number(fresh.head - fresh.position),
    asOf: parts.now().toISOString(),
    milliseconds: Math.round(performance.now() - began),
  };
  return reply.type('application/json').send(JSON.stringify(ran));
}

interface ShelfParts<T> {
  of: 'questions' | 'dashboards';
  one: 'question' | 'dashboard';
  shelf: Shelf<T>;
  /** Whether it is open to those who may not export. */
  opens(value: T): boolean;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** What is done with the files of one shelf. */
function shelfOf<T extends object>(
  record: Pick<RecordStore, 'note'>,
  { of, one, shelf, opens }: ShelfParts<T>,
): Record<'list' | 'get' | 'put' | 'remove', Handler> {
  const shown = ({ text: _text, value, ...kept }: Kept<T>): ShownFile<T> => ({ ...kept, ...((value ?? {}) as Partial<T>) });
  return {
    list: async (_request, reply) => reply.type('application/json').send(JSON.stringify({ [of]: (await shelf.list()).map(shown) })),

    async get(request, reply) {
      const kept = await shelf.get(nameOf(request));
      if (kept === undefined) return no(request, reply, missing(one));
      return reply.type('application/json').send(JSON.stringify({ ...shown(kept), text: kept.text }));
    },

    async put(request, reply) {
      const wish = await readKeepWish(request);
      if (!wish.ok) return no(request, reply, wish.problem);
      const name = nameOf(request);
      const { text, version } = wish.value;
      const read = shelf.read(name, text);
      const decision = decideKeeping(request.caller!.person, { summary: read.ok && opens(read.value) });
      const done: Result<Kept<T>> = decision.allowed ? await shelf.put(name, text, version) : fail('forbidden', decision.why);
      await record.note(request.caller!, `${one}-keep`, { outcome: outcomeOf(done), query: named(name) });
      if (!done.ok) return no(request, reply, done.problem);
      return reply
        .code(version === undefined ? 201 : 200)
        .type('application/json')
        .send(JSON.stringify({ ...shown(done.value), text }));
    },

    async remove(request, reply) {
      const name = nameOf(request);
      const version = new URL(request.raw.url ?? '', 'http://here').searchParams.get('version') ?? '';
      const decision = decideKeeping(request.caller!.person, { summary: false });
      const done: Result<void> = decision.allowed ? await shelf.remove(name, version) : fail('forbidden', decision.why);
      await record.note(request.caller!, `${one}-remove`, { outcome: outcomeOf(done), query: named(name) });
      return done.ok ? reply.code(204).send() : no(request, reply, done.problem);
    },
  };
}

/** Of an address: may hold anything. */
const named = (name: string): string => name.replaceAll(/[\0\p{Surrogate}]/gu, '').slice(0, 80);
const nameOf = (request: FastifyRequest): string => (request.params as { name: string }).name;
const outcomeOf = (done: Result<unknown>): number => (done.ok ? 200 : statusOf(done.problem, statuses));
const missing = (one: string): Problem => fail('not-found', `There is no ${one} of that name`).problem;
const no = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply =>
  refuse(request, reply, problem, statusOf(problem, statuses));
