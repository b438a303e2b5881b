// Boundaries over HTTP, for whoever may look at what is drawn in them: counts of surveillance, rates of registries. They change with a start of the program
// alone, so that a browser keeps them and asks only whether they are the same.
import type { FastifyInstance } from 'fastify';
import { decideAreas } from '../../policy/areas.ts';
import type { Caller } from '../../record/contract.ts';
import { refuse } from '../http/server.ts';
import type { SurveillanceParts } from './contract.ts';

export function boundariesRoute(app: FastifyInstance, { boundaries, record }: Pick<SurveillanceParts, 'boundaries' | 'record'>): void {
  app.get('/surveillance/boundaries', { config: { name: 'surveillance-boundaries' } }, async (request, reply) => {
    const caller = request.caller as Caller;
    const decision = decideAreas(caller.person);
    const same = request.headers['if-none-match'] === boundaries.etag;
    const status = decision.allowed ? (same ? 304 : 200) : 403;
    await record.note(caller, 'areas-look', { outcome: status });
    if (!decision.allowed) return refuse(request, reply, { kind: 'forbidden', message: decision.why }, 403);
    reply.header('etag', boundaries.etag).header('cache-control', 'private, no-cache');
    return same ? reply.code(304).send() : reply.type('application/geo+json').send(boundaries.text);
  });
}
