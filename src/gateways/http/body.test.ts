import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBody } from './body.ts';

const message = (pieces: Iterable<Uint8Array>, headers: Record<string, string> = {}): IncomingMessage =>
  Object.assign(Readable.from([...pieces].map((piece) => Buffer.from(piece))), { headers }) as IncomingMessage;
const kilobyte = 1024;

/** The bytes cut into pieces at these places. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length)).filter((piece) => piece.length > 0);
}

describe('the text of a body', () => {
  test('is what was sent, wherever the network cut it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.array(fc.nat(400), { maxLength: 20 }), async (text, places) => {
        expect(await readBody(message(cut(Buffer.from(text), places)), 100 * kilobyte)).toEqual({ ok: true, value: text });
      }),
    );
  });

  test('is the same packed', async () => {
    const text = 'übergroß '.repeat(1000);
    for (const [encoding, packed] of Object.entries({
      gzip: gzipSync(text),
      'x-gzip': gzipSync(text),
      deflate: deflateSync(text),
      br: brotliCompressSync(text),
    }))
      expect(await readBody(message([packed], { 'content-encoding': encoding }), 100 * kilobyte), encoding).toEqual({
        ok: true,
        value: text,
      });
  });

  test('is refused where it is not UTF-8, wherever the network cut it', async () => {
    const wrong = [
      [0xff],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xe2, 0x82],
      [0xf0, 0x9f, 0x92],
      [0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...wrong),
        fc.string(),
        fc.boolean(),
        fc.array(fc.nat(100), { maxLength: 8 }),
        async (bytes, text, first, places) => {
          const parts = [Buffer.from(bytes), Buffer.from(text)];
          const body = Buffer.concat(first ? parts : parts.reverse());
          expect(await readBody(message(cut(body, places)), 100 * kilobyte)).toMatchObject({
            ok: false,
            problem: { message: 'The body is not valid UTF-8' },
          });
        },
      ),
    );
  });
});

describe('a body that is too large', () => {
  const refused = { ok: false, problem: { kind: 'too-costly' } };
  test('is refused by what it announces', async () => {
    const announced = message([Buffer.alloc(1)], { 'content-length': '9999' });
    expect(await readBody(announced, kilobyte)).toMatchObject(refused);
  });

  test('is refused by what arrives, packed or not', async () => {
    const bytes = Buffer.alloc(2 * kilobyte, 0x20);
    expect(await readBody(message([bytes]), kilobyte)).toMatchObject(refused);
    expect(await readBody(message([gzipSync(bytes)], { 'content-encoding': 'gzip' }), kilobyte)).toMatchObject(refused);
  });

  test('runs past to its end, so that the connection can carry the answer', async () => {
    for (const headers of [{}, { 'content-length': '9999' }, { 'content-encoding': 'gzip' }] as Record<string, string>[]) {
      const packed = 'content-encoding' in headers;
      const pieces = Array.from({ length: 50 }, () => Buffer.alloc(kilobyte, 0x20));
      const sent = message(packed ? [gzipSync(Buffer.concat(pieces)), ...pieces] : pieces, headers);
      expect(await readBody(sent, kilobyte)).toMatchObject(refused);
      expect(sent.readableEnded).toBe(true);
    }
  });

  test('is read where it just fits', async () => {
    expect(await readBody(message([Buffer.alloc(kilobyte, 0x20)]), kilobyte)).toMatchObject({ ok: true });
  });
});

test('an encoding that is not known is refused by its name, and so is what only looks like one', async () => {
  for (const encoding of ['zstd', 'gzip, gzip', 'constructor', '__proto__'])
    expect(await readBody(message([], { 'content-encoding': encoding }), kilobyte)).toMatchObject({
      ok: false,
      problem: { where: 'Content-Encoding' },
    });
});

test('a packed body that is cut off or is none at all is refused', async () => {
  const packed = gzipSync('x'.repeat(10_000));
  for (const bytes of [packed.subarray(0, packed.length - 4), Buffer.from('plain')])
    expect(await readBody(message([bytes], { 'content-encoding': 'gzip' }), 100 * kilobyte)).toMatchObject({
      ok: false,
      problem: { message: 'The body is not valid gzip' },
    });
});
