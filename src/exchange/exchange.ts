// Exchange put together: what gateways, commands and screens ask of it. Who may, is decided by policy; every look at a message leaves
// an audit row before it is answered.
import type { Database } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { isResourceType } from '../fhir/search/references.ts';
import { decideMessages, type MessageAction } from '../policy/messages.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { inSlices, slices } from '../record/slices.ts';
import { batchBytesOf, batchPlaceOf, keepBatch } from './batches.ts';
import { type Channel, ownChannels } from './channel.ts';
import type { Declared } from './channels.ts';
import type { Arrival, Exchange, PruneWish, Receipt } from './contract.ts';
import { Converting } from './converting.ts';
import { Delivery } from './delivery.ts';
import type { Destination } from './destination.ts';
import { languages, lookAtMessage } from './languages.ts';
import type { Laying, LayingHeard } from './laying.ts';
import { readLedger } from './ledger.ts';
import { Outcomes } from './outcomes.ts';
import { type Keep, type Pruned, prune } from './prune.ts';
import { type Holders, Queue } from './queue.ts';
import {
  answersIn,
  channelStates,
  findMessages,
  isMessageId,
  ledgerOf,
  noMessage,
  oneMessage,
  rawOf,
  unmappedOf,
} from './read-messages.ts';
import type { Renewal } from './renewal.ts';
import { renewed } from './renewed.ts';
import { sourcesOf } from './sources.ts';
import { MessageStore } from './store.ts';
import { channelCaller, Worker } from './worker.ts';

export interface ExchangeSettings {
  /** What files declare, as it was checked at the start; absent: nothing. */
  declared?: readonly Declared[];
  /** Where the files are read again; absent: this process does not. */
  renewal?: Renewal;
  /** IANA zone of times without an offset, where a channel names none. */
  timeZone: string;
  channels: readonly Channel[];
  now(): Date;
  failed(channel: string, error: unknown): void;
  /** Names of this process and of the one before it, for who works a channel; absent: one of its own. */
  holders?: Holders;
  /** What is kept of messages of channels that say nothing themselves; absent: all. */
  keep?: Keep;
  /** Where outbound channels go, by their names. */
  destinations?: ReadonlyMap<string, Destination>;
  /** Whether this process does what waits; absent: it does. */
  works?: boolean;
  /** Lays what is received into the record (laying-thread.ts); absent: this thread does. */
  layBy?: (heard: LayingHeard) => Laying;
  /** How long a channel is worked while others wait (worker.ts). */
  turnMs?: number;
}

const pruneEveryMs = 15 * 60_000;

