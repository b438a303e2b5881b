import fc from 'fast-check';
import { expect, it } from 'vitest';
import { negativeBinomialQuantile, poissonQuantile } from './count-quantiles.ts';
import { betaShare, gammaTail, logGamma } from './incomplete-integrals.ts';
import { normalQuantile } from './normal.ts';
import { tTwoSided } from './students-t.ts';

it('has the quantiles that tables give', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
  expect(normalQuantile(0.999)).toBeCloseTo(3.090232306167813, 13);
  expect(normalQuantile(1e-20)).toBeCloseTo(-9.2623400898, 9);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(tTwoSided(2.228138852, 10)).toBeCloseTo(0.05, 9);
  expect(tTwoSided(12.7062047364, 1)).toBeCloseTo(0.05, 10);
});

it('has the integrals that can be written down', () => {
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
  expect(gammaTail(1, 2)).toBeCloseTo(Math.exp(-2), 14);
  expect(gammaTail(3, 0.5)).toBeCloseTo(Math.exp(-0.5) * (1 + 0.5 + 0.125), 14);
  expect(betaShare(0.3, 2, 3)).toBeCloseTo(0.3483, 14);
  expect(betaShare(0.9, 1, 4)).toBeCloseTo(1 - 0.1 ** 4, 14);
});

it('counts up to the first that reaches the probability', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 80, noNaN: true }), fc.double({ min: 0.05, max: 0.999, noNaN: true }), (mean, probability) => {
      let count = 0;
      let one = Math.exp(-mean);
      for (let sum = one; sum < probability - 1e-11; sum += one) one *= mean / ++count;
      expect(Math.abs(poissonQuantile(probability, mean) - count)).toBeLessThanOrEqual(
        Math.abs(gammaTail(count + 1, mean) - probability) < 1e-9 ? 1 : 0,
      );
    }),
  );
  // With size 1 it is geometric: the share up to a count is 1 − (mean / (1 + mean))^(count + 1).
  expect(negativeBinomialQuantile(0.99, 3, 1)).toBe(16);
  expect(negativeBinomialQuantile(0.5, 1e6, 1e9)).toBeGreaterThan(999_000);
  expect(negativeBinomialQuantile(0.99, 0, 4)).toBe(0);
});
