// The small parts on which the living hospital stands: its queue, its clock, its arrivals, and how an illness answers to treatment.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../calendar.ts';
import { randomOf } from '../random.ts';
import { nextArrival } from './arrivals.ts';
import { clockOf } from './clock.ts';
import { advance, type Course } from './course.ts';
import { scoreOf } from './early-warning.ts';
import { queueOf } from './queue.ts';

describe('the queue', () => {
  it('gives events in the order of time, those of one moment in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = queueOf();
        const seen: [number, number][] = [];
        for (const [index, ms] of times.entries()) queue.at(ms, () => void seen.push([ms, index]));
        while (queue.size > 0) queue.take()?.run();
        expect(seen).toEqual(times.map((ms, index): [number, number] => [ms, index]).sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });
});

describe('the clock', () => {
  it('runs so many times faster, waits when it is held, and does not jump when the machine slept', () => {
    let real = 1000;
    const clock = clockOf(0, 60, () => real);
    real += 1000;
    expect(clock.nowMs()).toBe(60_000);
    expect(clock.untilMs(120_000)).toBe(1000);
    clock.holdAt(50_000);
    expect(clock.nowMs()).toBe(50_000);
    real += 8 * hourMs;
    expect(clock.nowMs()).toBe(50_000 + 60 * 60_000);
  });
});

describe('arrivals', () => {
  it('are as many a day as was asked for, most of them by day', () => {
    const random = randomOf('arrivals');
    const start = Date.UTC(2026, 3, 1);
    const hours = Array.from({ length: 24 }, () => 0);
    let count = 0;
    for (let at = nextArrival(random, 100, start); at < start + 28 * dayMs; at = nextArrival(random, 100, at)) {
      count++;
      const hour = new Date(at).getUTCHours();
      hours[hour] = (hours[hour] ?? 0) + 1;
    }
    expect(count / 28).toBeGreaterThan(90);
    expect(count / 28).toBeLessThan(110);
    expect(hours[11] ?? 0).toBeGreaterThan(2 * (hours[4] ?? 0));
  });
});

describe('an illness', () => {
  const course = (treated: boolean): Course => ({ severity: 0.5, worst: 0.8, recoveryHours: 24, treated, atMs: 0 });

  it('gets worse untreated and better treated', () => {
    expect(advance(course(false), 12 * hourMs)).toBeGreaterThan(0.6);
    expect(advance(course(true), 24 * hourMs)).toBeLessThan(0.2);
  });

  it('turns again once a turn for the worse is noticed', () => {
    const turned: Course = { ...course(true), severity: 0.2, crisis: { fromMs: 0, target: 0.9 } };
    expect(advance(turned, 8 * hourMs)).toBeGreaterThan(0.6);
    if (turned.crisis !== undefined) turned.crisis.noticedMs = 8 * hourMs;
    expect(advance(turned, 36 * hourMs)).toBeLessThan(0.4);
  });
});

describe('the score that nurses count', () => {
  it('is NEWS2', () => {
    const well = {
      respirations: 16,
      saturation: 97,
      oxygen: 0,
      systolic: 120,
      diastolic: 70,
      pulse: 70,
      temperature: 37,
      consciousness: 'A',
    } as const;
    expect(scoreOf(well)).toBe(0);
    expect(
      scoreOf({ ...well, respirations: 26, saturation: 92, oxygen: 4, systolic: 95, pulse: 118, temperature: 39.4, consciousness: 'V' }),
    ).toBe(16);
  });
});
