// Two series of a formula, one busy and one with few cases, each with an outbreak at its end, and what R's surveillance 1.20.3 says of them.
import { describe, expect, it } from 'vitest';
import { combined } from './combined.ts';
import type { CountSeries, Judged } from './contract.ts';
import { farrington } from './farrington.ts';
import { type FarringtonFlexibleOptions, farringtonFlexible } from './farrington-flexible.ts';

const weeks = Array.from({ length: 338 }, (_, i) => i);
const wave = (i: number): number => Math.sin((2 * Math.PI * i) / 52);
const outbreaks: Record<number, number> = { 150: 6, 151: 12, 152: 7, 153: 4, 331: 5, 332: 14, 333: 8 };
const lateOutbreak: Record<number, number> = { 331: 1, 332: 3, 333: 2 };
const busy: CountSeries = {
  observed: weeks.map((i) => Math.round(8 + 4 * wave(i) + 3 * Math.sin(i * i) + 0.01 * i) + (outbreaks[i] ?? 0)),
  frequency: 52,
};
const sparse: CountSeries = {
  observed: weeks.map((i) => Math.max(0, Math.round(1.2 * wave(i) + 1.2 * Math.sin(i * i))) + (lateOutbreak[i] ?? 0)),
  frequency: 52,
};
const range = { first: 326, last: 337 };

const bounds = (judged: Judged[]): number[] => judged.map((week) => week.upperbound ?? Number.NaN);
const alarms = (judged: Judged[]): number[] => judged.filter((week) => week.alarm).map((week) => week.index);

function expectBounds(judged: Judged[], expected: number[]): void {
  expect(judged.length).toBe(expected.length);
  for (const [i, bound] of bounds(judged).entries()) expect(bound).toBeCloseTo(expected[i] ?? Number.NaN, 9);
}

it('the series are those that R was given', () => {
  expect(busy.observed.reduce((sum, count) => sum + count, 0)).toBe(3389);
  expect(sparse.observed.reduce((sum, count) => sum + count, 0)).toBe(164);
});

describe('Farrington 1996', () => {
  it('has the bounds of R and finds the outbreak', () => {
    const found = farrington(busy, { range });
    expectBounds(
      found,
      [
        24.16921545289, 24.10433036364, 24.03941414979, 23.61600761202, 24.29889292746, 23.97410799238, 23.54447384079, 22.79985867257,
        22.58569346177, 21.7194568739, 21.50316131177, 20.6703277277,
      ],
    );
    expect(alarms(found)).toEqual([332]);
  });

  it('gives a bound of 0 and no alarm where hardly a case is', () => {
    expectBounds(
      farrington(sparse, { range }),
      [
        4.084141231153, 4.084141231153, 4.36847724154, 4.084141231153, 4.692350625395, 4.692350625395, 4.579351956114, 4.106026841755,
        4.127528166445, 3.653457579164, 0, 0,
      ],
    );
  });
});

