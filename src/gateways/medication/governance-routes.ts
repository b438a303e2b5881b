// Governance of rules for those who may: how rules do, one rule with its row, replays over past orders, changes with signatures,
// proposals. Every step leaves a row in the audit trail; of a replay's sample each reader sees the orders that they may read.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/contract.ts';
import type { MedicationRequest } from '../../fhir/generated/types.ts';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Job, Jobs } from '../../jobs/contract.ts';
import type { Library } from '../../modules/medication-safety/library.ts';
import { ruleKey } from '../../modules/medication-safety/local-rules.ts';
import { wordsOf } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import { decideMedicationRules, type RulesAction } from '../../policy/medication-rules.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import type { Alerts } from './alerts.ts';
import type {
  ChangeAsked,
  Changes,
  OneRule,
  ReplayAnswer,
  ReplayAsk,
  RulesAnswer,
  SampleShown,
  ShownDifference,
} from './governance-answers.ts';
import { askChange, endChange, listChanges, signChange } from './governance-changes.ts';
import type { RulesInForce } from './governance-in-force.ts';
import { answerProposal, proposalsOf } from './governance-proposals.ts';
import { interrupts, ruleOf, signaturesFor } from './governance-signatures.ts';
import { isUuid, readChangeWish, readEnd, readProposalAnswer, readSignature } from './governance-wish.ts';
import { type ReplayAsked, replayKind, withChanges } from './replay-job.ts';
import type { ReplayResult } from './replay-tally.ts';
import { readReplayWish } from './replay-wish.ts';
import { rulesDoing, ruleTrend, shownRule, shownRules } from './rules.ts';

const bodyBytesMax = 4 * 1024 * 1024;
const statuses: Statuses = { gone: 404 };

export interface GovernanceParts {
  database: Database;
  record: Pick<RecordStore, 'read' | 'note'>;
  library: Library;
  rules: RulesInForce;
  alerts: Pick<Alerts, 'written'>;
  jobs: Pick<Jobs, 'ask' | 'get' | 'cancel' | 'list'>;
  now(): Date;
}

interface Door {
  action: RulesAction;
  /** In the audit trail: gateways/audit/words.ts tells it in words. */
  trail: string;
  takes?: readonly string[];
}

