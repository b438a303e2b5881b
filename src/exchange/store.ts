// Messages as they came, on disk before anyone is told so. Arrivals that wait at the same moment share one statement and one commit.
import { createHash } from 'node:crypto';
import type { Database } from '../database/contract.ts';
import type { Problem } from '../fhir/result.ts';
import { uuid7 } from '../record/uuid7.ts';
import type { Arrival, MessageState, Receipt } from './contract.ts';

/** Written with an arrival: the message that it was made of, or its direction where it goes out. */
export interface StoreOptions {
  direction?: 'in' | 'out';
  parent?: string;
}

interface Waiting {
  arrival: Arrival;
  options: StoreOptions;
  done(receipt: Receipt): void;
  failed(error: unknown): void;
}

interface Row {
  id: string;
  arrival: Arrival;
  digest: Buffer;
  options: StoreOptions;
}

const mostTogether = 200;
const bytesTogether = 8_000_000;
/** Where several come at a time, the next few milliseconds bring more; one commit for all of them costs what one for each does. */
const gatherMs = 5;
const gathered = 16;

const insertText = `
with given as (
  select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int8[], $9::text[],
    $10::text[], $11::timestamptz[], $12::bytea[], $13::int4[], $14::bytea[], $15::text[], $16::uuid[], $17::text[], $18::bool[])
    as g(id, channel, format, direction, sender, control, kind, lane, origin, account, received, digest, bytes, raw, keys, parent, problem, works)
), fresh as (
  insert into message (id, channel, format, direction, sender, control, kind, lane, origin, account, received, digest, bytes, raw, keys, parent)
  select id, channel, format, direction, sender, control, kind, lane, origin, account, received, digest, bytes, raw,
    coalesce(string_to_array(nullif(keys, ''), E'\\x01'), '{}'), parent
  from given
  on conflict (sender, control, digest) where control <> '' and parent is null and direction = 'in' do nothing
  returning id
), keyed as (
  insert into message_key (key, id)
  select distinct k, g.id from given g join fresh using (id), unnest(string_to_array(nullif(g.keys, ''), E'\\x01')) k
), queued as (
  insert into message_work (id, channel, lane, due)
  select g.id, g.channel, g.lane, g.received from given g join fresh using (id) where g.works
), refused as (
  insert into message_result (id, channel, state, at, tries, problem, resources, pats)
  select g.id, g.channel, 'failed', g.received, 0, g.problem, '{}', '{}' from given g join fresh using (id) where g.problem is not null
)
select id from fresh`;

const beforeText = `
select g.n, m.id, m.received, r.state, r.problem
from unnest($1::text[], $2::text[], $3::bytea[]) with ordinality as g(sender, control, digest, n)
join message m on m.sender = g.sender and m.control = g.control and m.digest = g.digest and m.control <> '' and m.parent is null and m.direction = 'in'
left join message_result r on r.id = m.id`;

const laneOf = (text: string): string => createHash('sha256').update(text).digest().readBigInt64BE(0).toString();

export class MessageStore {
  readonly #database: Database;
  readonly #heard: (channels: ReadonlySet<string>) => void;
  #waiting: Waiting[] = [];
  #busy = false;

  /** `heard`: told which channels have new work, after the commit. */
  constructor(database: Database, heard: (channels: ReadonlySet<string>) => void) {
    this.#database = database;
    this.#heard = heard;
  }

