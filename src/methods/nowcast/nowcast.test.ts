// Nowcasts against R's surveillance 1.20.3 on a made-up triangle, and against the truth of simulated days: right in the middle, honest at the edges.
import { describe, expect, it } from 'vitest';
import { randomPoisson, seededRandom } from '../statistics/random-counts.ts';
import { delayCounts, delayOf } from './delay.ts';
import { nowcast, triangleOf } from './nowcast.ts';

// Thirty-one days, delays 0 to 14, made by R (set.seed(3), Poisson days, negative binomial delays); later numbers are not known yet.
const rows = [
  [0, 2, 1, 3, 1, 1, 0, 2, 2, 1, 1, 0, 0, 0, 1],
  [1, 0, 1, 2, 0, 3, 1, 1, 0, 0, 0, 0, 0, 1, 0],
  [0, 1, 2, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0],
  [1, 4, 1, 2, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
  [3, 3, 3, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
  [0, 1, 3, 1, 0, 2, 0, 1, 0, 1, 0, 0, 0, 0, 0],
  [2, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
  [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 2, 2, 3, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0],
  [2, 1, 1, 1, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 0, 1, 0, 2, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0],
  [0, 1, 1, 0, 1, 1, 2, 0, 0, 1, 0, 0, 0, 0, 0],
  [2, 0, 3, 1, 0, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 1, 0, 2, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0],
  [1, 1, 2, 1, 2, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0],
  [0, 2, 3, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0],
  [0, 1, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0],
  [0, 0, 1, 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0],
  [2, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 0, 5, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 0, 1, 1, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 3, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
];
const reported = rows.map((row, i) => row.slice(0, Math.min(14, 30 - i) + 1));

describe('a triangle made by R', () => {
  it('gives the delays of surveillance::nowcast(method = "lawless", D = 14, m = 30), whose m leaves out the first day', () => {
    // nc@delayCDF[["lawless"]]
    const ofR = [
      0.09877175268, 0.22223644353, 0.42224924271, 0.54483773253, 0.63877527263, 0.75266543751, 0.8253365832, 0.88110256856, 0.9163466713,
      0.94046105738, 0.95914571415, 0.97202015327, 0.98533549784, 0.99242424242, 1,
    ];
    const delay = delayOf(delayCounts({ reported }, 14, 31));
    expect(delay.map((each) => each.toFixed(9))).toEqual(ofR.map((each) => each.toFixed(9)));
  });

  it('gives the days of surveillance::nowcast(method = "bayes.trunc"), within what drawing leaves open', () => {
    // Median and 95 % of 16 February to 1 March, with lambda's prior of mean 12 and variance 36 as there; a case or a tenth apart at the end.
    const ofR = [
      [9, 9, 10],
      [9, 9, 10],
      [5, 5, 7],
      [5, 5, 7],
      [5, 5, 7],
      [4, 4, 7],
      [9, 8, 12],
      [13, 11, 17],
      [9, 7, 14],
      [11, 7, 17],
      [8, 4, 14],
      [7, 3, 14],
      [14, 7, 26],
      [8, 2, 20],
    ];
    const { days } = nowcast({ reported }, { random: seededRandom(1), window: 31, prior: { mean: 12, variance: 36 }, draws: 8_000 });
    expect(days).toHaveLength(14);
    for (const [i, { estimate, lower, upper }] of days.entries())
      for (const [j, value] of [estimate, lower, upper].entries()) {
        const expected = ofR[i]![j]!;
        expect(Math.abs(value - expected), `day ${i}, number ${j}: ${value} for ${expected}`).toBeLessThanOrEqual(
          Math.max(1, 0.15 * expected),
        );
      }
  });
});

it('covers the truth of simulated days as often as it says, and is nearer to it than what was reported', () => {
  const random = seededRandom(42);
  const shares = [0.3, 0.25, 0.15, 0.1, 0.08, 0.05, 0.04, 0.03];
  let [inside, all, wrong, wrongReported] = [0, 0, 0, 0];
  for (let run = 0; run < 150; run++) {
    const today = 79;
    const truth: number[] = [];
    const cases: { day: number; told: number; count: number }[] = [];
    for (let day = 0; day <= today; day++) {
      // A wave, so that the last days are not like those before.
      const mean = 12 + 8 * Math.sin((day + run) / 8);
      const counts = shares.map((share) => randomPoisson(mean * share, random));
      truth.push(counts.reduce((sum, each) => sum + each, 0));
      for (const [delay, count] of counts.entries()) cases.push({ day, told: day + delay, count });
    }
    const { days } = nowcast(triangleOf(cases, today, 7), { random, delayMax: 7, draws: 400 });
    for (const { day, estimate, lower, upper, reported: told } of days) {
      const real = truth[day]!;
      if (lower <= real && real <= upper) inside++;
      all++;
      wrong += Math.abs(estimate - real);
      wrongReported += Math.abs(told - real);
    }
  }
  // 1,050 days: counts are whole numbers, so that the interval covers somewhat more than 95 %.
  expect(inside / all).toBeGreaterThan(0.935);
  expect(inside / all).toBeLessThan(0.995);
  expect(wrong / wrongReported).toBeLessThan(0.6);
});

it('says what is told where nothing is late, and stays finite where nothing was told at all', () => {
  const prompt = nowcast(
    triangleOf(
      Array.from({ length: 90 }, (_, day) => ({ day, told: day, count: 5 })),
      89,
      7,
    ),
    {
      random: seededRandom(2),
      delayMax: 7,
      draws: 500,
    },
  );
  expect(prompt.days.every(({ estimate }) => estimate === 5)).toBe(true);
  const empty = nowcast(triangleOf([], 30, 7), { random: seededRandom(2), delayMax: 7, draws: 200 });
  expect(empty.days.every(({ estimate, upper }) => estimate === 0 && Number.isFinite(upper))).toBe(true);
});
