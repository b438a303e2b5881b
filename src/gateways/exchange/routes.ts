// Exchange over HTTP: messages by business key, what they said, what became of each leaf, again, convert without storing, receive.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Exchange, FormatName, MessageWish, Receipt } from '../../exchange/contract.ts';
import { languages, lookAtMessage } from '../../exchange/languages.ts';
import { ledgerAsJson } from '../../exchange/ledger.ts';
import { receiveRows } from '../../exchange/receive-rows.ts';
import { writeJson } from '../../fhir/json.ts';
import type { Result } from '../../fhir/result.ts';
import { aboutOf } from '../../formats/hl7v2/about.ts';
import { acknowledge } from '../../formats/hl7v2/acknowledge.ts';
import { acknowledgeBatch, splitBatch } from '../../formats/hl7v2/batch.ts';
import { readMessage } from '../../formats/hl7v2/tree/message.ts';
import { answerInSteps } from '../../formats/x12/answer.ts';
import { inSlices } from '../../record/slices.ts';
import { refuse } from '../http/server.ts';
import { statusOf } from '../http/statuses.ts';
import type { Again, Channels, ShownPage, Sources, Unmapped, WholeMessage } from './answers.ts';
import { outcomeOf, rowsOutcome, shownChannel, shownMessage, shownSource } from './shown.ts';
import { readPruneWish, readResource, readWish } from './wish.ts';

/** Content types by which a message may be posted. */
const formatsByType: Readonly<Record<string, FormatName>> = {
  'x-application/hl7-v2+er7': 'hl7v2',
  'application/hl7-v2': 'hl7v2',
  'application/xml': 'ccda',
  'text/xml': 'ccda',
  'application/edi-x12': 'x12',
  'application/vnd.lamplight.devices+json': 'devices',
  'application/vnd.omh+json': 'devices',
  'text/csv': 'csv',
};

export interface ExchangeRouteSettings {
  bodyBytesMax: number;
  /** IANA zone of times in what is answered. */
  timeZone: string;
  now(): Date;
}

