// Old messages given up: their bytes, ledgers and results, in small batches. What waits is never given up, and what failed only where
// that was asked for: nobody has decided about it yet. The record keeps what they said.
import type { Database } from '../database/contract.ts';
import { idAt } from './read-messages.ts';

/** What of a channel is kept; what goes beyond any of them is given up, oldest first. */
export interface Keep {
  days?: number | undefined;
  /** Newest messages. */
  count?: number | undefined;
  /** Of originals. */
  bytes?: number | undefined;
  /** Whether failed messages are given up like the others. */
  failed?: boolean | undefined;
}

export interface Pruned {
  channel: string;
  messages: number;
  bytes: number;
}

const atOnce = 500;
/** So long it is said which messages were given up; who follows and was away for longer begins anew. */
export const toldDays = 30;

/** All of the channel that is not needed any more; `dryRun` counts it only. */
export async function prune(
  database: Database,
  channel: string,
  keep: Keep,
  { now, dryRun }: { now: Date; dryRun: boolean },
): Promise<Pruned> {
  const pruned: Pruned = { channel, messages: 0, bytes: 0 };
  const until = await newestToGo(database, channel, keep, now);
  if (until === undefined) return pruned;
  const states = keep.failed === true ? ['done', 'dropped', 'failed'] : ['done', 'dropped'];
  const old = `
select m.id, m.bytes from message m join message_result r on r.id = m.id
where m.channel = $1 and m.id <= $2 and r.state = any($3::text[]) and not exists (select 1 from message_work w where w.id = m.id)`;
  if (dryRun) {
    const { rows } = await database.query<{ n: bigint; bytes: bigint }>({
      text: `select count(*) as n, coalesce(sum(bytes), 0)::int8 as bytes from (${old}) o`,
      values: [channel, until, states],
    });
    return { channel, messages: Number(rows[0]?.n ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
  }
  for (;;) {
    const { rows } = await database.query<{ n: bigint; bytes: bigint }>({
      name: 'message-prune',
      text: `
with old as (${old} order by m.id limit ${atOnce}),
gone as (delete from message where id in (select id from old) returning bytes),
results as (delete from message_result where id in (select id from old)),
made as (delete from message_made where id in (select id from old)),
keys as (delete from message_key where id in (select id from old)),
batches as (delete from message_batch where id in (select id from old)),
told as (insert into message_pruned (at, ids) select $4, array_agg(id) from old having count(*) > 0),
forgotten as (delete from message_pruned where at < $4::timestamptz - interval '${toldDays} days')
select count(*) as n, coalesce(sum(bytes), 0)::int8 as bytes from gone`,
      values: [channel, until, states, now],
    });
    const messages = Number(rows[0]?.n ?? 0);
    pruned.messages += messages;
    pruned.bytes += Number(rows[0]?.bytes ?? 0);
    if (messages < atOnce) return pruned;
  }
}

/** The newest message that may go; ids begin with the time at which they were received. */
async function newestToGo(database: Database, channel: string, keep: Keep, now: Date): Promise<string | undefined> {
  const ends: string[] = [];
  if (keep.days !== undefined) ends.push(idAt(now.getTime() - keep.days * 86_400_000));
  const add = async (text: string, values: unknown[]): Promise<void> => {
    const { rows } = await database.query<{ id: string }>({ text, values });
    if (rows[0] !== undefined) ends.push(rows[0].id);
  };
  if (keep.count !== undefined)
    await add('select id from message where channel = $1 order by id desc offset $2 limit 1', [channel, keep.count]);
  if (keep.bytes !== undefined)
    await add(
      `
select id from (select id, sum(bytes) over (order by id desc) as total from message where channel = $1) s
where total > $2 order by id desc limit 1`,
      [channel, keep.bytes],
    );
  return ends.sort().at(-1);
}
