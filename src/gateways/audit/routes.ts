// GET /audit: who did what to whose record, newest first, for records officers and administrators (policy/trail.ts). Why it is
// no FHIR search: docs/decisions/0006-audit-trail-reading.md.
import type { FastifyInstance } from 'fastify';
import type { RecordStore } from '../../record/contract.ts';
import { refuse } from '../http/server.ts';
import { shownPage } from './page.ts';
import { readTrailWish } from './wish.ts';

export function auditRoutes(app: FastifyInstance, record: Pick<RecordStore, 'trail'>): void {
  app.get('/audit', { config: { name: 'audit' } }, async (request, reply) => {
    const url = request.raw.url ?? '';
    const wish = readTrailWish(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
    const page = await record.trail(request.caller!, wish);
    if (!page.ok) return refuse(request, reply, page.problem, page.problem.kind === 'forbidden' ? 403 : 400);
    return reply.type('application/json').send(JSON.stringify(shownPage(page.value)));
  });
}
