// The HTTP server that all gateways share: who is asking, limits, errors, logs without patient data. Gateways add their
// routes to it; none of them has a rule of its own about access.
import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { fail, type Problem, type Result } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller } from '../../record/contract.ts';
import type { Metrics } from './metrics.ts';
import { cutOffDeaf, lookEveryMs, refuseConnection } from './wire.ts';

export interface ServerSettings {
  /** Largest body, also unpacked, in bytes. */
  bodyBytesMax: number;
  /** A request whose head or body takes longer is cut off. */
  requestTimeoutMs: number;
  /** PEM texts. */
  tls?: { key?: string; cert?: string } | undefined;
  /** Whether X-Forwarded-For of a proxy in front is believed. */
  trustProxy: boolean;
  /** Address under which clients reach the server, without a trailing slash; absent: from the Host header. */
  publicUrl?: string;
}

export interface ServerParts {
  settings: ServerSettings;
  log: Logger;
  metrics: Metrics;
  authenticate(token: string, now: Date): Promise<Result<Person>>;
  now(): Date;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Name of the route in logs and metrics: never an address with ids in it. */
    name?: string;
    /** Whether the route answers without anybody signed in. */
    open?: boolean;
    /** How this gateway words a refusal. */
    refuse?: (problem: Problem, status: number) => { type: string; body: string };
  }
}

export function makeServer(parts: ServerParts): FastifyInstance {
  const { settings, log, metrics } = parts;
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: settings.trustProxy,
    genReqId: () => randomUUID(),
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: 72_000,
    bodyLimit: settings.bodyBytesMax,
    exposeHeadRoutes: false,
    // The gateways read the address themselves, in FHIR's own way.
    routerOptions: { querystringParser: () => ({}) },
    // Lines name their request; a logger for each request would cost as much as reading its head.
    childLoggerFactory: (logger) => logger,
    forceCloseConnections: true,
    clientErrorHandler: refuseConnection,
    // What fails before there is a route: an address with a malformed escape. Its own text is not repeated.
    frameworkErrors: (_error, request, reply) =>
      void refuse(request, reply, fail('invalid', 'The address holds a malformed escape: write each % as %25').problem, 400),
    http: { connectionsCheckingInterval: lookEveryMs },
    ...(settings.tls === undefined ? {} : { https: { ...settings.tls, connectionsCheckingInterval: lookEveryMs } }),
  }) as unknown as FastifyInstance;
  app.server.headersTimeout = Math.min(settings.requestTimeoutMs, 15_000);
  cutOffDeaf(app.server, settings.requestTimeoutMs);
  // Bodies are read by the gateways, within the limits and in the encodings that they know.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  app.decorateRequest('caller', null);

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    if (settings.tls !== undefined) reply.header('strict-transport-security', 'max-age=31536000');
    const config = request.routeOptions.config;
    const token = tokenOf(request);
    if (config.open === true || request.is404) return;
    const person =
      token === undefined
        ? fail('forbidden', 'Sign in first: send "Authorization: Bearer …" with a token')
        : await parts.authenticate(token, parts.now());
    if (!person.ok) {
      // Nobody could be asked who this is: that says nothing against the token.
      if (person.problem.kind === 'busy') return refuse(request, reply, person.problem, 503);
      reply.header('www-authenticate', 'Bearer realm="lamplight"');
      return refuse(request, reply, person.problem, 401);
    }
    request.caller = { person: person.value, purpose: purposeOf(request, person.value), from: request.ip, request: request.id };
  });

  app.addHook('onResponse', async (request, reply) => {
    const name = request.routeOptions.config?.name ?? 'unknown';
    metrics.request(name, request.method, reply.statusCode, reply.elapsedTime / 1000);
    if (log.isLevelEnabled('debug') || reply.statusCode >= 500) {
      log[reply.statusCode >= 500 ? 'error' : 'debug']({
        request: request.id,
        route: name,
        method: request.method,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        account: request.caller?.person.id,
      });
    }
  });

  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status =
      error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 'problem' in error && isBusy(error.problem) ? 503 : 500;
    // The message of a bug may hold anything: it goes to the log by its kind and place, never to the client.
    if (status >= 500)
      log.error(
        { request: request.id, error: error.name, code: error.code, stack: (error.stack ?? '').split('\n').slice(1, 6).join('\n') },
        'request failed',
      );
    const words =
      status === 503
        ? 'The database is busy or not reachable: try again in a moment'
        : status === 500
          ? `Something went wrong here; it was logged as request ${request.id}`
          : error.message;
    return refuse(request, reply, fail(status === 503 ? 'busy' : 'invalid', words).problem, status);
  });
  app.setNotFoundHandler({}, (request, reply) =>
    refuse(
      request,
      reply,
      fail('not-found', 'There is nothing at this address: the FHIR API is at /fhir, its description at /openapi.json').problem,
      404,
    ),
  );
  return app;
}

const isBusy = (problem: unknown): boolean =>
  typeof problem === 'object' && problem !== null && 'kind' in problem && problem.kind === 'busy';

/** The token of the Authorization header, or of the session cookie where the request comes from our own pages. */
export function tokenOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) return /^Bearer +([\w.~+/=-]{10,500})$/i.exec(header)?.[1] ?? '-';
  const cookie = /(?:^|;\s*)lamplight=([\w-]{10,500})/.exec(request.headers.cookie ?? '')?.[1];
  if (cookie === undefined) return undefined;
  // A cookie comes along with any request: what writes must also come from our own origin (the cookie is SameSite=Strict too).
  const safe = request.method === 'GET' || request.method === 'HEAD';
  return safe || request.headers['sec-fetch-site'] === 'same-origin' ? cookie : undefined;
}

const purposes: Partial<Record<Person['role'], string>> = {
  analyst: 'HOPERAT',
  administrator: 'HSYSADMIN',
  'records-officer': 'HOPERAT',
  patient: 'PATRQT',
  system: 'HOPERAT',
};

/** What the role is for (HL7 v3 PurposeOfUse). */
export const usualPurpose = (person: Person): string => purposes[person.role] ?? 'TREAT';

/** Why: as the client says, otherwise what the role is for. */
function purposeOf(request: FastifyRequest, person: Person): string {
  const said = request.headers['x-purpose-of-use'];
  return typeof said === 'string' && /^[A-Z]{3,12}$/.test(said) ? said : usualPurpose(person);
}

/** A refusal in the words of the gateway that the request was for; otherwise as RFC 9457. */
export function refuse(
  request: FastifyRequest,
  reply: import('fastify').FastifyReply,
  problem: Problem,
  status: number,
): import('fastify').FastifyReply {
  const worded = request.routeOptions.config?.refuse?.(problem, status) ?? {
    type: 'application/problem+json',
    body: JSON.stringify({
      type: 'about:blank',
      title: problem.message,
      status,
      ...(problem.where === undefined ? {} : { detail: problem.where }),
      ...(problem.also === undefined || problem.also.length === 0 ? {} : { also: problem.also.map(({ message }) => message) }),
    }),
  };
  if (status === 503 || status === 429) reply.header('retry-after', '1');
  return reply.code(status).type(worded.type).send(worded.body);
}
