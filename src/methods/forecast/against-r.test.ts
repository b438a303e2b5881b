// A series of our own, made by a formula, and what R 4.2 with its package forecast 8.20 says of it.
import { describe, expect, it } from 'vitest';
import type { Forecast } from './contract.ts';
import { ets, forecastSmoothing, ses } from './ets.ts';
import { stl } from './seasonal/stl.ts';
import { seasonalNaive } from './seasonal-naive.ts';
import { fitSmoothing } from './smoothing/fit.ts';
import { modelName, models } from './smoothing/model.ts';
import { stlEts } from './stl-ets.ts';
import { theta } from './theta.ts';

const values = Array.from({ length: 60 }, (_, at) => {
  const i = at + 1;
  const season = 12 * Math.sin((2 * Math.PI * i) / 12) + 6 * Math.cos((4 * Math.PI * i) / 12);
  return Math.round((100 + 0.6 * i + season + 7 * Math.sin(i * i)) * 10) / 10;
});
const series = { values, season: 12 };

const near = (found: number | undefined, expected: number, share: number): void =>
  expect(Math.abs((found ?? Number.NaN) - expected)).toBeLessThanOrEqual(share * Math.abs(expected));

function expectAt(found: Forecast | null, steps: number[], mean: number[], upper: number[], share: number): void {
  for (const [i, step] of steps.entries()) {
    near(found?.mean[step - 1], mean[i]!, share);
    near(found?.intervals[0]?.upper[step - 1], upper[i]!, share);
  }
}

describe('exponential smoothing', () => {
  it.each([
    ['ETS(A,N,N)', 514.4745517, [138.81113, 138.81113, 138.81113, 138.81113], [156.56176, 161.92835, 191.03772, 196.99687]],
    ['ETS(A,A,A)', 476.2825051, [145.62441, 143.22996, 148.71016, 151.78282], [156.05863, 153.66678, 159.24763, 162.39685]],
    ['ETS(A,Ad,A)', 483.9951504, [145.80664, 143.34333, 149.3953, 151.01479], [156.68303, 154.22687, 161.06358, 163.29176]],
    ['ETS(M,N,N)', 519.8166611, [138.89366, 138.89366, 138.89366, 138.89366], [160.9615, 167.79241, 205.28078, 213.13464]],
    ['ETS(M,A,N)', 524.0950427, [140.08825, 140.94905, 149.55704, 152.13944], [162.45211, 170.64503, 220.78234, 232.56869]],
    ['ETS(M,Ad,N)', 527.196973, [138.99554, 138.9962, 138.99857, 138.99871], [161.69861, 168.88574, 208.14809, 216.37563]],
    ['ETS(M,A,A)', 476.0651708, [145.48228, 143.16951, 147.88085, 150.66866], [158.37808, 155.8603, 160.98931, 164.02426]],
    ['ETS(M,Ad,A)', 487.0562622, [144.90981, 143.82592, 148.25819, 151.14712], [158.79977, 157.61884, 163.35374, 167.17662]],
    ['ETS(M,N,M)', 502.4375768, [142.97055, 139.84095, 140.8745, 140.9752], [159.61402, 156.71844, 163.0263, 164.47197]],
    ['ETS(M,A,M)', 479.9540681, [146.89517, 144.02121, 147.8034, 151.99035], [160.35162, 157.21439, 161.34309, 165.91363]],
  ])('%s has the likelihood, the means and the intervals of R', (name, aicc, mean, upper) => {
    const model = models.find((each) => modelName(each) === name);
    const fitted = model === undefined ? null : fitSmoothing(values, 12, model);
    near(fitted?.aicc, aicc, 1e-5);
    const found = fitted === null ? null : forecastSmoothing(fitted, { horizon: 15, levels: [95] });
    expectAt(found, [1, 2, 12, 15], mean, upper, 2e-4);
  });

  it('ETS(M,Ad,M) has the likelihood of R', () => {
    near(fitSmoothing(values, 12, { error: 'M', trend: 'Ad', season: 'M' })?.aicc, 489.0749981, 1e-5);
  });

  it('chooses the model that R chooses', () => {
    expect(ets(series, { horizon: 1 })?.method).toBe('ETS(M,A,A)');
  });

  it('starts from one wave and a line where there are fewer than three seasons', () => {
    const fitted = fitSmoothing(values.slice(0, 30), 12, { error: 'M', trend: 'A', season: 'M' });
    near(fitted?.aicc, 278.403489, 1e-4);
  });

  it('of the simple kind lowers the squared errors', () => {
    expectAt(
      ses(series, { horizon: 3, levels: [95] }),
      [1, 2, 3],
      [138.81228, 138.81228, 138.81228],
      [156.56291, 161.93084, 166.26862],
      1e-5,
    );
  });
});

describe('the others', () => {
  it('Theta adjusts for the season and drifts by half the slope', () => {
    expectAt(
      theta(series, { horizon: 14, levels: [95] }),
      [1, 12, 14],
      [139.16178, 142.36966, 142.95291],
      [156.91241, 194.60275, 199.22956],
      1e-4,
    );
  });

  it('STL takes the series apart as R does', () => {
    const parts = stl(values, 12, { seasonWindow: 11 });
    const at = [0, 1, 29, 58, 59];
    expect(at.map((i) => parts?.season[i]?.toFixed(5))).toEqual(['9.55983', '5.29119', '5.23520', '-1.55790', '4.13578']);
    expect(at.map((i) => parts?.trend[i]?.toFixed(4))).toEqual(['101.1077', '101.4588', '117.5567', '137.5294', '138.2359']);
  });

  it('STL with one shape of the season lets outliers count for less', () => {
    const parts = stl(values, 12, { seasonWindow: Number.POSITIVE_INFINITY, robust: true });
    const at = [0, 1, 29, 58, 59];
    expect(at.map((i) => parts?.season[i]?.toFixed(4))).toEqual(['10.2819', '2.9640', '4.5974', '-0.9260', '2.3897']);
    expect(at.map((i) => parts?.trend[i]?.toFixed(4))).toEqual(['102.0287', '102.1500', '116.6166', '137.3498', '138.0036']);
  });

  it('STL and smoothing of what is left', () => {
    const found = stlEts(series, { horizon: 14, levels: [95] });
    expect(found?.method).toBe('STL + ETS(A,A,N)');
    expectAt(found, [1, 12, 14], [146.90688, 148.68089, 150.44686], [155.60319, 157.37744, 159.14355], 1e-4);
  });

  it('the seasonal naive repeats the last season', () => {
    expectAt(
      seasonalNaive(series, { horizon: 14, levels: [95] }),
      [1, 12, 14],
      [143.5, 140.2, 132.8],
      [164.56973, 161.26973, 162.59709],
      1e-6,
    );
  });
});