export function exchangeRoutes(app: FastifyInstance, exchange: Exchange, settings: ExchangeRouteSettings): void {
  const answer = async <T>(
    request: FastifyRequest,
    reply: FastifyReply,
    result: Result<T>,
    show: (value: T) => unknown,
  ): Promise<FastifyReply> => {
    if (!result.ok) return refuse(request, reply, result.problem, statusOf(result.problem));
    return reply.type('application/json').send(writeJson(show(result.value)));
  };
  const wishOf = (request: FastifyRequest): Result<MessageWish> => {
    const url = request.raw.url ?? '';
    return readWish(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  };
  const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;

  app.get('/exchange/messages', { config: { name: 'exchange-messages' } }, async (request, reply) => {
    const wish = wishOf(request);
    if (!wish.ok) return refuse(request, reply, wish.problem, 400);
    return answer(
      request,
      reply,
      await exchange.find(request.caller!, wish.value),
      ({ messages, next }): ShownPage => ({
        messages: messages.map(shownMessage),
        ...(next === undefined ? {} : { next }),
      }),
    );
  });
  app.get('/exchange/messages/:id', { config: { name: 'exchange-message' } }, async (request, reply) => {
    const message = await exchange.get(request.caller!, idOf(request));
    if (!message.ok) return refuse(request, reply, message.problem, statusOf(message.problem));
    const original = await exchange.original(request.caller!, idOf(request));
    return answer(
      request,
      reply,
      original,
      (bytes): WholeMessage => ({ ...shownMessage(message.value), original: bytes.toString('utf8') }),
    );
  });
  app.get('/exchange/messages/:id/original', { config: { name: 'exchange-original' } }, async (request, reply) => {
    const of = new URL(request.raw.url ?? '', 'http://here').searchParams.get('of') ?? 'message';
    if (of !== 'message' && of !== 'batch')
      return refuse(request, reply, { kind: 'invalid', message: 'of is message, or batch: all that came with it', where: 'of' }, 400);
    const original = await (of === 'batch' ? exchange.originalBatch : exchange.original)(request.caller!, idOf(request));
    if (!original.ok) return refuse(request, reply, original.problem, statusOf(original.problem));
    // Never shown by a browser as what it may pretend to be.
    return reply.type('application/octet-stream').header('content-disposition', 'attachment').send(original.value);
  });
  app.get('/exchange/messages/:id/ledger', { config: { name: 'exchange-ledger' } }, async (request, reply) => {
    const ledger = await exchange.ledger(request.caller!, idOf(request));
    if (!ledger.ok) return refuse(request, reply, ledger.problem, statusOf(ledger.problem));
    return reply.type('application/json').send(`{"rows":${await inSlices(ledgerAsJson(ledger.value))}}`);
  });

  app.get('/exchange/source', { config: { name: 'exchange-source' } }, async (request, reply) => {
    const resource = readResource(request.raw.url ?? '');
    if (!resource.ok) return refuse(request, reply, resource.problem, 400);
    return answer(
      request,
      reply,
      await exchange.sources(request.caller!, resource.value),
      (sources): Sources => ({
        sources: sources.map(shownSource),
      }),
    );
  });

  app.post('/exchange/messages/:id/again', { config: { name: 'exchange-again' } }, async (request, reply) =>
    answer(request, reply, await exchange.again(request.caller!, [idOf(request)]), (count): Again => ({ again: count })),
  );
  app.post('/exchange/messages/:id/drop', { config: { name: 'exchange-drop' } }, async (request, reply) => {
    const why = new URL(request.raw.url ?? '', 'http://here').searchParams.get('why') ?? '';
    if (why.trim() === '')
      return refuse(request, reply, { kind: 'invalid', message: 'Say why the message is left out: ?why=…', where: 'why' }, 400);
    return answer(request, reply, await exchange.drop(request.caller!, idOf(request), why), () => ({ state: 'dropped' }));
  });
  app.get('/exchange/messages/:id/try', { config: { name: 'exchange-try' } }, async (request, reply) => {
    const tried = await exchange.try(request.caller!, idOf(request));
    if (!tried.ok) return refuse(request, reply, tried.problem, statusOf(tried.problem));
    return reply.type('application/json').send(tried.value);
  });
  // Everything that an address finds, up to its count: all that failed of a channel, a day of a sender.
  app.post('/exchange/again', { config: { name: 'exchange-again-all' } }, async (request, reply) => {
    const wish = wishOf(request);
    if (!wish.ok) return refuse(request, reply, wish.problem, 400);
    return answer(request, reply, await exchange.againAll(request.caller!, wish.value), (count): Again => ({ again: count }));
  });
  app.get('/exchange/channels', { config: { name: 'exchange-channels' } }, async (request, reply) =>
    answer(request, reply, await exchange.channels(request.caller!), (channels): Channels => ({ channels: channels.map(shownChannel) })),
  );
  const pause = async (request: FastifyRequest, reply: FastifyReply, paused: boolean): Promise<FastifyReply> => {
    const { name } = request.params as { name: string };
    return answer(request, reply, await exchange.pause(request.caller!, name, paused), () => ({ name, paused }));
  };
  app.post('/exchange/channels/:name/pause', { config: { name: 'exchange-pause' } }, (request, reply) => pause(request, reply, true));
  app.post('/exchange/channels/:name/resume', { config: { name: 'exchange-resume' } }, (request, reply) => pause(request, reply, false));
  app.post('/exchange/channels/reload', { config: { name: 'exchange-reload' } }, async (request, reply) => {
    const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
    const wrong = [...query].find(([name, value]) => name !== 'dry-run' || (value !== 'true' && value !== 'false'))?.[0];
    if (wrong !== undefined)
      return refuse(request, reply, { kind: 'invalid', message: 'reload takes dry-run, true or false', where: wrong }, 400);
    return answer(request, reply, await exchange.reload(request.caller!, { dryRun: query.get('dry-run') === 'true' }), (done) => done);
  });
  app.post('/exchange/prune', { config: { name: 'exchange-prune' } }, async (request, reply) => {
    const wish = readPruneWish(request.raw.url ?? '');
    if (!wish.ok) return refuse(request, reply, wish.problem, 400);
    return answer(request, reply, await exchange.prune(request.caller!, wish.value), (pruned) => ({ pruned }));
  });
  app.get('/exchange/unmapped', { config: { name: 'exchange-unmapped' } }, async (request, reply) => {
    const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
    const sender = query.get('sender') ?? '';
    const wrong = [...query].find(([, value]) => /\p{Cc}/u.test(value))?.[0];
    if (wrong !== undefined)
      return refuse(request, reply, { kind: 'invalid', message: 'No sender and no kind holds control characters', where: wrong }, 400);
    const found = await exchange.unmapped(request.caller!, sender, query.get('kind') ?? undefined);
    return answer(request, reply, found, (leaves): Unmapped => ({ sender, leaves }));
  });

  // Bodies are messages as they are, so this plugin reads them itself.
  void app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: settings.bodyBytesMax }, (_request, body, done) => done(null, body));
    inner.post('/exchange/convert', { config: { name: 'exchange-convert' } }, async (request, reply) => {
      const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
      const format = query.get('format') ?? '';
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const converted = await exchange.convert(request.caller!, format as FormatName, body, query.get('channel') ?? undefined);
      if (!converted.ok) return refuse(request, reply, converted.problem, statusOf(converted.problem));
      return reply.type('application/fhir+json').send(converted.value);
    });
    inner.post('/exchange/preview', { config: { name: 'exchange-preview' } }, async (request, reply) => {
      const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
      const rows = query.get('rows') ?? '10';
      if (!/^\d{1,3}$/.test(rows) || Number(rows) === 0)
        return refuse(request, reply, { kind: 'invalid', message: 'rows must be a whole number from 1 to 999', where: 'rows' }, 400);
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      return answer(
        request,
        reply,
        await exchange.preview(request.caller!, query.get('channel') ?? '', body, Number(rows)),
        (shown) => shown,
      );
    });
    inner.post('/exchange/receive', { config: { name: 'exchange-receive' } }, async (request, reply) => {
      const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      const format = Object.hasOwn(formatsByType, type) ? formatsByType[type] : undefined;
      const language = format === undefined ? undefined : languages[format];
      if (format === undefined || (language === undefined && format !== 'csv'))
        return refuse(
          request,
          reply,
          { kind: 'unsupported', message: `Send a message as ${Object.keys(formatsByType).join(', ')}`, where: 'Content-Type' },
          415,
        );
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const caller = request.caller!;
      const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
      const channel = query.get('channel') ?? format;
      if (language === undefined) {
        const rows = exchange.rowsOf(channel);
        const name = `csv-${settings.now().getTime()}`;
        // The same rows again are a repeat of somebody who has heard no answer, unless they are meant.
        const at = query.get('again') === 'true' ? settings.now() : undefined;
        const file = { channel, name, at, by: caller.person.name, now: settings.now };
        const taken =
          rows === undefined
            ? await exchange.preview(caller, channel, raw, 1)
            : await receiveRows(rows, [raw], file, (arrival) => exchange.send(caller, arrival));
        if (!taken.ok) return refuse(request, reply, taken.problem, statusOf(taken.problem));
        if (!('messages' in taken.value)) throw new Error('a channel without a mapping was read by one');
        if (taken.value.first !== undefined) void reply.header('location', `/exchange/messages/${taken.value.first.id}`);
        return reply
          .code(taken.value.rows === 0 ? 422 : 200)
          .type('application/fhir+json')
          .send(writeJson(rowsOutcome(taken.value)));
      }
      const send = async (one: Uint8Array, from: string): Promise<Result<Receipt>> =>
        exchange.send(caller, {
          channel,
          format,
          raw: one,
          receivedAt: settings.now(),
          from,
          by: caller.person.name,
          about: await lookAtMessage(language, one),
        });
      const batch = format === 'hl7v2' ? splitBatch(raw) : undefined;
      if (batch !== undefined) {
        const count = batch.messages.length;
        const receipts = await Promise.all(batch.messages.map((one, at) => send(one, `${caller.from}, ${at + 1} of ${count} of a batch`)));
        const refused = receipts.find((one) => !one.ok);
        if (refused !== undefined && !refused.ok) return refuse(request, reply, refused.problem, statusOf(refused.problem));
        await exchange.keepBatch(
          receipts.flatMap((one) => (one.ok ? [one.value.id] : [])),
          batch.pieces,
        );
        const texts = receipts.flatMap((one, at) => (one.ok ? [acknowledgementOf(batch.messages[at] ?? raw, one.value)] : []));
        return reply.type('x-application/hl7-v2+er7').send(acknowledgeBatch(batch, texts, settings.now()));
      }
      const receipt = await send(raw, caller.from);
      if (!receipt.ok) return refuse(request, reply, receipt.problem, statusOf(receipt.problem));
      void reply.header('location', `/exchange/messages/${receipt.value.id}`);
      const { problem } = receipt.value;
      if (format === 'hl7v2') return reply.type('x-application/hl7-v2+er7').send(acknowledgementOf(raw, receipt.value));
      const answer =
        format === 'x12'
          ? await inSlices(answerInSteps(raw, { receivedAt: receipt.value.receivedAt, timeZone: settings.timeZone }))
          : undefined;
      if (answer !== undefined) return reply.type('application/edi-x12').send(answer);
      return reply
        .code(problem === undefined ? 200 : 422)
        .type('application/fhir+json')
        .send(writeJson(outcomeOf(problem)));
    });
  });
}

/** Whether it can be read is known from the message alone, so the same message gets the same answer whatever became of it since. */
function acknowledgementOf(raw: Uint8Array, { receivedAt }: Receipt): string {
  const message = readMessage(raw);
  const { fault } = aboutOf(message);
  const code = fault === undefined ? 'AA' : 'AE';
  return acknowledge(message, { code, receivedAt, application: 'LAMPLIGHT', ...(fault === undefined ? {} : { problem: fault }) });
}
