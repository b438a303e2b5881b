import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Clock, readClock, writeClock } from './clock.ts';

const moments = fc.constantFrom<readonly [number, string]>([1, 'a'], [1, 'b'], [2, 'a'], [-5, '']);
const keys = fc.oneof(fc.constantFrom('name', 'telecom home', 'period.start', '*', '1', '2'), fc.string());

test('a clock is read as it was written, whatever is spoken of', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, moments)), (spoken) => {
      const clock: Clock = Object.fromEntries(spoken);
      expect(Object.entries(readClock(writeClock(clock))).sort()).toEqual(Object.entries(clock).sort());
    }),
  );
});

test('what was read is written as it stood', () => {
  const text = writeClock({ name: [1, 'a'], telecom: [2, 'b'], birthDate: [1, 'a'] });
  expect(text).toBe('[[1,"a","name","birthDate"],[2,"b","telecom"]]');
  expect(writeClock(readClock(text))).toBe(text);
});

test('a clock of an earlier version is read', () => {
  expect(readClock('{"name":[1,"a"]}')).toEqual({ name: [1, 'a'] });
});
