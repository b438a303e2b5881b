import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from './decimal.ts';
import { weigh } from './json-weight.ts';

test('each value counts once, and each character of each text', () => {
  expect(weigh({ a: ['xy', 1, null], b: new Decimal('1.10') })).toEqual({ values: 6, characters: 2 });
  const long = 'x'.repeat(100);
  expect(weigh([long, long, long])).toEqual({ values: 4, characters: 300 });
});

test('an array weighs what its items do, and itself', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (items) => {
      const each = items.map((item) => weigh(item as never));
      expect(weigh(items as never)).toEqual({
        values: 1 + each.reduce((sum, { values }) => sum + values, 0),
        characters: each.reduce((sum, { characters }) => sum + characters, 0),
      });
    }),
  );
});
