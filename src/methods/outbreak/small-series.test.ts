// A short series of our own with an outbreak in it, and what R's surveillance 1.20.3 says of it.
import { describe, expect, it } from 'vitest';
import { bayes1, bayes2, bayes3 } from './bayes.ts';
import type { CountSeries, Judged } from './contract.ts';
import { cusum } from './cusum.ts';
import { earsC1, earsC2, earsC3 } from './ears.ts';
import { rki1, rki2, rki3 } from './rki.ts';

const series: CountSeries = { observed: [2, 1, 0, 3, 2, 1, 4, 2, 0, 3, 1, 5, 2, 2, 6, 9, 12, 7, 3, 2, 1, 0, 2, 4, 3], frequency: 6 };
const range = { first: 19, last: 24 };
const afterTwoYears = { first: 12, last: 24 };

function expectBounds(weeks: Judged[], bounds: number[]): void {
  expect(weeks.length).toBe(bounds.length);
  for (const [i, week] of weeks.entries()) expect(week.upperbound).toBeCloseTo(bounds[i] ?? Number.NaN, 9);
}
const alarms = (weeks: Judged[]): number[] => weeks.filter((week) => week.alarm).map((week) => week.index);

describe('EARS', () => {
  it('C1 takes the outbreak into its own past and misses it', () => {
    const weeks = earsC1(series);
    expect(weeks[0]?.index).toBe(7);
    expectBounds(
      weeks.slice(0, 9),
      [
        6.01407829446, 6.01407829446, 6.3373550832, 6.29979258018, 6.01407829446, 7.84649715289, 7.73836119114, 7.00562069535,
        9.32148030584,
      ],
    );
    expect(alarms(weeks)).toEqual([]);
  });

  it('C2 leaves two weeks between and finds it', () => {
    expect(alarms(earsC2(series))).toEqual([15, 16]);
  });

  it('C3 counts what the two weeks before had above theirs', () => {
    const weeks = earsC3(series);
    expectBounds(weeks.slice(0, 8), [7.93215802677, 3.02727746046, 3.02727746046, 9.52689800173, 10.53931965943, 8.96513119317, 0, 0]);
    expect(alarms(weeks)).toEqual([16, 17, 18]);
  });

  it('does not judge where the past has no deviation to measure by', () => {
    const zeros = { observed: Array.from({ length: 20 }, () => 0), frequency: 52 };
    expect(earsC3(zeros).map((week) => week.upperbound)).toEqual(Array.from({ length: 9 }, () => null));
    expect(earsC1(zeros).every((week) => week.upperbound === 0 && !week.alarm)).toBe(true);
  });
});

describe('the comparable past', () => {
  it.each([
    ['RKI 1', rki1, [12.817, 12.817, 11.177, 9.598, 6.686, 6.686]],
    ['RKI 2', rki2, [9.598, 9.598, 9.598, 9.598, 8.102, 8.102]],
    ['RKI 3', rki3, [8.102, 8.102, 8.102, 8.102, 9.598, 9.598]],
    ['Bayes 1', bayes1, [11, 11, 10, 8, 6, 5]],
    ['Bayes 2', bayes2, [9, 9, 8, 8, 7, 7]],
    ['Bayes 3', bayes3, [7, 7, 7, 7, 8, 8]],
  ])('%s has the bounds of R', (_, method, bounds) => {
    expectBounds(method(series, { range }), bounds);
  });

  it('RKI takes two deviations where the mean is above twenty', () => {
    const many = { observed: [19, 20, 21, 19, 21, 20, 25, 33], frequency: 52 };
    const weeks = rki1(many);
    expect(weeks.map((week) => week.alarm)).toEqual([false, true]);
    expect(weeks[0]?.upperbound).toBe(30.017);
    expect(weeks[1]?.upperbound).toBeCloseTo(25.19524, 5);
  });

  it('says nothing of a week whose past is not known', () => {
    expect(bayes3({ observed: [1, 2, 3], frequency: 52 }, { range: { first: 0, last: 2 } }).map((week) => week.upperbound)).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('CUSUM', () => {
  it.each([
    ['standard' as const, [7, 7, 7, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0], [15, 16, 17, 18, 19, 20, 21, 22, 23, 24]],
    [
      'rossi' as const,
      [
        7.557966607934, 7.557966607934, 7.557966607934, 5.013857182751, 0.604451260726, 0, 0, 0, 0, 0, 0.481502291592, 1.698994948952,
        1.365402680701,
      ],
      [15, 16, 17, 18, 19, 20, 21, 22, 23, 24],
    ],
    [
      'anscombe' as const,
      [8.1710565434, 8.1710565434, 8.1710565434, 5.51242763404, 1.24842845548, 0, 0, 0, 0, 0, 2.38482841023, 4.10377803279, 3.73908881275],
      [15, 16, 17, 18, 19, 20, 21],
    ],
  ])('with %s counts has the bounds and alarms of R', (trans, bounds, expected) => {
    const weeks = cusum(series, { range: afterTwoYears, trans });
    expectBounds(weeks, bounds);
    expect(alarms(weeks)).toEqual(expected);
  });
});
