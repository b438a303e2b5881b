// Signing in and out of people, and tokens for systems (OAuth 2 client credentials, RFC 6749 section 4.4).
// A session is a bearer token, and for our own pages a cookie that scripts cannot read and other sites cannot send.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, type Problem } from '../../fhir/result.ts';
import type { People } from '../../people/contract.ts';
import type { Person } from '../../policy/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import type { SignedIn, SignInAnswer } from './answers.ts';

const bodyBytesMax = 16 * 1024;

export function signInRoutes(
  app: FastifyInstance,
  people: People,
  now: () => Date,
  settings: { secureCookie: boolean; perMinute: number },
): void {
  const limited = { rateLimit: { max: settings.perMinute, timeWindow: 60_000 } };
  const cookie = (token: string, seconds: number): string =>
    `lamplight=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${settings.secureCookie ? '; Secure' : ''}`;

  app.post('/auth/sign-in', { config: { name: 'sign-in', open: true, ...limited } }, async (request, reply) => {
    const body = await readFields(request);
    if ('problem' in body) return refuse(request, reply, body.problem, 400);
    const { name, password } = body.fields;
    if (name === undefined || password === undefined) return refuse(request, reply, fail('invalid', 'Send name and password').problem, 400);
    const entered = await people.signIn({ name, password, from: request.ip }, now());
    if (!entered.ok) return refuse(request, reply, entered.problem, entered.problem.kind === 'busy' ? 429 : 401);
    const { token, expires, person } = entered.value;
    reply.header('set-cookie', cookie(token, Math.floor((expires.getTime() - now().getTime()) / 1000)));
    return reply
      .type('application/json')
      .send(JSON.stringify({ token, expires: expires.toISOString(), account: shown(person) } satisfies SignInAnswer));
  });

  app.post('/auth/sign-out', { config: { name: 'sign-out' } }, async (request, reply) => {
    const token =
      /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ??
      /(?:^|;\s*)lamplight=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (token !== undefined) await people.signOut(token, request.ip, now());
    return reply.header('set-cookie', cookie('', 0)).code(204).send();
  });

  app.get('/auth/me', { config: { name: 'me' } }, async (request, reply) =>
    reply.type('application/json').send(JSON.stringify(shown(request.caller!.person))),
  );

  app.post('/auth/token', { config: { name: 'token', open: true, ...limited } }, async (request, reply) => {
    const body = await readFields(request);
    if ('problem' in body) return oauthError(reply, 400, 'invalid_request', body.problem.message);
    const fields: Record<string, string | undefined> = { ...body.fields, ...basic(request) };
    const { grant_type, client_id, client_secret } = fields;
    if (grant_type !== 'client_credentials')
      return oauthError(reply, 400, 'unsupported_grant_type', 'grant_type must be client_credentials');
    if (client_id === undefined || client_secret === undefined)
      return oauthError(reply, 400, 'invalid_request', 'client_id and client_secret are needed');
    const issued = await people.clientCredentials({ name: client_id, secret: client_secret, from: request.ip }, now());
    if (!issued.ok) return oauthError(reply, issued.problem.kind === 'busy' ? 429 : 401, 'invalid_client', issued.problem.message);
    const seconds = Math.floor((issued.value.expires.getTime() - now().getTime()) / 1000);
    return reply
      .type('application/json')
      .send(JSON.stringify({ access_token: issued.value.token, token_type: 'Bearer', expires_in: seconds }));
  });
}

const shown = ({ id, name, role, organisations, patients }: Person): SignedIn => ({ id, name, role, organisations, patients });

/** Text fields of a JSON or form body. */
async function readFields(request: FastifyRequest): Promise<{ fields: Record<string, string | undefined> } | { problem: Problem }> {
  const text = await readBody(request.raw, bodyBytesMax);
  if (!text.ok) return { problem: text.problem };
  if ((request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
    return { fields: Object.fromEntries(new URLSearchParams(text.value)) };
  const body = readJsonNow(text.value, { maxDepth: 3 });
  if (!body.ok) return { problem: body.problem };
  if (typeof body.value !== 'object' || body.value === null || Array.isArray(body.value))
    return { problem: fail('invalid', 'The body must be a JSON object').problem };
  const fields: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(body.value)) if (typeof value === 'string') fields[name] = value;
  return { fields };
}

/** Client id and secret of HTTP Basic, each form-encoded (RFC 6749 section 2.3.1). */
function basic(request: FastifyRequest): { client_id?: string; client_secret?: string } {
  const given = /^Basic +([\w+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) return {};
  const [id, ...secret] = Buffer.from(given, 'base64').toString('utf8').split(':');
  try {
    return { client_id: decodeURIComponent(id ?? ''), client_secret: decodeURIComponent(secret.join(':')) };
  } catch {
    return {};
  }
}

const oauthError = (reply: FastifyReply, status: number, error: string, description: string): FastifyReply =>
  reply
    .code(status)
    .type('application/json')
    .send(JSON.stringify({ error, error_description: description }));
