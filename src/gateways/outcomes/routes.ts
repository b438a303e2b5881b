// How the house does, over HTTP: indicators with their charts, funnels, what was to be expected, signals of drugs and devices, data quality, rows behind any
// point, and notes beside charts. Every answer says up to which position of the record it tells.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/contract.ts';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Indicator } from '../../methods/indicators/contract.ts';
import { everywhere } from '../../methods/indicators/evaluate.ts';
import { steps } from '../../methods/indicators/periods.ts';
import { decide } from '../../policy/decide.ts';
import { decideOutcomes, type OutcomesAction } from '../../policy/outcomes.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import type { Tables } from '../../warehouse/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import type { ExpectedAnswer, Funnel, IndicatorList, Listed, OneIndicator, QualityAnswer, SignalsAnswer } from './answers.ts';
import { outcomeNames, wordsOfOutcome } from './expected-sql.ts';
import { Kept } from './kept.ts';
import type { OutcomeKnowledge } from './knowledge.ts';
import { addNote, endNote, listNotes, readNoteWish } from './notes.ts';
import { openOutcomes } from './outcomes.ts';
import { kindsOfSignal } from './signals-sql.ts';
import { oneOf, overdispersions, readUntil, readWard, readWindow } from './wish.ts';

const bodyBytesMax = 16 * 1024;
const dayMs = 86_400_000;
/** Counts of stays below it are not shown to who may not see rows. */
const smallBelow = 5;
const statuses: Statuses = { unsupported: 422 };

export interface OutcomeRouteParts {
  tables: Tables;
  database: Database;
  record: Pick<RecordStore, 'note'>;
  knowledge: OutcomeKnowledge;
  timeZone: string;
  now(): Date;
}

interface Door {
  action?: OutcomesAction;
  takes?: readonly string[];
  /** In the audit trail, where the tables leave no row of their own. */
  trail?: string;
}
type Done = Result<{ status?: number; value: object }>;

/** Of an indicator, as a list shows it. */
const shown = ({ name, title, question, unit, direction, chart, version, status, reviewer, measure }: Indicator): Listed => ({
  name,
  title,
  question,
  unit,
  direction,
  chart,
  version,
  status,
  reviewer,
  measure,
});

