// The bytes of a backup to its pieces, each checked against its counts and hashes. Throws Refusal where anything differs
// from what was written; only after the piece `end` is it known that all of it is right.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import type { BackupHeader, BackupSummary, CheckedPiece } from './contract.ts';
import {
  blockBytes,
  type FrameKind,
  frameBytesMax,
  frameKinds,
  headBytes,
  magic,
  magicStart,
  readHeader,
  readSequences,
  readTableEnd,
  readTableStart,
} from './file-format.ts';
import { inOrder } from './in-order.ts';
import { damaged, Refusal } from './refusal.ts';
import { makeTally } from './tally.ts';

const decompress = promisify(brotliDecompress);
const ahead = 3;

interface Frame {
  kind: FrameKind;
  content: Buffer;
}

export async function* readBackup(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CheckedPiece> {
  let header: BackupHeader | undefined;
  let table: string | undefined;
  let tally = makeTally();
  let sequencesSeen = false;
  const tables: BackupSummary['tables'] = [];

  for await (const { kind, content } of inOrder(frames(bytes), unpacked, ahead)) {
    if (!follows[kind]({ header: header !== undefined, table: table !== undefined, sequences: sequencesSeen }))
      throw damaged('its parts are not in order');
    if (kind === 'header') {
      header = readHeader(content);
      yield { kind, header };
    } else if (kind === 'table') {
      const start = readTableStart(content);
      table = start.table;
      tally = makeTally();
      yield { kind, table: start };
    } else if (kind === 'rows') {
      yield { kind, rows: content, ended: tally.add(content) };
    } else if (kind === 'table-end') {
      const said = readTableEnd(content);
      const found = tally.end();
      if (said.rows !== found.rows || said.bytes !== found.bytes || said.sha256 !== found.sha256)
        throw damaged(`the rows of ${table} are not those that were written`);
      tables.push({ table: table!, ...found });
      yield { kind, table: table!, ...found };
      table = undefined;
    } else if (kind === 'sequences') {
      sequencesSeen = true;
      yield { kind, sequences: readSequences(content) };
    } else {
      const sum = (of: 'rows' | 'bytes'): number => tables.reduce((total, one) => total + one[of], 0);
      yield { kind, summary: { header: header!, tables, rows: sum('rows'), bytes: sum('bytes') } };
    }
  }
}

interface Seen {
  header: boolean;
  table: boolean;
  sequences: boolean;
}

/** Where each kind may stand. */
const follows: Record<FrameKind, (seen: Seen) => boolean> = {
  header: (seen) => !seen.header,
  table: (seen) => seen.header && !seen.table && !seen.sequences,
  rows: (seen) => seen.table,
  'table-end': (seen) => seen.table,
  sequences: (seen) => seen.header && !seen.table && !seen.sequences,
  end: (seen) => seen.sequences,
};

async function unpacked(one: Frame): Promise<Frame> {
  if (one.kind !== 'rows') return one;
  try {
    return { kind: 'rows', content: await decompress(one.content, { maxOutputLength: blockBytes }) };
  } catch {
    throw damaged('a block of rows cannot be unpacked');
  }
}

const kindOf = new Map<string, FrameKind>(Object.entries(frameKinds).map(([kind, letter]) => [letter, kindNamed(kind)]));

function kindNamed(name: string): FrameKind {
  if (name in frameKinds) return name as FrameKind;
  throw new Error(`no frame is a ${name}`);
}

/** Ends after the last frame, whose hash was compared, and after which nothing came. */
async function* frames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const source = reader(bytes);
  const whole = createHash('sha256');
  const start = await source.upTo(magic.length);
  if (start.toString('latin1') !== magic) throw notOurs(start);
  whole.update(start);
  for (;;) {
    const head = await source.exactly(headBytes);
    const kind = kindOf.get(head.toString('latin1', 0, 1));
    const length = head.readUInt32BE(1);
    if (kind === undefined || length > frameBytesMax) throw damaged('there is something in it that no backup holds');
    const content = await source.exactly(length);
    if (kind === 'end') {
      if (!content.equals(whole.digest())) throw damaged('its content is not what was written');
      if ((await source.upTo(1)).length > 0) throw damaged('something follows its end');
      yield { kind, content };
      return;
    }
    whole.update(head);
    whole.update(content);
    yield { kind, content };
  }
}

function notOurs(start: Buffer): Refusal {
  const text = start.toString('latin1');
  if (!text.startsWith(magicStart)) return new Refusal('invalid', 'This is not a backup of Lamplight (made by "lamplight backup").');
  return /^lamplight backup \d/.test(text) && !text.startsWith(magic.trimEnd())
    ? new Refusal(
        'unsupported',
        'The backup has a format that this version of Lamplight does not know: use the version that made it, or a newer one.',
      )
    : damaged('its first line is not what was written');
}

/** Bytes in the lengths that are asked for. */
function reader(bytes: AsyncIterable<Uint8Array>) {
  const source = bytes[Symbol.asyncIterator]();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  async function upTo(length: number): Promise<Buffer> {
    while (heldBytes < length) {
      const next = await source.next();
      if (next.done === true) break;
      held.push(next.value);
      heldBytes += next.value.length;
    }
    const all = held.length === 1 ? Buffer.from(held[0]!.buffer, held[0]!.byteOffset, held[0]!.byteLength) : Buffer.concat(held);
    const taken = all.subarray(0, length);
    const rest = all.subarray(length);
    held = rest.length > 0 ? [rest] : [];
    heldBytes = rest.length;
    return taken;
  }
  return {
    upTo,
    async exactly(length: number): Promise<Buffer> {
      const taken = await upTo(length);
      if (taken.length < length) throw damaged('its end is missing');
      return taken;
    },
  };
}
