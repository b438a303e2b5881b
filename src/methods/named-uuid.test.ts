import fc from 'fast-check';
import { expect, it } from 'vitest';
import { namedUuid } from './named-uuid.ts';

it('is a UUID of version 8, and the same for the same name', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), (text, number) => {
      const uuid = namedUuid(text, number);
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(namedUuid(text, number)).toBe(uuid);
    }),
  );
});

it('is another one when the parts are cut elsewhere', () => {
  expect(namedUuid('a', 'bc')).not.toBe(namedUuid('ab', 'c'));
});
