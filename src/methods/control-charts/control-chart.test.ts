// Charts against worked examples that can be computed again from their numbers: Montgomery DC. Introduction to Statistical Quality Control, 7th ed.,
// viscosity (XmR), orange juice cans (p), circuit boards (c); the others by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChartData, ChartOptions, ControlChart } from './contract.ts';
import { type ChartKindName, chartKinds, controlChart } from './control-chart.ts';
import { rangeChart } from './individuals.ts';
import { pettitt, stepChanges } from './step-change.ts';
import { c4 } from './subgroup-means.ts';

const chart = (kind: ChartKindName, data: ChartData, options?: ChartOptions): ControlChart => {
  const made = controlChart(kind, data, options);
  if (!made.ok) throw new Error(made.problem.message);
  return made.value;
};
const outside = ({ points }: ControlChart): number[] =>
  points.filter(({ broken }) => broken.includes('outside')).map(({ index }) => index + 1);

const viscosity = [33.75, 33.05, 34, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.2, 33.62, 33, 33.54, 33.12, 33.84];
const juice = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6];
const boards = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15];
const fifty = { values: juice, denominators: juice.map(() => 50) };

describe('charts of published examples', () => {
  it('XmR of viscosity', () => {
    const { points } = chart('xmr', { values: viscosity });
    const limits = points[0]!.limits!;
    expect([limits.centre, limits.upper, limits.lower].map((each) => each.toFixed(2))).toEqual(['33.52', '34.80', '32.24']);
    const ranges = rangeChart(
      viscosity,
      viscosity.map((_, i) => i),
    )!;
    expect([ranges.mean, ranges.upper].map((each) => each.toFixed(2))).toEqual(['0.48', '1.57']);
    expect(ranges.points.some((each) => each.outside)).toBe(false);
  });

  it('p of orange juice, and again without the two cans that had a cause', () => {
    const first = chart('p', fifty);
    expect(first.points[0]!.limits).toMatchObject({ centre: 347 / 1500 });
    expect([first.points[0]!.limits!.upper, first.points[0]!.limits!.lower].map((each) => each.toFixed(4))).toEqual(['0.4102', '0.0524']);
    expect(outside(first)).toEqual([15, 23]);
    const again = chart('p', fifty, {
      excluded: new Map([
        [14, 'new batch of cardboard'],
        [22, 'inexperienced operator'],
      ]),
    });
    expect(
      [again.phases[0]!.centre!, again.points[0]!.limits!.upper, again.points[0]!.limits!.lower].map((each) => each.toFixed(4)),
    ).toEqual(['0.2150', '0.3893', '0.0407']);
    expect(outside(again)).toEqual([21]);
    expect(again.points[14]).toMatchObject({ excluded: 'new batch of cardboard', broken: [] });
    expect(again.notes.join()).toContain('new batch of cardboard; inexperienced operator');
  });

  it('np is the p chart in counts', () => {
    const np = chart('np', fifty).points[3]!.limits!;
    expect([np.centre, np.upper, np.lower].map((each) => each.toFixed(2))).toEqual(['11.57', '20.51', '2.62']);
  });

  it('c of circuit boards', () => {
    const found = chart('c', { values: boards });
    const limits = found.points[0]!.limits!;
    expect([limits.centre, limits.upper, limits.lower].map((each) => each.toFixed(2))).toEqual(['19.85', '33.21', '6.48']);
    expect(outside(found)).toEqual([6, 20]);
  });
});

