// A request's body: read within a limit, unpacked within the same limit, valid UTF-8. What is too large is refused as soon
// as that is certain, before it has filled any memory.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';

const unpackers: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

class TooLarge extends Error {}

const tooLarge = (bytesMax: number): Problem =>
  fail('too-costly', `The body is larger than ${Math.floor(bytesMax / 1024)} kB: send it in parts`).problem;

/** Text of the body; '' where there is none. */
export async function readBody(message: IncomingMessage, bytesMax: number): Promise<Result<string>> {
  if (Number(message.headers['content-length'] ?? 0) > bytesMax) return { ok: false, problem: tooLarge(bytesMax) };
  const encoding = (message.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && unpackers[encoding] === undefined) {
    return fail(
      'unsupported',
      `Content-Encoding ${JSON.stringify(encoding.slice(0, 30))} is not known: send the body plain or as gzip`,
      'Content-Encoding',
    );
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  const collect = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > bytesMax) return done(new TooLarge());
      chunks.push(chunk);
      done();
    },
  });
  collect.resume();
  try {
    if (encoding === 'identity') {
      for await (const chunk of message as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > bytesMax) throw new TooLarge();
        chunks.push(chunk);
      }
    } else {
      await pipeline(message, unpackers[encoding]!(), collect);
    }
  } catch (error) {
    if (error instanceof TooLarge) return { ok: false, problem: tooLarge(bytesMax) };
    return fail('invalid', encoding === 'identity' ? 'The body ended before it was complete' : `The body is not valid ${encoding}`);
  }
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return isUtf8(body) ? ok(body.toString('utf8')) : fail('invalid', 'The body is not valid UTF-8');
}
