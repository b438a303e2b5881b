// Messages as they are looked for and looked at.
import type { Session } from '../database/contract.ts';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import type {
  AnswerThatCame,
  ChannelState,
  FormatName,
  MessagePage,
  MessageState,
  MessageWish,
  StoredMessage,
  UnmappedSummary,
} from './contract.ts';

interface MessageRow {
  id: string;
  channel: string;
  format: FormatName;
  direction: 'in' | 'out';
  sender: string;
  control: string;
  kind: string;
  keys: string[];
  origin: string;
  received: Date;
  bytes: number;
  digest: Buffer;
  parent: string | null;
  state: MessageState | null;
  at: Date | null;
  tries: number | null;
  problem: string | null;
  resources: string[] | null;
  pats: string[] | null;
  due: Date | null;
  work_tries: number | null;
  reason: string | null;
  said: string | null;
  paused: boolean;
  away: string | null;
  behind: string | null;
}

const columns = `
m.id, m.channel, m.format, m.direction, m.sender, m.control, m.kind, m.keys, m.origin, m.received, m.bytes, m.digest, m.parent,
case when w.id is not null then 'waiting' else r.state end as state, r.at, r.tries, r.problem, r.resources, r.pats, r.said,
w.due, w.tries as work_tries, w.reason, p.channel is not null as paused, a.reason as away,
(select e.id from message_work e where e.channel = w.channel and e.lane = w.lane and e.id < w.id order by e.id limit 1) as behind`;
const tables = `
from message m left join message_work w on w.id = m.id left join message_result r on r.id = m.id
left join channel_pause p on p.channel = m.channel
left join channel_away a on a.channel = m.channel and m.direction = 'out'`;

export interface Found {
  message: StoredMessage;
  /** Compartments of whom it concerns. */
  pats: string[];
}

/** Names of the channels that are there: what waits in another waits for its file. */
type Known = { has(name: string): boolean };

function messageOf(row: MessageRow, known: Known): Found {
  const waiting = row.state === 'waiting';
  return {
    message: {
      id: row.id,
      channel: row.channel,
      format: row.format,
      direction: row.direction,
      sender: row.sender,
      controlId: row.control,
      kind: row.kind,
      keys: row.keys,
      from: row.origin,
      receivedAt: row.received,
      bytes: row.bytes,
      digest: row.digest.toString('hex'),
      state: row.state ?? 'waiting',
      ...(waiting ? { waits: whyItWaits(row, known) } : {}),
      tries: row.work_tries ?? row.tries ?? 0,
      ...(waiting && row.due !== null && (row.work_tries ?? 0) > 0 ? { nextTry: row.due } : {}),
      ...(waiting || row.at === null ? {} : { doneAt: row.at }),
      ...(waiting || row.problem === null ? {} : { problem: JSON.parse(row.problem) as Problem }),
      ...(waiting || row.said === null ? {} : { answer: row.said }),
      resources: row.resources ?? [],
      ...(row.parent === null ? {} : { parent: row.parent }),
    },
    pats: row.pats ?? [],
  };
}

const awaySays = (reason: string): string => `The other side cannot be reached (${reason}); it is tried again by itself`;

function whyItWaits(row: MessageRow, known: Known): string {
  if (!known.has(row.channel)) return `The file of the channel ${row.channel} is gone: put it back, or drop the message`;
  if (row.paused) return `The channel ${row.channel} is paused`;
  if (row.reason !== null) return row.reason;
  if (row.away !== null && row.behind === null) return awaySays(row.away);
  if (row.behind !== null) return `It waits behind message ${row.behind} of the same sender and patient`;
  return 'It is next in its queue';
}

