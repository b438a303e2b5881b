// Days judged and joined to runs: which detector, what is an alarm, how rare, and that the same event is one.
import { describe, expect, it } from 'vitest';
import { randomPoisson, seededRandom } from '../statistics/random-counts.ts';
import { judgeDays } from './judge-days.ts';
import { runsOf, sameEvent } from './runs.ts';

const random = seededRandom(8);
const days = (count: number, mean: number): number[] => Array.from({ length: count }, () => randomPoisson(mean, random));

describe('daily counts', () => {
  it('are judged by weeks where there are two years of past, and by days where there are not', () => {
    const long = judgeDays(days(5 * 365, 4), { method: 'combined', days: 28 });
    expect([long.method, long.step, long.steps.length]).toEqual(['combined', 'week', 4]);
    expect(long.steps.at(-1)?.last).toBe(5 * 365 - 1);
    const short = judgeDays(days(400, 4), { method: 'combined', days: 28 });
    expect([short.method, short.step, short.steps.length]).toEqual(['ears-c2', 'day', 28]);
    expect(short.instead).toMatch(/needs two/);
  });

  it('that rise fivefold are an alarm that is rare; as ever is none', () => {
    const quiet = days(200, 4);
    expect(judgeDays([...quiet, 20], { method: 'ears-c2', days: 1 }).steps[0]).toMatchObject({ alarm: true });
    expect(judgeDays([...quiet, 20], { method: 'ears-c2', days: 1 }).steps[0]?.recurrenceDays).toBeGreaterThan(10_000);
    expect(judgeDays([...quiet, 5], { method: 'ears-c2', days: 1 }).steps[0]?.alarm).toBe(false);
    const years = days(3 * 365, 4);
    expect(judgeDays([...years, ...days(7, 16)], { method: 'combined', days: 7 }).steps[0]?.alarm).toBe(true);
  });

  it('of two cases after nothing are no alarm', () => {
    const none = Array.from({ length: 100 }, () => 0);
    expect(judgeDays([...none, 2], { method: 'ears-c2', days: 1 }).steps[0]?.alarm).toBe(false);
  });

  it('that are few are judged by weeks, which gather an outbreak of one or two cases a day', () => {
    const seldom = days(200, 0.2);
    const judged = judgeDays([...seldom, 1, 2, 1, 1, 2, 0, 1], { method: 'combined', days: 28 });
    expect([judged.method, judged.step, judged.steps.length]).toEqual(['weeks-before', 'week', 4]);
    expect(judged.steps.at(-1)).toMatchObject({ observed: 8, alarm: true, last: 206 });
    let [alarms, all] = [0, 0];
    for (let i = 0; i < 400; i++)
      for (const { alarm } of judgeDays(days(150, 0.2), { method: 'combined', days: 28 }).steps) {
        all++;
        if (alarm) alarms++;
      }
    expect(alarms / all).toBeLessThan(0.012);
  });

  it('with an outbreak behind them tell of the next one, and take a level that stays for what is usual', () => {
    const calm = (weeks: number): number[] => Array.from({ length: weeks * 7 }, (_, day) => (day % 14 === 3 ? 1 : 0));
    const outbreak = [1, 2, 1, 1, 2, 1, 1];
    const [newest] = judgeDays([...calm(20), ...outbreak, ...outbreak, ...calm(4), ...outbreak], { method: 'combined', days: 7 }).steps;
    expect(newest).toMatchObject({ observed: 9, alarm: true });
    expect(newest?.expected).toBeLessThan(1);
    const risen = Array.from({ length: 10 }, () => outbreak).flat();
    expect(judgeDays([...calm(14), ...risen.map((each) => Math.min(each, 1))], { method: 'combined', days: 7 }).steps[0]?.alarm).toBe(
      false,
    );
  });

  it.each([
    ['combined', 4 * 365, 20],
    ['farrington-flexible', 4 * 365, 20],
    ['ears-c1', 120, 20],
    ['ears-c2', 120, 20],
    ['ears-c3', 120, 20],
    ['combined', 120, 20],
    ['combined', 150, 0.4],
  ] as const)('of a share: a surge of all visits is no alarm, and more of one thing is (%s, %i days, %d a day)', (method, length, mean) => {
    const [usual, visits] = [days(length, mean), Array.from({ length }, (_, i) => 200 + (i % 7) * 5)];
    const surge = <T>(list: readonly T[], by: (each: T) => T): T[] => list.map((each, i) => (i >= length - 7 ? by(each) : each));
    const [more, many] = [surge(usual, (count) => 4 * count + 2), surge(visits, (all) => 5 * all)];
    const alarm = (counts: readonly number[], totals?: readonly number[]): boolean =>
      judgeDays(counts, { method, days: 7, ...(totals === undefined ? {} : { totals }) }).steps.some((step) => step.alarm);
    expect(alarm(more), 'counts').toBe(true);
    expect(alarm(more, visits), 'a share of visits as ever').toBe(true);
    expect(alarm(more, many), 'a share of as many more visits').toBe(false);
  });

  it('of a share say nothing of days without visits, and leave them out of the past', () => {
    const visits = Array.from({ length: 120 }, (_, i) => (i === 119 || i === 112 ? 0 : 100));
    const { steps } = judgeDays(days(120, 5), { method: 'ears-c2', days: 7, totals: visits });
    expect(steps.map(({ last }) => last)).toEqual([113, 114, 115, 116, 117, 118]);
    expect(steps.every(({ expected }) => expected !== null)).toBe(true);
  });

  it('by chance are once in a hundred days about as often as it says', () => {
    let [rare, all] = [0, 0];
    for (let i = 0; i < 60; i++)
      for (const step of judgeDays(days(230, 6), { method: 'ears-c2', days: 190 }).steps) {
        all++;
        if ((step.recurrenceDays ?? 0) >= 100) rare++;
      }
    expect(rare / all).toBeLessThan(0.015);
    expect(rare / all).toBeGreaterThan(0.003);
  });

  it('are not judged where there is too little past', () => {
    expect(judgeDays([1, 2, 3], { method: 'combined', days: 28 }).steps.every(({ alarm }) => !alarm)).toBe(true);
    expect(judgeDays([], { method: 'ears-c1', days: 28 }).steps).toEqual([]);
  });
});

describe('runs', () => {
  const step = (day: number, alarm: boolean, recurrenceDays = 50) => ({
    first: day,
    last: day,
    observed: 5,
    expected: 1,
    upperbound: 4,
    alarm,
    recurrenceDays,
  });
  it('join alarms over two quiet days, and not over three', () => {
    const found = runsOf([
      step(1, true),
      step(2, false),
      step(3, false),
      step(4, true, 900),
      step(5, false),
      step(6, false),
      step(7, false),
      step(8, true),
    ]);
    expect(found.map(({ first, last, observed, recurrenceDays, alarms }) => [first, last, observed, recurrenceDays, alarms])).toEqual([
      [1, 4, 20, 900, 2],
      [8, 8, 5, 50, 1],
    ]);
  });
  it('are the same event as what was looked into before, where days meet', () => {
    const of = (first: string, last: string) => ({ first, last });
    expect(sameEvent(of('2026-03-01', '2026-03-03'), of('2026-03-06', '2026-03-08'))).toBe(true);
    expect(sameEvent(of('2026-03-01', '2026-03-03'), of('2026-03-07', '2026-03-08'))).toBe(false);
  });
});
