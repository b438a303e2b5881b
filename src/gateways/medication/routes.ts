// Orders checked before they are signed. Asking leaves rows in the audit trail as any reading of a chart does, since the facts
// are searched as the asker.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PlanDefinition } from '../../fhir/generated/types.ts';
import type { Problem } from '../../fhir/result.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import type { Alerts } from './alerts.ts';
import { checkOrders, shownCheck } from './check.ts';
import type { OverrideReasons, SignAnswer, UndecidedAnswer } from './check-answers.ts';
import { readCheckWish } from './check-wish.ts';
import { shownOrderSets } from './order-sets.ts';
import { overrideReasons } from './override-reasons.ts';
import type { Safety } from './safety.ts';
import { decisionAbout, signOrders } from './sign.ts';
import { readSignWish } from './sign-wish.ts';
import { readStopWish, stopOrder } from './stop.ts';

const bodyBytesMax = 8 * 1024 * 1024;
const stopBytesMax = 64 * 1024;
const statuses: Statuses = { gone: 404, precondition: 409 };

export function medicationRoutes(
  app: FastifyInstance,
  {
    safety,
    alerts,
    record,
    orderSets,
  }: { safety: Safety; alerts: Alerts; record: Pick<RecordStore, 'commit' | 'transact' | 'refuse'>; orderSets: readonly PlanDefinition[] },
): void {
  const sets = JSON.stringify(shownOrderSets(orderSets));
  app.get('/medication/order-sets', { config: { name: 'medication-order-sets' } }, (_request, reply) =>
    reply.type('application/json').send(sets),
  );

  app.post('/medication/check', { config: { name: 'medication-check' } }, async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = (problem: Problem): FastifyReply => refuse(request, reply, problem, statusOf(problem, statuses));
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(text.problem);
    const wish = await readCheckWish(text.value);
    if (!wish.ok) return refusal(wish.problem);
    const checked = await checkOrders(safety, request.caller as Caller, wish.value);
    if (!checked.ok) return refusal(checked.problem);
    const { answer } = checked.value;
    const shown = answer.cards.map((card) => ({ uuid: randomUUID(), card }));
    const { person } = request.caller as Caller;
    const { patient, orders } = wish.value;
    alerts.note({
      asked: 'check',
      role: person.role,
      orders: orders.length,
      answer,
      shown,
      at: safety.now(),
      ...(patient === undefined ? {} : { about: { account: person.id, patient } }),
    });
    return reply
      .header('cache-control', 'no-store')
      .type('application/json')
      .send(JSON.stringify(shownCheck(checked.value, shown, safety.library)));
  });

  app.get('/medication/override-reasons', { config: { name: 'medication-override-reasons' } }, (_request, reply) =>
    reply.type('application/json').send(JSON.stringify({ reasons: overrideReasons } satisfies OverrideReasons)),
  );

  app.post('/medication/stop', { config: { name: 'medication-stop' } }, async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = (problem: Problem): FastifyReply => refuse(request, reply, problem, statusOf(problem, statuses));
    const text = await readBody(request.raw, stopBytesMax);
    if (!text.ok) return refusal(text.problem);
    const wish = await readStopWish(text.value);
    if (!wish.ok) return refusal(wish.problem);
    const done = await stopOrder(wish.value, request.caller as Caller, safety, record);
    if (!done.ok) return refusal(done.problem);
    return reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(done.value));
  });

  app.post('/medication/sign', { config: { name: 'medication-sign' } }, async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = (problem: Problem): FastifyReply => refuse(request, reply, problem, statusOf(problem, statuses));
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
    const { patient, orders } = wish.value.check;
    const repeated = done.value.signed && done.value.repeated === true;
    if (!repeated)
      alerts.note({
        asked: done.value.signed ? 'sign' : 'sign-refused',
        role: caller.person.role,
        orders: orders.length,
        answer: checked.answer,
        shown,
        at: safety.now(),
        about: { account: caller.person.id, patient },
      });
    reply.header('cache-control', 'no-store').type('application/json');
    const said = shownCheck(checked, shown, safety.library);
    if (!done.value.signed)
      return reply
        .code(409)
        .send(
          JSON.stringify({ signed: false, undecided: done.value.undecided.map((card) => card.rule.id), ...said } satisfies UndecidedAnswer),
        );
    const decided = (repeated ? [] : shown).flatMap(({ uuid, card }) => {
      const decision = card.tier === 'aside' ? undefined : decisionAbout(card, wish.value.decisions);
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
    return reply.code(201).send(JSON.stringify({ signed: true, requests, issues, tasks, ...said } satisfies SignAnswer));
  });
}
