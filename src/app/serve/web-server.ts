// The server that all gateways over HTTP share, with what stands at its door: limits, metrics, the workbench's files, signing in.
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { type Metrics, makeMetrics } from '../../gateways/http/metrics.ts';
import { sharedRateStore } from '../../gateways/http/rate-store.ts';
import { makeServer } from '../../gateways/http/server.ts';
import { operationRoutes } from '../../gateways/operation/routes.ts';
import { signInRoutes } from '../../gateways/sign-in/routes.ts';
import { webRoutes } from '../../gateways/web/routes.ts';
import { openRateCounts } from '../../people/rate-counts.ts';
import { bodyBytesMax, faultOf, type Ground, type Undo } from './ground.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';

export interface WebServer {
  app: FastifyInstance;
  metrics: Metrics;
  /** Whoever watches is told so at /readyz. */
  readiness: { ready: boolean };
}

export async function openWebServer(
  { settings, log, now, pems, database, people }: Ground & Site & Stored,
  undo: Undo,
): Promise<WebServer> {
  const metrics = makeMetrics();
  const app = makeServer({
    settings: {
      bodyBytesMax: bodyBytesMax(settings),
      requestTimeoutMs: settings.requestSeconds * 1000,
      trustProxy: settings.trustProxy,
      publicUrl: settings.publicUrl,
      tls: pems.web?.served,
    },
    log,
    metrics,
    authenticate: (token, at) => people.authenticate(token, at),
    now,
  });
  const rateCounts = openRateCounts(database, {
    failed: (error) => log.warn(faultOf(error), 'rates could not be shared between processes'),
  });
  undo.push(() => rateCounts.close());
  const store = sharedRateStore(rateCounts);
  await app.register(rateLimit, { global: settings.ratePerMinute > 0, max: settings.ratePerMinute || 1, timeWindow: 60_000, store });
  const readiness = { ready: false };
  const workbench = await webRoutes(app);
  operationRoutes(app, database, metrics, { ready: () => readiness.ready, welcome: !workbench, insight: settings.warehouse });
  signInRoutes(app, people, now, { secureCookie: settings.tlsKey !== undefined, perMinute: settings.signInRatePerMinute });
  return { app, metrics, readiness };
}
