// Statements on the tables of subscriptions. Numbers of events are given out here, in the transaction that moves the place in the feed:
// what is rolled back takes its numbers back, so there are no gaps and nothing is counted twice.
import type { Database, Session } from '../../database/contract.ts';
import type { ResourceType } from '../../fhir/generated/types.ts';
import type { Definition, State, Subscribed, SubscriptionEvent } from './contract.ts';

const columns = 'id, version, account, state, reason, definition, since, events, sent, tries';
type Row = Omit<Subscribed, 'definition'> & { definition: string };
const subscribedOf = (row: Row): Subscribed => ({ ...row, definition: JSON.parse(row.definition) as Definition });

/** Those that listen, without what they ask for. */
export async function listening(database: Session): Promise<Pick<Subscribed, 'id' | 'version' | 'account' | 'since'>[]> {
  const { rows } = await database.query<Pick<Subscribed, 'id' | 'version' | 'account' | 'since'>>({
    name: 'subscriptions-listening',
    text: `select id, version, account, since from subscription_state where state <> 'off'`,
  });
  return rows;
}

export async function stateOf(database: Session, ids: readonly string[]): Promise<Subscribed[]> {
  const { rows } = await database.query<Row>({
    name: 'subscriptions-of',
    text: `select ${columns} from subscription_state where id = any($1::text[]) order by id`,
    values: [ids],
  });
  return rows.map(subscribedOf);
}

export interface Wanted {
  id: string;
  version: number;
  account: string;
  state: State;
  reason: string | null;
  definition: Definition;
  since: bigint;
}

/** As a client has written it now. Numbers go on; what was missed in an error is left to $events, what waits otherwise still goes. */
export async function put(session: Session, { id, version, account, state, reason, definition, since }: Wanted): Promise<void> {
  await session.query({
    name: 'subscription-put',
    text: `
insert into subscription_state as s (id, version, account, state, reason, told, definition, channel, heartbeat, ends, since)
values ($1, $2, $3, $4, $5, $4 = any('{requested,off}') and $5::text is null, $6, $7, $8, $9, $10)
on conflict (id) do update set version = excluded.version, account = excluded.account, state = excluded.state, reason = excluded.reason,
  told = excluded.told, definition = excluded.definition, channel = excluded.channel, heartbeat = excluded.heartbeat, ends = excluded.ends,
  since = case when s.state = 'off' then excluded.since else s.since end,
  sent = case when s.state in ('off', 'error') then s.events else s.sent end,
  owes = false, tries = 0, failing = null, due = now(), changed = now()`,
    values: [
      id,
      version,
      account,
      state,
      reason,
      JSON.stringify(definition),
      definition.channel,
      (definition.topic === undefined ? undefined : definition.heartbeatSeconds) ?? null,
      definition.end ?? null,
      since.toString(),
    ],
  });
}

export async function remove(session: Session, id: string): Promise<void> {
  await session.query({
    name: 'subscription-remove',
    text: 'with gone as (delete from subscription_state where id = $1) delete from subscription_event where subscription = $1',
    values: [id],
  });
}

/** How many listen that are not `id`: of all accounts and of this one. */
export async function others(session: Session, id: string, account: string): Promise<{ all: number; own: number }> {
  const { rows } = await session.query<{ all: number; own: number }>({
    name: 'subscription-others',
    text: `select count(*)::int4 as all, count(*) filter (where account = $2)::int4 as own from subscription_state where state <> 'off' and id <> $1`,
    values: [id, account],
  });
  return rows[0]!;
}

/** A change of state that the server finds, owed to the receiver where it is an end. False: it is another version, or in another state, by now. */
export async function become(
  session: Session,
  { id, version }: Pick<Subscribed, 'id' | 'version'>,
  state: State,
  reason: string | null,
): Promise<boolean> {
  const { rowCount } = await session.query({
    name: 'subscription-become',
    text: `
update subscription_state set state = $3, reason = $4, told = false, changed = now(), tries = 0, failing = null, due = now(), last_sent = now(),
  owes = channel = 'rest-hook' and $3 in ('error', 'off')
where id = $1 and version = $2 and state <> 'off' and (state <> $3 or reason is distinct from $4)`,
    values: [id, version, state, reason?.slice(0, 1000) ?? null],
  });
  return rowCount === 1;
}

export interface NewEvent {
  subscription: string;
  at: Date;
  operation: SubscriptionEvent['operation'];
  type: ResourceType;
  id: string;
  version: number;
}

/** Numbers events in their order; those of a subscription that was switched off meanwhile are none. */
export async function number(session: Session, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await session.query({
    name: 'subscription-number',
    text: `
with happened as materialized (
  select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::int4[])
    with ordinality as e(subscription, at, operation, type, id, version, n)
), counted as (
  update subscription_state s set events = s.events + c.n
  from (select subscription, count(*) as n from happened group by subscription) c
  where s.id = c.subscription and s.state <> 'off' returning s.id, s.events - c.n as before
)
insert into subscription_event (subscription, number, at, operation, type, id, version)
select h.subscription, c.before + row_number() over (partition by h.subscription order by h.n), h.at, h.operation, h.type, h.id, h.version
from happened h join counted c on c.id = h.subscription`,
    values: [
      events.map((one) => one.subscription),
      events.map((one) => one.at),
      events.map((one) => one.operation),
      events.map((one) => one.type),
      events.map((one) => one.id),
      events.map((one) => one.version),
    ],
  });
}

