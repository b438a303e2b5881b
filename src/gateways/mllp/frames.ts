// MLLP frames out of a stream of bytes (HL7 Minimal Lower Layer Protocol, release 1: <VT> message <FS><CR>). Whatever arrives, in
// whatever pieces: what is too large is skipped to its end, what was never ended is given up where the next begins, and the
// connection goes on.

export type Frame =
  | { kind: 'message'; bytes: Buffer }
  /** A new message began before this one was ended. */
  | { kind: 'cut'; bytes: Buffer }
  /** Larger than is allowed; `bytes` is its beginning, enough to answer it. */
  | { kind: 'too-large'; bytes: Buffer; size: number };

const vt = 0x0b;
const fs = 0x1c;
const startKept = 8192;

export class Frames {
  readonly #bytesMax: number;
  #chunks: Buffer[] = [];
  #size = 0;
  #inside = false;
  /** The last byte was FS: a frame ends with FS CR, and some senders leave the CR out. */
  #ending = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Whether a message has begun and not ended. */
  get open(): boolean {
    return this.#inside;
  }

  *read(chunk: Buffer): Generator<Frame> {
    let from = 0;
    while (from < chunk.length) {
      if (this.#ending) {
        this.#ending = false;
        if (chunk[from] === 0x0d || chunk[from] === 0x0a) {
          from++;
          continue;
        }
      }
      if (!this.#inside) {
        const start = chunk.indexOf(vt, from);
        // What stands between frames says nothing: line ends, keep-alive bytes.
        if (start === -1) return;
        this.#inside = true;
        from = start + 1;
        continue;
      }
      const end = chunk.indexOf(fs, from);
      const restart = chunk.indexOf(vt, from);
      if (restart !== -1 && (end === -1 || restart < end)) {
        this.#take(chunk.subarray(from, restart));
        const frame = this.#whole();
        yield frame.kind === 'message' ? { kind: 'cut', bytes: frame.bytes } : frame;
        this.#inside = true;
        from = restart + 1;
        continue;
      }
      if (end === -1) {
        this.#take(chunk.subarray(from));
        return;
      }
      this.#take(chunk.subarray(from, end));
      yield this.#whole();
      this.#ending = true;
      from = end + 1;
    }
  }

  #take(part: Buffer): void {
    this.#size += part.length;
    if (this.#size <= this.#bytesMax) {
      this.#chunks.push(part);
      return;
    }
    const start = Buffer.concat(this.#chunks).subarray(0, startKept);
    this.#chunks = [start];
  }

  #whole(): Frame {
    const bytes = this.#chunks.length === 1 && this.#chunks[0] !== undefined ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const size = this.#size;
    this.#chunks = [];
    this.#size = 0;
    this.#inside = false;
    return size > this.#bytesMax ? { kind: 'too-large', bytes: bytes.subarray(0, startKept), size } : { kind: 'message', bytes };
  }
}

/** A message in its frame. */
export const framed = (text: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from([vt]), typeof text === 'string' ? Buffer.from(text, 'utf8') : text, Buffer.from([fs, 0x0d])]);
