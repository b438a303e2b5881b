// Numbers of an epidemic curve against R: EpiEstim 2.2-4 (discr_si, estimate_R with method "parametric_si") and glm(quasipoisson).
import { describe, expect, it } from 'vitest';
import { growthOf } from './growth.ts';
import { reproductionNumbers, serialShares } from './reproduction-number.ts';

const counts = [1, 1, 2, 5, 3, 8, 6, 12, 15, 11, 20, 24, 19, 30, 28, 25, 31, 22, 18, 14, 9, 11, 6, 4, 3, 0, 1, 2];
const interval = { mean: 2.6, deviation: 1.5 };

it('the serial interval by day is that of discr_si(0:12, 2.6, 1.5)', () => {
  const ofR = [
    0, 0.2331721254075412, 0.35857940031559687, 0.19811082854031356, 0.10334265542793926, 0.05290517524781393, 0.02682146195161615,
    0.01351619808943756, 0.00678343781535382, 0.00339435135929911, 0.00169467410979038, 0.00084459446582681, 0.00042033132373476,
  ];
  for (const [day, share] of serialShares(interval, 13).entries()) expect(share).toBeCloseTo(ofR[day]!, 10);
});

describe('reproduction numbers', () => {
  const found = reproductionNumbers(counts, interval);
  // t_start and t_end of R count from 1.
  it.each([
    [2, 8, 2.232633746573, 1.57994451869, 2.213080075248, 2.996407536502],
    [9, 15, 1.462456601917, 1.236337260908, 1.459164102844, 1.707285341804],
    [22, 28, 0.465234321734, 0.309144828125, 0.459707692899, 0.652716815506],
  ])('of days %i to %i are those of estimate_R', (first, last, mean, lower, median, upper) => {
    const window = found.find((each) => each.first === first - 1 && each.last === last - 1)!;
    for (const [name, value] of Object.entries({ mean, lower, median, upper })) expect(window[name as 'mean']).toBeCloseTo(value, 6);
  });
  it('are left out where nobody could have infected anybody', () => {
    expect(
      reproductionNumbers(
        Array.from({ length: 20 }, () => 0),
        interval,
      ),
    ).toEqual([]);
    expect(reproductionNumbers([1, 2], interval)).toEqual([]);
  });
});

describe('growth', () => {
  it.each([
    [[1, 1, 2, 5, 3, 8, 6, 12, 15, 11, 20, 24], 0.249237992959, 0.182533485815, 0.315942500104],
    [[3, 9, 2, 14, 8, 30, 12, 41, 25, 70], 0.299617579203, 0.176155030596, 0.42308012781],
  ])('is that of glm(quasipoisson)', (series, rate, lower, upper) => {
    const found = growthOf(series)!;
    expect(found.rate).toBeCloseTo(rate, 6);
    expect(found.lower).toBeCloseTo(lower, 6);
    expect(found.upper).toBeCloseTo(upper, 6);
    expect(found.doubling.days).toBeCloseTo(Math.LN2 / rate, 5);
  });
  it('of a flat series has no doubling time that is sure', () => {
    expect(growthOf([5, 6, 5, 4, 5, 6, 5])?.doubling).toMatchObject({ lower: null, upper: null });
  });
  it('is not told of four days or four cases', () => {
    expect([growthOf([1, 2, 4, 8]), growthOf([0, 1, 0, 1, 2, 0])]).toEqual([undefined, undefined]);
  });
});
