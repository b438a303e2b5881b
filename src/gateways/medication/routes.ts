// Orders checked before they are signed. Asking leaves rows in the audit trail as any reading of a chart does, since the facts
// are searched as the asker.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/contract.ts';
import { fail, type Problem } from '../../fhir/result.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import type { Alerts } from './alerts.ts';
import { checkOrders, shownCheck } from './check.ts';
import { readCheckWish } from './check-wish.ts';
import { overrideReasons } from './override-reasons.ts';
import { rulesDoing, shownRules } from './rules.ts';
import type { Safety } from './safety.ts';
import { signOrders } from './sign.ts';
import { readSignWish } from './sign-wish.ts';

const bodyBytesMax = 8 * 1024 * 1024;
const statuses: Partial<Record<Problem['kind'], number>> = {
  forbidden: 403,
  'not-found': 404,
  gone: 404,
  'too-costly': 413,
  unsupported: 415,
  busy: 503,
};

export function medicationRoutes(
  app: FastifyInstance,
  { safety, alerts, record, database }: { safety: Safety; alerts: Alerts; record: Pick<RecordStore, 'commit'>; database: Database },
): void {
  app.post('/medication/check', { config: { name: 'medication-check' } }, async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = (problem: Problem): FastifyReply => refuse(request, reply, problem, statuses[problem.kind] ?? 400);
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(text.problem);
    const wish = await readCheckWish(text.value);
    if (!wish.ok) return refusal(wish.problem);
    const checked = await checkOrders(safety, request.caller as Caller, wish.value);
    if (!checked.ok) return refusal(checked.problem);
    const { answer } = checked.value;
    const shown = answer.cards.map((card) => ({ uuid: randomUUID(), card }));
    alerts.note('check', (request.caller as Caller).person.role, wish.value.orders.length, answer, shown, safety.now());
    return reply
      .header('cache-control', 'no-store')
      .type('application/json')
      .send(JSON.stringify(shownCheck(checked.value, shown, safety.library)));
  });

  app.post('/medication/sign', { config: { name: 'medication-sign' } }, async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = (problem: Problem): FastifyReply => refuse(request, reply, problem, statuses[problem.kind] ?? 400);
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(text.problem);
    const wish = await readSignWish(
      text.value,
      overrideReasons.map((each) => each.code),
    );
    if (!wish.ok) return refusal(wish.problem);
    const caller = request.caller as Caller;
    const done = await signOrders(safety, record, caller, wish.value);
    if (!done.ok) return refusal(done.problem);
    const { checked } = done.value;
    const shown = checked.answer.cards.map((card) => ({ uuid: randomUUID(), card }));
    alerts.note('sign', caller.person.role, wish.value.check.orders.length, checked.answer, shown, safety.now());
    reply.header('cache-control', 'no-store').type('application/json');
    const said = shownCheck(checked, shown, safety.library);
    if (!done.value.signed)
      return reply.code(409).send(JSON.stringify({ signed: false, undecided: done.value.undecided.map((card) => card.rule.id), ...said }));
    const decided = shown.flatMap(({ uuid, card }) => {
      const decision = card.tier === 'aside' ? undefined : wish.value.decisions.find((each) => each.rule === card.rule.id);
      return decision === undefined
        ? []
        : [
            {
              id: uuid,
              outcome: 'overridden' as const,
              reasonCode: decision.reasonCode,
              ...(decision.reason === undefined ? {} : { reason: decision.reason }),
              at: safety.now(),
            },
          ];
    });
    if (decided.length > 0) await alerts.decide(decided).catch(() => 0);
    const { requests, issues, tasks } = done.value;
    return reply.code(201).send(JSON.stringify({ signed: true, requests, issues, tasks, ...said }));
  });

  app.get('/medication/rules', { config: { name: 'medication-rules' } }, async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = (problem: Problem): FastifyReply => refuse(request, reply, problem, statuses[problem.kind] ?? 400);
    const { role } = (request.caller as Caller).person;
    if (role === 'patient' || role === 'system') return refusal(fail('forbidden', 'How rules do is for those who work with them').problem);
    const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
    const unknown = [...query.keys()].find((name) => name !== 'since');
    if (unknown !== undefined)
      return refusal(fail('invalid', `There is no parameter ${JSON.stringify(unknown.slice(0, 40))}; known is since`, 'since').problem);
    const since = query.get('since') ?? new Date(safety.now().getTime() - 90 * 86_400_000).toISOString().slice(0, 10);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(since) || Number.isNaN(Date.parse(since)))
      return refusal(fail('invalid', 'since is a date, such as 2026-01-31', 'since').problem);
    await alerts.written();
    const doing = await rulesDoing(database, new Date(since));
    return reply.type('application/json').send(JSON.stringify(shownRules(doing)));
  });
}
