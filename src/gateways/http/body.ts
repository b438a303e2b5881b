// A request's body: read within a limit, unpacked within the same limit, valid UTF-8. What is too large is refused as soon
// as that is certain, before it has filled any memory; what is large is made text piece by piece, as it arrives.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { finished, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';

const unpackers: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Why reading stopped before the end. */
class Stopped extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

const tooLarge = (bytesMax: number): Problem =>
  fail('too-costly', `The body is larger than ${Math.floor(bytesMax / 1024)} kB: send it in parts`).problem;
const notUtf8 = fail('invalid', 'The body is not valid UTF-8').problem;

/** How long what is not wanted may run past before the connection is given up. */
const runPastMs = 2_000;

/** Text of the body; '' where there is none. */
export async function readBody(message: IncomingMessage, bytesMax: number): Promise<Result<string>> {
  const read = await readText(message, bytesMax);
  // A client that is still sending would lose the answer together with its connection.
  if (!read.ok) await runPast(message);
  return read;
}

async function readText(message: IncomingMessage, bytesMax: number): Promise<Result<string>> {
  if (Number(message.headers['content-length'] ?? 0) > bytesMax) return { ok: false, problem: tooLarge(bytesMax) };
  const encoding = (message.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && !Object.hasOwn(unpackers, encoding)) {
    return fail(
      'unsupported',
      `Content-Encoding ${JSON.stringify(encoding.slice(0, 30))} is not known: send the body plain or as gzip`,
      'Content-Encoding',
    );
  }
  const text = new TextCollector(bytesMax);
  const unpacker = unpackers[encoding]?.();
  try {
    for await (const chunk of bytesOf(message, unpacker)) text.add(chunk);
    return ok(text.end());
  } catch (error) {
    if (error instanceof Stopped) return { ok: false, problem: error.problem };
    return fail('invalid', unpacker === undefined ? 'The body ended before it was complete' : `The body is not valid ${encoding}`);
  } finally {
    if (unpacker !== undefined) message.unpipe(unpacker);
    unpacker?.destroy();
  }
}

/** The message itself lives on where reading stops: its connection still carries the answer. */
function bytesOf(message: IncomingMessage, unpacker: Transform | undefined): AsyncIterable<Buffer> {
  if (unpacker === undefined) return message.iterator({ destroyOnReturn: false });
  finished(message, (cutOff) => cutOff && unpacker.destroy(cutOff));
  return message.pipe(unpacker);
}

function runPast(message: IncomingMessage): Promise<void> {
  if (message.readableEnded || message.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, runPastMs);
    finished(message, done);
    message.resume();
  });
}

/** Makes text of bytes that arrive in any pieces; a character may lie across two of them. */
class TextCollector {
  readonly #bytesMax: number;
  readonly #parts: string[] = [];
  #bytes = 0;
  /** The beginning of a character whose end has not arrived. */
  #rest: Buffer | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#bytesMax) throw new Stopped(tooLarge(this.#bytesMax));
    const all = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = wholeCharacters(all);
    if (!isUtf8(all.subarray(0, whole))) throw new Stopped(notUtf8);
    this.#parts.push(all.toString('utf8', 0, whole));
    this.#rest = whole === all.length ? undefined : Buffer.from(all.subarray(whole));
  }

  end(): string {
    if (this.#rest !== undefined) throw new Stopped(notUtf8);
    return this.#parts.length === 1 ? this.#parts[0]! : this.#parts.join('');
  }
}

/** Bytes up to the last character that is complete (https://www.rfc-editor.org/rfc/rfc3629#section-3). */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    // 10xxxxxx goes on; anything else begins a character and says how long it is.
    if (byte >> 6 === 0b10) continue;
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
