import { expect, it } from 'vitest';
import { wilson } from './proportion-interval.ts';

it('has the interval of Wilson', () => {
  // R: prop.test(15, 50, correct = FALSE)$conf.int and prop.test(0, 20, correct = FALSE)$conf.int
  const some = wilson(15, 50);
  expect(some.low).toBeCloseTo(0.191, 3);
  expect(some.high).toBeCloseTo(0.4375, 3);
  const none = wilson(0, 20);
  expect(none.low).toBe(0);
  expect(none.high).toBeCloseTo(0.1611, 3);
});
