// For whoever runs it: /healthz (the process lives), /readyz (it can serve), /metrics (Prometheus), /openapi.json.
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../database/contract.ts';
import type { Metrics } from '../http/metrics.ts';
import { openApi } from './openapi.ts';
import { contentSecurityPolicy, docsPage, welcomePage } from './pages.ts';

export interface OperationSettings {
  /** Answers whether the start is complete. */
  ready(): boolean;
  /** Whether / is a page for programs: there is no workbench. */
  welcome: boolean;
  /** Whether tables are kept, and what is asked of them is answered. */
  insight: boolean;
}

export function operationRoutes(
  app: FastifyInstance,
  database: Database,
  metrics: Metrics,
  { ready, welcome, insight }: OperationSettings,
): void {
  metrics.gauge('lamplight_database_connections', 'Connections to PostgreSQL', () => database.stats().total);
  metrics.gauge('lamplight_database_waiting', 'Requests that wait for a connection', () => database.stats().waiting);

  app.get('/healthz', { config: { name: 'healthz', open: true } }, async (_request, reply) =>
    reply.type('application/json').send('{"status":"alive"}'),
  );

  app.get('/readyz', { config: { name: 'readyz', open: true } }, async (_request, reply) => {
    reply.type('application/json');
    if (!ready()) return reply.code(503).send('{"status":"starting"}');
    try {
      await database.query({ text: 'select 1' });
      return reply.send('{"status":"ready"}');
    } catch {
      return reply.code(503).send('{"status":"not ready","why":"the database does not answer"}');
    }
  });

  // Counts and times only, no names: open, so that a collector needs no account; keep the port inside the house.
  app.get('/metrics', { config: { name: 'metrics', open: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );

  app.get('/openapi.json', { config: { name: 'openapi', open: true } }, async (_request, reply) =>
    reply.type('application/json').send(openApi(insight)),
  );

  for (const [url, page] of [...(welcome ? ([['/', welcomePage]] as const) : []), ['/docs', () => docsPage(insight)]] as const) {
    app.get(url, { config: { name: 'page', open: true } }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('content-security-policy', contentSecurityPolicy).send(page()),
    );
  }
}
