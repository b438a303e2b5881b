// How often somebody asked, over all processes on a database. Each counts by itself and once a second they tell each other, so a
// request waits for nobody; between two tellings a limit may be passed by what the others let in within that second.
import { randomUUID } from 'node:crypto';
import type { Database } from '../database/contract.ts';

export interface RateCounts {
  /** Counts one more: how often in this span of `spanMs` (spans begin at multiples of it), and when the span ends. */
  count(subject: string, spanMs: number, nowMs: number): { count: number; leftMs: number };
  close(): Promise<void>;
}

export interface RateCountSettings {
  everyMs: number;
  /** Subjects remembered; the oldest are forgotten, for addresses can be had by the million. */
  most: number;
  failed(error: unknown): void;
}

interface Counted {
  span: number;
  endsMs: number;
  own: number;
  /** Of `own`, what the others were told. */
  told: number;
  others: number;
}

const defaults: RateCountSettings = { everyMs: 1_000, most: 20_000, failed: () => {} };

export function openRateCounts(database: Database, given: Partial<RateCountSettings> = {}): RateCounts {
  const settings = { ...defaults, ...given };
  const holder = randomUUID();
  const counted = new Map<string, Counted>();
  let telling: Promise<void> | undefined;

  async function tell(nowMs: number): Promise<void> {
    const fresh = [...counted].filter(([, one]) => one.own > one.told && one.endsMs > nowMs);
    for (const [subject, one] of counted) if (one.endsMs <= nowMs) counted.delete(subject);
    if (fresh.length === 0) return;
    const told = fresh.map(([subject, one]) => [subject, one.span, one.own] as const);
    const { rows } = await database.query<{ subject: string; span: bigint; others: number }>({
      name: 'rate counts',
      text: `with mine as (
  insert into rate_count (subject, span, process, count, ends)
  select subject, span, $1, count, ends from unnest($2::text[], $3::int8[], $4::int4[], $5::timestamptz[]) q(subject, span, count, ends)
  on conflict (subject, span, process) do update set count = excluded.count
),
past as (delete from rate_count where ends < now() - interval '1 minute')
select q.subject, q.span, coalesce(sum(c.count), 0)::int4 as others
from unnest($2::text[], $3::int8[]) q(subject, span) left join rate_count c on c.subject = q.subject and c.span = q.span and c.process <> $1
group by q.subject, q.span`,
      values: [
        holder,
        told.map(([subject]) => subject),
        told.map(([, span]) => span),
        told.map(([, , own]) => own),
        fresh.map(([, one]) => new Date(one.endsMs).toISOString()),
      ],
    });
    for (const [subject, span, own] of told) {
      const one = counted.get(subject);
      if (one?.span === span) one.told = own;
    }
    for (const { subject, span, others } of rows) {
      const one = counted.get(subject);
      if (one !== undefined && one.span === Number(span)) one.others = others;
    }
  }

  const timer = setInterval(() => {
    telling ??= tell(Date.now())
      .catch(settings.failed)
      .finally(() => {
        telling = undefined;
      });
  }, settings.everyMs);
  timer.unref();

  return {
    count(subject, spanMs, nowMs) {
      const span = Math.floor(nowMs / spanMs);
      // A subject is counted for one length of span only: who uses several makes them part of its name.
      let one = counted.get(subject);
      if (one === undefined || one.span !== span) {
        one = { span, endsMs: (span + 1) * spanMs, own: 0, told: 0, others: 0 };
        counted.delete(subject);
        counted.set(subject, one);
        if (counted.size > settings.most) for (const oldest of counted.keys()) if (counted.size > settings.most / 2) counted.delete(oldest);
      }
      one.own++;
      return { count: one.own + one.others, leftMs: one.endsMs - nowMs };
    },
    async close() {
      clearInterval(timer);
      await telling;
    },
  };
}
