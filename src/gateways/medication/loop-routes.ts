// What became of orders, and who had a lot that is recalled.
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../record/contract.ts';
import { medicationLoop } from './loop-ward.ts';
import { recall } from './recall.ts';
import type { Bedside } from './scan-facts.ts';
import { answer, refusal } from './scan-routes.ts';

export function loopRoutes(app: FastifyInstance, bedside: Bedside): void {
  app.get('/medication/loop', { config: { name: 'medication-loop' } }, async (request, reply) => {
    const loop = await medicationLoop(request.url, request.caller as Caller, bedside);
    return loop.ok ? answer(reply, loop.value) : refusal(request, reply, loop.problem);
  });

  app.get('/medication/recall', { config: { name: 'medication-recall' } }, async (request, reply) => {
    const found = await recall(request.url, request.caller as Caller, bedside);
    return found.ok ? answer(reply, found.value) : refusal(request, reply, found.problem);
  });
}
