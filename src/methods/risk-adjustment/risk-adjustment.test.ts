// Against R 4.2 (glm, poisson.test, qbinom, qpois; mid-P, DeLong, Hosmer–Lemeshow and Spiegelhalter's limits written out in R from their definitions),
// and by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../fhir/result.ts';
import { betaQuantile, chiSquaredTail, gammaQuantile } from '../statistics/quantiles-by-halving.ts';
import { brier, cStatistic, hosmerLemeshow } from './calibration.ts';
import { byar, exactPoisson, indirectlyStandardised, midP, observedByExpected } from './exact-intervals.ts';
import { type FunnelKind, funnel } from './funnel.ts';
import { logisticRegression, riskOf } from './logistic-regression.ts';
import { averageRunLength, limitFor, riskAdjustedCusum, simulatedRunLength, weight } from './risk-adjusted-cusum.ts';
import { vlad } from './vlad.ts';

function given<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}
const messageOf = (result: Result<unknown>): string => (result.ok ? 'fine' : result.problem.message);
const near = (found: number, said: number, relative = 1e-10): void =>
  expect(Math.abs(found - said)).toBeLessThanOrEqual(relative * Math.abs(said));

/** Random numbers that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

describe('observed by expected', () => {
  it('has the exact interval of R', () => {
    near(exactPoisson(10, 95).low, 4.7953886961324);
    near(exactPoisson(10, 95).high, 18.3903560420178);
    near(exactPoisson(3, 99.8).low, 0.1905333775684);
    near(exactPoisson(3, 99.8).high, 13.0622407791881);
    expect(exactPoisson(0, 95).low).toBe(0);
    near(exactPoisson(0, 95).high, 3.6888794541139);
  });

  it('has the mid-P interval, and Byar’s by hand', () => {
    near(midP(10, 95).low, 5.0795218472173);
    near(midP(10, 95).high, 17.8248536965697);
    near(byar(10, 95).low, 10 * (1 - 1 / 90 - 1.959963984540054 / (3 * Math.sqrt(10))) ** 3);
    near(byar(10, 95).high, 11 * (1 - 1 / 99 + 1.959963984540054 / (3 * Math.sqrt(11))) ** 3);
    expect(byar(0, 95).low).toBe(0);
  });

  it('lies within the exact interval with mid-P, at any count', () => {
    fc.assert(
      fc.property(fc.nat(5000), (count) => {
        const [wide, narrow] = [exactPoisson(count, 95), midP(count, 95)];
        expect(narrow.low).toBeGreaterThanOrEqual(wide.low);
        expect(narrow.high).toBeLessThanOrEqual(wide.high);
        expect(wide.low).toBeLessThanOrEqual(count);
        expect(wide.high).toBeGreaterThan(count);
      }),
      { numRuns: 50 },
    );
  });

  it('has no ratio to nothing', () => {
    expect(observedByExpected(3, 0)).toBeNull();
    expect(observedByExpected(0, 2)).toMatchObject({ ratio: 0, low: 0 });
  });

  it('standardises indirectly', () => {
    const found = indirectlyStandardised([
      { observed: 2, exposure: 100, standardRate: 0.01 },
      { observed: 8, exposure: 50, standardRate: 0.08 },
    ])!;
    expect(found).toMatchObject({ observed: 10, expected: 5, ratio: 2 });
    near(found.low, 4.7953886961324 / 5);
  });

  it('has the quantiles that R has', () => {
    near(gammaQuantile(0.05, 2.5, 3), 0.19091270434363);
    near(gammaQuantile(0.95, 2.5, 3), 1.84508294891939);
    near(gammaQuantile(0.05, 0.01), 4.4655350189104e-131, 1e-8);
    near(betaQuantile(0.05, 3, 7), 0.097746813439276);
    near(chiSquaredTail(3.841458820694124, 1), 0.05);
  });
});

describe('a funnel', () => {
  const limitsOf = (kind: FunnelKind, target: number, denominator: number, interpolated = true): number[] => {
    const { limitsAt } = given(funnel(kind, [{ name: 'a', observed: 1, denominator: 10 }], { target, interpolated }));
    return limitsAt(denominator).flatMap(({ lower, upper }) => [lower, upper]);
  };

  it('has exact binomial limits at 95 and 99.8 %, interpolated', () => {
    const said = [0.040380595524393, 0.157718611639127, 0.014178865008435, 0.198356718502886];
    for (const [i, limit] of limitsOf('proportion', 0.1, 100).entries()) near(limit, said[i]!);
  });

  it('has exact Poisson limits, of rates and of ratios', () => {
    const said = [11.2050010384488, 28.7457686700403, 7.1691871077704, 34.7135285737985];
    for (const [i, limit] of limitsOf('rate', 0.02, 1000).entries()) near(limit * 1000, said[i]!);
    for (const [i, limit] of limitsOf('ratio', 1, 20).entries()) near(limit * 20, said[i]!);
  });

  it('has whole counts for limits where asked', () => {
    expect(limitsOf('proportion', 0.1, 100, false).slice(0, 2)).toEqual([0.05, 0.16]);
  });

  const observed = [12, 18, 25, 9, 30, 22, 15, 40, 11, 19];
  const denominators = [200, 210, 230, 190, 250, 240, 205, 260, 195, 220];
  const units = observed.map((count, i) => ({ name: `ward ${i + 1}`, observed: count, denominator: denominators[i]! }));

  it('measures overdispersion by the winsorised φ and by τ²', () => {
    const multiplied = given(funnel('proportion', units, { overdispersion: 'multiplicative' }));
    near(multiplied.target, 0.0913636363636363);
    near(multiplied.phi, 1.56282970235627);
    const unit = multiplied.units[0]!;
    near(
      unit.limits[0]!.upper - multiplied.target,
      1.959963984540054 * Math.sqrt((multiplied.phi * multiplied.target * (1 - multiplied.target)) / 200),
    );
    const added = given(funnel('proportion', units, { overdispersion: 'additive' }));
    near(added.tauSquared, 0.00027824284379083);
    expect(given(funnel('proportion', units)).notes.join()).toContain('φ is 1.56');
  });

  it('names units beyond their limits and by how much, the widest level first', () => {
    const found = given(funnel('proportion', units));
    expect(found.units.map(({ beyond }) => beyond)).toEqual([
      null,
      null,
      null,
      { level: 95, direction: 'below' },
      null,
      null,
      null,
      { level: 99.8, direction: 'above' },
      null,
      null,
    ]);
  });

  it('goes over to normal limits without a jump where units are huge', () => {
    const [low, high] = [999_999 / 0.1, 1_000_001 / 0.1].map((denominator) => limitsOf('rate', 0.1, denominator));
    for (const [i, limit] of low!.entries()) near(limit, high![i]!, 1e-5);
    expect(limitsOf('rate', 0.1, 1e300).every((limit) => limit === 0.1)).toBe(true);
  });

  it('does not narrow where units scatter less than chance', () => {
    const alike = units.map(({ name }) => ({ name, observed: 20, denominator: 200 }));
    const found = given(funnel('proportion', alike, { overdispersion: 'additive' }));
    expect([found.overdispersion, found.phi]).toEqual(['none', 0]);
    expect(found.notes.join()).toContain('not widened');
  });

  it('refuses what cannot be compared', () => {
    expect(messageOf(funnel('proportion', [{ name: 'a', observed: 3, denominator: 2 }]))).toContain('at most the denominator');
    expect(messageOf(funnel('rate', [{ name: 'a', observed: 0, denominator: 2 }]))).toContain('nothing to hold units to');
  });
});

describe('a risk-adjusted CUSUM', () => {
  it('weighs a death of a healthy patient more than that of a sick one', () => {
    // Twice the odds: log(2 / (1 + risk)) for a death, log(1 / (1 + risk)) for a life.
    near(weight({ outcome: 1, risk: 0.1 }, { oddsRatio: 2 }), Math.log(2 / 1.1));
    near(weight({ outcome: 0, risk: 0.1 }, { oddsRatio: 2 }), Math.log(1 / 1.1));
    near(weight({ outcome: 1, risk: 0.5 }, { oddsRatio: 2 }), Math.log(2 / 1.5));
  });

  it('never falls below 0, signals at its limit and starts anew', () => {
    const patients = [0, 1, 1, 1, 1, 0, 1].map((outcome) => ({ outcome: outcome as 0 | 1, risk: 0.1 }));
    const { sums, signals } = given(riskAdjustedCusum(patients, { oddsRatio: 2, limit: 2 }));
    const death = Math.log(2 / 1.1);
    expect(signals).toEqual([4]);
    expect(sums[0]).toBe(0);
    near(sums[4]!, 4 * death);
    expect(sums[5]).toBe(0);
    near(sums[6]!, death);
  });

  it('has the run length that follows where the first death signals', () => {
    near(averageRunLength([{ risk: 0.1, weight: 1 }], { oddsRatio: 2, limit: 0.5 })!, 10);
    near(averageRunLength([{ risk: 0.1, weight: 1 }], { oddsRatio: 2, limit: 0.5 }, 2)!, 1.1 / 0.2);
  });

  it('has one run length by Markov chain and by simulation, shorter where odds are worse', () => {
    const risks = [0.02, 0.05, 0.1, 0.3].map((risk, i) => ({ risk, weight: 4 - i }));
    const design = { oddsRatio: 2, limit: 2.5 };
    for (const odds of [1, 2]) {
      const chain = averageRunLength(risks, design, odds)!;
      const tried = simulatedRunLength(risks, design, { random: numbers(7), odds, runs: 1500 });
      expect(tried.cut).toBe(0);
      expect(Math.abs(chain - tried.mean)).toBeLessThan(3.5 * tried.standardError);
    }
    expect(averageRunLength(risks, design, 2)!).toBeLessThan(averageRunLength(risks, design, 1)! / 3);
    const limit = limitFor(risks, 2, 1000, 60)!;
    near(averageRunLength(risks, { oddsRatio: 2, limit }, 1, 60)!, 1000, 0.01);
  });

  it('refuses risks and designs that say nothing', () => {
    expect(messageOf(riskAdjustedCusum([{ outcome: 1, risk: 0 }], { oddsRatio: 2, limit: 2 }))).toContain('patient 1');
    expect(messageOf(riskAdjustedCusum([], { oddsRatio: 1, limit: 2 }))).toContain('odds ratio');
    expect(averageRunLength([], { oddsRatio: 2, limit: 2 })).toBeUndefined();
  });

  it('has a VLAD that adds up lives above expectation', () => {
    const sums = vlad([
      { outcome: 0, risk: 0.2 },
      { outcome: 0, risk: 0.5 },
      { outcome: 1, risk: 0.1 },
    ]);
    for (const [i, said] of [0.2, 0.7, -0.2].entries()) near(sums[i]!, said, 1e-9);
  });
});

const x1 = [2.1, 3.4, 1.2, 5.5, 4.1, 2.2, 3.3, 6.1, 5.2, 4.8, 1.9, 2.8, 3.9, 5.9, 4.4, 3.1, 2.5, 5, 4.6, 1.5];
const x2 = [0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0];
const outcomes = [0, 0, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0];
const rows = x1.map((each, i) => [each, x2[i]!]);

describe('a risk model', () => {
  const model = given(logisticRegression(['lactate', 'emergency'], rows, outcomes));
  const risks = rows.map((row) => riskOf(model, row));

  it('has the coefficients, errors and deviance of R’s glm', () => {
    for (const [i, said] of [-8.6673748446749, 1.8577406872686, 2.2345048245995].entries()) near(model.coefficients[i]!, said, 1e-8);
    near(model.standardErrors[1]!, 0.95938467677094, 1e-8);
    near(model.standardErrors[2]!, 1.66388331506081, 1e-8);
    near(model.deviance, 13.123595519229);
    expect(model).toMatchObject({ ridge: 0, separatedBy: [] });
    expect(model.notes.join()).toContain('9 events for 2 columns');
  });

  it('has the Brier score, the C statistic with DeLong’s error, and Hosmer–Lemeshow', () => {
    near(brier(risks, outcomes).score, 0.11192455409374, 1e-8);
    const c = cStatistic(risks, outcomes)!;
    near(c.c, 0.919191919191919);
    near(c.standardError, 0.061400516830017, 1e-8);
    expect(c.high).toBe(1);
    expect(cStatistic([0.1, 0.2], [0, 0])).toBeNull();
    const fit = hosmerLemeshow(risks, outcomes, 4)!;
    near(fit.chiSquared, 0.29309978883629, 1e-7);
    near(fit.p, 0.863682638317, 1e-7);
  });

  it('sees a column that parts those with the event from those without, says so and stays finite', () => {
    const parted = given(
      logisticRegression(
        ['lactate', 'ventilated'],
        x1.map((each, i) => [each, outcomes[i]!]),
        outcomes,
      ),
    );
    expect(parted.separatedBy).toContain('ventilated');
    expect(parted.notes.join()).toContain('separated');
    expect(parted.ridge).toBe(1);
    expect(parted.coefficients.every(Number.isFinite)).toBe(true);
  });

  it('sees one that nearly parts them: all who have it had the event', () => {
    const rare = outcomes.map((each, i) => (each === 1 && i < 8 ? 1 : 0));
    const parted = given(
      logisticRegression(
        ['age', 'dialysis'],
        x1.map((_, i) => [(i * 7) % 20, rare[i]!]),
        outcomes,
      ),
    );
    expect(parted.separatedBy).toEqual(['dialysis']);
  });

  it('shares an effect between columns that say the same', () => {
    const twice = given(
      logisticRegression(
        ['hours', 'days'],
        x1.map((each) => [each, each / 24]),
        outcomes,
      ),
    );
    expect(twice).toMatchObject({ ridge: 1, separatedBy: [] });
    expect(twice.notes.join()).toContain('in other words');
  });

  it('refuses what explains nothing', () => {
    expect(messageOf(logisticRegression(['a'], [[1], [2]], [1, 1]))).toContain('all outcomes are the same');
    expect(messageOf(logisticRegression(['a'], [[1], [1]], [0, 1]))).toContain('same value in every row');
    expect(messageOf(logisticRegression(['a'], [[Number.NaN], [1]], [0, 1]))).toContain('row 1');
  });
});