export function openExchange(database: Database, record: RecordStore, settings: ExchangeSettings): Exchange {
  const channels = new Map<string, Channel>(ownChannels(settings.timeZone).map((channel) => [channel.name, channel]));
  const own = [...channels.values()];
  for (const channel of settings.channels) channels.set(channel.name, channel);
  const queue = new Queue(database, settings.holders);
  const works = settings.works !== false;
  const of = (direction: 'in' | 'out') => [...channels].filter(([, channel]) => channel.direction === direction);
  const waysTo = (destinations: ReadonlyMap<string, Destination> | undefined) =>
    new Map(
      of('out').flatMap(([name, channel]) => {
        const destination = destinations?.get(name);
        return destination === undefined ? [] : [[name, { channel, destination }] as const];
      }),
    );
  const delivery = new Delivery({ database, queue, destinations: waysTo(settings.destinations), works, failed: settings.failed });
  const outcomes = new Outcomes(database);
  const heard: LayingHeard = {
    failed: settings.failed,
    passedOn: () => void delivery.wake(),
    settled: () => void outcomes.look(),
  };
  const worker: Laying =
    settings.layBy?.(heard) ??
    new Worker({ database, record, queue, channels: new Map(of('in')), now: settings.now, works, turnMs: settings.turnMs, ...heard });
  let declared = settings.declared ?? [];
  const converting = new Converting();
  const renew = renewed({
    database,
    renewal: settings.renewal,
    declared: settings.declared ?? [],
    /** All of it in one step: between two messages, never within one. */
    change(next, { destinations, take }) {
      const before = new Map(channels);
      declared = next.declared;
      channels.clear();
      for (const channel of [...own, ...next.channels])
        channels.set(channel.name, next.same.has(channel.name) ? (before.get(channel.name) ?? channel) : channel);
      return Promise.all([
        take([...channels.values()]),
        worker.change({ inbound: new Map(of('in')), declared: next.declared }),
        delivery.change(waysTo(destinations)),
      ]);
    },
  });
  const wake = (): void => {
    worker.wake();
    void delivery.wake();
  };
  const store = new MessageStore(database, wake);

  /** Stored by its channel: under the name that the channel gives its sender, in its direction. */
  function receive(arrival: Arrival): Promise<Receipt> {
    const channel = channels.get(arrival.channel);
    const about = channel?.sender === undefined ? arrival.about : { ...arrival.about, sender: channel.sender };
    return store.receive({ ...arrival, about }, channel?.direction === 'out' ? { direction: 'out' } : {});
  }

  async function allowed(caller: Caller, action: MessageAction, note: string, target?: string): Promise<Result<void>> {
    const decision = decideMessages(caller.person, action);
    if (decision.allowed) return ok(undefined);
    await record.note(caller, `message-${action}`, {
      ...(target !== undefined && isMessageId(target) ? { target } : {}),
      outcome: 403,
      query: note,
    });
    return fail('forbidden', decision.why);
  }

  /** A message, with the row that says that it was looked at. */
  async function look<T>(caller: Caller, id: string, what: string, show: () => Promise<T | undefined>): Promise<Result<T>> {
    const may = await allowed(caller, 'read', what, id);
    if (!may.ok) return may;
    const found = isMessageId(id) ? await oneMessage(database, id, channels) : undefined;
    const shown = found === undefined ? undefined : await show();
    await record.note(caller, 'message-read', {
      ...(isMessageId(id) ? { target: id } : {}),
      patients: found?.pats ?? [],
      outcome: shown === undefined ? 404 : 200,
      query: what,
    });
    return shown === undefined ? noMessage(id) : ok(shown);
  }

  async function again(caller: Caller, ids: readonly string[]): Promise<Result<number>> {
    const may = await allowed(caller, 'decide', 'again');
    if (!may.ok) return may;
    const { rowCount } = await database.query({
      name: 'message-again',
      text: `
insert into message_work (id, channel, lane, due) select id, channel, lane, now() from message where id = any($1::uuid[])
on conflict (id) do update set due = now(), reason = null, written_by = excluded.written_by`,
      values: [ids.filter(isMessageId)],
    });
    // Who resends does not want to wait for the end of a pause.
    await database.query({
      name: 'message-again-now',
      text: 'update channel_away set until = now() where channel in (select distinct channel from message where id = any($1::uuid[]))',
      values: [ids.filter(isMessageId)],
    });
    await record.note(caller, 'message-again', { outcome: 200, query: ids.slice(0, 50).join(' ') });
    wake();
    return ok(rowCount);
  }

  async function pruneAll({ dryRun, channel, keep }: PruneWish & { dryRun: boolean }): Promise<Pruned[]> {
    const all: Pruned[] = [];
    for (const [name, one] of channels)
      if (channel === undefined || channel === name)
        all.push(await prune(database, name, keep ?? one.keep ?? settings.keep ?? {}, { now: settings.now(), dryRun }));
    return all;
  }

  /** By itself, as the channels say; what is given up leaves a row in the audit trail. */
  async function pruneByItself(): Promise<void> {
    try {
      const pruned = (await pruneAll({ dryRun: false })).filter(({ messages }) => messages > 0);
      if (pruned.length > 0)
        await record.note(channelCaller('prune'), 'message-prune', { outcome: 200, query: JSON.stringify(pruned).slice(0, 1000) });
    } catch (error) {
      settings.failed('', error);
    }
  }
  let pruning: Promise<void> = Promise.resolve();
  const pruneTimer = setInterval(() => {
    pruning = pruning.then(pruneByItself);
  }, pruneEveryMs);
  pruneTimer.unref();
  if (!works) clearInterval(pruneTimer);

  return {
    receive,
    outcome: (id, withinMs) => outcomes.of(id, withinMs),
    async send(caller, arrival) {
      const may = await allowed(caller, 'send', 'receive');
      if (!may.ok) return may;
      const channel = channels.get(arrival.channel);
      if (channel === undefined) return noChannel(arrival.channel);
      if (channel.format !== arrival.format)
        return fail('unsupported', `The channel ${channel.name} carries ${channel.format}; this is sent as ${arrival.format}`, 'channel');
      // What goes out speaks for the hospital: that is decided, not received.
      const mayGoOut = channel.direction === 'in' ? may : await allowed(caller, 'decide', 'send out');
      if (!mayGoOut.ok) return mayGoOut;
      const receipt = await receive(arrival);
      await record.note(caller, 'message-send', { target: receipt.id, outcome: 200 });
      return ok(receipt);
    },

    async stateOf(id) {
      const message = (await oneMessage(database, id, channels))?.message;
      if (message === undefined) return undefined;
      const { state, waits, answer, problem } = message;
      return {
        state,
        ...(waits === undefined ? {} : { waits }),
        ...(answer === undefined ? {} : { answer }),
        ...(problem === undefined ? {} : { problem }),
      };
    },

    answersTo: (key, kind, most) => answersIn(database, key, kind, most),

    async find(caller, wish) {
      const asked = JSON.stringify({ ...wish, count: undefined, cursor: undefined });
      const may = await allowed(caller, 'read', asked);
      if (!may.ok) return may;
      const found = await findMessages(database, wish, channels);
      if (!found.ok) return found;
      await record.note(caller, 'message-search', { patients: found.value.pats.slice(0, 1000), outcome: 200, query: asked });
      return ok(found.value.page);
    },
    get: (caller, id) =>
      look(caller, id, 'message', async () => {
        const found = await oneMessage(database, id, channels);
        const batch = await batchPlaceOf(database, id);
        return found === undefined || batch === undefined ? found?.message : { ...found.message, batch };
      }),
    original: (caller, id) => look(caller, id, 'original', () => rawOf(database, id)),
    originalBatch: (caller, id) => look(caller, id, 'original of the batch', () => batchBytesOf(database, id)),
    keepBatch: (ids, pieces) => keepBatch(database, ids, pieces),
    async ledger(caller, id) {
      const text = await look(caller, id, 'ledger', async () => (await ledgerOf(database, id)) ?? '');
      return text.ok ? ok(await inSlices(readLedger(text.value))) : text;
    },

    async sources(caller, resource) {
      const [type = '', id = ''] = resource.split('/');
      // Policy and the audit row are those of reading the resource: who may not is told that it is not there.
      const read = isResourceType(type)
        ? await record.read(caller, type, id)
        : fail('invalid', `"${type.slice(0, 40)}" is no type of resource`);
      return read.ok ? ok(await sourcesOf(database, resource)) : read;
    },

    async convert(caller, format, raw, channel) {
      const may = await allowed(caller, 'send', 'convert');
      if (!may.ok) return may;
      // The name comes from an address: `constructor` is a member of every object.
      const known = Object.hasOwn(languages, format) ? languages[format] : undefined;
      const mapped = format === 'csv' ? channels.get(channel ?? '') : undefined;
      if (format === 'csv' && mapped?.language === undefined) return noMapping(channel);
      const language = mapped?.language ?? known;
      if (language === undefined)
        return fail('unsupported', `The format ${format} is not known; use hl7v2, ccda, x12, devices, or csv with a channel`, 'format');
      const about = await lookAtMessage(language, raw);
      if (about.fault !== undefined) return { ok: false, problem: about.fault };
      const by = channels.get(channel ?? format);
      if (by === undefined || by.direction === 'out') return noChannel(channel ?? format);
      const sender = by.sender ?? about.sender;
      const received = { raw: Buffer.from(raw), format, kind: about.kind, sender, received: settings.now() };
      return converting.convert(by, { declared, timeZone: settings.timeZone, channel: by.name, received });
    },

    async preview(caller, channel, raw, rows) {
      const may = await allowed(caller, 'send', 'preview');
      if (!may.ok) return may;
      const language = channels.get(channel)?.language;
      return language === undefined ? noMapping(channel) : ok(await inSlices(language.preview(raw, rows), slices()));
    },
    rowsOf: (channel) => channels.get(channel)?.language,

    async try(caller, id) {
      const found = await look(caller, id, 'try', async () => {
        const message = await oneMessage(database, id, channels);
        const raw = await rawOf(database, id);
        return message === undefined || raw === undefined ? undefined : { message: message.message, raw };
      });
      if (!found.ok) return found;
      const { message, raw } = found.value;
      const channel = channels.get(message.channel);
      if (channel === undefined || channel.direction === 'out') return noChannel(message.channel);
      const received = { raw, format: message.format, kind: message.kind, sender: message.sender, received: message.receivedAt };
      return worker.try({ caller, channel: channel.name, received, controlId: message.controlId, digest: message.digest });
    },

    again,

    async againAll(caller, wish) {
      const may = await allowed(caller, 'decide', 'again');
      if (!may.ok) return may;
      const found = await findMessages(database, wish, channels);
      if (!found.ok) return found;
      return again(caller, found.value.page.messages.map(({ id }) => id).reverse());
    },

    async drop(caller, id, why) {
      const may = await allowed(caller, 'decide', 'drop', id);
      if (!may.ok) return may;
      if (!isMessageId(id) || (await oneMessage(database, id, channels)) === undefined) return noMessage(id);
      await database.transaction(async (session) => {
        await session.query({ text: 'delete from message_work where id = $1', values: [id] });
        await session.query({
          text: `
insert into message_result (id, channel, state, at, tries, problem, resources, pats)
select id, channel, 'dropped', now(), 0, $2, '{}', '{}' from message where id = $1
on conflict (id) do update set state = 'dropped', at = now(), problem = excluded.problem, written_by = excluded.written_by`,
          values: [id, JSON.stringify({ kind: 'invalid', message: `Left out by ${caller.person.name}: ${why.slice(0, 500)}` })],
        });
      });
      await record.note(caller, 'message-drop', { target: id, outcome: 200, query: why });
      return ok(undefined);
    },

    async pause(caller, channel, paused) {
      const may = await allowed(caller, 'decide', 'pause');
      if (!may.ok) return may;
      if (!channels.has(channel)) return noChannel(channel);
      await database.query(
        paused
          ? {
              text: 'insert into channel_pause (channel, account, at) values ($1, $2, now()) on conflict (channel) do nothing',
              values: [channel, caller.person.name],
            }
          : { text: 'delete from channel_pause where channel = $1', values: [channel] },
      );
      await record.note(caller, paused ? 'channel-pause' : 'channel-resume', { outcome: 200, query: channel });
      if (!paused) {
        await queue.here(channel);
        wake();
      }
      return ok(undefined);
    },

    async channels(caller) {
      const may = await allowed(caller, 'read', 'channels');
      return may.ok ? ok(await channelStates(database, [...channels.values()])) : may;
    },

    async reload(caller, { dryRun }) {
      const may = await allowed(caller, 'decide', 'reload');
      if (!may.ok) return may;
      const done = await renew(dryRun);
      if (!dryRun)
        await record.note(caller, 'channel-reload', {
          outcome: done.ok ? 200 : 400,
          query: done.ok ? done.value.changes.map(({ kind, name }) => `${kind} ${name}`).join(', ') : done.problem.message.slice(0, 1000),
        });
      return done;
    },

    async prune(caller, { channel, keep, dryRun = false }) {
      const may = await allowed(caller, 'decide', 'prune');
      if (!may.ok) return may;
      if (channel !== undefined && !channels.has(channel)) return noChannel(channel);
      const pruned = await pruneAll({ dryRun, channel, keep });
      if (!dryRun) await record.note(caller, 'message-prune', { outcome: 200, query: JSON.stringify(pruned).slice(0, 1000) });
      return ok(pruned);
    },

    async unmapped(caller, sender, kind) {
      const may = await allowed(caller, 'read', 'unmapped');
      return may.ok ? ok(await unmappedOf(database, sender, kind)) : may;
    },

    async idle() {
      await worker.idle();
      await delivery.idle();
    },
    async close() {
      clearInterval(pruneTimer);
      await pruning;
      outcomes.close();
      await Promise.all([worker.close(), delivery.close(), converting.close()]);
      await queue.release();
    },
  };
}

const noChannel = (name: string): Result<never> => fail('not-found', `There is no channel ${name.slice(0, 100)}; see the list of channels`);

const noMapping = (channel: string | undefined): Result<never> =>
  fail(
    'not-found',
    `${channel === undefined ? 'No channel is named' : `There is no channel ${channel.slice(0, 100)} with a mapping`}: CSV is read by the columns of a channel; name one of the format csv with "channel"`,
    'channel',
  );
