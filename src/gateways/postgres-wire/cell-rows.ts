// The rows of an answer from its file, a piece at a time: however large it is, little of it is in memory.
import { createReadStream } from 'node:fs';
import { Refused, states } from './fault.ts';

export type Cells = readonly (string | null)[];

const pieceBytes = 64 * 1024;
const rowBytesMax = 64 * 1024 * 1024;

/** `{"r":["1",null]}` a line. Rows of one piece together. */
export async function* cellRows(path: string): AsyncGenerator<Cells[]> {
  let open: Buffer[] = [];
  let size = 0;
  const stream = createReadStream(path, { highWaterMark: pieceBytes });
  for await (const piece of stream as AsyncIterable<Buffer>) {
    const rows: Cells[] = [];
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      const line = open.length === 0 ? piece.subarray(from, end) : Buffer.concat([...open, piece.subarray(from, end)]);
      rows.push(cellsOf(line));
      open = [];
      size = 0;
      from = end + 1;
    }
    if (from < piece.length) {
      open.push(piece.subarray(from));
      size += piece.length - from;
      if (size > rowBytesMax)
        throw new Refused(states.tooMuch, `A row has more than ${rowBytesMax / 1024 / 1024} MB: ask for fewer columns`);
    }
    if (rows.length > 0) yield rows;
  }
}

const cellsOf = (line: Buffer): Cells => (JSON.parse(line.toString('utf8')) as { r: (string | null)[] }).r;
