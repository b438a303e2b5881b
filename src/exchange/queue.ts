// The queues: what is to be done next, and who does it. Of several processes on one database one works a channel; it holds the
// channel for a while and renews, and what it does only commits while it holds it.
import { randomUUID } from 'node:crypto';
import type { Database, Session } from '../database/contract.ts';
import type { FormatName } from './contract.ts';

export interface Work {
  id: string;
  lane: bigint;
  tries: number;
  format: FormatName;
  sender: string;
  control: string;
  kind: string;
  received: Date;
  digest: Buffer;
  raw: Buffer;
}

const holdSecondsUsual = 30;

/** Whoever holds a channel, by name. */
export interface Holders {
  holder: string;
  /** The process that stood here before and is dead for certain: what it held is taken over at once. */
  former?: string | undefined;
  /** How long a channel is held without being renewed; absent: half a minute. */
  holdSeconds?: number;
}

/** Thrown inside a transaction that must not commit: another process works the channel by now. */
export class ChannelLost extends Error {
  override readonly name = 'ChannelLost';
}

/** Thrown inside a transaction that must not commit: somebody has dropped one of its messages meanwhile. */
export class WorkGone extends Error {
  override readonly name = 'WorkGone';
}

export class Queue {
  readonly #database: Database;
  readonly holder: string;
  readonly #former: string | null;
  readonly holdSeconds: number;

  constructor(database: Database, holders: Holders = { holder: randomUUID() }) {
    this.#database = database;
    this.holder = holders.holder;
    this.#former = holders.former ?? null;
    this.holdSeconds = holders.holdSeconds ?? holdSecondsUsual;
  }