export function governanceRoutes(app: FastifyInstance, { database, record, library, rules, alerts, jobs, now }: GovernanceParts): void {
  const done = (status: number, value: object): Result<{ status: number; value: object }> => ok({ status, value });

  async function admit(
    request: FastifyRequest,
    reply: FastifyReply,
    { action, trail, takes = [] }: Door,
    work: (caller: Caller, query: URLSearchParams) => Promise<Result<{ status: number; value: object }>>,
  ): Promise<FastifyReply> {
    const caller = request.caller as Caller;
    const decision = decideMedicationRules(caller.person, action);
    const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
    const unknown = [...query.keys()].find((name) => !takes.includes(name));
    const answer = !decision.allowed
      ? fail('forbidden', decision.why)
      : unknown !== undefined
        ? fail(
            'invalid',
            `There is no parameter ${JSON.stringify(unknown.slice(0, 40))}; known are: ${takes.join(', ') || 'none'}`,
            'query',
          )
        : await work(caller, query);
    const status = answer.ok ? answer.value.status : statusOf(answer.problem, statuses);
    await record.note(caller, trail, { outcome: status });
    if (!answer.ok) return refuse(request, reply, answer.problem, status);
    return reply.code(status).header('cache-control', 'no-store').type('application/json').send(JSON.stringify(answer.value.value));
  }

  const sinceIn = (query: URLSearchParams): Result<Date> => {
    const since = query.get('since') ?? new Date(now().getTime() - 90 * 86_400_000).toISOString().slice(0, 10);
    return /^\d{4}-\d{2}-\d{2}$/.test(since) && !Number.isNaN(Date.parse(since))
      ? ok(new Date(since))
      : fail('invalid', 'since is a date, such as 2026-01-31', 'since');
  };

  app.get('/medication/rules', { config: { name: 'medication-rules' } }, (request, reply) =>
    admit(request, reply, { action: 'look', trail: 'rules-look', takes: ['since'] }, async (_, query) => {
      const since = sinceIn(query);
      if (!since.ok) return since;
      await alerts.written();
      const doing = await rulesDoing(database, since.value);
      const local = [...rules.base().local].map(([key, { change, says }]) => ({ key, change, says }));
      return done(200, { ...shownRules(doing), local, ...(await proposalsOf(database, rules.base(), doing)) } satisfies RulesAnswer);
    }),
  );

  app.get('/medication/rule', { config: { name: 'medication-rule' } }, (request, reply) =>
    admit(request, reply, { action: 'look', trail: 'rules-look', takes: ['since', 'file', 'rule'] }, async (_, query) => {
      const since = sinceIn(query);
      if (!since.ok) return since;
      const named = { file: query.get('file') ?? '', rule: query.get('rule') ?? '' };
      const known = isName(named.file) && isName(named.rule) ? ruleOf(library.base, named) : undefined;
      if (known === undefined) return fail('not-found', 'There is no such rule: send file and rule as its cards name them');
      await alerts.written();
      const doing = await rulesDoing(database, since.value);
      const { origin, ...row } = known.row ?? { origin: undefined };
      const found = await proposalsOf(database, rules.base(), doing);
      const isIt = (each: { file: string; rule: string }) => each.file === named.file && each.rule === named.rule;
      return done(200, {
        ...named,
        kind: known.kind,
        row,
        origin,
        interrupts: interrupts(known),
        onc: known.onc,
        local: rules.base().local.get(ruleKey({ file: named.file, id: named.rule })),
        versions: doing.rules.filter(isIt).map((each) => shownRule(each, doing.orders)),
        weeks: await ruleTrend(database, named, since.value),
        changes: await listChanges(database, named),
        proposals: found.proposals.filter(isIt),
        guarded: found.guarded.filter(isIt),
      } satisfies OneRule);
    }),
  );

  app.get('/medication/changes', { config: { name: 'medication-changes' } }, (request, reply) =>
    admit(request, reply, { action: 'look', trail: 'rules-look' }, async () =>
      done(200, { changes: await listChanges(database) } satisfies Changes),
    ),
  );

  app.post('/medication/changes', { config: { name: 'medication-change' } }, (request, reply) =>
    admit(request, reply, { action: 'change', trail: 'rules-change' }, async ({ person }) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const wish = await readChangeWish(text.value);
      if (!wish.ok) return wish;
      const known = ruleOf(library.base, wish.value);
      if (known === undefined) return fail('not-found', 'There is no such rule: file and rule are as its cards name them', 'rule');
      const evidence = wish.value.replay === undefined ? ok(undefined) : await evidenceOf(wish.value.replay);
      if (!evidence.ok) return evidence;
      const signaturesNeeded = signaturesFor(known, wish.value.what, wish.value.tier);
      const version = known.row?.origin.version ?? '1';
      const change = await askChange(database, { ...wish.value, version, signaturesNeeded, evidence: evidence.value }, person, now());
      await rules.refresh();
      return done(201, { change, state: signaturesNeeded === 0 ? 'in-force' : 'waiting', signaturesNeeded } satisfies ChangeAsked);
    }),
  );

  app.post('/medication/changes/:id/sign', { config: { name: 'medication-change-sign' } }, (request, reply) =>
    admit(request, reply, { action: 'change', trail: 'rules-sign' }, async ({ person }) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const signature = await readSignature(text.value);
      if (!signature.ok) return signature;
      const { id } = request.params as { id: string };
      if (!isUuid(id)) return fail('not-found', 'There is no such change of a rule');
      const signed = await signChange(database, id, signature.value, person, now());
      if (!signed.ok) return signed;
      await rules.refresh();
      return done(200, { change: id, state: (await listChanges(database)).find((each) => each.id === id)?.state });
    }),
  );

  app.post('/medication/changes/:id/revoke', { config: { name: 'medication-change-revoke' } }, (request, reply) =>
    admit(request, reply, { action: 'change', trail: 'rules-revoke' }, async ({ person }) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const why = await readEnd(text.value);
      if (!why.ok) return why;
      const { id } = request.params as { id: string };
      if (!isUuid(id)) return fail('not-found', 'There is no such change of a rule');
      const ended = await endChange(database, id, why.value.why, person, now());
      if (!ended.ok) return ended;
      await rules.refresh();
      return done(200, { change: id, state: 'revoked' });
    }),
  );

  app.post('/medication/proposals', { config: { name: 'medication-proposal' } }, (request, reply) =>
    admit(request, reply, { action: 'change', trail: 'rules-proposal', takes: ['since'] }, async ({ person }, query) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const answer = await readProposalAnswer(text.value);
      if (!answer.ok) return answer;
      const since = sinceIn(query);
      if (!since.ok) return since;
      await alerts.written();
      const doing = await rulesDoing(database, since.value);
      const answered = await answerProposal(database, rules.base(), doing, answer.value, person, now());
      if (!answered.ok) return answered;
      await rules.refresh();
      return done(200, { answer: answer.value.accept ? 'accepted' : 'rejected', ...answered.value });
    }),
  );

  app.post('/medication/replay', { config: { name: 'medication-replay' } }, (request, reply) =>
    admit(request, reply, { action: 'replay', trail: 'rules-replay' }, async (caller) => {
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const wish = await readReplayWish(text.value, now());
      if (!wish.ok) return wish;
      if (wish.value.file === undefined) {
        const named = withChanges(library.base, rules.base().local, wish.value.changes);
        if (!named.ok) return named;
      }
      const asked: ReplayAsked = { caller: { ...caller, purpose: 'HOPERAT' }, wish: wish.value };
      const job = await jobs.ask(replayKind, JSON.stringify(asked), caller.person.id);
      return done(202, { replay: job.id, state: job.state } satisfies ReplayAsk);
    }),
  );

  app.get('/medication/replay/:id', { config: { name: 'medication-replay-look' } }, (request, reply) =>
    admit(request, reply, { action: 'look', trail: 'rules-replay-look' }, async (caller) => {
      const job = await replayOf(request);
      if (!job.ok) return job;
      const { id, state, progress, problem } = job.value;
      const head: ReplayAnswer = { replay: id, state, progress, ...(problem === undefined ? {} : { problem: problem.message }) };
      if (state !== 'done') return done(200, head);
      const { sample, ...result } = JSON.parse(String(job.value.result)) as ReplayResult;
      return done(200, { ...head, ...result, ...(await sampleFor(caller, sample)) } satisfies ReplayAnswer);
    }),
  );

  app.post('/medication/replay/:id/cancel', { config: { name: 'medication-replay-cancel' } }, (request, reply) =>
    admit(request, reply, { action: 'replay', trail: 'rules-replay' }, async ({ person }) => {
      const job = await replayOf(request);
      if (!job.ok) return job;
      if (job.value.by !== person.id && person.role !== 'administrator')
        return fail('forbidden', 'A replay is cancelled by whoever asked for it, or an administrator');
      return (await jobs.cancel(job.value.id))
        ? done(200, { replay: job.value.id, state: 'cancelled' })
        : fail('conflict', 'It has ended already');
    }),
  );

  async function replayOf(request: FastifyRequest): Promise<Result<Job>> {
    const { id } = request.params as { id: string };
    const job = isUuid(id) ? await jobs.get(id) : undefined;
    return job?.kind === replayKind ? ok(job) : fail('not-found', 'There is no such replay: it may have been forgotten after 30 days');
  }

  /** The numbers of a replay, to stand with a change when the job is forgotten. */
  async function evidenceOf(id: string): Promise<Result<object | undefined>> {
    const job = await jobs.get(id);
    if (job?.kind !== replayKind) return fail('not-found', 'There is no such replay', 'replay');
    if (job.state !== 'done') return fail('conflict', 'The replay has not ended: wait for it', 'replay');
    const { sample: _, rules: of, ...numbers } = JSON.parse(String(job.result)) as ReplayResult;
    return ok({ ...numbers, rules: of.slice(0, 50) });
  }

  /** Orders of the sample that this reader may read, as they are read now: policy and the audit trail as with any order. */
  async function sampleFor(caller: Caller, sample: ReplayResult['sample']): Promise<SampleShown> {
    const shown: ShownDifference[] = [];
    for (const each of sample) {
      const found = await record.read(caller, 'MedicationRequest', each.order.slice('MedicationRequest/'.length));
      if (!found.ok) continue;
      const read = readJsonNow(found.value.body);
      if (!read.ok) continue;
      const value: unknown = read.value;
      if (!isRequest(value)) continue;
      const order = value;
      shown.push({
        ...each,
        patient: order.subject.reference,
        drug: wordsOf(order.medicationCodeableConcept).slice(0, 200),
        dosage: order.dosageInstruction?.[0]?.text?.slice(0, 200),
      });
    }
    return { sample: shown, notShown: sample.length - shown.length };
  }
}

const isRequest = (value: unknown): value is MedicationRequest =>
  typeof value === 'object' && value !== null && 'resourceType' in value && value.resourceType === 'MedicationRequest';
const isName = (text: string): boolean => text.length > 0 && text.length <= 200 && !/[\p{Cc}\p{Surrogate}]/u.test(text);