const asR: FarringtonFlexibleOptions = { range, pThresholdTrend: 0.05 };
describe('Farrington flexible', () => {
  it.each<[string, FarringtonFlexibleOptions, number[], number[]]>([
    [
      'nbPlugin',
      { range },
      [24, 24, 24, 23, 24, 23, 23, 22, 22, 21, 21, 20],
      [
        14.3788124277, 14.23108096473, 14.20371000672, 14.0487227949, 14.17192469341, 13.93647534508, 13.79666599517, 13.15726754967,
        13.00191187168, 12.50137355099, 12.47259970104, 11.72006510721,
      ],
    ],
    [
      'delta',
      { ...asR, thresholdMethod: 'delta' },
      [
        24.06966729808, 23.87658814296, 23.84141213798, 23.63805983221, 23.80074965041, 23.48996804493, 23.30650572664, 22.46319981413,
        22.25743206856, 21.59278514991, 21.55312299908, 20.54639519736,
      ],
      [],
    ],
    ['muan', { ...asR, thresholdMethod: 'muan' }, [25, 24, 24, 24, 24, 24, 24, 23, 23, 22, 22, 21], []],
  ])('by %s has the bounds of R and finds the outbreak', (_, options, upper, expected) => {
    const found = farringtonFlexible(busy, options);
    expectBounds(found, upper);
    for (const [i, mean] of expected.entries()) expect(found[i]?.expected).toBeCloseTo(mean, 9);
    expect(alarms(found)).toEqual([332]);
  });

  it.each<[string, FarringtonFlexibleOptions, number[]]>([
    ['nbPlugin', { range }, [3, 3, 3, 3, 4, 4, 4, 3, 3, 3, 0, 0]],
    [
      'delta, where the trend is not beyond chance',
      { ...asR, thresholdMethod: 'delta' },
      [
        3.836706182226, 3.857084401974, 4.001868192325, 3.94068422744, 4.154510554867, 3.970367137566, 4.058077463811, 3.866705062536,
        3.741195682257, 3.55539491639, 0, 0,
      ],
    ],
    ['muan', { ...asR, thresholdMethod: 'muan' }, [5, 5, 6, 5, 6, 5, 5, 6, 5, 5, 0, 0]],
  ])('with few cases by %s has the bounds of R', (_, options, upper) => {
    expectBounds(farringtonFlexible(sparse, options), upper);
  });

  it('says how rare a week is, the alarm rarer than its alpha', () => {
    const found = farringtonFlexible(busy, { range });
    for (const week of found) expect((week.recurrenceInterval ?? 0) > 100).toBe(week.alarm);
  });

  it('judges a series of zeros and one with gaps', () => {
    const zeros = { observed: weeks.map(() => 0), frequency: 52 };
    expect(farringtonFlexible(zeros, { range, limit54: [0, 4] }).some((week) => week.alarm)).toBe(false);
    const gaps = { observed: busy.observed.map((count, i) => (i % 7 === 3 && i < 300 ? Number.NaN : count)), frequency: 52 };
    expect(alarms(farringtonFlexible(gaps, { range }))).toEqual([332]);
    expect(bounds(farringtonFlexible({ observed: [1, 2, 3], frequency: 52 }, { range: { first: 0, last: 2 }, limit54: [0, 4] }))).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe('Farrington flexible of a share', () => {
  const calm = weeks.map((i) => Math.round(200 + 20 * Math.sin((2 * Math.PI * i) / 26) + 0.3 * i));
  const surge = calm.map((total, i) => (i >= 331 && i <= 333 ? 2 * total : total));
  const expected = {
    calm: [
      14.27056391347, 14.10084292652, 14.0666910366, 13.91730816132, 14.04306084113, 13.85309385791, 13.70591099459, 13.04940684983,
      12.91408285921, 12.39205526567, 12.39053189397, 11.6038332585,
    ],
    surge: [
      14.27056391347, 14.10084292652, 14.0666910366, 13.91730816132, 14.04306084113, 29.59348011191, 29.4593609525, 28.378352259,
      12.91408285921, 12.39205526567, 12.39053189397, 11.6038332585,
    ],
  };
  it.each<[keyof typeof expected, number[], FarringtonFlexibleOptions, number[], number[]]>([
    ['calm', calm, asR, [24, 24, 23, 23, 23, 23, 23, 22, 22, 21, 21, 20], [332]],
    ['surge', surge, asR, [24, 24, 23, 23, 23, 43, 43, 41, 22, 21, 21, 20], []],
    [
      'surge',
      surge,
      { ...asR, thresholdMethod: 'delta' },
      [
        23.92729866411, 23.70615502958, 23.66148175995, 23.46550837032, 23.63161397464, 43.14372787981, 42.98037404835, 41.66794647273,
        22.14123155339, 21.44727930646, 21.44414156838, 20.39046677359,
      ],
      [],
    ],
  ])('of all visits (%s) has the bounds of R with populationOffset', (name, totals, options, upper, found) => {
    const judged = farringtonFlexible({ ...busy, totals }, options);
    expectBounds(judged, upper);
    for (const [i, mean] of expected[name].entries()) expect(judged[i]?.expected).toBeCloseTo(mean, 8);
    expect(alarms(judged)).toEqual(found);
  });

  it('of totals that never change is that of the counts, and says nothing of a step without a total', () => {
    const even = farringtonFlexible({ ...busy, totals: weeks.map(() => 250) }, asR);
    const plain = farringtonFlexible(busy, asR);
    for (const [i, week] of even.entries()) expect(week.expected).toBeCloseTo(plain[i]?.expected ?? Number.NaN, 7);
    expect(bounds(even)).toEqual(bounds(plain));
    const gap = farringtonFlexible({ ...busy, totals: calm.map((total, i) => (i === 332 ? 0 : i === 200 ? Number.NaN : total)) }, asR);
    expect(gap.filter(({ upperbound }) => upperbound === null).map(({ index, alarm }) => [index, alarm])).toEqual([[332, false]]);
  });

  it('goes for the combined detector as well: a surge of everything is no alarm there', () => {
    const judge = (totals?: number[]): number[] => alarms(combined({ ...busy, ...(totals === undefined ? {} : { totals }) }, { range }));
    expect(judge()).toContain(332);
    expect(judge(calm)).toContain(332);
    expect(judge(surge)).toEqual([]);
  });
});
