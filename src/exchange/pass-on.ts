// Messages passed on: copies in the queues of outbound channels, written in the transaction that notes what became of the message, so
// that nothing is done and not passed on, or passed on twice. Done again, it is passed on only where it was not before: what went out
// is resent by itself.
import { createHash } from 'node:crypto';
import type { Statement } from '../database/contract.ts';
import { uuid7 } from '../record/uuid7.ts';
import type { Channel } from './channel.ts';
import type { Work } from './queue.ts';

const passOnText = `
with given as (
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[]) as g(id, parent, channel, digest, raw)
), fresh as (
  insert into message (id, channel, format, direction, sender, control, kind, lane, origin, account, received, digest, bytes, raw, keys, parent)
  select g.id, g.channel, m.format, 'out', m.sender, m.control, m.kind, m.lane, $6, $6, now(), g.digest, length(g.raw), g.raw, m.keys, m.id
  from given g join message m on m.id = g.parent
  where not exists (select 1 from message e where e.parent = g.parent and e.channel = g.channel)
  returning id, channel, lane, keys
), keyed as (
  insert into message_key (key, id) select distinct k, f.id from fresh f, unnest(f.keys) k
)
insert into message_work (id, channel, lane, due) select id, channel, lane, now() from fresh`;

/** In the order of the messages: ids only grow, and lanes are done by them. */
export function* passOn(channel: Channel, messages: readonly { work: Work; mended: Uint8Array }[]): Generator<Statement> {
  const copies = messages.flatMap(({ work, mended }) => {
    const raw = Buffer.from(mended.buffer, mended.byteOffset, mended.byteLength);
    return channel.routes
      .filter(({ takes }) => takes === undefined || takes({ raw, kind: work.kind, sender: work.sender }))
      .map(({ to }) => ({ id: uuid7(), parent: work.id, to, raw }));
  });
  if (copies.length === 0) return;
  yield {
    name: 'message-pass-on',
    text: passOnText,
    values: [
      copies.map(({ id }) => id),
      copies.map(({ parent }) => parent),
      copies.map(({ to }) => to),
      copies.map(({ raw }) => createHash('sha256').update(raw).digest()),
      copies.map(({ raw }) => raw),
      `channel:${channel.name}`,
    ],
  };
}
