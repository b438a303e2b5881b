// Frames come out as they were sent, in whatever pieces the bytes arrive, and nothing that is sent stops the next from coming out.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Frame, Frames, framed } from './frames.ts';

const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0b && byte !== 0x1c)));

function read(stream: Buffer, cuts: readonly number[], bytesMax = 1_000_000): Frame[] {
  const frames = new Frames(bytesMax);
  const found: Frame[] = [];
  let from = 0;
  for (const cut of [...cuts.map((one) => one % (stream.length + 1)).sort((a, b) => a - b), stream.length]) {
    found.push(...frames.read(stream.subarray(from, cut)));
    from = cut;
  }
  return found;
}

test('messages come out as they were sent, in whatever pieces they arrive', () => {
  fc.assert(
    fc.property(
      fc.array(content, { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 10 }),
      fc.constantFrom('', '\r\n', '\n\n'),
      (messages, cuts, between) => {
        const stream = Buffer.concat(messages.flatMap((one) => [framed(one), Buffer.from(between)]));
        expect(read(stream, cuts).map(({ kind, bytes }) => [kind, bytes.toString('hex')])).toEqual(
          messages.map((one) => ['message', one.toString('hex')]),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('whatever is sent, the next whole message comes out', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), content, fc.array(fc.nat(), { maxLength: 5 }), (noise, message, cuts) => {
      const stream = Buffer.concat([Buffer.from(noise), framed(message)]);
      expect(read(stream, cuts).at(-1)).toMatchObject({ kind: 'message', bytes: message });
    }),
    { numRuns: 500 },
  );
});

test('a frame that ends without its CR, and one that was cut by the next', () => {
  expect(read(Buffer.from('\u000bone\u001c\u000btwo\u001c\r'), []).map(({ bytes }) => bytes.toString())).toEqual(['one', 'two']);
  expect(read(Buffer.from('\u000bone\u000btwo\u001c\r'), []).map(({ kind, bytes }) => [kind, bytes.toString()])).toEqual([
    ['cut', 'one'],
    ['message', 'two'],
  ]);
});

test('what is too large is skipped to its end, and only its beginning is held', () => {
  const frames = read(Buffer.concat([framed(Buffer.alloc(50_000, 65)), framed('next')]), [10_000, 20_000, 30_000], 20_000);
  expect(frames.map(({ kind, bytes }) => [kind, bytes.length])).toEqual([
    ['too-large', 8192],
    ['message', 4],
  ]);
  expect(frames[0]).toMatchObject({ size: 50_000 });
});