  receive(arrival: Arrival, options: StoreOptions = {}): Promise<Receipt> {
    return new Promise((done, failed) => {
      this.#waiting.push({ arrival, options, done, failed });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    let before = 1;
    while (this.#waiting.length > 0) {
      // Who is alone waits for nobody.
      if (before > 1 && this.#waiting.length < gathered) await new Promise((done) => setTimeout(done, gatherMs));
      let bytes = 0;
      let count = 0;
      for (const { arrival } of this.#waiting) {
        bytes += arrival.raw.length;
        if (count > 0 && (count === mostTogether || bytes > bytesTogether)) break;
        count++;
      }
      const batch = this.#waiting.splice(0, count);
      before = count;
      try {
        const receipts = await this.#store(batch);
        for (const [index, one] of batch.entries()) one.done(receipts[index]!);
      } catch (error) {
        for (const one of batch) one.failed(error);
      }
    }
    this.#busy = false;
  }

  async #store(batch: readonly Waiting[]): Promise<Receipt[]> {
    const rows = batch.map(
      ({ arrival, options }): Row => ({
        id: uuid7(arrival.receivedAt.getTime()),
        arrival,
        digest: createHash('sha256').update(arrival.raw).digest(),
        options,
      }),
    );
    const of = <T>(value: (row: Row) => T): T[] => rows.map(value);
    const { rows: fresh } = await this.#database.query<{ id: string }>({
      name: 'message-store',
      text: insertText,
      values: [
        of(({ id }) => id),
        of(({ arrival }) => arrival.channel),
        of(({ arrival }) => arrival.format),
        of(({ options }) => options.direction ?? 'in'),
        of(({ arrival }) => clean(arrival.about.sender)),
        of(({ arrival }) => clean(arrival.about.controlId)),
        of(({ arrival }) => clean(arrival.about.kind)),
        of(({ arrival }) => laneOf(`${arrival.about.sender}\u0000${arrival.about.lane}`)),
        of(({ arrival }) => arrival.from),
        of(({ arrival }) => arrival.by),
        of(({ arrival }) => arrival.receivedAt),
        of(({ digest }) => digest),
        of(({ arrival }) => arrival.raw.length),
        of(({ arrival }) => Buffer.from(arrival.raw.buffer, arrival.raw.byteOffset, arrival.raw.byteLength)),
        of(({ arrival }) => [...new Set(arrival.about.keys.map(clean).filter((key) => key !== ''))].slice(0, 50).join('\u0001')),
        of(({ options }) => options.parent ?? null),
        of(({ arrival }) => (arrival.about.fault === undefined ? null : JSON.stringify(arrival.about.fault))),
        of(({ arrival }) => arrival.about.fault === undefined),
      ],
    });
    const stored = new Set(fresh.map(({ id }) => id));
    const again = rows.filter(({ id }) => !stored.has(id));
    const before = again.length === 0 ? new Map<Row, Before>() : await this.#before(again);
    const channels = new Set<string>();
    const receipts = rows.map((row): Receipt => {
      const { arrival } = row;
      const earlier = before.get(row);
      if (earlier !== undefined)
        return {
          id: earlier.id,
          again: true,
          state: earlier.state ?? 'waiting',
          receivedAt: earlier.received,
          ...(earlier.problem === null ? {} : { problem: JSON.parse(earlier.problem) as Problem }),
        };
      const { fault } = arrival.about;
      if (fault === undefined) channels.add(arrival.channel);
      return {
        id: row.id,
        again: false,
        state: fault === undefined ? 'waiting' : 'failed',
        receivedAt: arrival.receivedAt,
        ...(fault === undefined ? {} : { problem: fault }),
      };
    });
    if (channels.size > 0) this.#heard(channels);
    return receipts;
  }

  async #before(rows: readonly Row[]): Promise<Map<Row, Before>> {
    const { rows: found } = await this.#database.query<Before>({
      name: 'message-before',
      text: beforeText,
      values: [
        rows.map(({ arrival }) => clean(arrival.about.sender)),
        rows.map(({ arrival }) => clean(arrival.about.controlId)),
        rows.map(({ digest }) => digest),
      ],
    });
    return new Map(
      found.flatMap((one) => {
        const row = rows[Number(one.n) - 1];
        return row === undefined ? [] : [[row, one] as const];
      }),
    );
  }
}

interface Before {
  n: bigint;
  id: string;
  received: Date;
  state: MessageState | null;
  problem: string | null;
}

/** PostgreSQL's text holds no NUL, and keys are for typing: no control characters, no more than a line. */
const clean = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 300);