export async function findMessages(
  session: Session,
  wish: MessageWish,
  known: Known,
): Promise<Result<{ page: MessagePage; pats: string[] }>> {
  if (wish.cursor !== undefined && !/^[0-9a-f-]{36}$/.test(wish.cursor))
    return fail('invalid', 'The cursor is not one that a page gave as its next; leave it out to begin at the newest', 'cursor');
  const values: unknown[] = [];
  const conditions: string[] = [];
  const given = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  given(wish.channel, (place) => `m.channel = ${place}`);
  given(wish.controlId, (place) => `m.control = ${place}`);
  given(wish.kind, (place) => `m.kind = ${place}`);
  given(wish.sender, (place) => `m.sender = ${place}`);
  given(wish.direction, (place) => `m.direction = ${place}`);
  given(wish.key, (place) => `m.id in (select id from message_key where key = ${place})`);
  given(wish.resource, (place) => `m.id in (select id from message_made where target = ${place})`);
  given(wish.since, (place) => `m.received >= ${place}`);
  given(wish.until, (place) => `m.received < ${place}`);
  given(wish.cursor, (place) => `m.id < ${place}::uuid`);
  if (wish.state === 'waiting') conditions.push('w.id is not null');
  else if (wish.state !== undefined) {
    conditions.push('w.id is null');
    given(wish.state, (place) => `r.state = ${place}`);
  }
  const count = Math.max(1, Math.min(wish.count, 1000));
  values.push(count + 1);
  const { rows } = await session.query<MessageRow>({
    text: `select ${columns} ${tables} ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`} order by m.id desc limit $${values.length}`,
    values,
  });
  const found = rows.slice(0, count).map((row) => messageOf(row, known));
  const last = found.at(-1)?.message.id;
  return ok({
    page: { messages: found.map(({ message }) => message), ...(rows.length > count && last !== undefined ? { next: last } : {}) },
    pats: [...new Set(found.flatMap(({ pats }) => pats))],
  });
}

export const isMessageId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
export const noMessage = (id: string): Result<never> => fail('not-found', `There is no message ${id.slice(0, 40)}`);

export async function oneMessage(session: Session, id: string, known: Known): Promise<Found | undefined> {
  if (!isMessageId(id)) return undefined;
  const { rows } = await session.query<MessageRow>({
    name: 'message-one',
    text: `select ${columns} ${tables} where m.id = $1`,
    values: [id],
  });
  return rows[0] === undefined ? undefined : messageOf(rows[0], known);
}

export async function rawOf(session: Session, id: string): Promise<Buffer | undefined> {
  const { rows } = await session.query<{ raw: Buffer }>({
    name: 'message-raw',
    text: 'select raw from message where id = $1',
    values: [id],
  });
  return rows[0]?.raw;
}

/** The originals stay where they are until somebody asks for one: they may be large. */
export async function answersIn(session: Session, key: string, kind: string, most: number): Promise<AnswerThatCame[]> {
  const { rows } = await session.query<Omit<AnswerThatCame, 'raw'>>({
    name: 'message-answers',
    text: `select m.id, m.received, m.bytes from message_key k join message m on m.id = k.id
where k.key = $1 and m.kind = $2 and m.direction = 'in' order by m.received desc, m.id desc limit $3`,
    values: [key, kind, most],
  });
  return rows.map((row) => ({ ...row, raw: () => rawOf(session, row.id) }));
}

export async function ledgerOf(session: Session, id: string): Promise<string | undefined> {
  const { rows } = await session.query<{ ledger: string | null }>({
    name: 'message-ledger',
    text: 'select ledger from message_result where id = $1',
    values: [id],
  });
  return rows[0]?.ledger ?? undefined;
}

interface ChannelRow {
  channel: string;
  waiting: string;
  failed: string;
  minute: string;
  lag: number | null;
  received: Date | null;
  done: Date | null;
  paused: boolean;
  reason: string | null;
  away: string | null;
}

/** Channels in which something waits, from one to the next in the index, however much waits in each. */
async function waitingIn(session: Session): Promise<{ channel: string; format: FormatName; direction: 'in' | 'out'; waiting: number }[]> {
  const { rows } = await session.query<{ channel: string; format: FormatName; direction: 'in' | 'out'; waiting: string }>({
    name: 'channels-waiting',
    text: `
with recursive named as (
  (select channel from message_work order by channel limit 1)
  union all
  select (select w.channel from message_work w where w.channel > n.channel order by w.channel limit 1) from named n where n.channel is not null
)
select n.channel, m.format, m.direction, (select count(*) from message_work w where w.channel = n.channel) as waiting
from named n join lateral (select id from message_work w where w.channel = n.channel order by id limit 1) w on true
join message m on m.id = w.id`,
    values: [],
  });
  return rows.map((row) => ({ ...row, waiting: Number(row.waiting) }));
}

/** How many messages wait in each channel, by its name. */
export async function waitingCounts(session: Session): Promise<Map<string, number>> {
  return new Map((await waitingIn(session)).map(({ channel, waiting }) => [channel, waiting]));
}

const fileGone = (channel: string): string => `The file of the channel ${channel} is gone: put it back, or drop the messages`;

/** State of these channels, and of those whose file is gone while something waits in them. */
export async function channelStates(
  session: Session,
  there: readonly { name: string; format: FormatName; direction: 'in' | 'out' }[],
): Promise<ChannelState[]> {
  const known = new Set(there.map(({ name }) => name));
  const gone = (await waitingIn(session)).filter(({ channel }) => !known.has(channel));
  const channels = [...there, ...gone.map(({ channel, format, direction }) => ({ name: channel, format, direction }))];
  const { rows } = await session.query<ChannelRow>({
    name: 'channel-states',
    text: `
select c.channel,
  (select count(*) from message_work w where w.channel = c.channel) as waiting,
  (select count(*) from message_result r where r.channel = c.channel and r.state = 'failed') as failed,
  (select count(*) from message_result r where r.channel = c.channel and r.state = 'done' and r.id > $2::uuid and r.at > now() - interval '1 minute') as minute,
  (select extract(epoch from now() - m.received) * 1000 from message_work w join message m on m.id = w.id where w.channel = c.channel order by w.id limit 1)::float8 as lag,
  (select w.reason from message_work w where w.channel = c.channel order by w.id limit 1) as reason,
  (select m.received from message m where m.channel = c.channel order by m.id desc limit 1) as received,
  (select r.at from message_result r where r.channel = c.channel and r.state = 'done' order by r.id desc limit 1) as done,
  exists (select 1 from channel_pause p where p.channel = c.channel) as paused,
  (select a.reason from channel_away a where a.channel = c.channel) as away
from unnest($1::text[]) as c(channel)`,
    values: [channels.map(({ name }) => name), idAt(Date.now() - 3600_000)],
  });
  return rows.map((row): ChannelState => {
    const channel = channels.find(({ name }) => name === row.channel);
    return {
      name: row.channel,
      format: channel?.format ?? 'hl7v2',
      direction: channel?.direction ?? 'in',
      paused: row.paused,
      ...(known.has(row.channel) ? {} : { gone: true as const }),
      waiting: Number(row.waiting),
      failed: Number(row.failed),
      perMinute: Number(row.minute),
      lagMs: Math.round(row.lag ?? 0),
      ...(row.lag === null ? {} : { waits: known.has(row.channel) ? waitsOf(row) : fileGone(row.channel) }),
      ...(row.received === null ? {} : { lastReceived: row.received }),
      ...(row.done === null ? {} : { lastDone: row.done }),
    };
  });
}

function waitsOf(row: ChannelRow): string {
  if (row.paused) return `The channel ${row.channel} is paused`;
  if (row.away !== null) return awaySays(row.away);
  return row.reason ?? 'It is next in its queue';
}

/** The smallest id that a message of that moment may have: ids begin with their time. */
export const idAt = (ms: number): string => {
  const time = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
};

export async function unmappedOf(session: Session, sender: string, kind: string | undefined): Promise<UnmappedSummary[]> {
  const { rows } = await session.query<{ path: string; messages: bigint; of: bigint }>({
    name: 'unmapped',
    text: `
select u.path, sum(u.messages)::int8 as messages, (select coalesce(sum(t.messages), 0)::int8 from message_unmapped t
  where t.sender = $1 and ($2::text is null or t.kind = $2) and t.path = '') as of
from message_unmapped u where u.sender = $1 and ($2::text is null or u.kind = $2) and u.path <> ''
group by u.path order by 2 desc, 1 limit 1000`,
    values: [sender, kind ?? null],
  });
  return rows.map(({ path, messages, of }) => ({ path, messages: Number(messages), of: Number(of) }));
}
