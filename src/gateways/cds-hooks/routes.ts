// CDS Hooks 2.0 (https://cds-hooks.hl7.org/2.0/): discovery for everybody, services and feedback for those who are signed in.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, type Problem } from '../../fhir/result.ts';
import type { Caller } from '../../record/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { statusOf } from '../http/statuses.ts';
import type { Alerts } from '../medication/alerts.ts';
import type { Draft } from '../medication/check-wish.ts';
import type { Safety } from '../medication/safety.ts';
import { answerCall } from './advise.ts';
import { cardsOf } from './cards.ts';
import { readFeedback } from './feedback.ts';
import { readCall } from './request.ts';
import { services } from './services.ts';

const bodyBytesMax = 16 * 1024 * 1024;

export function cdsHooksRoutes(app: FastifyInstance, safety: Safety, alerts: Alerts, settings: { publicUrl?: string | undefined }): void {
  const refusal = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply =>
    refuse(request, reply, problem, statusOf(problem));
  const serviceOf = (request: FastifyRequest) => services.find((each) => each.id === (request.params as { id: string }).id);
  const noSuch = fail(
    'not-found',
    `There is no such service; GET /cds-services lists them: ${services.map((each) => each.id).join(', ')}`,
  ).problem;

  app.get('/cds-services', { config: { name: 'cds-services', open: true } }, (_request, reply) =>
    reply.type('application/json').send(JSON.stringify({ services })),
  );

  app.post('/cds-services/:id', { config: { name: 'cds-service' } }, async (request, reply) => {
    const service = serviceOf(request);
    if (service === undefined) return refusal(request, reply, noSuch);
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const call = await readCall(text.value, service);
    if (!call.ok) return refusal(request, reply, call.problem);
    const caller = request.caller as Caller;
    const answer = await answerCall(call.value, caller, safety);
    const cards = cardsOf(answer, settings.publicUrl);
    const { drafts, patient } = call.value;
    alerts.note({
      asked: service.hook,
      role: caller.person.role,
      orders: drafts.length,
      answer,
      shown: cards,
      at: safety.now(),
      about: { account: caller.person.id, patient, of: drafts.map(drugOf) },
    });
    const body = { cards: cards.map((card) => card.body), extension: { 'org.lamplight.checked': answer.checked } };
    return reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(body));
  });

  app.post('/cds-services/:id/feedback', { config: { name: 'cds-feedback' } }, async (request, reply) => {
    if (serviceOf(request) === undefined) return refusal(request, reply, noSuch);
    const text = await readBody(request.raw, bodyBytesMax);
    if (!text.ok) return refusal(request, reply, text.problem);
    const decisions = await readFeedback(text.value, safety.now());
    if (!decisions.ok) return refusal(request, reply, decisions.problem);
    const known = await alerts.decide(decisions.value);
    return reply.type('application/json').send(JSON.stringify({ stored: known, unknown: decisions.value.length - known }));
  });
}

/** What is ordered, without its dose: the same drugs asked about again are one decision. */
const drugOf = (draft: Draft): unknown =>
  'resourceType' in draft && draft.resourceType === 'MedicationRequest'
    ? (draft.medicationCodeableConcept ?? draft.medicationReference ?? draft.id)
    : draft;
