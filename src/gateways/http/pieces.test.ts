import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf } from './pieces.ts';

async function sent(text: string): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(text)) pieces.push(piece);
  return pieces;
}

test('the pieces are the text, wherever it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 }), fc.nat(20), async (unit, shift) => {
      const text = 'a'.repeat(shift) + unit.repeat(Math.ceil(300_000 / unit.length));
      expect(Buffer.concat(await sent(text)).toString('utf8')).toBe(text);
    }),
    { numRuns: 20 },
  );
});

test('a character of two halves is never torn', async () => {
  for (const shift of [0, 1]) {
    const text = 'a'.repeat(shift) + '\u{1f600}'.repeat(200_000);
    const pieces = await sent(text);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece.includes('\ufffd')).toBe(false);
  }
});

test('nothing is sent of an empty text', async () => {
  expect(await sent('')).toEqual([]);
});
