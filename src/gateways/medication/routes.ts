// Orders checked before they are signed. Asking leaves rows in the audit trail as any reading of a chart does, since the facts
// are searched as the asker.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import type { Alerts } from './alerts.ts';
import { checkOrders, shownCheck } from './check.ts';
import { readCheckWish } from './check-wish.ts';
import type { Safety } from './safety.ts';

const bodyBytesMax = 8 * 1024 * 1024;
const statuses: Partial<Record<Problem['kind'], number>> = {
  forbidden: 403,
  'not-found': 404,
  gone: 404,
  'too-costly': 413,
  unsupported: 415,
  busy: 503,
};

export function medicationRoutes(app: FastifyInstance, safety: Safety, alerts: Alerts): void {
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
    await alerts.note('check', (request.caller as Caller).person.role, wish.value.orders.length, answer, shown, safety.now());
    return reply
      .header('cache-control', 'no-store')
      .type('application/json')
      .send(JSON.stringify(shownCheck(checked.value, shown, safety.library)));
  });
}
