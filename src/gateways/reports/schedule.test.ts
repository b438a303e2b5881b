// When reports are due, over both changes of the clock and at the ends of months.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, lastDue, localTime, nextDue, type Schedule } from './schedule.ts';

const next = (schedule: Schedule, after: string, zone = 'Europe/London'): string => nextDue(schedule, new Date(after), zone).toISOString();
const daily = (at: string): Schedule => ({ every: 'day', at });

describe('a report of every day', () => {
  it('is due at the time of the clock, in winter and in summer', () => {
    expect(next(daily('07:00'), '2026-01-10T06:59:59Z')).toBe('2026-01-10T07:00:00.000Z');
    expect(next(daily('07:00'), '2026-07-10T06:00:00Z')).toBe('2026-07-11T06:00:00.000Z');
    expect(next(daily('07:00'), '2026-07-10T05:59:59Z')).toBe('2026-07-10T06:00:00.000Z');
  });

  it('is due an hour later where the clock is put forward over its time, and once', () => {
    // 2026-03-29: 01:00 GMT becomes 02:00 BST.
    expect(next(daily('01:30'), '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(localTime(new Date('2026-03-29T01:30:00Z'), 'Europe/London')).toBe('2026-03-29 02:30');
    expect(next(daily('01:30'), '2026-03-29T01:30:00Z')).toBe('2026-03-30T00:30:00.000Z');
  });

  it('is due at the first of two times where the clock is put back over it, and once', () => {
    // 2026-10-25: 02:00 BST becomes 01:00 GMT.
    expect(next(daily('01:30'), '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(next(daily('01:30'), '2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
  });

  it('is due also on a day whose midnight the clock leaves out', () => {
    // Cuba, 2026-03-08: 00:00 becomes 01:00.
    expect(next(daily('00:00'), '2026-03-07T12:00:00Z', 'America/Havana')).toBe('2026-03-08T05:00:00.000Z');
    expect(next(daily('00:00'), '2026-03-08T05:00:00Z', 'America/Havana')).toBe('2026-03-09T04:00:00.000Z');
  });
});

describe('a report of weeks and months', () => {
  it('is due on its day of the week', () =>
    expect(next({ every: 'week', on: 'monday', at: '07:00' }, '2026-03-25T12:00:00Z')).toBe('2026-03-30T06:00:00.000Z'));
  it('is due on its day of the month, or the last where the month is shorter', () => {
    expect(next({ every: 'month', on: 31, at: '23:30' }, '2026-01-31T23:30:00Z')).toBe('2026-02-28T23:30:00.000Z');
    expect(next({ every: 'month', on: 1, at: '06:00' }, '2026-12-02T00:00:00Z')).toBe('2027-01-01T06:00:00.000Z');
  });
});

const schedules: Schedule[] = [
  daily('01:30'),
  daily('00:00'),
  daily('23:59'),
  { every: 'week', on: 'sunday', at: '02:30' },
  { every: 'month', on: 31, at: '02:00' },
];
const zones = ['Europe/London', 'America/New_York', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];

it('has a next time that is the last one as soon as it has come, and none between (every day of two years)', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...schedules),
      fc.constantFrom(...zones),
      fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2027-01-01') }),
      (schedule, zone, ms) => {
        const now = new Date(ms);
        const [then, before] = [nextDue(schedule, now, zone), lastDue(schedule, now, zone)];
        expect(then > now && before <= now).toBe(true);
        expect(lastDue(schedule, then, zone)).toEqual(then);
        expect(nextDue(schedule, before, zone)).toEqual(then);
      },
    ),
    { numRuns: 300 },
  );
});

it('is due once on each day of a year in zones that put their clock forward and back', () => {
  for (const zone of zones) {
    const times = new Set<string>();
    let at = new Date('2026-01-01T12:00:00Z');
    for (let i = 0; i < 365; i++) {
      at = nextDue(daily('02:15'), at, zone);
      times.add(localTime(at, zone).slice(0, 10));
    }
    expect(times.size, zone).toBe(365);
  }
});

it('an ordinary time is shown by the clock as it was asked', () =>
  expect(localTime(instantOf('2026-06-01', '07:05', 'Asia/Kathmandu'), 'Asia/Kathmandu')).toBe('2026-06-01 07:05'));
