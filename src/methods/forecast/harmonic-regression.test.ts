// Regression with ARIMA errors against R 4.2 (forecast 8.20, Arima with method = "ML", fourier(x, 2), a constant), on a series made by a formula.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../statistics/random-counts.ts';
import { arimaAhead } from './arima/ahead.ts';
import { differencing, kpss } from './arima/differencing.ts';
import { fitArima, trusted } from './arima/fit.ts';
import { constantOf } from './arima/search.ts';
import { harmonicRegression } from './harmonic-regression.ts';

const values = Array.from({ length: 60 }, (_, at) => {
  const i = at + 1;
  const season = 12 * Math.sin((2 * Math.PI * i) / 12) + 6 * Math.cos((4 * Math.PI * i) / 12);
  return Math.round((100 + 0.6 * i + season + 7 * Math.sin(i * i)) * 10) / 10;
});
const horizon = 6;
const wave = (of: (x: number) => number, k: number, from: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, t) => of((2 * Math.PI * k * (t + from)) / 12));
const waves = (from: number, length: number): Float64Array[] =>
  [1, 2].flatMap((k) => [Math.sin, Math.cos].map((of) => wave(of, k, from, length)));

describe('regression with ARIMA errors', () => {
  it.each([
    [{ p: 1, d: 0, q: 1 }, 397.475197, [143.109573, 139.649108], [154.697849, 153.772477]],
    [{ p: 2, d: 0, q: 0 }, 404.311057, [141.964965, 135.976002], [154.297155, 155.027673]],
    [{ p: 0, d: 1, q: 1 }, 368.239381, [145.996365, 146.100362], null],
  ])('%j has the likelihood, means and intervals of R', (order, aicc, mean, upper) => {
    const series = Float64Array.from(values);
    const past = [constantOf(60, order.d), ...waves(1, 60)];
    const future = [constantOf(horizon, order.d, 61), ...waves(61, horizon)];
    const fit = fitArima(series, past, order);
    expect(fit?.aicc).toBeCloseTo(aicc, 3);
    const ahead = fit === null ? null : arimaAhead(fit, series, past, future, horizon);
    for (const [i, step] of [0, 5].entries()) {
      expect(Math.abs((ahead?.mean[step] ?? 0) - mean[i]!)).toBeLessThan(0.01);
      // R's diffuse start counts as a thousandth at the edge of the invertible, so intervals are compared away from it.
      if (upper !== null)
        expect(Math.abs((ahead?.mean[step] ?? 0) + 1.959964 * (ahead?.deviation[step] ?? 0) - upper[i]!)).toBeLessThan(0.01);
    }
  });

  it('does not trust a model at the edge', () => {
    const fit = fitArima(Float64Array.from(values), [constantOf(60, 1), ...waves(1, 60)], { p: 0, d: 1, q: 1 });
    expect(fit !== null && trusted(fit)).toBe(false);
  });

  it('keeps the level of a series whose errors are white noise', () => {
    const next = seededRandom(5);
    const noisy = Array.from({ length: 420 }, () => 20 + 8 * next());
    const found = harmonicRegression({ values: noisy, season: 7 }, { horizon: 7 });
    for (const mean of found?.mean ?? [0]) expect(Math.abs(mean - 24)).toBeLessThan(4);
  });

  it('finds by the KPSS test how often to difference', () => {
    expect(kpss(Float64Array.from(values))).toBeCloseTo(1.905038, 5);
    expect(differencing(Float64Array.from(values))).toBe(1);
  });

  it('follows a regressor that is known ahead', () => {
    const holiday = (t: number): number => (t % 13 === 0 ? 1 : 0);
    const series = { values: values.map((value, t) => value + 40 * holiday(t)), season: 12 };
    const at = (from: number, length: number): number[] => Array.from({ length }, (_, t) => holiday(from + t));
    const regressors = [{ name: 'holiday', past: at(0, 60), future: at(60, 12) }];
    const found = harmonicRegression(series, { horizon: 12, regressors });
    const without = harmonicRegression({ values, season: 12 }, { horizon: 12 });
    // 65 is the only multiple of 13 in the steps ahead.
    const lift = (found?.mean ?? []).map((value, h) => value - (without?.mean[h] ?? 0));
    expect(lift.indexOf(Math.max(...lift))).toBe(5);
    expect(lift[5]).toBeGreaterThan(30);
  });

  it('says nothing of a series too short for its season', () => {
    expect(harmonicRegression({ values: [1, 5, 2], season: 12 }, { horizon: 2 })).toBeNull();
  });
});