  /** Whether this process may work the channel now. Renews. */
  async hold(channel: string): Promise<boolean> {
    const { rowCount } = await this.#database.query({
      name: 'channel-hold',
      text: `
insert into channel_hold (channel, holder, until) values ($1, $2, now() + make_interval(secs => $4::float8))
on conflict (channel) do update set holder = excluded.holder, until = excluded.until
where channel_hold.holder in (excluded.holder, $3) or channel_hold.until < now()`,
      values: [channel, this.holder, this.#former, this.holdSeconds],
    });
    return rowCount === 1;
  }

  /** Does it with a channel that is held, and renews that meanwhile: one message may take longer than a channel is held. */
  async holding(channel: string, work: () => Promise<void>): Promise<void> {
    let renewed: Promise<unknown> = Promise.resolve();
    const timer = setInterval(
      () => {
        // Where it fails, what is done is not committed.
        renewed = this.hold(channel).catch(() => {});
      },
      (this.holdSeconds * 1000) / 3,
    );
    try {
      await work();
    } finally {
      clearInterval(timer);
      await renewed;
    }
  }

  /** Inside the transaction that does the work. */
  async mustHold(session: Session, channel: string): Promise<void> {
    const { rowCount } = await session.query({
      name: 'channel-held',
      text: 'select 1 from channel_hold where channel = $1 and holder = $2 and until > now() for share',
      values: [channel, this.holder],
    });
    if (rowCount !== 1) throw new ChannelLost();
  }

  /** Inside the transaction that does the work: nobody drops these messages any more. */
  async mustWait(session: Session, ids: readonly string[]): Promise<void> {
    const { rowCount } = await session.query({
      name: 'work-waits',
      text: 'select 1 from message_work where id = any($1::uuid[]) order by id for update',
      values: [ids],
    });
    if (rowCount !== ids.length) throw new WorkGone();
  }

  async release(): Promise<void> {
    await this.#database.query({ text: 'delete from channel_hold where holder = $1', values: [this.holder] });
  }

  /** Of these channels those of which something is due; left out: paused, and where the other side is away for now. */
  async due(channels: readonly string[]): Promise<string[]> {
    const { rows } = await this.#database.query<{ channel: string }>({
      name: 'channels-due',
      text: `
select c.channel from unnest($1::text[]) as c(channel)
where not exists (select 1 from channel_pause p where p.channel = c.channel)
  and not exists (select 1 from channel_away a where a.channel = c.channel and a.until > now())
  and exists (select 1 from message_work w where w.channel = c.channel and w.due <= now())`,
      values: [channels],
    });
    return rows.map(({ channel }) => channel);
  }

  /**
   * The oldest that are due, behind one where that is named; what stands behind one of its lane that must wait is left out, and
   * everything while the channel is paused.
   */
  async next(channel: string, limit: number, behind?: string): Promise<Work[]> {
    const { rows } = await this.#database.query<Work>({
      name: 'work-next',
      text: `
with oldest as (
  select id, lane, tries, due from message_work
  where channel = $1 and ($3::uuid is null or id > $3::uuid) and not exists (select 1 from channel_pause p where p.channel = $1)
  order by id limit $2
), free as (
  select id, lane, tries, max(due) over (partition by lane order by id) <= now() as free from oldest
)
select o.id, o.lane, o.tries, m.format, m.sender, m.control, m.kind, m.received, m.digest, m.raw
from free o join message m on m.id = o.id
where o.free
order by o.id`,
      values: [channel, limit, behind ?? null],
    });
    return rows;
  }

  /** As `next`, however many stand before them in lanes that must wait. */
  async heads(channel: string, limit: number): Promise<Work[]> {
    const { rows } = await this.#database.query<Work>({
      name: 'work-heads',
      text: `
with free as (
  select w.id, w.lane, w.tries from message_work w
  where w.channel = $1 and w.due <= now() and not exists (
    select 1 from message_work e where e.channel = w.channel and e.lane = w.lane and e.id < w.id and e.due > now())
  order by w.id limit $2
)
select f.id, f.lane, f.tries, m.format, m.sender, m.control, m.kind, m.received, m.digest, m.raw
from free f join message m on m.id = f.id
order by f.id`,
      values: [channel, limit],
    });
    return rows;
  }

  /** Whether a message that was next still is: not dropped, its channel not paused and still held by this process. */
  async mayGo(channel: string, id: string): Promise<boolean> {
    const { rowCount } = await this.#database.query({
      name: 'work-may-go',
      text: `
select 1 from message_work w join channel_hold h on h.channel = w.channel and h.holder = $3 and h.until > now()
where w.id = $2 and w.channel = $1 and w.due <= now() and not exists (select 1 from channel_pause p where p.channel = w.channel)`,
      values: [channel, id, this.holder],
    });
    return rowCount === 1;
  }

  /** The other side of a channel cannot be reached: nothing is tried before a pause, which grows while that lasts. */
  async away(channel: string, pausesSeconds: readonly number[], reason: string): Promise<void> {
    await this.#database.query({
      name: 'channel-away',
      text: `
insert into channel_away (channel, since, tries, until, reason) values ($1, now(), 1, now() + make_interval(secs => ($2::float8[])[1]), $3)
on conflict (channel) do update set tries = channel_away.tries + 1, reason = excluded.reason,
  until = now() + make_interval(secs => ($2::float8[])[least(channel_away.tries + 1, array_length($2::float8[], 1))])`,
      values: [channel, pausesSeconds, reason.slice(0, 1000)],
    });
  }

  async here(channel: string): Promise<void> {
    await this.#database.query({ name: 'channel-here', text: 'delete from channel_away where channel = $1', values: [channel] });
  }

  /** What waits for the end of a pause is due now: who has mended a channel does not want to wait for it. */
  async atOnce(channel: string): Promise<void> {
    await this.here(channel);
    await this.#database.query({
      name: 'work-at-once',
      text: `
update message_work set due = now(), written_by = pg_current_xact_id()::text::int8 where channel = $1 and due > now()`,
      values: [channel],
    });
  }

  /** To be tried again, with why it waits. */
  async later(id: string, seconds: number, reason: string): Promise<void> {
    await this.#database.query({
      name: 'work-later',
      text: `
update message_work set tries = tries + 1, due = now() + make_interval(secs => $2), reason = $3, written_by = pg_current_xact_id()::text::int8
where id = $1`,
      values: [id, seconds, reason.slice(0, 1000)],
    });
  }
}
