// Classes of rates: as many areas in each, equal numbers together, and nothing of what is kept back.
import { expect, test } from 'vitest';
import { classesOf, classOf, kindsOf, type RateRow, shownRates } from './rate-classes.ts';

const row = (area: string, value: number | null, more: Partial<RateRow> = {}): RateRow => ({
  area,
  name: null,
  members: value === null ? null : 10,
  onRecord: 100,
  population: 1_000,
  crude: value,
  standardised: value === null ? null : { value, lower: value / 2, upper: value * 2 },
  ofRecord: null,
  ...more,
});

test('ten rates are five classes of two, whatever the largest is', () => {
  const classes = classesOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 900]);
  expect(classes.map(({ low, high }) => [low, high])).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
    [9, 900],
  ]);
  expect([1, 4, 5, 900].map((rate) => classOf(classes, rate))).toEqual([0, 1, 2, 4]);
});

test('rates that read the same are of one class, and there are never more classes than numbers', () => {
  expect(classesOf([2.01, 2.04, 2.0, 2.0, 7])).toEqual([
    { low: 2, high: 2 },
    { low: 7, high: 7 },
  ]);
  expect(classesOf([3, 3])).toEqual([{ low: 3, high: 3 }]);
  expect(classesOf([])).toEqual([]);
  for (const rate of [2.01, 2.04, 7.04]) expect(classOf(classesOf([2.01, 2.04, 7.04]), rate)).toBeGreaterThanOrEqual(0);
});

test('what is kept back is hatched and in no class; an area whose people are not known has no rate', () => {
  const rows = [row('a', 1), row('b', 9), row('c', null), row('d', null, { members: 12, population: null })];
  const { areas, entries } = shownRates(rows, 'standardised', 1_000);
  expect(areas.map(({ look }) => look)).toEqual([{ level: 'rate-1' }, { level: 'rate-5' }, 'kept', 'none']);
  expect(areas.map(({ value }) => value)).toEqual(['1.0', '9.0', '?', '']);
  expect(areas[1]?.words).toBe('9.0 (4.5 to 18.0) per 1,000, class 2 of 2, 10 patients');
  expect(areas[2]?.words).toMatch(/^fewer than 5/);
  expect(entries.map(({ words }) => words)).toEqual(['9.0', '1.0']);
});

test('offered are the kinds of rates that any area has', () => {
  expect(kindsOf([row('a', 2, { standardised: null }), row('b', null)])).toEqual(['crude']);
});
