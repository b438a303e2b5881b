// The bytes of a source: unpacked where they are gzip (told by content, not by name), counted as they are read, hashed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { Source } from './contract.ts';

/** The content is at fault, not the program; the message says how. */
export class Unreadable extends Error {}

const chunkBytes = 256 * 1024;

/** Chunks of the unpacked content. `read` hears how many bytes of the file itself were read. Throws what reading throws. */
export async function* contentOf(source: Source, read: (bytes: number) => void = () => {}): AsyncGenerator<Buffer> {
  const file: Readable = source.path === '-' ? process.stdin : createReadStream(source.path, { highWaterMark: chunkBytes });
  let unpacker: Unpacker | undefined;
  let first = true;
  try {
    for await (const chunk of file as AsyncIterable<Buffer>) {
      read(chunk.length);
      if (first && isGzip(chunk)) unpacker = unpack();
      first = false;
      if (unpacker === undefined) yield chunk;
      else yield* unpacker.add(chunk);
    }
    if (unpacker !== undefined) yield* unpacker.end();
  } finally {
    unpacker?.close();
    file.destroy();
  }
}

/** RFC 1952, section 2.3.1 */
const isGzip = (chunk: Buffer): boolean => chunk.length > 2 && chunk[0] === 0x1f && chunk[1] === 0x8b;

interface Unpacker {
  add(chunk: Buffer): AsyncGenerator<Buffer>;
  end(): AsyncGenerator<Buffer>;
  close(): void;
}

/** Chunk in, chunks out: what was read is unpacked before more is read, so a bomb fills no memory. */
function unpack(): Unpacker {
  const gunzip: Gunzip = createGunzip({ chunkSize: chunkBytes });
  let failure: Error | undefined;
  let ended = false;
  let wake = (): void => {};
  gunzip.on('error', (error) => {
    failure = error;
    wake();
  });
  gunzip.on('end', () => {
    ended = true;
    wake();
  });
  gunzip.on('readable', () => wake());
  async function* drained(done: () => boolean): AsyncGenerator<Buffer> {
    for (;;) {
      if (failure !== undefined) throw new Unreadable(`It is not valid gzip (${failure.message})`);
      const chunk: Buffer | null = gunzip.read();
      if (chunk !== null) yield chunk;
      else if (done() || ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return {
    async *add(chunk) {
      let taken = false;
      gunzip.write(chunk, () => {
        taken = true;
        wake();
      });
      yield* drained(() => taken);
    },
    async *end() {
      gunzip.end();
      yield* drained(() => false);
    },
    close: () => gunzip.destroy(),
  };
}

/** SHA-256 of the file as it lies on disk, in hexadecimal. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
