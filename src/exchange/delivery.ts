// Takes what waits in outbound channels to where it goes: first in, first out for each lane (sender and patient), never faster than the
// other side answers. A lane waits behind its failing head and the others go on; who cannot be reached is tried one message at a time
// with growing pauses, for ever; what the other side answered is why a message waits. What was taken is never sent again; what was
// sent and not answered goes again with the same bytes, because only the other side knows whether it has it.
import type { Database } from '../database/contract.ts';
import type { Problem } from '../fhir/result.ts';
import type { Channel } from './channel.ts';
import type { Delivered, Destination, Outgoing } from './destination.ts';
import type { Queue, Work } from './queue.ts';

type Ways = ReadonlyMap<string, { channel: Channel; destination: Destination }>;

export interface DeliveryTools {
  database: Database;
  queue: Queue;
  /** Outbound channels with where they go. */
  destinations: Ways;
  works: boolean;
  /** Told of what is neither the message's fault nor the other side's. */
  failed(channel: string, error: unknown): void;
}

const mostTogether = 50;
const renewSeconds = 8;

/** What an attempt means for what stands behind it: nothing, its lane waits, the whole channel waits. */
type Consequence = 'goes-on' | 'lane-waits' | 'channel-waits';

export class Delivery {
  readonly #tools: DeliveryTools;
  #ways: Ways;
  /** How many messages are on their way to each, and those that are left when the last of them is answered. */
  readonly #sending = new Map<Destination, number>();
  readonly #left = new Set<Destination>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  /** Taken by the other side and not yet noted, because the database failed just then: to be noted, never sent. */
  readonly #taken = new Map<string, Delivered>();
  #closed = false;

  constructor(tools: DeliveryTools) {
    this.#tools = tools;
    this.#ways = tools.destinations;
    this.#timer = setInterval(() => void this.wake(), 250);
    this.#timer.unref();
  }

