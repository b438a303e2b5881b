import { describe, expect, it } from 'vitest';
import { ageOf, showDate, showTime, sinceOf } from './dates.ts';

describe('a date', () => {
  it.each([
    ['1945-07-14', '14-Jul-1945'],
    ['1945-07', 'Jul-1945'],
    ['1945', '1945'],
    [undefined, ''],
    ['1945-13-40', '1945'],
  ])('%s is shown as %s', (text, shown) => expect(showDate(text)).toBe(shown));

  it('has a time only where one was recorded', () => {
    expect(showTime('2026-02-03')).toBe('03-Feb-2026');
    expect(showTime('2026-02-03T04:05:00')).toBe('03-Feb-2026 04:05');
    expect(showTime('not a time at all')).toBe('not a time at all');
  });
});

describe('an age', () => {
  const on = new Date('2026-11-22T12:00:00');
  it.each([
    ['2026-11-20', '2d'],
    ['2026-10-26', '27d'],
    ['2026-10-25', '4w'],
    ['2025-11-23', '52w'],
    ['2025-11-22', '12m'],
    ['2024-11-23', '23m'],
    ['2024-11-22', '2y'],
    ['1945-07-14', '81y'],
    ['1945-12', '80y'],
    ['1945', 'about 81y'],
    ['2027-01-01', ''],
    [undefined, ''],
  ])('of somebody born %s is %s', (born, age) => expect(ageOf(born, on)).toBe(age));

  it('ends with the death', () => expect(ageOf('1945-07-14', on, '2000-01-01')).toBe('54y'));
});

describe('how long ago', () => {
  const on = new Date('2026-11-22T12:00:00Z');
  it.each([
    ['2026-11-22T11:59:50Z', 'now'],
    ['2026-11-22T11:15:00Z', '45 min ago'],
    ['2026-11-22T09:55:00Z', '2 h 05 ago'],
    ['2026-11-18T12:00:00Z', '4 d ago'],
    ['2026-11-22T12:05:00Z', 'in 5 min'],
  ])('%s is %s', (text, words) => expect(sinceOf(text, on)).toBe(words));
});
