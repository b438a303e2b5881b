// What stood around the messages of a batch (FHS, BHS, BTS, FTS, lines between): kept before the batch is acknowledged, so that its
// messages and these pieces are the bytes that came.
import { createHash } from 'node:crypto';
import type { Session } from '../database/contract.ts';
import { namedUuid } from '../methods/named-uuid.ts';

/** The place of a message in the batch that it came in. */
export interface BatchPlace {
  /** From 1. */
  part: number;
  parts: number;
  /** Bytes between the message before it, or the start of the batch, and it. */
  before: Buffer;
  /** Of the last message: what stood behind it. */
  after: Buffer;
}

/** `ids` of the messages in their order; `pieces`: before the first, between them, behind the last, one more than messages. */
export async function keepBatch(session: Session, ids: readonly string[], pieces: readonly Uint8Array[]): Promise<void> {
  if (ids.length === 0) return;
  const hash = createHash('sha256');
  for (const [at, piece] of pieces.entries()) hash.update(`${ids[at] ?? ''} ${piece.length} `).update(piece);
  const last = ids.length;
  const bytes = (piece: Uint8Array | undefined): Buffer =>
    piece === undefined ? Buffer.alloc(0) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  await session.query({
    name: 'message-batch-keep',
    text: `
insert into message_batch (batch, part, parts, id, received, before, after)
select $1, g.part, $2, g.id, now(), g.before, g.after from unnest($3::int4[], $4::uuid[], $5::bytea[], $6::bytea[]) as g(part, id, before, after)
on conflict (batch, part) do nothing`,
    values: [
      namedUuid('batch', hash.digest('hex')),
      last,
      ids.map((_, at) => at + 1),
      ids,
      ids.map((_, at) => bytes(pieces[at])),
      ids.map((_, at) => bytes(at === last - 1 ? pieces[last] : undefined)),
    ],
  });
}

const newest = '(select b.batch from message_batch b where b.id = $1 order by b.received desc, b.batch limit 1)';

/** Of several batches that it came in, in the newest. */
export async function batchPlaceOf(session: Session, id: string): Promise<BatchPlace | undefined> {
  const { rows } = await session.query<BatchPlace>({
    name: 'message-batch-place',
    text: `select part, parts, before, after from message_batch where id = $1 and batch = ${newest} order by part limit 1`,
    values: [id],
  });
  return rows[0];
}

/** The bytes of the batch that a message came in; undefined where it came alone, or where a message of it was given up. */
export async function batchBytesOf(session: Session, id: string): Promise<Buffer | undefined> {
  const { rows } = await session.query<{ parts: number; before: Buffer; raw: Buffer; after: Buffer }>({
    name: 'message-batch-bytes',
    text: `
select b.parts, b.before, m.raw, b.after from message_batch b join message m on m.id = b.id where b.batch = ${newest} order by b.part`,
    values: [id],
  });
  if (rows.length === 0 || rows.length < (rows[0]?.parts ?? 0)) return undefined;
  return Buffer.concat(rows.flatMap(({ before, raw, after }) => [before, raw, after]));
}
