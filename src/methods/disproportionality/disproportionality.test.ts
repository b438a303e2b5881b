// Against R 4.2: chisq.test, mantelhaen.test, qgamma; MGPS written out in R from dnbinom, pgamma and optim; and by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedOf, signalIsNotACause } from './contract.ts';
import { digamma, ebgm, fitPrior, logLikelihood, startPrior } from './ebgm.ts';
import { informationComponent } from './information-component.ts';
import { chiSquaredYates, prr } from './prr.ts';
import { ror } from './ror.ts';
import { type Report, screen } from './screening.ts';
import { stratifiedExpected, stratifiedPrr, stratifiedRor } from './stratified.ts';

const near = (found: number, said: number, relative = 1e-10): void =>
  expect(Math.abs(found - said)).toBeLessThanOrEqual(relative * Math.abs(said));
const table = { a: 25, b: 200, c: 1000, d: 100_000 };

describe('one pair', () => {
  it('has the proportional reporting ratio, its interval, χ² and Evans’ criteria', () => {
    const found = prr(table);
    near(found.ratio, 11.2222222222222);
    near(found.low, 7.7153452549087);
    near(found.high, 16.3230895629477);
    near(found.chiSquared, 219.44256018546);
    expect(found.signal).toBe(true);
  });

  it('is no signal below any one of the criteria', () => {
    expect(prr({ a: 2, b: 1, c: 10, d: 10_000 })).toMatchObject({ signal: false });
    expect(prr({ a: 30, b: 70, c: 160, d: 740 }).signal).toBe(false);
    expect(prr({ a: 3, b: 30, c: 40, d: 900 }).chiSquared).toBeLessThan(4);
    expect(prr({ a: 3, b: 30, c: 40, d: 900 }).signal).toBe(false);
  });

  it('has the reporting odds ratio', () => {
    const found = ror(table);
    near(found.ratio, 12.5);
    near(found.low, 8.2097092753515);
    near(found.high, 19.0323426517817);
    expect(ror({ a: 3, b: 30, c: 100, d: 900 }).signal).toBe(false);
  });

  it('has the information component with its credibility interval', () => {
    near(expectedOf(table), 2.2783403309459);
    const found = informationComponent(25, expectedOf(table));
    near(found.ic, 3.1982020098607);
    near(found.low, 2.5772264872358);
    near(found.high, 3.7079920716937);
    near(informationComponent(0, 0.3).low, -10.6699597209195);
    near(informationComponent(0, 0.3).high, 1.6507318762235);
    expect(informationComponent(0, 0)).toMatchObject({ ic: 0, signal: false });
  });

  it('has EBGM, EB05 and EB95 under DuMouchel’s start', () => {
    const cases: [number, number, number, number, number][] = [
      [25, expectedOf(table), 10.386101861161, 7.378736751861, 14.289544228696],
      [0, 3, 0.02587750608107, 4.2142358946016e-6, 0.60303773054254],
      [1, 0.01, 2.90341384216782, 0.29169658336626, 26.42659978154695],
      [2000, 1500, 1.3314991538902, 1.2832172308557, 1.3812071466209],
    ];
    for (const [observed, expected, mean, low, high] of cases) {
      const found = ebgm({ observed, expected }, startPrior);
      near(found.ebgm, mean);
      near(found.eb05, low, 1e-7);
      near(found.eb95, high, 1e-9);
    }
    near(digamma(1), -0.5772156649015329, 1e-13);
    near(digamma(0.2), -5.289039896592188, 1e-13);
  });

  it('stays a number at empty cells and at millions', () => {
    const cell = fc.oneof(fc.constant(0), fc.nat(5), fc.nat(50_000_000));
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        const own = { a, b, c, d };
        for (const { ratio, low, high } of [prr(own), ror(own)]) {
          expect([ratio, low, high].every(Number.isFinite)).toBe(true);
          expect(low <= ratio && ratio <= high).toBe(true);
        }
        expect(chiSquaredYates(own)).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(chiSquaredYates(own))).toBe(true);
        if (a + b + c + d === 0 || expectedOf(own) === 0) return;
        const found = ebgm({ observed: a, expected: expectedOf(own) }, startPrior);
        expect(found.eb05).toBeLessThanOrEqual(found.eb95);
        expect(Number.isFinite(found.ebgm)).toBe(true);
        expect(Number.isFinite(informationComponent(a, expectedOf(own)).ic)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('strata', () => {
  const strata = [table, { a: 10, b: 40, c: 300, d: 5000 }, { a: 3, b: 30, c: 20, d: 900 }];

  it('have the common odds ratio and interval of R', () => {
    const found = stratifiedRor(strata)!;
    near(found.ratio, 7.6059271084018);
    near(found.low, 5.3186593883732);
    near(found.high, 10.8768249579554);
  });

  it('are the plain table where there is one', () => {
    near(stratifiedRor([table])!.ratio, ror(table).ratio);
    near(stratifiedPrr([table])!.ratio, prr(table).ratio);
    near(stratifiedPrr([table])!.low, prr(table).low);
    near(stratifiedExpected([table]), expectedOf(table));
    expect(stratifiedRor([{ a: 0, b: 0, c: 0, d: 0 }])).toBeNull();
  });

  it('take away what only the strata bring about', () => {
    // In each stratum drug and event have nothing to do with each other; the old have more of both.
    const young = { a: 1, b: 99, c: 9, d: 891 };
    const old = { a: 250, b: 250, c: 250, d: 250 };
    expect(ror({ a: 251, b: 349, c: 259, d: 1141 }).signal).toBe(true);
    near(stratifiedRor([young, old])!.ratio, 1);
    expect(informationComponent(251, stratifiedExpected([young, old])).signal).toBe(false);
  });
});

describe('the prior of all pairs', () => {
  const counts = [
    1, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 3, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0,
    1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 8, 3, 0, 0, 1, 2, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 10, 0, 1, 2, 3, 1, 0, 5, 0, 1, 0,
    0, 0, 0, 1, 1, 0, 1, 0, 5, 0, 0, 3, 0, 0, 1, 0, 0, 1, 0, 2, 0, 4, 2, 1, 0, 1, 2, 0, 1, 6, 17, 0, 0, 1, 3, 1, 2, 0, 2, 0, 0, 6, 1, 12, 1,
    5, 1, 0, 2, 5, 0, 3, 3, 0, 10, 0, 1, 1, 4, 0, 3, 19, 1, 2, 1, 2, 0, 2, 4, 1, 1, 2, 2, 1, 0, 5, 3, 20, 5, 8, 1, 2, 0, 5, 9, 7, 1, 1, 0,
    1, 12, 2, 2, 4, 5, 1, 2, 1, 2, 2, 3, 0, 0, 4, 3, 4, 8, 4, 2, 62, 1, 2, 4, 0, 1, 87, 3, 1, 6, 7, 4, 5, 2, 3, 5, 1, 53, 83, 15, 9, 4, 2,
    3, 3, 8, 1, 4, 3, 3, 7, 5, 2, 4, 21, 3, 4, 3, 9, 6, 12, 9, 6, 27, 2, 7, 2, 10, 10, 6, 6, 0, 64, 28, 3, 6, 6, 4, 6, 84, 6, 1, 75, 2, 9,
    68, 9, 43, 11, 10, 12, 6, 6, 10, 5, 11, 11, 46, 9, 15, 9, 9, 20, 13, 157, 58, 58, 9, 115, 11, 24, 2, 101, 52, 16, 11, 17, 10, 29, 20,
    92, 15, 6, 12, 57, 14, 18, 20, 8, 9, 7, 23, 12, 62, 23, 20, 12, 278, 27, 15, 29, 10, 48, 31, 27, 143, 17, 39, 180, 36, 24, 20, 14, 41,
    17, 8, 38, 47, 25, 22, 28, 23, 158, 15, 106, 22, 23, 99, 22, 28, 224, 14, 192, 13, 48, 24, 7, 24, 26, 122, 48, 294, 38, 34, 38, 27, 21,
    44, 349, 55, 39, 45, 79, 28, 43, 39, 57, 34, 44, 54, 79, 66, 54, 38, 52, 10, 39, 653, 80, 25, 54, 91, 1469, 455, 56, 44, 38, 213, 86,
    79, 56,
  ];
  const pairs = counts.map((observed, i) => ({ observed, expected: 0.2 * 1.015 ** i }));

  it('is the most likely one that R finds', () => {
    const found = fitPrior(pairs);
    expect(found.fitted).toBe(true);
    near(-found.logLikelihood, 1032.4456649917, 1e-8);
    near(ebgm({ observed: 25, expected: 2.3 }, found.prior).ebgm, 10.099976377374, 1e-3);
    near(ebgm({ observed: 10, expected: 9 }, found.prior).ebgm, 0.93424816813276, 1e-3);
    near(ebgm({ observed: 1, expected: 0.2 }, found.prior).ebgm, 1.5375615099761, 1e-3);
    near(
      -logLikelihood(
        pairs.filter(({ observed }) => observed > 0),
        startPrior,
      ),
      1104.2367474386,
    );
  });

  it('is DuMouchel’s start where there are few pairs, and says so', () => {
    expect(fitPrior(pairs.slice(0, 20))).toMatchObject({ fitted: false, prior: startPrior });
    expect(fitPrior([])).toMatchObject({ fitted: false });
  });
});

describe('a body of reports', () => {
  const reports: Report[] = Array.from({ length: 3000 }, (_, i) => ({
    drugs: [`drug ${i % 12}`],
    events: [i % 12 === 5 && i % 5 !== 0 ? 'rash' : `event ${(i * 7) % 13}`],
    stratum: i % 2 === 0 ? 'men' : 'women',
  }));

  it('is screened for all pairs, with the planted one first and the warning beside it', () => {
    const found = screen(reports, { atLeast: 3 });
    if (!found.ok) throw new Error(found.problem.message);
    const [first] = found.value.pairs;
    expect(first).toMatchObject({ drug: 'drug 5', event: 'rash', table: { a: 200, b: 50, c: 0, d: 2750 } });
    expect([first!.prr.signal, first!.ror.signal, first!.ic.signal, first!.ebgm.signal]).toEqual([true, true, true, true]);
    expect(found.value.pairs.slice(1).every((pair) => !pair.ebgm.signal)).toBe(true);
    expect(found.value.says).toBe(signalIsNotACause);
    expect(found.value.reports).toBe(3000);
  });

  it('counts a drug that is named twice in a report once', () => {
    const found = screen([{ drugs: ['a', 'a'], events: ['x', 'x'] }]);
    expect(found).toMatchObject({ ok: true, value: { pairs: [{ table: { a: 1, b: 0, c: 0, d: 0 } }] } });
  });
});
