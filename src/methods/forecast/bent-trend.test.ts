// The likeliest weights are checked by the conditions that only they fulfil; the level of what a trend leaves, on a series that is known.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../statistics/random-counts.ts';
import { bentTrend } from './bent-trend.ts';
import { likeliest, type Prior } from './likeliest-weights.ts';

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, each, t) => sum + each * b[t]!, 0);

describe('the likeliest weights', () => {
  const n = 400;
  const next = seededRandom(11);
  const hinge = (place: number): Float64Array => Float64Array.from({ length: n }, (_, t) => Math.max(0, t / n - place));
  const places = Array.from({ length: 20 }, (_, j) => (0.8 * (j + 1)) / 20);
  const columns = [new Float64Array(n).fill(1), hinge(0), ...places.map(hinge)];
  const priors: Prior[] = columns.map((_, j) => (j < 2 ? { shape: 'normal', scale: 5 } : { shape: 'laplace', scale: 0.05 }));
  const values = Float64Array.from({ length: n }, (_, t) => 0.5 + 0.4 * Math.max(0, t / n - 0.42) + 0.04 * (next() - 0.5));
  const { weights, variance } = likeliest(columns, values, priors);
  const left = values.map((value, t) => weights.reduce((sum, weight, j) => sum - weight * columns[j]![t]!, value));

  it('leave no slope that any of them could follow', () => {
    expect(Math.abs(variance / (dot(left, left) / n) - 1)).toBeLessThan(1e-6);
    for (const [j, column] of columns.entries()) {
      const slope = dot(column, left) / variance;
      const { shape, scale } = priors[j]!;
      if (shape === 'normal') expect(Math.abs(slope - weights[j]! / scale ** 2)).toBeLessThan(1e-4);
      else if (weights[j] === 0) expect(Math.abs(slope)).toBeLessThanOrEqual((1 + 1e-6) / scale);
      else expect(Math.abs(slope * scale - Math.sign(weights[j]!))).toBeLessThan(1e-5);
    }
  });

  it('are nought for most bends, and find the one that is there', () => {
    const bends = [...weights.subarray(2)];
    expect(bends.filter((bend) => bend !== 0).length).toBeLessThan(places.length / 2);
    expect(Math.abs(bends.reduce((sum, bend) => sum + bend, 0) - 0.4)).toBeLessThan(0.06);
  });

  it('stand columns that depend on each other', () => {
    const twice = likeliest([...columns, columns[5]!], values, [...priors, { shape: 'laplace', scale: 0.05 }]);
    expect(twice.variance / variance).toBeCloseTo(1, 5);
  });
});

describe('the bent trend', () => {
  it('takes over a level that changed after its last bend', () => {
    const next = seededRandom(3);
    const values = Array.from({ length: 400 }, (_, t) => (t < 350 ? 100 : 120) + 6 * (next() - 0.5));
    for (const mean of bentTrend({ values, season: 7 }, { horizon: 14 })!.mean) expect(Math.abs(mean - 120)).toBeLessThan(5);
  });

  it('follows its trend where it goes on', () => {
    const values = Array.from({ length: 300 }, (_, t) => 50 + 0.2 * t + [0, 4, 8, 4, 0, -8, -8][t % 7]!);
    const found = bentTrend({ values, season: 7 }, { horizon: 14, levels: [80] })!;
    for (const [h, mean] of found.mean.entries()) {
      expect(Math.abs(mean - (50 + 0.2 * (300 + h) + [0, 4, 8, 4, 0, -8, -8][(300 + h) % 7]!))).toBeLessThan(1.5);
      expect(found.intervals[0]!.upper[h]).toBeGreaterThan(mean);
    }
  });
});
