// Lines of a stream of NDJSON with the place behind each, so that a download that broke off goes on from there.

export interface Line {
  text: string;
  /** Bytes of the stream up to the end of this line, its line break included. */
  end: number;
}

/** undefined, and the end, where a line is longer than `bytesMax`. `from`: where the stream begins. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, bytesMax: number, from = 0): AsyncGenerator<Line | undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let end = from;
  const take = (): Line => {
    end += length;
    const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    parts = [];
    length = 0;
    return {
      text: Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
        .toString('utf8')
        .replace(/\r?\n$/, ''),
      end,
    };
  };
  for await (const chunk of stream) {
    let begin = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, begin)) {
      parts.push(chunk.subarray(begin, at + 1));
      length += at + 1 - begin;
      begin = at + 1;
      if (length > bytesMax) return yield undefined;
      yield take();
    }
    if (begin === chunk.length) continue;
    parts.push(chunk.subarray(begin));
    length += chunk.length - begin;
    if (length > bytesMax) return yield undefined;
  }
  if (length > 0) yield take();
}