/** Events with the numbers `from` to `to`, at most `limit`. */
export async function eventsOf(
  database: Session,
  subscription: string,
  from: bigint,
  to: bigint,
  limit: number,
): Promise<SubscriptionEvent[]> {
  const { rows } = await database.query<SubscriptionEvent>({
    name: 'subscription-events',
    text: `select number, at, operation, type, id, version from subscription_event
where subscription = $1 and number between $2 and $3 order by number limit $4`,
    values: [subscription, from.toString(), to.toString(), limit],
  });
  return rows;
}

export interface Held extends Subscribed {
  heartbeatDue: boolean;
  /** Its end is still to be said. */
  owes: boolean;
}

/** Takes the hold of subscriptions for which something is to be sent now, at most `limit`. */
export async function claim(
  database: Database,
  holder: string,
  holdMs: number,
  limit: number,
  besides: readonly string[],
): Promise<string[]> {
  const free = `(s.held_until is null or s.held_until < clock_timestamp() or s.holder = $1)`;
  const { rows } = await database.query<{ id: string }>({
    name: 'subscription-claim',
    text: `
update subscription_state s set holder = $1, held_until = clock_timestamp() + $2 * interval '1 ms'
where ${free} and s.id in (
  select id from subscription_state s
  where channel = 'rest-hook' and due <= now() and ${free} and id <> all($4::text[])
    and (owes or state = 'requested' or (state = 'active' and events > sent)
      or (state in ('active', 'error') and last_sent + heartbeat * interval '1 s' <= now()))
  order by due limit $3)
returning s.id`,
    values: [holder, holdMs, limit, besides],
  });
  return rows.map(({ id }) => id);
}

/** The subscription, as long as this process holds it; renews the hold. */
export async function held(database: Database, id: string, holder: string, holdMs: number): Promise<Held | undefined> {
  const { rows } = await database.query<Row & Pick<Held, 'heartbeatDue' | 'owes'>>({
    name: 'subscription-held',
    text: `
update subscription_state set held_until = clock_timestamp() + $3 * interval '1 ms'
where id = $1 and holder = $2 and held_until > clock_timestamp() and due <= now() and (state <> 'off' or owes)
returning ${columns}, owes, coalesce(last_sent + heartbeat * interval '1 s' <= now(), false) as "heartbeatDue"`,
    values: [id, holder, holdMs],
  });
  const row = rows[0];
  return row === undefined ? undefined : { ...subscribedOf(row), heartbeatDue: row.heartbeatDue, owes: row.owes };
}

/** That the receiver knows of the end, or that it is not told any more. */
export async function knowsOfEnd(database: Database, { id, version, state }: Subscribed): Promise<void> {
  await database.query({
    name: 'subscription-knows-of-end',
    text: `update subscription_state set owes = false, tries = 0, last_sent = now() where id = $1 and version = $2 and state = $3`,
    values: [id, version, state],
  });
}

/** It has not heard of it: to be said again after a pause. Why it is in error stays as it is. */
export async function endNotTaken(database: Database, { id, version, state }: Subscribed, pauseMs: number): Promise<void> {
  await database.query({
    name: 'subscription-end-not-taken',
    text: `update subscription_state set tries = tries + 1, due = now() + $4 * interval '1 ms' where id = $1 and version = $2 and state = $3`,
    values: [id, version, state, pauseMs],
  });
}

/** That the receiver has taken everything up to this number. */
export async function delivered(database: Database, { id, version }: Subscribed, holder: string, to: bigint): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'subscription-delivered',
    text: `
update subscription_state set sent = greatest(sent, $4), tries = 0, failing = null, reason = null, last_sent = now()
where id = $1 and version = $2 and holder = $3`,
    values: [id, version, holder, to.toString()],
  });
  return rowCount === 1;
}

/** An attempt failed: to be made again after a pause. Says since when it fails. */
export async function failed(database: Database, { id, version }: Subscribed, pauseMs: number, reason: string): Promise<number> {
  const { rows } = await database.query<{ failingMs: number }>({
    name: 'subscription-failed',
    text: `
update subscription_state set tries = tries + 1, failing = coalesce(failing, now()), reason = $4, due = now() + $3 * interval '1 ms'
where id = $1 and version = $2 returning (extract(epoch from now() - failing) * 1000)::float8 as "failingMs"`,
    values: [id, version, pauseMs, reason.slice(0, 1000)],
  });
  return rows[0]?.failingMs ?? 0;
}

export async function letGo(database: Database, holder: string, id?: string): Promise<void> {
  await database.query({
    name: 'subscription-let-go',
    text: 'update subscription_state set holder = null, held_until = null where holder = $1 and ($2::text is null or id = $2)',
    values: [holder, id ?? null],
  });
}
