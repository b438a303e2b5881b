// Surveillance over HTTP: what is counted, series with bounds, alerts with their notes, areas, clusters, nowcast, line list, suspected cases. Every
// request leaves a row in the audit trail, with the patients who were shown; what is asked of the tables leaves its own.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { detectors } from '../../methods/outbreak/methods.ts';
import { decideSurveillance, type SurveillanceAction } from '../../policy/surveillance.ts';
import type { Caller } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import { alertsOf } from './alerts.ts';
import { byText, type Definitions, type SentCase, type SentCaseReport, type Suspected, shownReport } from './answers.ts';
import { areasOf } from './areas.ts';
import { boundariesRoute } from './boundaries-route.ts';
import { clustersOf } from './clusters.ts';
import { ageBands, classes, type SurveillanceParts } from './contract.ts';
import { Counts } from './counts.ts';
import { knownAreas } from './known-areas.ts';
import { lateOf } from './late.ts';
import { lineListOf } from './line-list.ts';
import { addNote, listNotes } from './notes.ts';
import { type Case, lookAt, noReportChannel, reportsOf, sendReport } from './reporting.ts';
import { Responses } from './responses.ts';
import { seesRows } from './rights.ts';
import { noChannel, sendCase, sentOf } from './sending.ts';
import { lastComplete, seriesOf } from './series.ts';
import { changedSince, visitsOf, withFate } from './since.ts';
import { suspectedCases } from './suspected.ts';
import { addDays, type ReportWish, readNote, readReport, readReportBody, readSend, readWish, type Wish, wishNames } from './wish.ts';

const bodyBytesMax = 64 * 1024;
/** Too costly is here what is asked, not what was sent. */
const statuses: Statuses = { 'too-costly': 422 };
/** Days between symptoms of a case and of whom it infects, where none are asked for: influenza, Ferguson 2005. */
const intervalUsual = { mean: 2.6, deviation: 1.5 };

interface Door {
  action?: SurveillanceAction;
  trail: string;
  takes?: readonly string[];
  /** It is about one syndrome. */
  syndrome?: boolean;
}

