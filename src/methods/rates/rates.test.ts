import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gammaQuantile } from '../statistics/gamma-quantile.ts';
import { gammaShare } from '../statistics/incomplete-integrals.ts';
import { suppressed } from './small-numbers.ts';
import { directlyStandardised, indirectlyStandardised, poissonInterval } from './standardised.ts';

// What R 4.2 says: qgamma, and the formula of Fay and Feuer written out with it; poisson.test.
it('has the gamma quantiles of R', () => {
  for (const [probability, shape, value] of [
    [0.025, 3, 0.6186721228956],
    [0.975, 4, 8.7672730697423],
    [0.5, 0.2, 0.020746339192825],
    [0.999, 250, 301.72300289759],
  ] as const)
    expect(gammaQuantile(probability, shape)).toBeCloseTo(value, 9);
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 2000, noNaN: true }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (shape, probability) => {
        expect(gammaShare(shape, gammaQuantile(probability, shape))).toBeCloseTo(probability, 8);
      },
    ),
  );
});

const strata = [
  { cases: 5, people: 10_000, standard: 30_000 },
  { cases: 0, people: 8_000, standard: 25_000 },
  { cases: 12, people: 7_000, standard: 25_000 },
  { cases: 30, people: 5_000, standard: 20_000 },
];

describe('rates', () => {
  it('standardises directly with the interval of Fay and Feuer', () => {
    const found = directlyStandardised(strata);
    expect(found?.rate).toBeCloseTo(0.0017785714285714, 12);
    expect(found?.lower).toBeCloseTo(0.00130521325083, 12);
    expect(found?.upper).toBeCloseTo(0.0023700713530746, 12);
  });

  it('says an upper limit where no case was, and nothing where nobody lives', () => {
    const none = directlyStandardised(strata.map((each) => ({ ...each, cases: 0 })));
    expect([none?.rate, none?.lower]).toEqual([0, 0]);
    expect(none?.upper).toBeGreaterThan(0);
    expect(directlyStandardised(strata.map((each) => ({ ...each, people: 0 })))).toBeUndefined();
  });

  it('gives the exact interval of a count, and Byar close to it', () => {
    const exact = poissonInterval(47);
    expect(exact.lower).toBeCloseTo(34.533832167066, 9);
    expect(exact.upper).toBeCloseTo(62.500036340647, 9);
    expect(poissonInterval(0)).toEqual({ lower: 0, upper: expect.closeTo(3.6888794541139, 9) });
    const byar = poissonInterval(47, 'byar');
    expect(Math.abs(byar.lower - exact.lower)).toBeLessThan(0.05);
    expect(Math.abs(byar.upper - exact.upper)).toBeLessThan(0.05);
  });

  it('standardises indirectly: observed by expected', () => {
    const found = indirectlyStandardised([
      { cases: 30, people: 10_000, standardRate: 0.002 },
      { cases: 17, people: 5_000, standardRate: 0.004 },
    ]);
    expect(found?.expected).toBeCloseTo(40, 9);
    expect(found?.ratio).toBeCloseTo(1.175, 9);
    expect(found?.lower).toBeCloseTo(34.533832167066 / 40, 9);
    expect(indirectlyStandardised([{ cases: 1, people: 0, standardRate: 1 }])).toBeUndefined();
  });
});

describe('small numbers', () => {
  it('are kept back, with as many more that totals do not tell them', () => {
    const { cells, small, complementary } = suppressed([
      [3, 20, 30],
      [40, 50, 60],
      [70, 80, 90],
    ]);
    expect(small).toBe(1);
    expect(cells).toEqual([
      [null, null, 30],
      [null, null, 60],
      [70, 80, 90],
    ]);
    expect(complementary).toBe(3);
  });

  it('never leave one alone in a row or column, nor tell a small number, and leave a table without any as it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 4, maxLength: 4 }), { minLength: 4, maxLength: 4 }),
        (table) => {
          const { cells, small, complementary } = suppressed(table);
          if (small === 0) expect(complementary).toBe(0);
          for (const line of [...cells, ...cells.map((_, j) => cells.map((row) => row[j] ?? null))])
            expect(line.filter((cell) => cell === null).length).not.toBe(1);
          for (const cell of cells.flat()) expect(cell !== null && cell > 0 && cell < 5).toBe(false);
        },
      ),
    );
  });
});
