import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inParts } from './parts.ts';

test('every row is in one part, in order; no part is empty or larger than it may be, unless it is one row', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(600_000)), fc.integer({ min: 1, max: 20 }), (rows, most) => {
      const parts = [...inParts(rows, most, (row) => row)];
      expect(parts.flat()).toEqual(rows);
      for (const part of parts) {
        expect(part.length).toBeGreaterThan(0);
        expect(part.length).toBeLessThanOrEqual(most);
        if (part.length > 1) expect(part.reduce((sum, row) => sum + row, 0)).toBeLessThanOrEqual(1_000_000);
      }
    }),
  );
});

test('rows are taken as they are needed, not all at once', () => {
  let taken = 0;
  const rows = function* (): Generator<number> {
    for (;;) yield ++taken;
  };
  expect(inParts(rows(), 10, () => 1).next().value).toHaveLength(10);
  expect(taken).toBeLessThan(20);
});
