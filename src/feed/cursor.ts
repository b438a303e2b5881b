// Where each follower stands, and which process follows: statements on the table `follower`.
//
// The hold is a lease on PostgreSQL's clock: a process that was killed is replaced when it runs out. A process that was
// only slow and lost it cannot do harm: every move names the holder, in the transaction of what was done.
import type { Database, Session } from '../database/contract.ts';
import { type FollowOptions, HoldLost, type Lag } from './contract.ts';

/** Takes or keeps the hold; the position, or undefined where another process has it. */
export async function take(
  database: Database,
  name: string,
  holder: string,
  leaseMs: number,
  from: FollowOptions['from'],
): Promise<bigint | undefined> {
  const { rows } = await database.query<{ position: bigint }>({
    name: 'follower-take',
    text: `
insert into follower as f (name, position, at, holder, held_until)
values ($1, coalesce($2::int8, (select max(position) from change), 0), now(), $3::uuid, clock_timestamp() + $4 * interval '1 ms')
on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
where f.holder is null or f.holder = excluded.holder or f.held_until < clock_timestamp()
returning position`,
    values: [name, from === 'now' ? null : from === 'start' ? '0' : from.toString(), holder, leaseMs],
  });
  return rows[0]?.position;
}

/** A place for a follower that has none yet; nobody holds it. */
export async function place(database: Database, name: string, from: FollowOptions['from']): Promise<void> {
  await database.query({
    name: 'follower-place',
    text: `
insert into follower (name, position, at) values ($1, coalesce($2::int8, (select max(position) from change), 0), now())
on conflict (name) do nothing`,
    values: [name, from === 'now' ? null : from === 'start' ? '0' : from.toString()],
  });
}

/** Names that this process still holds. */
export async function renew(database: Database, holder: string, leaseMs: number): Promise<Set<string>> {
  const { rows } = await database.query<{ name: string }>({
    name: 'follower-renew',
    text: `update follower set held_until = clock_timestamp() + $2 * interval '1 ms' where holder = $1 returning name`,
    values: [holder, leaseMs],
  });
  return new Set(rows.map((row) => row.name));
}

export async function move(session: Session, name: string, holder: string, to: bigint): Promise<void> {
  const { rowCount } = await session.query({
    name: 'follower-move',
    text: 'update follower set position = $3, at = now(), problem = null where name = $1 and holder = $2',
    values: [name, holder, to.toString()],
  });
  if (rowCount === 0) throw new HoldLost(`${name} is followed by another process, or was set back`);
}

export async function noteProblem(database: Database, name: string, holder: string, problem: string): Promise<void> {
  await database.query({
    name: 'follower-problem',
    text: 'update follower set problem = $3 where name = $1 and holder = $2',
    values: [name, holder, problem],
  });
}

export async function release(database: Database, name: string, holder: string): Promise<void> {
  await database.query({
    name: 'follower-release',
    text: 'update follower set holder = null, held_until = null where name = $1 and holder = $2',
    values: [name, holder],
  });
}

/** Whoever follows finds at its next move that it is no longer the holder, and begins anew from here. */
export async function rewind(database: Database, name: string, to: bigint): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'follower-rewind',
    text: `with said as (select pg_notify('lamplight_change', ''))
update follower set position = $2, at = now(), holder = null, held_until = null, problem = null from said where name = $1`,
    values: [name, to.toString()],
  });
  return rowCount > 0;
}

/** Of one that nobody follows. */
export async function forget(database: Database, name: string): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'follower-forget',
    text: 'delete from follower where name = $1 and coalesce(held_until <= clock_timestamp(), true)',
    values: [name],
  });
  return rowCount > 0;
}

export async function lags(database: Database, name?: string): Promise<Lag[]> {
  const { rows } = await database.query<Lag & { behind: number | null; problem: string | null }>({
    name: 'follower-lags',
    text: `
select f.name, f.position, coalesce(head.position, 0)::int8 as head, f.at as "movedAt", f.problem,
  coalesce(f.held_until > clock_timestamp(), false) as followed,
  (extract(epoch from clock_timestamp() - (select c.at from change c where c.position > f.position order by c.position limit 1)) * 1000)::float8 as behind
from follower f, (select max(position) as position from change) head
where $1::text is null or f.name = $1 order by f.name`,
    values: [name ?? null],
  });
  return rows.map(({ behind, problem, ...lag }) => ({
    ...lag,
    behindMs: Math.max(0, Math.round(behind ?? 0)),
    ...(problem === null ? {} : { problem }),
  }));
}
