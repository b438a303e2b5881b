import { describe, expect, it } from 'vitest';
import { momentOf, stepOf } from './calendar.ts';
import { combine } from './combination.ts';
import { ets, ses, toEnd } from './ets.ts';
import { type Entry, filled, numberOf, regularSeries } from './regular-series.ts';
import { seasonalNaive } from './seasonal-naive.ts';
import { theta } from './theta.ts';

const entries = (...rows: [string, string][]): Entry[] => rows.map(([when, value], i) => ({ line: i + 2, when, value }));
const day = (i: number): string => new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
const daily = (values: (number | string)[]): Entry[] => entries(...values.map((value, i): [string, string] => [day(i), String(value)]));

describe('a series as people keep it', () => {
  it.each([
    ['1,234', 1234],
    ['1 234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['12,5', 12.5],
    ['-3', -3],
    ['12 patients', Number.NaN],
    ['', Number.NaN],
    ['0x10', Number.NaN],
    ['Infinity', Number.NaN],
  ])('%j is %d', (text, value) => expect(numberOf(text)).toBe(value));

  it.each(['2026-11-22', '22/11/2026', '22.11.26', '22 Nov 2026', '2026-11-22T00:00Z', '2026-11-22T01:00+01:00'])('%s is a day', (text) => {
    expect(momentOf(text, false)).toBe(Date.UTC(2026, 10, 22));
  });

  it.each(['2026-02-30', '31/04/2026', 'tomorrow', '2026-11-22T25:00'])('%s is no moment', (text) =>
    expect(momentOf(text, false)).toBeNaN(),
  );

  it('knows the steps by the usual distance', () => {
    expect(['2025-01', '2025-02', '2025-03', '2025-04'].map((text) => momentOf(text, false)).length).toBe(4);
    expect(stepOf(['2025-01', '2025-02', '2025-04'].map((text) => momentOf(text, false))).name).toBe('month');
    expect(stepOf(['2025-01-06', '2025-01-13', '2025-01-20'].map((text) => momentOf(text, false))).name).toBe('week');
    expect(stepOf(['2025-01-06 01:00', '2025-01-06 02:00'].map((text) => momentOf(text, false))).name).toBe('hour');
  });

  it('takes month first where day first makes no dates', () => {
    const read = regularSeries(entries(['01/30/2025', '1'], ['01/31/2025', '2'], ['02/01/2025', '3']));
    expect(read.ok && read.value.values).toEqual([1, 2, 3]);
  });

  it('sorts, fills, averages doubles, leaves out text, and says so', () => {
    const read = regularSeries(
      entries(
        ['2025-01-02', '4'],
        ['2025-01-01', '2'],
        ['2025-01-04', '8'],
        ['2025-01-05', '9'],
        ['2025-01-05', '11'],
        ['2025-01-06', 'n/a'],
        ['2025-01-07', '14'],
        ['2025-01-08', '16'],
      ),
    );
    expect(read.ok && read.value.values).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
    expect(read.ok ? read.value.notes : []).toEqual([
      'the lines were not in the order of time and were sorted',
      '1 values are no numbers and count as missing (line 7)',
      '1 lines stand for a day that another line has already, as where clocks go back; their mean is taken (line 6)',
      '2 of 8 values are missing and were filled from their neighbours and the season',
      '8 values are too few to see a season of 7: at least 15 are needed',
    ]);
  });

  it('goes through both changes of the clock', () => {
    const hours = (date: string, from: number, to: number, without: number): [string, string][] =>
      Array.from({ length: to - from }, (_, i) => from + i)
        .filter((h) => h !== without)
        .map((h) => [`${date} ${String(h).padStart(2, '0')}:00`, '5']);
    const spring = regularSeries(entries(...hours('2025-03-30', 0, 24, 2)));
    expect(spring.ok && spring.value.values.length).toBe(24);
    const autumn = regularSeries(entries(...hours('2025-10-26', 0, 3, -1), ['2025-10-26 02:00', '7'], ...hours('2025-10-26', 3, 24, -1)));
    expect(autumn.ok && autumn.value.values.slice(1, 4)).toEqual([5, 6, 5]);
  });

  it.each([
    ['nothing', [], 'there are no values'],
    ['a single point', daily([5]), 'at least two seasons'],
    ['no dates', entries(['yesterday', '1']), 'write dates as'],
    ['no numbers', daily(['a', 'b']), 'no value is a number'],
    ['mostly gaps', entries(['2025-01-01', '1'], ['2025-01-02', '1'], ['2025-01-03', '2'], ['2025-03-01', '3']), 'too many to fill'],
    [
      'a date ages off',
      entries(['0001-01-01 00:00', '1'], ['2025-01-01 01:00', '1'], ['2025-01-01 02:00', '1'], ['2025-01-01 03:00', '1']),
      'check the dates',
    ],
  ])('refuses %s with what to do', (_, rows, says) => {
    const read = regularSeries(rows);
    expect(read.ok ? '' : read.problem.message).toContain(says);
  });

  it('keeps an outlier and says so', () => {
    const values = Array.from({ length: 60 }, (_, i) => (i === 30 ? 500 : 50 + (i % 7) + (i % 3)));
    const read = regularSeries(daily(values));
    expect(read.ok ? read.value.notes : []).toEqual([
      '1 values lie far from the others of their season and were kept; look at them (step 31)',
    ]);
  });

  it('fills by the season where there is one', () => {
    const season = [1, 5, 9];
    const values = Array.from({ length: 12 }, (_, i) => (i === 7 ? Number.NaN : season[i % 3]!));
    expect(filled(values, 3)[7]).toBe(5);
  });
});

describe('hard series', () => {
  const methods = {
    ets,
    ses,
    theta,
    seasonalNaive,
    combine: (series: Parameters<typeof ets>[0], options: Parameters<typeof ets>[1]) => toEnd(combine(series, options)),
  };
  it.each(Object.entries(methods))('%s answers with numbers or with nothing', (_, method) => {
    const hard = [
      [],
      [3],
      [3, 4],
      [1, 2, 3, 4, 5, 6, 7],
      Array.from({ length: 40 }, () => 0),
      Array.from({ length: 40 }, (_, i) => (i === 20 ? 1 : 0)),
      Array.from({ length: 40 }, (_, i) => (i === 20 ? 1e12 : i)),
      Array.from({ length: 40 }, (_, i) => -i),
    ];
    for (const season of [1, 7, 12])
      for (const values of hard) {
        const found = method({ values, season }, { horizon: 3, levels: [80] });
        if (found !== null) expect([season, values.length, found.mean.every(Number.isFinite)]).toEqual([season, values.length, true]);
      }
  });

  it('zeros stay zeros', () => {
    expect(ets({ values: Array.from({ length: 30 }, () => 0), season: 7 }, { horizon: 2 })?.mean).toEqual([0, 0]);
  });
});
