// GET /analytics/tables: what may be asked, in words (the data dictionary), and how fresh it is.
import type { FastifyInstance } from 'fastify';
import { fail } from '../../fhir/result.ts';
import type { InstalledTables } from '../../warehouse/contract.ts';
import { refuse } from '../http/server.ts';
import type { TablesAnswer } from './answers.ts';
import { worded } from './refusal.ts';

export function tablesRoutes(app: FastifyInstance, tables: InstalledTables, sqlPort: () => number | undefined): void {
  app.get('/analytics/tables', { config: { name: 'analytics-tables', refuse: worded } }, async (request, reply) => {
    const words = tables.dictionary(request.caller!);
    if (words.length === 0)
      return refuse(request, reply, fail('forbidden', `The role ${request.caller!.person.role} may not ask the tables`).problem, 403);
    const fresh = await tables.freshness();
    const freshness = fresh === undefined ? {} : { freshness: { position: String(fresh.position), head: String(fresh.head) } };
    const port = sqlPort();
    const answer: TablesAnswer = { ...freshness, ...(port === undefined ? {} : { sqlPort: port }), tables: words };
    return reply.type('application/json').send(JSON.stringify(answer));
  });
}
