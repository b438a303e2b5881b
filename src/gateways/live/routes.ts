// GET /feed: what changed, in order, as far as the caller may see it. As server-sent events it goes on for as long as the
// client listens; with `Accept: application/json` it is one page, `next` being the `after` of the following one (equal to
// what was asked for: nothing is left). It tells what changed and not what it says: that is read from the FHIR API.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, type Result } from '../../fhir/result.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, SeenChanges } from '../../record/contract.ts';
import { refuse, tokenOf } from '../http/server.ts';
import { defaultLiveSettings, type LiveParts, type LiveSettings } from './contract.ts';
import { eventStream } from './event-stream.ts';
import { type OpenStream, OpenStreams } from './open-streams.ts';
import { readWish, usualPage, type Wish } from './wish.ts';

const statuses: Partial<Record<string, number>> = { forbidden: 403, busy: 503 };

/** `open` counts the streams, for /metrics. */
export function liveRoutes(app: FastifyInstance, parts: LiveParts, settings: LiveSettings = defaultLiveSettings): { open(): number } {
  const streams = new OpenStreams(settings);
  // Before the server waits for its connections: a stream would never end by itself.
  app.addHook('preClose', async () => streams.endAll('The server is stopping: come back in a moment'));

  app.get('/feed', { config: { name: 'feed' } }, async (request, reply) => {
    const url = request.raw.url ?? '';
    const accept = request.headers.accept ?? '';
    const paged = accept.includes('application/json') && !accept.includes('text/event-stream');
    const lastEventId = request.headers['last-event-id'];
    const wish = readWish(
      url.includes('?') ? url.slice(url.indexOf('?') + 1) : '',
      paged || Array.isArray(lastEventId) ? undefined : lastEventId,
    );
    if (!wish.ok) return refuse(request, reply, wish.problem, 400);
    return paged ? page(request, reply, parts, settings, wish.value) : stream(request, reply, parts, settings, wish.value, streams);
  });
  return { open: () => streams.count };
}

async function ask({ record }: LiveParts, settings: LiveSettings, caller: Caller, wish: Wish): Promise<Result<SeenChanges>> {
  const after = wish.after === 'now' ? await record.head() : wish.after;
  return record.changesFor(caller, after, Math.min(wish.count ?? usualPage, settings.pageMax), { types: wish.types });
}

async function page(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: LiveParts,
  settings: LiveSettings,
  wish: Wish,
): Promise<FastifyReply> {
  const answer = await ask(parts, settings, request.caller!, wish);
  if (!answer.ok) return refuse(request, reply, answer.problem, statuses[answer.problem.kind] ?? 400);
  const { changes, next } = answer.value;
  const shown = changes.map((change) => ({ ...change, position: change.position.toString() }));
  return reply.type('application/json').send(JSON.stringify({ changes: shown, next: next.toString() }));
}

async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: LiveParts,
  settings: LiveSettings,
  wish: Wish,
  streams: OpenStreams,
): Promise<FastifyReply> {
  let caller = request.caller!;
  const open = streams.open(caller.person.id);
  if (open === undefined) {
    const why = `This account may have ${settings.streamsPerAccount} streams at once, the server ${settings.streamsMax}: close one first`;
    return refuse(request, reply, fail('busy', why).problem, 429);
  }
  reply.raw.once('close', () => {
    open.end('The client has gone');
    open.closed();
  });
  // Refusals come as a status, before the stream begins.
  const first = await ask(parts, settings, caller, wish);
  if (!first.ok) return refuse(request, reply, first.problem, statuses[first.problem.kind] ?? 400);
  const limit = Math.min(wish.count ?? usualPage, settings.pageMax);
  const events = eventStream(first.value, {
    page: (after) => parts.record.changesFor(caller, after, limit, { types: wish.types, following: true }),
    feed: parts.feed,
    signal: open.signal,
    settings,
  });
  recheck(request, parts, settings, open, (person) => {
    caller = { ...caller, person };
  });
  // `no` keeps nginx from gathering the events into larger pieces.
  reply.header('x-accel-buffering', 'no').type('text/event-stream; charset=utf-8');
  return reply.send(Readable.from(taken(events, reply, open, settings)));
}

/** Asks again and again whether the token still holds; rights that were changed count from then on. */
function recheck(
  request: FastifyRequest,
  parts: LiveParts,
  { recheckMs }: LiveSettings,
  open: OpenStream,
  allowed: (person: Person) => void,
): void {
  const timer = setInterval(() => {
    parts.authenticate(tokenOf(request) ?? '', parts.now()).then(
      (person) => (person.ok ? allowed(person.value) : open.end('The sign-in has ended: sign in again')),
      () => open.end('The sign-in could not be checked: come back in a moment'),
    );
  }, recheckMs);
  if (open.signal.aborted) clearInterval(timer);
  else open.signal.addEventListener('abort', () => clearInterval(timer));
}

/** Drops the connection of a client that does not take what waits for it: its page and its place would be kept for ever. */
async function* taken(
  events: AsyncIterable<string>,
  reply: FastifyReply,
  open: OpenStream,
  { stalledMs }: LiveSettings,
): AsyncGenerator<string> {
  for await (const text of events) {
    const timer = setTimeout(() => {
      open.end('The client does not listen');
      reply.raw.destroy();
    }, stalledMs);
    try {
      yield text;
    } finally {
      clearTimeout(timer);
    }
  }
}
