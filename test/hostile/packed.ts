// Packed bodies: bombs of a few kilobytes that unpack to gigabytes, and packings that are broken, unknown or twofold.
import { once } from 'node:events';
import type { Transform } from 'node:stream';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
} from 'node:zlib';
import { type Attack, ask, megabyte, posting } from './attack.ts';

const kinds = {
  gzip: () => createGzip({ level: 9 }),
  deflate: () => createDeflate({ level: 9 }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 24 } }),
};

/** What `megabytes` of this text come to when packed. */
async function packedText(packer: Transform, text: string, megabytes: number): Promise<Buffer> {
  const piece = Buffer.from(text.repeat(Math.ceil((4 * megabyte) / text.length)));
  const packed: Buffer[] = [];
  packer.on('data', (bytes: Buffer) => packed.push(bytes));
  for (let left = megabytes; left > 0; left -= 4) if (!packer.write(piece)) await once(packer, 'drain');
  packer.end();
  await once(packer, 'end');
  return Buffer.concat(packed);
}

/** Packing gigabytes takes seconds: once is enough. */
const made = new Map<string, Promise<Buffer>>();

const bomb = (encoding: keyof typeof kinds, text: string, megabytes: number): Attack => ({
  name: `a ${encoding} bomb of ${megabytes} MB of ${JSON.stringify(text.slice(0, 12))}`,
  status: [413],
  heavy: true,
  run: async (target) => {
    const key = `${encoding} ${megabytes} ${text}`;
    const packing = made.get(key) ?? packedText(kinds[encoding](), text, megabytes);
    made.set(key, packing);
    return ask(target, { method: 'POST', path: '/fhir/Patient', headers: { 'content-encoding': encoding }, body: await packing });
  },
});

const body = '{"resourceType":"Patient","active":true}';
const long = `{"resourceType":"Patient","active":7,"language":"${'a'.repeat(100_000)}"}`;
const packed = gzipSync(long);
const flipped = Buffer.from(packed.map((byte, i) => (i === packed.length >> 1 ? byte ^ 0xff : byte)));

const broken: [name: string, status: number, encoding: string, bytes: Uint8Array][] = [
  ['a gzip that is cut off', 400, 'gzip', packed.subarray(0, packed.length - 10)],
  ['a gzip of which only the head came', 400, 'gzip', packed.subarray(0, 10)],
  ['a gzip with a wrong checksum', 400, 'gzip', Buffer.from(packed.map((byte, i) => (i === packed.length - 5 ? byte ^ 1 : byte)))],
  ['a gzip with a wrong byte', 400, 'gzip', flipped],
  ['a deflate that is cut off', 400, 'deflate', deflateSync(long).subarray(0, 50)],
  ['a brotli that is cut off', 400, 'br', brotliCompressSync(long).subarray(0, 20)],
  ['garbage as gzip', 400, 'gzip', Buffer.alloc(100_000, 'garbage')],
  ['garbage as deflate', 400, 'deflate', Buffer.alloc(100_000, 0xff)],
  ['garbage as brotli', 400, 'br', Buffer.alloc(100_000, 0xfe)],
  ['plain JSON as gzip', 400, 'gzip', Buffer.from(body)],
  ['nothing as gzip', 400, 'gzip', Buffer.alloc(0)],
  ['gzip as brotli', 400, 'br', packed],
  ['raw deflate without its head', 400, 'deflate', deflateRawSync(long)],
  ['gzip twice, said once', 400, 'gzip', gzipSync(gzipSync(body))],
  ['gzip twice, said twice', 400, 'gzip, gzip', gzipSync(gzipSync(body))],
  ['an encoding that is not known', 400, 'zstd', Buffer.from(body)],
  ['an encoding that is a method', 400, 'constructor', Buffer.from(body)],
  ['an encoding of 8,000 letters', 400, 'a'.repeat(8_000), Buffer.from(body)],
  ['chunked as an encoding', 400, 'chunked', Buffer.from(body)],
  ['gzip that is not said', 400, 'identity', gzipSync(body)],
];

/** Several members in one gzip: each small, all together too large. */
const members: Attack = {
  name: 'a gzip of 2,000 members of a megabyte each',
  status: [413],
  heavy: true,
  run: (target) => {
    const member = gzipSync(Buffer.alloc(megabyte, ' '));
    return ask(target, {
      method: 'POST',
      path: '/fhir/Patient',
      headers: { 'content-encoding': 'gzip' },
      body: Buffer.concat(Array.from({ length: 2_000 }, () => member)),
    });
  },
};

export const packedAttacks: Attack[] = [
  bomb('gzip', ' ', 1_000),
  bomb('gzip', '[', 100),
  bomb('gzip', '{"resourceType":"Bundle","entry":[{}]},', 100),
  bomb('deflate', '\0', 100),
  bomb('br', ' ', 2_000),
  bomb('br', '{"a":', 200),
  bomb('gzip', '[', 28),
  { ...bomb('br', ' ', 28), status: [400] },
  bomb('gzip', '\u{1f600}', 40),
  members,
  ...broken.map(
    ([name, status, encoding, bytes]): Attack => ({
      name,
      status: [status],
      run: posting('/Patient', () => bytes, { 'content-encoding': encoding }),
    }),
  ),
];