describe('charts by hand', () => {
  it('u has limits of its own for each denominator', () => {
    const { points } = chart('u', { values: [4, 6, 5, 5], denominators: [100, 100, 100, 200] });
    expect(points[0]!.limits!.centre).toBe(0.04);
    expect(points[0]!.limits!.upper).toBeCloseTo(0.04 + 3 * Math.sqrt(0.04 / 100), 12);
    expect(points[3]!.limits!.upper).toBeCloseTo(0.04 + 3 * Math.sqrt(0.04 / 200), 12);
    expect(points[0]!.limits!.lower).toBe(0);
  });

  it('p′ widens by the mean moving range of z / 1.128', () => {
    // Shares 0.1, 0.2, 0.1, 0.2 of 100: centre 0.15, sigma √(0.15·0.85/100), z ∓0.05/sigma, each range 0.1/sigma.
    const data = { values: [10, 20, 10, 20], denominators: [100, 100, 100, 100] };
    expect(chart('p-laney', data).points[0]!.limits!.upper).toBeCloseTo(0.15 + (3 * 0.1) / 1.128, 12);
    expect(chart('p', data).points[0]!.limits!.upper).toBeCloseTo(0.15 + 3 * Math.sqrt((0.15 * 0.85) / 100), 12);
    expect(chart('u-laney', data).points[0]!.limits!.upper).toBeCloseTo(0.15 + (3 * 0.1) / 1.128, 12);
  });

  it('t is the XmR chart of x^(1/3.6), and back', () => {
    const roots = [5, 7, 6, 4, 6.5, 6, 1.5, 4, 5.5, 2];
    const limits = chart('t', { values: roots.map((root) => root ** 3.6) }).points[0]!.limits!;
    const plain = chart('xmr', { values: roots }).points[0]!.limits!;
    expect(limits.centre).toBeCloseTo(4.75 ** 3.6, 9);
    expect(limits.upper).toBeCloseTo(plain.upper ** 3.6, 8);
    expect(plain.lower).toBeLessThan(0);
    expect(limits.lower).toBe(0);
  });

  it('g has the limits of a geometric distribution, and runs about its median', () => {
    const limits = chart('g', { values: [10, 14, 6, 10] }).points[0]!.limits!;
    expect(limits).toMatchObject({ centre: 10, lower: 0 });
    expect(limits.upper).toBeCloseTo(10 + 3 * Math.sqrt(110), 12);
    expect(limits.middle).toBeCloseTo(6.773, 3);
  });

  it('X-bar and S have the constants of the tables', () => {
    expect([2, 5, 10, 25].map((n) => c4(n).toFixed(4))).toEqual(['0.7979', '0.9400', '0.9727', '0.9896']);
    const subgroups = [
      [1, 2, 3, 4, 5],
      [2, 3, 4, 5, 6],
      [3, 4, 5, 6, 7],
    ];
    const deviation = Math.sqrt(2.5);
    const means = chart('xbar', { values: [], subgroups }).points[0]!.limits!;
    expect((means.upper - 4) / deviation).toBeCloseTo(1.427, 3);
    const deviations = chart('s', { values: [], subgroups }).points[0]!.limits!;
    expect([deviations.upper / deviation, deviations.lower]).toEqual([expect.closeTo(2.089, 3), 0]);
  });
});