  /** Starts what is due; resolves when it has been started, not when it was delivered. */
  async wake(): Promise<void> {
    const { queue, works, failed } = this.#tools;
    const ways = this.#ways;
    if (this.#closed || !works || ways.size === 0) return;
    try {
      for (const name of await queue.due([...ways.keys()])) this.#start(name);
    } catch (error) {
      if (!this.#closed) failed('', error);
    }
  }

  #start(name: string): void {
    if (!this.#ways.has(name) || this.#closed || this.#running.has(name)) return;
    const run = this.#drain(name)
      .catch((error: unknown) => {
        if (!this.#closed) this.#tools.failed(name, error);
      })
      .finally(() => this.#running.delete(name));
    this.#running.set(name, run);
  }

  /** Resolves when nothing is due any more. */
  async idle(): Promise<void> {
    do {
      await this.wake();
      await Promise.all(this.#running.values());
    } while (!this.#closed && this.#tools.works && (await this.#tools.queue.due([...this.#ways.keys()])).length > 0);
  }

  /** Lets what is under way end: its answer may be on its way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all(this.#running.values());
    await Promise.all([...this.#ways.values()].map(({ destination }) => destination.close()));
  }

  /**
   * Other ways, from the next message on. One that is left is closed when what is on its way there was answered: nobody would know
   * otherwise whether it was taken. What waited for a pause is tried at once where its channel is another.
   */
  async change(ways: Ways): Promise<void> {
    const before = this.#ways;
    this.#ways = ways;
    const kept = new Set([...ways.values()].map(({ destination }) => destination));
    for (const { destination } of before.values()) if (!kept.has(destination)) this.#leave(destination);
    for (const [name, { channel }] of ways) if (before.get(name)?.channel !== channel) await this.#tools.queue.atOnce(name);
    void this.wake();
  }

  #leave(destination: Destination): void {
    if ((this.#sending.get(destination) ?? 0) > 0) {
      this.#left.add(destination);
      return;
    }
    this.#left.delete(destination);
    void destination.close();
  }

  async #send(destination: Destination, message: Outgoing): Promise<Delivered> {
    this.#sending.set(destination, (this.#sending.get(destination) ?? 0) + 1);
    try {
      return await destination.deliver(message);
    } finally {
      const others = (this.#sending.get(destination) ?? 1) - 1;
      if (others > 0) this.#sending.set(destination, others);
      else this.#sending.delete(destination);
      if (this.#left.has(destination)) this.#leave(destination);
    }
  }

  async #drain(name: string): Promise<void> {
    const { queue } = this.#tools;
    if (!(await queue.hold(name))) return;
    // An answer may take longer than a hold lasts.
    const renewing = setInterval(() => void queue.hold(name).catch(() => {}), renewSeconds * 1000);
    try {
      for (;;) {
        const batch = await queue.heads(name, mostTogether);
        if (batch.length === 0 || (await this.#deliverAll(name, batch)) === 'channel-waits') return;
      }
    } finally {
      clearInterval(renewing);
    }
  }

  async #deliverAll(name: string, batch: readonly Work[]): Promise<Consequence> {
    const connections = this.#ways.get(name)?.channel.patience.connections ?? 0;
    const pending = [...batch];
    const shut = new Set<bigint>();
    let stopped = false;
    const runner = async (): Promise<void> => {
      while (!stopped && !this.#closed) {
        const at = pending.findIndex(({ lane }) => !shut.has(lane));
        if (at === -1) return;
        const [work] = pending.splice(at, 1);
        if (work === undefined) return;
        shut.add(work.lane);
        const consequence = await this.#deliver(name, work);
        if (consequence === 'goes-on') shut.delete(work.lane);
        if (consequence === 'channel-waits') stopped = true;
      }
    };
    await Promise.all(Array.from({ length: Math.min(connections, batch.length) }, runner));
    return stopped || connections === 0 || this.#closed ? 'channel-waits' : 'goes-on';
  }

  async #deliver(name: string, work: Work): Promise<Consequence> {
    // Paused, dropped, or another process's by now.
    if (!(await this.#tools.queue.mayGo(name, work.id))) return 'channel-waits';
    const way = this.#ways.get(name);
    // Its file is gone: what waits stays.
    if (way === undefined) return 'channel-waits';
    const { channel, destination } = way;
    const { id, format, kind, control, raw } = work;
    const delivered = this.#taken.get(id) ?? (await this.#send(destination, { id, format, kind, controlId: control, raw }));
    if (delivered.kind === 'taken') this.#taken.set(id, delivered);
    const consequence = await this.#note(name, channel, work, delivered);
    this.#taken.delete(id);
    return consequence;
  }

  async #note(name: string, { patience }: Channel, work: Work, delivered: Delivered): Promise<Consequence> {
    const { queue } = this.#tools;
    const { said } = delivered;
    const pause = patience.pausesSeconds[Math.min(work.tries, patience.pausesSeconds.length - 1)] ?? 300;
    switch (delivered.kind) {
      case 'taken':
        await this.#end(name, work.id, 'done', said);
        return 'goes-on';
      case 'refused': {
        const last = (delivered.forGood && patience.rejected === 'fail') || work.tries + 1 >= patience.triesMax;
        if (last) {
          const message = `The other side refused it (${said}). Correct it at its source or at the other side, then resend it: lamplight exchange again ${work.id}`;
          await this.#end(name, work.id, 'failed', said, { kind: 'invalid', message });
          return 'goes-on';
        }
        await queue.later(work.id, pause, `The other side answered: ${said}`);
        await queue.here(name);
        return 'lane-waits';
      }
      case 'silent':
        await queue.later(work.id, pause, `No answer: ${said}. It will be sent again`);
        await queue.away(name, patience.pausesSeconds, said);
        return 'channel-waits';
      case 'unreachable':
        await queue.away(name, patience.pausesSeconds, said);
        return 'channel-waits';
    }
  }

  async #end(channel: string, id: string, state: 'done' | 'failed', said: string, problem?: Problem): Promise<void> {
    await this.#tools.database.query({
      name: 'delivery-end',
      text: `
with gone as (delete from message_work where id = $1 returning tries), here as (delete from channel_away where channel = $2)
insert into message_result (id, channel, state, at, tries, problem, said, resources, pats)
select $1, $2, $3, now(), tries + 1, $4, $5, '{}', '{}' from gone
on conflict (id) do update set state = excluded.state, at = excluded.at, tries = excluded.tries, problem = excluded.problem, said = excluded.said,
  written_by = excluded.written_by`,
      values: [id, channel, state, problem === undefined ? null : JSON.stringify(problem), said.slice(0, 1000)],
    });
  }
}