export function surveillanceRoutes(app: FastifyInstance, parts: SurveillanceParts): void {
  const { database, record, knowledge, now } = parts;
  const counts = new Counts(parts);
  const areas = knownAreas(knowledge.areas, parts.boundaries);
  const responses = parts.reporting === undefined ? undefined : new Responses(parts.reporting.exchange);
  boundariesRoute(app, parts);
  const today = (): string => counts.dayOf(now());

  async function admit(
    request: FastifyRequest,
    reply: FastifyReply,
    { action = 'look', trail, takes = wishNames, syndrome = false }: Door,
    work: (caller: Caller, wish: Wish, query: URLSearchParams, show: (patients: readonly string[]) => void) => Promise<Result<object>>,
  ): Promise<FastifyReply> {
    const shown = new Set<string>();
    const show = (patients: readonly string[]): void => {
      for (const id of patients) if (id !== '') shown.add(keyOfId(id));
    };
    const caller = request.caller as Caller;
    const decision = decideSurveillance(caller.person, action);
    const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
    const answer = decision.allowed
      ? await asked(query, takes, syndrome, (wish) => work(caller, wish, query, show))
      : fail('forbidden', decision.why);
    const status = answer.ok ? 200 : statusOf(answer.problem, statuses);
    await record.note(caller, trail, {
      outcome: status,
      query: query.toString().slice(0, 500),
      ...(shown.size === 0 ? {} : { patients: [...shown] }),
    });
    if (!answer.ok) return refuse(request, reply, answer.problem, status);
    return reply.code(status).header('cache-control', 'no-store').type('application/json').send(JSON.stringify(answer.value));
  }

  async function asked(
    query: URLSearchParams,
    takes: readonly string[],
    syndrome: boolean,
    work: (wish: Wish) => Promise<Result<object>>,
  ): Promise<Result<object>> {
    const unknown = [...query.keys()].find((name) => !takes.includes(name));
    if (unknown !== undefined)
      return fail(
        'invalid',
        `There is no parameter ${JSON.stringify(unknown.slice(0, 40))}; known are: ${takes.join(', ') || 'none'}`,
        'query',
      );
    const wish = readWish(query, today());
    if (!wish.ok) return wish;
    if (syndrome && !knowledge.syndromes.some(({ name }) => name === wish.value.syndrome))
      return fail(
        'not-found',
        `There is no such syndrome; known are: ${knowledge.syndromes.map(({ name }) => name).join(', ')}`,
        'syndrome',
      );
    return work(wish.value);
  }

  app.get('/surveillance/syndromes', { config: { name: 'surveillance-syndromes' } }, (request, reply) =>
    admit(request, reply, { trail: 'surveillance-look', takes: [] }, async (caller) =>
      ok<Definitions>({
        syndromes: knowledge.syndromes,
        notifiable: knowledge.notifiable,
        areas: {
          says: knowledge.areas.says,
          madeUp: knowledge.areas.made_up,
          areas: knowledge.areas.areas.map(({ area, name, x, y }) => ({ area, name, x, y })),
        },
        methods: Object.keys(detectors),
        classes,
        ages: ageBands,
        today: today(),
        timeZone: parts.timeZone,
        rows: seesRows(caller),
        notes: decideSurveillance(caller.person, 'note').allowed,
      }),
    ),
  );

  app.get('/surveillance/series', { config: { name: 'surveillance-series' } }, (request, reply) =>
    admit(request, reply, { trail: 'surveillance-look', syndrome: true }, (caller, wish) => seriesOf(counts, caller, wish, today())),
  );

  app.get('/surveillance/alerts', { config: { name: 'surveillance-alerts' } }, (request, reply) =>
    admit(request, reply, { trail: 'surveillance-look', takes: ['to', 'class', 'method', 'of'] }, async (caller, wish) => {
      const notes = await listNotes(database, addDays(wish.to, -90), wish.to);
      return alertsOf({ counts, knowledge, notes }, caller, wish, today());
    }),
  );

  app.get('/surveillance/areas', { config: { name: 'surveillance-areas' } }, (request, reply) =>
    admit(request, reply, { trail: 'surveillance-look', syndrome: true }, (caller, wish) => areasOf(counts, areas, caller, wish)),
  );

  app.get('/surveillance/clusters', { config: { name: 'surveillance-clusters' } }, (request, reply) =>
    admit(request, reply, { trail: 'surveillance-look', syndrome: true }, (caller, wish) =>
      clustersOf(counts, areas, caller, wish, lastComplete(wish.to, today())),
    ),
  );

  app.get('/surveillance/nowcast', { config: { name: 'surveillance-nowcast' } }, (request, reply) =>
    admit(
      request,
      reply,
      { trail: 'surveillance-look', takes: [...wishNames, 'intervalMean', 'intervalDeviation'], syndrome: true },
      async (caller, wish, query) => {
        const mean = Number(query.get('intervalMean') ?? intervalUsual.mean);
        const deviation = Number(query.get('intervalDeviation') ?? intervalUsual.deviation);
        if (!(mean > 1 && mean <= 60 && deviation > 0.05 && deviation <= 60))
          return fail('invalid', 'intervalMean is days above 1, intervalDeviation above 0; both at most 60', 'intervalMean');
        return lateOf(counts, caller, wish, { mean, deviation }, lastComplete(wish.to, today()));
      },
    ),
  );

  app.get('/surveillance/linelist', { config: { name: 'surveillance-linelist' } }, (request, reply) =>
    admit(request, reply, { trail: 'surveillance-rows', syndrome: true }, async (caller, wish, _, show) => {
      const list = await lineListOf(counts, knowledge.classifier, caller, wish);
      if (list.ok) show(list.value.rows.map(({ patient }) => patient));
      return list;
    }),
  );

  app.get('/surveillance/suspected', { config: { name: 'surveillance-suspected' } }, (request, reply) =>
    admit(request, reply, { trail: 'surveillance-rows', takes: ['from', 'to'] }, async (caller, wish, _, show) => {
      const found = await suspectedCases(parts, counts, caller, wish);
      if (!found.ok) return found;
      show(found.value.cases.map(({ patient }) => patient));
      const { sending, reporting } = parts;
      const sent = sending === undefined ? undefined : await sentOf(sending, found.value.cases);
      const reports =
        reporting === undefined || responses === undefined ? undefined : await reportsOf(reporting, found.value.cases, responses.look());
      const may = decideSurveillance(caller.person, 'send').allowed;
      const since =
        may && reporting !== undefined
          ? await changedSince(reporting, caller, found.value.cases, sent ?? new Map(), reports ?? new Map())
          : undefined;
      const cases = found.value.cases.map((one) => withFate(one, sent, reports, since));
      const [channel, reportChannel] = [sending?.channel ?? null, reporting?.channel ?? null];
      return ok<Suspected>({ cases, more: found.value.more, channel, reportChannel, sends: may && channel !== null, writes: may });
    }),
  );

  app.post('/surveillance/suspected/send', { config: { name: 'surveillance-send' } }, (request, reply) =>
    admit(request, reply, { action: 'send', trail: 'surveillance-send', takes: ['from', 'to'] }, async (caller, wish, _, show) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const asked = await readSend(text.value);
      if (!asked.ok) return asked;
      const found = await suspectedCases(parts, counts, caller, wish);
      if (!found.ok) return found;
      const { condition, patient } = asked.value;
      const one = found.value.cases.find((each) => each.condition === condition && each.patient === patient);
      if (one === undefined) return fail('not-found', 'There is no such suspected case in these days', 'patient');
      show([patient]);
      const { sending } = parts;
      if (sending === undefined) return fail('unsupported', noChannel);
      const before = await sentOf(sending, [one]);
      const since = await changedSince(sending, caller, [one], before, new Map());
      const sent = await sendCase(sending, caller, one, (since.laboratory.get(`${condition} ${patient}`) ?? []).length > 0);
      return sent.ok ? ok<SentCase>({ sent: byText(sent.value) }) : sent;
    }),
  );

  /** The case and visit that are named, as these days show them. */
  async function caseOf(caller: Caller, wish: Wish, { condition, patient, encounter }: ReportWish): Promise<Result<Case>> {
    const found = await suspectedCases(parts, counts, caller, wish);
    if (!found.ok) return found;
    const one = found.value.cases.find((each) => each.condition === condition && each.patient === patient);
    const named = knowledge.notifiable.conditions.find(({ name }) => name === condition);
    return one === undefined || named === undefined || !visitsOf(one).includes(encounter)
      ? fail('not-found', 'There is no such suspected case of this visit in these days', 'encounter')
      : ok({ one, encounter, condition: named, notifiable: knowledge.notifiable });
  }

  app.get('/surveillance/suspected/report', { config: { name: 'surveillance-report' } }, (request, reply) =>
    admit(
      request,
      reply,
      { action: 'send', trail: 'surveillance-report-look', takes: ['from', 'to', 'condition', 'patient', 'encounter'] },
      async (caller, wish, query, show) => {
        const asked = readReport(new Map(query));
        const of = asked.ok ? await caseOf(caller, wish, asked.value) : asked;
        if (!of.ok) return of;
        show([of.value.one.patient]);
        return parts.reporting === undefined ? fail('unsupported', noReportChannel) : lookAt(parts.reporting, caller, of.value);
      },
    ),
  );

  app.post('/surveillance/suspected/report', { config: { name: 'surveillance-report-send' } }, (request, reply) =>
    admit(request, reply, { action: 'send', trail: 'surveillance-report', takes: ['from', 'to'] }, async (caller, wish, _, show) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const asked = await readReportBody(text.value);
      const of = asked.ok ? await caseOf(caller, wish, asked.value) : asked;
      if (!of.ok) return of;
      show([of.value.one.patient]);
      const sent =
        parts.reporting === undefined || responses === undefined
          ? fail('unsupported', noReportChannel)
          : await sendReport(parts.reporting, caller, of.value, responses.look());
      return sent.ok ? ok<SentCaseReport>({ sent: shownReport(sent.value) }) : sent;
    }),
  );

  app.get('/surveillance/notes', { config: { name: 'surveillance-notes' } }, (request, reply) =>
    admit(request, reply, { trail: 'surveillance-look', takes: ['from', 'to'] }, async (_, wish) =>
      ok({ notes: await listNotes(database, wish.from, wish.to) }),
    ),
  );

  app.post('/surveillance/notes', { config: { name: 'surveillance-note' } }, (request, reply) =>
    admit(request, reply, { action: 'note', trail: 'surveillance-note', takes: [] }, async ({ person }) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const wish = await readNote(text.value);
      if (!wish.ok) return wish;
      if (!knowledge.syndromes.some(({ name }) => name === wish.value.syndrome))
        return fail('not-found', 'There is no such syndrome', 'syndrome');
      return ok({ note: await addNote(database, wish.value, person, now()) });
    }),
  );
}