describe('phases, baselines and what is not known', () => {
  const calm = [10, 11, 9, 10, 12, 10, 9, 11, 10, 9, 11, 10];
  const better = calm.map((value) => value - 6);

  it('freezes the limits of a baseline, so that a shift shows', () => {
    const frozen = chart('xmr', { values: [...calm, ...better] }, { baseline: 12 });
    expect(frozen.phases).toMatchObject([{ from: 0, to: 23, centre: 122 / 12, made: { length: 12 } }]);
    expect(frozen.signals.map(({ rule }) => rule)).toContain('run');
    expect(frozen.points[20]!.broken).toEqual(expect.arrayContaining(['outside', 'run', 'two-of-three']));
  });

  it('makes limits anew in a new phase, and no rule looks across its start', () => {
    const two = chart('xmr', { values: [...calm, ...better] }, { phases: [{ from: 12, why: 'new hand gel' }] });
    expect(two.phases.map(({ centre, why }) => [centre, why])).toEqual([
      [122 / 12, 'start'],
      [50 / 12, 'new hand gel'],
    ]);
    expect(two.signals).toEqual([]);
  });

  it('takes no moving range across an excluded point, which breaks no rule', () => {
    const values = [10, 11, 99, 10, 11];
    const { points, signals, phases } = chart('xmr', { values }, { excluded: new Map([[2, 'typed twice']]) });
    expect(points[0]!.limits!.upper).toBeCloseTo(10.5 + 2.66, 12);
    expect([signals, phases[0]!.made]).toEqual([[], [0, 1, 3, 4]]);
  });

  it('says how little few points say', () => {
    expect(chart('xmr', { values: [1, 2] })).toMatchObject({
      points: [{ limits: null }, { limits: null }],
      notes: [expect.stringContaining('2 points make no limits')],
    });
    expect(chart('xmr', { values: calm.slice(0, 8) }).notes.join()).toContain('first guess');
    expect(chart('xmr', { values: calm }).notes.join()).toContain('trial limits');
    expect(chart('xmr', { values: [...calm, ...calm] }).notes).toEqual([]);
  });

  it('says that small denominators cannot show a fall', () => {
    expect(chart('p', { values: calm.map(() => 1), denominators: calm.map(() => 20) }).notes.join()).toContain('expect fewer than 5');
    expect(chart('c', { values: [0, 1, 0, 2] }).notes.join()).toContain('g or t chart');
  });

  it('draws no point without a denominator, or with more cases than examined', () => {
    const { points, notes } = chart('p', { values: [1, 3, 1, 5, Number.NaN], denominators: [10, 0, 10, 4, 10] });
    expect(points.map(({ value }) => value)).toEqual([0.1, null, 0.1, null, null]);
    expect(notes.join()).toContain('3 points cannot be drawn');
  });

  it('refuses what makes no chart', () => {
    const message = (kind: ChartKindName, data: ChartData, options?: ChartOptions): string => {
      const made = controlChart(kind, data, options);
      return made.ok ? 'made' : made.problem.message;
    };
    expect(message('p', { values: [1, 2, 3] })).toContain('needs a denominator');
    expect(message('xmr', { values: [] })).toContain('there are none');
    expect(message('xmr', { values: calm }, { phases: [{ from: 40, why: '' }] })).toContain('cannot start at point 41');
    expect(message('xmr', { values: calm }, { baseline: 1 })).toContain('baseline of 1');
    expect(message('c', { values: Array.from({ length: 100_001 }, () => 1) })).toContain('more than the 100000');
  });

  it('holds for any numbers: limits are ordered and finite, or null', () => {
    const value = fc.oneof(fc.nat(40), fc.constant(Number.NaN), fc.constant(0));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.constantFrom(...Object.keys(chartKinds)), (values, name) => {
        const made = chart(name as ChartKindName, {
          values,
          denominators: values.map(() => 41),
          subgroups: values.map((each) => [each, 3, 4]),
        });
        for (const { limits } of made.points)
          if (limits !== null) {
            expect(limits.lower).toBeLessThanOrEqual(limits.centre);
            expect(limits.centre).toBeLessThanOrEqual(limits.upper);
            expect(Object.values(limits).every(Number.isFinite)).toBe(true);
          }
      }),
    );
  });
});

describe('a change of level', () => {
  it('is found where it is, apart from the rules', () => {
    // All of the first ten below all of the last ten: K = 100, p ≈ 2·exp(−6·100² / (20³ + 20²)).
    const values = [3, 1, 4, 1, 5, 2, 2, 4, 3, 5, 13, 11, 14, 11, 15, 12, 12, 14, 13, 15];
    expect(pettitt(values)).toEqual({ at: 10, k: 100, p: 2 * Math.exp(-60_000 / 8400) });
    expect(stepChanges(values)).toMatchObject([{ at: 10, medianBefore: 3, medianAfter: 13 }]);
  });

  it('is not found where there is none, or sides are too short', () => {
    expect(stepChanges([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3])).toEqual([]);
    expect(stepChanges([])).toEqual([]);
    expect(stepChanges(Array.from({ length: 30 }, () => 4))).toEqual([]);
  });
});
