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

const holdSeconds = 30;

/** Thrown inside a transaction that must not commit: another process works the channel by now. */
export class ChannelLost extends Error {
  override readonly name = 'ChannelLost';
}

export class Queue {
  readonly #database: Database;
  readonly holder: string = randomUUID();
  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether this process may work the channel now. Renews. */
  async hold(channel: string): Promise<boolean> {
    const { rowCount } = await this.#database.query({
      name: 'channel-hold',
      text: `
insert into channel_hold (channel, holder, until) values ($1, $2, now() + interval '${holdSeconds} seconds')
on conflict (channel) do update set holder = excluded.holder, until = excluded.until
where channel_hold.holder = excluded.holder or channel_hold.until < now()`,
      values: [channel, this.holder],
    });
    return rowCount === 1;
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

  async release(): Promise<void> {
    await this.#database.query({ text: 'delete from channel_hold where holder = $1', values: [this.holder] });
  }

  /** Channels of which something is due, those that are paused left out. */
  async due(): Promise<string[]> {
    const { rows } = await this.#database.query<{ channel: string }>({
      name: 'channels-due',
      text: `
select distinct channel from message_work w where due <= now() and not exists (select 1 from channel_pause p where p.channel = w.channel)`,
    });
    return rows.map(({ channel }) => channel);
  }

  /** The oldest that are due; what stands behind one of its lane that must wait is left out. */
  async next(channel: string, limit: number): Promise<Work[]> {
    const { rows } = await this.#database.query<Work>({
      name: 'work-next',
      text: `
with oldest as (select id, lane, tries, due from message_work where channel = $1 order by id limit $2)
select o.id, o.lane, o.tries, m.format, m.sender, m.control, m.kind, m.received, m.digest, m.raw
from oldest o join message m on m.id = o.id
where o.due <= now() and not exists (select 1 from oldest e where e.lane = o.lane and e.id < o.id and e.due > now())
order by o.id`,
      values: [channel, limit],
    });
    return rows;
  }

  /** To be tried again, with why it waits. */
  async later(id: string, seconds: number, reason: string): Promise<void> {
    await this.#database.query({
      name: 'work-later',
      text: `update message_work set tries = tries + 1, due = now() + make_interval(secs => $2), reason = $3 where id = $1`,
      values: [id, seconds, reason.slice(0, 1000)],
    });
  }
}
