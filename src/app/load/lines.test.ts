import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lines } from './lines.ts';

async function read(text: Buffer, cuts: number[], bytesMax = 1000): Promise<{ number: number; text: string | undefined }[]> {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const chunks = [0, ...at].map((from, i) => text.subarray(from, at[i] ?? text.length));
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const found = [];
  for await (const group of lines(stream(), bytesMax))
    for (const { number, bytes } of group) found.push({ number, text: bytes?.toString('utf8') });
  return found;
}

describe('lines of a stream', () => {
  it('are the same however the stream is cut', async () => {
    const line = fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[\r\n\uFEFF]/g, ''));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat(500)), fc.constantFrom('\n', '\r\n'), async (all, cuts, end) => {
        const found = await read(Buffer.from(all.map((text) => text + end).join('')), cuts);
        expect(found).toEqual(all.map((text, i) => ({ number: i + 1, text: Buffer.from(text).toString('utf8') })));
      }),
    );
  });

  it('end with the file, with or without a line break, and lose a byte order mark', async () => {
    expect(await read(Buffer.from('\uFEFFa\n\nb'), [])).toEqual([
      { number: 1, text: 'a' },
      { number: 2, text: '' },
      { number: 3, text: 'b' },
    ]);
  });

  it('that are too long are counted but not kept, and the next one is whole again', async () => {
    const text = Buffer.from(`ab\n${'x'.repeat(5000)}\ncd\n${'y'.repeat(11)}\n${'z'.repeat(10)}\r\n`);
    for (const cuts of [[], [10, 20, 3000], Array.from({ length: 600 }, (_, i) => i * 9)]) {
      expect(await read(text, cuts, 10)).toEqual([
        { number: 1, text: 'ab' },
        { number: 2, text: undefined },
        { number: 3, text: 'cd' },
        { number: 4, text: undefined },
        { number: 5, text: 'z'.repeat(10) },
      ]);
    }
  });
});
