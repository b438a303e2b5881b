// Pieces of a backup to the bytes of a file (file-format.ts), with bounded memory.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { BackupPiece } from './contract.ts';
import { frame, magic } from './file-format.ts';
import { inOrder } from './in-order.ts';
import { makeTally } from './tally.ts';

const compress = promisify(brotliCompress);

/** Measured on the rows of a record: quality 1 takes a third of the time of gzip's fastest and packs as well as gzip's best. */
const compression = { params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 20 } };
const ahead = 3;

export async function* writeBackup(
  pieces: AsyncIterable<BackupPiece>,
  hearRows: (count: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const whole = createHash('sha256');
  const start = Buffer.from(magic, 'latin1');
  whole.update(start);
  yield start;
  for await (const parts of inOrder(framed(pieces, hearRows), async (make) => make(), ahead)) {
    for (const part of parts) {
      whole.update(part);
      yield part;
    }
  }
  yield* frame('end', whole.digest());
}

/** Each frame as work to be done. */
async function* framed(pieces: AsyncIterable<BackupPiece>, hearRows: (count: number) => void): AsyncGenerator<() => Promise<Buffer[]>> {
  let tally = makeTally();
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  for await (const piece of pieces) {
    if (piece.kind === 'rows') {
      hearRows(tally.add(piece.rows));
      yield async () => frame('rows', await compress(piece.rows, compression));
    } else {
      if (piece.kind === 'table') tally = makeTally();
      const content =
        piece.kind === 'header'
          ? piece.header
          : piece.kind === 'table'
            ? piece.table
            : piece.kind === 'table-end'
              ? tally.end()
              : { sequences: piece.sequences };
      yield async () => frame(piece.kind, json(content));
    }
  }
}
