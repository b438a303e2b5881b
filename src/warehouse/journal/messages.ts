// Messages of exchange as a table: what came and went, and what became of it; never what a message says. A message changes: its row is
// told again whole when its queue or its result is, and the newest row counts, as with a resource that is replaced. (A row a state would
// say how long each took, and every question would first have to find the newest.) What was given up in the queue's database
// (src/exchange/prune.ts) goes here too, so that tables made anew are the same.
import { decideMessages } from '../../policy/messages.ts';
import { typeNumber } from '../../record/keys.ts';
import type { Journal, Span, Told } from './contract.ts';
import { forWholeSite, numbers } from './reading.ts';
import { journalTable } from './table.ts';

const table = journalTable(
  {
    name: 'messages',
    title: 'Messages of exchange',
    description:
      'Messages of other systems, in and out, and what became of them; nothing of what they say. For those who may read messages.',
  },
  [
    ['id', 'id', 'Key of the message', 'key'],
    ['channel', 'code', 'Name of the channel'],
    ['direction', 'code', 'in, out'],
    ['format', 'code', 'hl7v2, ccda, x12, devices, csv …'],
    ['kind', 'code', 'What it is, such as ADT^A01'],
    ['sender', 'string', 'The system that it came from, as the channel or the message names it'],
    ['control_id', 'string', 'Its number at the sender', 'key'],
    ['parent_id', 'id', 'Key of the message that it was made of, when it was passed on', 'key'],
    ['received', 'instant', 'When it was on disk here', 'date'],
    ['bytes', 'integer', 'Size as received'],
    ['state', 'code', 'waiting, done, failed, dropped'],
    ['tries', 'integer', 'How often it was tried'],
    ['next_try', 'instant', 'When it is tried again, where it waits for that', 'date'],
    ['ended', 'instant', 'When it was laid into the record, delivered, given up or dropped', 'date'],
    ['seconds', 'decimal', 'From receipt to that end'],
    ['problem', 'code', 'Kind of what was wrong: invalid, not-found, conflict, unsupported …'],
    ['resources', 'integer', 'How many resources it made or changed'],
    ['patient_id', 'id', 'Key of the patient, where it concerned one', 'key'],
    ['patients', 'integer', 'How many patients it concerned'],
  ],
);

interface MessageRow {
  id: string;
  fresh: boolean;
  channel: string | null;
  direction: string;
  format: string;
  kind: string;
  sender: string;
  control: string;
  parent: string | null;
  received: Date;
  bytes: number;
  state: string;
  tries: number;
  due: Date | null;
  at: Date | null;
  problem: string | null;
  resources: number | null;
  pat: string | null;
  patient: string | null;
  pats: number | null;
}

const text = (ids: string): string => `
with told as materialized (${ids})
select t.id, t.fresh, m.channel, m.direction, m.format, m.kind, m.sender, m.control, m.parent, m.received, m.bytes,
  case when w.id is not null then 'waiting' else coalesce(r.state, 'waiting') end as state, coalesce(w.tries, r.tries, 0) as tries,
  case when w.tries > 0 then w.due end as due, case when w.id is null then r.at end as at,
  case when w.id is null then r.problem::jsonb ->> 'kind' end as problem, cardinality(r.resources) as resources, cardinality(r.pats) as pats,
  r.pats[1] as pat,
  (select coalesce(p.name, p.id::text) from resource p
    where p.type = ${typeNumber('Patient')} and p.id = r.pats[1] and p.pat = p.id and cardinality(r.pats) = 1) as patient
from told t left join message m on m.id = t.id left join message_work w on w.id = t.id left join message_result r on r.id = t.id`;

const changed = `
select id, bool_or(fresh) as fresh from (
  select id, true as fresh from message where written_by >= $1 and written_by < $2
  union all select id, false from message_result where written_by >= $1 and written_by < $2
  union all select id, false from message_work where written_by >= $1 and written_by < $2
  union all select unnest(ids), false from message_pruned where written_by >= $1 and written_by < $2
) s group by id`;

/** Ids begin with their time (uuid7), so those of a span stand together. */
const idsBefore = 'select id, true as fresh from message where id >= $1 and id < $2 and written_by = 0';
const idAt = (ms: bigint): string => {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
};

const told = ({ id, fresh, ...row }: MessageRow): Told => ({
  id,
  fresh,
  pat: row.pat ?? id,
  ...(row.channel === null
    ? {}
    : {
        values: [
          id,
          row.channel,
          row.direction,
          row.format,
          row.kind,
          row.sender,
          row.control,
          row.parent,
          row.received.toISOString(),
          row.bytes,
          row.state,
          row.tries,
          row.due?.toISOString() ?? null,
          row.at?.toISOString() ?? null,
          row.at === null ? null : (row.at.getTime() - row.received.getTime()) / 1000,
          row.problem,
          row.resources ?? 0,
          row.patient,
          row.pats ?? 0,
        ],
      }),
});

export const messages: Journal = {
  table,
  lookedUp: ['patient_id'],
  may: (person) => forWholeSite(person, decideMessages(person, 'read'), 'the messages'),
  async told(session, span) {
    const { rows } = await session.query<MessageRow>({ name: 'journal-messages', text: text(changed), values: numbers(span) });
    return rows.map(told);
  },
  async toldBefore(session, { from, to }: Span) {
    const { rows } = await session.query<MessageRow>({
      name: 'journal-messages-before',
      text: text(idsBefore),
      values: [idAt(from), idAt(to)],
    });
    return rows.map(told);
  },
  async before(session) {
    const { rows } = await session.query<{ first: string | null; last: string | null }>({
      text: `
select (select id from message where written_by = 0 order by id limit 1) as first,
  (select id from message where written_by = 0 order by id desc limit 1) as last`,
    });
    const { first, last } = rows[0]!;
    return first === null || last === null ? undefined : { first: timeOf(first), last: timeOf(last) };
  },
  async untold(session, from) {
    const { rows } = await session.query<{ at: Date | null }>({
      name: 'journal-messages-untold',
      text: `
select least((select min(received) from message where written_by >= $1), (select min(at) from message_result where written_by >= $1)) as at`,
      values: [from.toString()],
    });
    return rows[0]?.at ?? undefined;
  },
};

const timeOf = (id: string): Date => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
