// Lines of a stream of bytes, whatever ends them (LF, CRLF, end of file), never more of it in memory than one line may have.

export interface Line {
  /** From 1, empty ones counted. */
  number: number;
  /** Without its end; undefined where it is longer than allowed. */
  bytes: Buffer | undefined;
}

const lf = 0x0a;
const cr = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The lines of each chunk together, because awaiting each single one would cost more than reading it. */
export async function* lines(chunks: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<Line[]> {
  let number = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  let tooLong = false;

  const finish = (last: Buffer): Line => {
    number += 1;
    const long = tooLong || heldBytes + last.length > bytesMax + 1;
    let bytes = long ? undefined : held.length === 0 ? last : Buffer.concat([...held, last]);
    if (bytes !== undefined && bytes.at(-1) === cr) bytes = bytes.subarray(0, -1);
    if (number === 1 && bytes?.subarray(0, 3).equals(byteOrderMark)) bytes = bytes.subarray(3);
    if (bytes !== undefined && bytes.length > bytesMax) bytes = undefined;
    held = [];
    heldBytes = 0;
    tooLong = false;
    return { number, bytes };
  };

  for await (const chunk of chunks) {
    const found: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(lf); at >= 0; at = chunk.indexOf(lf, from)) {
      found.push(finish(chunk.subarray(from, at)));
      from = at + 1;
    }
    if (found.length > 0) yield found;
    const rest = chunk.subarray(from);
    if (rest.length === 0) continue;
    heldBytes += rest.length;
    if (heldBytes > bytesMax + 1) {
      tooLong = true;
      held = [];
    } else {
      held.push(rest);
    }
  }
  if (heldBytes > 0) yield [finish(Buffer.alloc(0))];
}
