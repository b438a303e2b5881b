// Lines of a stream of NDJSON with the place behind each, so that a download that broke off goes on from there.

export interface Line {
  /** undefined: it is longer than may be. */
  text: string | undefined;
  /** Bytes of the stream up to the end of this line, its line break included. */
  end: number;
}

/** What is longer than `bytesMax` is passed over, and not kept. `from`: where the stream begins. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, bytesMax: number, from = 0): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let end = from;
  const add = (part: Uint8Array): void => {
    length += part.length;
    if (length > bytesMax) parts = [];
    else parts.push(part);
  };
  const take = (): Line => {
    end += length;
    const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const text = length > bytesMax ? undefined : Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString('utf8');
    parts = [];
    length = 0;
    return { text: text?.replace(/\r?\n$/, ''), end };
  };
  for await (const chunk of stream) {
    let begin = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, begin)) {
      add(chunk.subarray(begin, at + 1));
      begin = at + 1;
      yield take();
    }
    if (begin < chunk.length) add(chunk.subarray(begin));
  }
  if (length > 0) yield take();
}
