// Takes notifications to rest-hooks: in order, one at a time for each subscription, again after growing pauses until the receiver has
// answered with 2xx; a receiver that stays away makes an error of its subscription, and $events tells what it missed. Of several
// processes on one database one delivers a subscription: it holds the row for a while, and what was delivered is only noted by the holder.
import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/contract.ts';
import { ok, type Result } from '../../fhir/result.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import type { SubscriptionSettings } from './contract.ts';
import { notification, shownTo } from './notification.ts';
import type { Post, Sending } from './post.ts';
import type { Rights } from './rights.ts';
import type { Sealer } from './seal.ts';
import { become, claim, delivered, endNotTaken, eventsOf, failed, type Held, held, knowsOfEnd, letGo } from './state.ts';

export interface DeliveryTools {
  database: Database;
  record: Pick<RecordStore, 'readVersion'>;
  rights: Rights;
  sealer: Sealer;
  post: Post;
  settings: SubscriptionSettings;
  /** Absolute FHIR base, as receivers know it. */
  base(): string;
  /** A state has changed that the resource does not say yet. */
  changed(): void;
  failed(error: unknown): void;
}

export class RestHooks {
  readonly #tools: DeliveryTools;
  readonly #holder = randomUUID();
  readonly #running = new Map<string, Promise<void>>();
  #looking: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(tools: DeliveryTools) {
    this.#tools = tools;
  }

  wake(): void {
    if (this.#closed) return;
    if (this.#looking !== undefined) {
      this.#again = true;
      return;
    }
    this.#looking = this.#look()
      .catch((error: unknown) => {
        if (!this.#closed) this.#tools.failed(error);
      })
      .finally(() => {
        this.#looking = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.wake();
      });
  }

  /** Breaks off what is under way: it goes again after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#tools.post.close();
    await this.#looking;
    await Promise.all(this.#running.values());
    await letGo(this.#tools.database, this.#holder).catch(() => {});
  }

  async #look(): Promise<void> {
    const { database, settings } = this.#tools;
    const free = settings.together - this.#running.size;
    if (free <= 0) return;
    const ids = await claim(database, this.#holder, settings.holdMs, free, [...this.#running.keys()]);
    for (const id of ids) {
      const run = this.#drain(id)
        .then(
          () => true,
          (error: unknown) => {
            if (!this.#closed) this.#tools.failed(error);
            return false;
          },
        )
        .then(async (went) => {
          await letGo(database, this.#holder, id).catch(() => {});
          this.#running.delete(id);
          // What failed here is looked at with the next beat, not at once.
          if (went) this.wake();
        });
      this.#running.set(id, run);
    }
  }

  async #drain(id: string): Promise<void> {
    const { database, settings } = this.#tools;
    while (!this.#closed) {
      const subscribed = await held(database, id, this.#holder, settings.holdMs);
      if (subscribed === undefined || !(await this.#step(subscribed))) return;
    }
  }

  /** One notification. False: nothing more for now. */
  async #step(subscribed: Held): Promise<boolean> {
    const { database, rights } = this.#tools;
    if (subscribed.state === 'off') return this.#end(subscribed);
    const caller = await rights.of(subscribed.account, subscribed.id);
    if (!caller.ok) {
      await become(database, subscribed, 'off', caller.problem.message);
      this.#tools.changed();
      // The end is said with the next look.
      return true;
    }
    if (subscribed.state === 'error') return this.#end(subscribed);
    if (subscribed.state === 'requested') return this.#handshake(subscribed);
    if (subscribed.events > subscribed.sent) return this.#events(subscribed, caller.value);
    if (!subscribed.heartbeatDue || subscribed.definition.topic === undefined) return false;
    const sent = await this.#send(subscribed, notification(subscribed, { type: 'heartbeat', base: this.#tools.base() }));
    return sent.ok ? this.#taken(subscribed, subscribed.sent) : this.#missed(subscribed, sent.problem.message);
  }

  async #handshake(subscribed: Held): Promise<boolean> {
    const { database, settings } = this.#tools;
    const sent = await this.#send(subscribed, notification(subscribed, { type: 'handshake', base: this.#tools.base() }));
    if (!sent.ok && this.#closed) return false;
    if (!sent.ok && subscribed.tries < settings.handshakePausesMs.length) {
      await failed(
        database,
        subscribed,
        settings.handshakePausesMs[subscribed.tries] ?? 0,
        `The handshake was not taken: ${sent.problem.message}`,
      );
      return false;
    }
    if (sent.ok) await become(database, subscribed, 'active', null);
    else
      await become(
        database,
        subscribed,
        'error',
        `The handshake was not taken: ${sent.problem.message}. Set the status to requested to try again`,
      );
    this.#tools.changed();
    return sent.ok;
  }

  /**
   * That it is in error or off, as a heartbeat with that status, which the guide leaves to servers (errors.html): where a receiver takes
   * things again it hears that nothing comes by itself any more. Of an error for as long as it lasts, of the end a few times.
   */
  async #end(subscribed: Held): Promise<false> {
    const { database, settings, base } = this.#tools;
    const { definition, state, tries, owes, heartbeatDue } = subscribed;
    if (definition.topic === undefined || definition.endpoint === undefined) {
      await knowsOfEnd(database, subscribed);
      return false;
    }
    if (!owes && !heartbeatDue) return false;
    const sent = await this.#send(subscribed, notification(subscribed, { type: 'heartbeat', base: base() }));
    if (sent.ok || (state === 'off' && tries >= settings.handshakePausesMs.length && !this.#closed)) await knowsOfEnd(database, subscribed);
    else if (!this.#closed)
      await endNotTaken(database, subscribed, (state === 'off' ? settings.handshakePausesMs[tries] : settings.pausesMs.at(-1)) ?? 0);
    return false;
  }

  async #events(subscribed: Held, caller: Caller): Promise<boolean> {
    const { database, record, settings, base } = this.#tools;
    const { definition, sent, events } = subscribed;
    const plain = definition.topic === undefined;
    const waiting = await eventsOf(database, subscribed.id, sent + 1n, events, plain ? 1 : definition.maxCount);
    // Given up by their age while the receiver was away.
    if (waiting.length === 0) return this.#taken(subscribed, events);
    const shown = await shownTo(record, caller, waiting, definition.content, settings.payloadBytesMax);
    const last = shown.at(-1)!;
    const done = plain
      ? await this.#plain(subscribed, last)
      : await this.#send(subscribed, notification(subscribed, { type: 'event-notification', base: base(), events: shown }));
    return done.ok ? this.#taken(subscribed, last.number) : this.#missed(subscribed, done.problem.message);
  }

  /** http://hl7.org/fhir/R4/subscription.html#2.46.7.1: a POST without a body, or the resource as it would be written there. */
  #plain(subscribed: Held, { type, id, visible, body }: Awaited<ReturnType<typeof shownTo>>[number]): Promise<Result<number>> {
    if (subscribed.definition.content === 'empty') return this.#send(subscribed, '', { headers: {} });
    if (!visible) return Promise.resolve(ok(204));
    const { endpoint = '' } = subscribed.definition;
    if (body === undefined) return this.#send(subscribed, '', { headers: {} });
    return this.#send(subscribed, body, { method: 'PUT', url: `${endpoint.replace(/\/$/, '')}/${type}/${id}` });
  }

  async #send({ definition }: Held, body: string, other: Partial<Sending> = {}): Promise<Result<number>> {
    const { endpoint = '' } = definition;
    const headers: Record<string, string> = { 'content-type': 'application/fhir+json', 'user-agent': 'Lamplight' };
    for (const header of definition.headers) {
      const opened = this.#tools.sealer.open(header, new URL(endpoint).origin);
      if (opened === undefined)
        return {
          ok: false,
          problem: { kind: 'invalid', message: 'a header was sealed by another installation: give it again in channel.header' },
        };
      headers[opened.name.toLowerCase()] = opened.value;
    }
    const sent = await this.#tools.post.send({
      url: endpoint,
      method: 'POST',
      headers,
      body,
      timeoutMs: definition.timeoutSeconds * 1000,
      ...other,
    });
    if (!sent.ok || (sent.value >= 200 && sent.value < 300)) return sent;
    return {
      ok: false,
      problem: {
        kind: 'busy',
        message: `it answered ${sent.value}${sent.value >= 300 && sent.value < 400 ? ', and redirects are not followed' : ''}`,
      },
    };
  }

  #taken(subscribed: Held, to: bigint): Promise<boolean> {
    return delivered(this.#tools.database, subscribed, this.#holder, to);
  }

  async #missed(subscribed: Held, why: string): Promise<false> {
    const { database, settings } = this.#tools;
    // It was broken off from here.
    if (this.#closed) return false;
    const pause = settings.pausesMs[Math.min(subscribed.tries, settings.pausesMs.length - 1)] ?? 1_000;
    const failingMs = await failed(database, subscribed, pause, `The receiver has not taken the last notification: ${why}`);
    if (failingMs < settings.patienceMs) return false;
    const minutes = Math.round(settings.patienceMs / 60_000);
    await become(
      database,
      subscribed,
      'error',
      `The receiver has taken nothing for ${minutes} minutes: ${why}. Set the status to requested to begin again; $events tells what was missed`,
    );
    this.#tools.changed();
    return false;
  }
}