export function outcomeRoutes(app: FastifyInstance, { tables, database, record, knowledge, timeZone, now }: OutcomeRouteParts): void {
  const outcomes = openOutcomes({ tables, knowledge, timeZone, now });
  const kept = new Kept(now);

  async function admit(
    request: FastifyRequest,
    reply: FastifyReply,
    { action = 'look', takes = [], trail }: Door,
    work: (caller: Caller, query: URLSearchParams) => Promise<Done>,
  ): Promise<FastifyReply> {
    const caller = request.caller as Caller;
    const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
    const decision = decideOutcomes(caller.person, action);
    const unknown = [...query.keys()].find((name) => !takes.includes(name));
    const answer: Done = !decision.allowed
      ? fail('forbidden', decision.why)
      : unknown !== undefined
        ? fail(
            'invalid',
            `There is no parameter ${JSON.stringify(unknown.slice(0, 40))}; known are: ${takes.join(', ') || 'none'}`,
            'query',
          )
        : await work(caller, query);
    const status = answer.ok ? (answer.value.status ?? 200) : statusOf(answer.problem, statuses);
    if (trail !== undefined || !decision.allowed) await record.note(caller, trail ?? 'outcomes-look', { outcome: status });
    if (!answer.ok) return refuse(request, reply, answer.problem, status);
    return reply.code(status).header('cache-control', 'no-store').type('application/json').send(JSON.stringify(answer.value.value));
  }

  /** Asked once a minute of one state of the record by one person; a kept answer leaves its row in the audit trail, too. */
  async function askKept<T extends object>(
    caller: Caller,
    question: string,
    work: () => Promise<Result<T>>,
  ): Promise<Result<{ value: T; position: string; at: string }>> {
    const freshness = await tables.freshness();
    if (freshness === undefined) return fail('busy', 'The tables are not made yet: try again in a moment');
    const position = String(freshness.position);
    const { answer, again } = await kept.ask(JSON.stringify([caller.person, caller.purpose, position, question]), async () => {
      const found = await work();
      return found.ok ? ok({ value: found.value, position, at: now().toISOString() }) : found;
    });
    if (again && answer.ok)
      await record.note(caller, 'warehouse-summary', { outcome: 200, query: `outcomes, kept: ${question.slice(0, 200)}` });
    return answer;
  }

  const nameIn = (request: FastifyRequest): string => (request.params as { name: string }).name;
  const windowTakes = ['step', 'periods', 'until'];

  app.get('/outcomes/indicators', { config: { name: 'outcomes-indicators' } }, (request, reply) =>
    admit(request, reply, { trail: 'outcomes-look' }, async () =>
      ok({ value: { indicators: [...knowledge.indicators.values()].map(shown), timeZone } satisfies IndicatorList }),
    ),
  );

  app.get('/outcomes/indicators/:name', { config: { name: 'outcomes-indicator' } }, (request, reply) =>
    admit(request, reply, { takes: [...windowTakes, 'ward', 'baseline'] }, async (caller, query) => {
      const window = readWindow(query, timeZone, now());
      if (!window.ok) return window;
      const ward = readWard(query);
      if (!ward.ok) return ward;
      const baseline = query.has('baseline') ? Number(query.get('baseline')) : undefined;
      if (baseline !== undefined && !(Number.isInteger(baseline) && baseline >= 3 && baseline <= 240))
        return fail('invalid', 'baseline is a number of periods from 3 to 240', 'baseline');
      const name = nameIn(request);
      const asked = await askKept(
        caller,
        `${name} ${String(new URLSearchParams([...query].filter(([key]) => windowTakes.includes(key))))}`,
        () => outcomes.series(caller, name, window.value),
      );
      if (!asked.ok) return asked;
      const { value: series, position, at } = asked.value;
      const notes = await listNotes(database, name);
      const annotations = notes.filter((note) => note.ward === null || ward.value === everywhere || note.ward === ward.value);
      const charts = (each: string) =>
        outcomes.chart(series, {
          ward: each,
          window: window.value,
          annotations: annotations.filter((note) => note.ward === null || note.ward === each),
          ...(baseline === undefined ? {} : { baseline }),
        });
      const chart = charts(ward.value);
      if (!chart.ok) return chart;
      const wards = series.wards.map((each) => {
        const made = charts(each);
        return made.ok
          ? { ward: each, now: made.value.now, points: made.value.points.map(({ period, value }) => ({ period, value })) }
          : { ward: each };
      });
      return ok({
        value: {
          indicator: series.indicator,
          ward: ward.value,
          window: { ...window.value, from: series.periods[0]?.name },
          chart: chart.value,
          wards,
          notes: annotations,
          position,
          at,
          timeZone,
        } satisfies OneIndicator,
      });
    }),
  );

  app.get('/outcomes/indicators/:name/funnel', { config: { name: 'outcomes-funnel' } }, (request, reply) =>
    admit(request, reply, { takes: [...windowTakes, 'overdispersion'] }, async (caller, query) => {
      const window = readWindow(query, timeZone, now());
      if (!window.ok) return window;
      const overdispersion = oneOf(query, 'overdispersion', overdispersions, 'additive');
      if (!overdispersion.ok) return overdispersion;
      const name = nameIn(request);
      const asked = await askKept(
        caller,
        `${name} ${String(new URLSearchParams([...query].filter(([key]) => windowTakes.includes(key))))}`,
        () => outcomes.series(caller, name, window.value),
      );
      if (!asked.ok) return asked;
      const { value, position, at } = asked.value;
      const funnel = outcomes.wardsFunnel(value, window.value, overdispersion.value);
      return funnel.ok ? ok({ value: { ...funnel.value, position, at } satisfies Funnel }) : funnel;
    }),
  );

  app.get('/outcomes/indicators/:name/rows', { config: { name: 'outcomes-rows' } }, (request, reply) =>
    admit(request, reply, { takes: ['step', 'period', 'ward'] }, async (caller, query) => {
      const step = oneOf(query, 'step', steps, 'month');
      if (!step.ok) return step;
      const ward = readWard(query);
      if (!ward.ok) return ward;
      const found = await outcomes.behind(caller, nameIn(request), {
        step: step.value,
        period: query.get('period') ?? '',
        ...(ward.value === everywhere ? {} : { ward: ward.value }),
      });
      return found.ok ? ok({ value: found.value }) : found;
    }),
  );

  app.get('/outcomes/expected', { config: { name: 'outcomes-expected' } }, (request, reply) =>
    admit(request, reply, { takes: ['outcome', 'since', 'from', 'until'] }, async (caller, query) => {
      const outcome = oneOf(query, 'outcome', outcomeNames, 'mortality');
      if (!outcome.ok) return outcome;
      const untilMs = readUntil(query, timeZone, now());
      if (!untilMs.ok) return untilMs;
      const startOf = (name: string, otherwise: number): Result<number> => {
        if (!query.has(name)) return ok(otherwise);
        const end = readUntil(query, timeZone, now(), name);
        return end.ok ? ok(end.value + 1 - dayMs) : end;
      };
      // Three years and the half year that is judged, unless asked otherwise.
      const splitMs = startOf('from', untilMs.value - 183 * dayMs);
      if (!splitMs.ok) return splitMs;
      const sinceMs = startOf('since', splitMs.value - 3 * 365 * dayMs);
      if (!sinceMs.ok) return sinceMs;
      if (!(sinceMs.value < splitMs.value && splitMs.value < untilMs.value))
        return fail('invalid', 'since, from and until are days in this order: a model of since to from, judged from there until', 'from');
      const range = { sinceMs: sinceMs.value, splitMs: splitMs.value, untilMs: untilMs.value };
      const asked = await askKept(caller, `expected ${outcome.value} ${String(query)}`, () =>
        outcomes.expected(caller, outcome.value, range),
      );
      if (!asked.ok) return asked;
      const { value, position, at } = asked.value;
      const days = {
        since: new Date(range.sinceMs).toISOString(),
        from: new Date(range.splitMs).toISOString(),
        until: new Date(range.untilMs).toISOString(),
      };
      return ok({
        value: {
          outcome: outcome.value,
          ...wordsOfOutcome(outcome.value),
          ...value,
          days,
          factors: knowledge.factors.version,
          position,
          at,
        } satisfies ExpectedAnswer,
      });
    }),
  );

  app.get('/outcomes/signals', { config: { name: 'outcomes-signals' } }, (request, reply) =>
    admit(request, reply, { takes: ['kind', 'since', 'until'] }, async (caller, query) => {
      const kind = oneOf(query, 'kind', kindsOfSignal, 'drugs');
      if (!kind.ok) return kind;
      const untilMs = readUntil(query, timeZone, now());
      if (!untilMs.ok) return untilMs;
      const since = query.has('since') ? readUntil(query, timeZone, now(), 'since') : ok(untilMs.value - 730 * dayMs);
      if (!since.ok) return since;
      const range = { sinceMs: query.has('since') ? since.value + 1 - dayMs : since.value, untilMs: untilMs.value };
      const asked = await askKept(caller, `signals ${kind.value} ${String(query)}`, () => outcomes.signals(caller, kind.value, range));
      if (!asked.ok) return asked;
      const { value, position, at } = asked.value;
      const rows = decide(caller.person, caller.purpose, 'export', 'Encounter').allowed;
      const pairs = rows ? value.pairs : value.pairs.filter(({ table }) => table.a >= smallBelow);
      const days = { since: new Date(range.sinceMs).toISOString(), until: new Date(range.untilMs).toISOString() };
      const leftOut = value.pairs.length - pairs.length;
      return ok({ value: { kind: kind.value, ...value, pairs, leftOut, days, position, at } satisfies SignalsAnswer });
    }),
  );

  app.get('/outcomes/data-quality', { config: { name: 'outcomes-quality' } }, (request, reply) =>
    admit(request, reply, {}, async (caller) => {
      const asked = await askKept(caller, 'data quality', async () => ok(await outcomes.quality(caller)));
      if (!asked.ok) return asked;
      const { value: checks, position, at } = asked.value;
      return ok({ value: { checks, position, at } satisfies QualityAnswer });
    }),
  );

  app.get('/outcomes/data-quality/:check/rows', { config: { name: 'outcomes-quality-rows' } }, (request, reply) =>
    admit(request, reply, {}, async (caller) => {
      const found = await outcomes.qualityRows(caller, (request.params as { check: string }).check);
      return found.ok ? ok({ value: found.value }) : found;
    }),
  );

  app.post('/outcomes/notes', { config: { name: 'outcomes-note' } }, (request, reply) =>
    admit(request, reply, { action: 'note', trail: 'outcomes-note' }, async ({ person }) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const json = readJsonNow(text.value);
      const wish = json.ok ? readNoteWish(json.value, knowledge.indicators) : json;
      if (!wish.ok) return wish;
      return ok({ status: 201, value: { id: await addNote(database, wish.value, person, now()) } });
    }),
  );

  app.post('/outcomes/notes/:id/end', { config: { name: 'outcomes-note-end' } }, (request, reply) =>
    admit(request, reply, { action: 'note', trail: 'outcomes-note' }, async ({ person }) => {
      const { id } = request.params as { id: string };
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return fail('not-found', 'There is no such note');
      const ended = await endNote(database, id, person, now());
      return ended.ok ? ok({ value: ended.value }) : ended;
    }),
  );
}
