import { describe, expect, it } from 'vitest';
import { outbreakChart } from './chart.ts';
import { countSeries, type DatedCounts } from './count-series.ts';
import { detectorOf, detectors, isDetectorName } from './methods.ts';

const entries = (rows: [string, string][]) => rows.map(([when, value], i) => ({ line: i + 2, when, value }));
const read = (rows: [string, string][]): DatedCounts => {
  const found = countSeries(entries(rows));
  if (!found.ok) throw new Error(found.problem.message);
  return found.value;
};
const refused = (rows: [string, string][]): string => {
  const found = countSeries(entries(rows));
  return found.ok ? '' : found.problem.message;
};
const day = (i: number): string => new Date(Date.UTC(2020, 0, 6 + i)).toISOString().slice(0, 10);

describe('counts of a file', () => {
  it('keeps a gap as not known, adds two reports of a week and sorts', () => {
    const found = read([
      ['2026-01-26', '4'],
      ['2026-01-05', '3'],
      ['2026-01-12', 'n/a'],
      ['2026-01-26', '1'],
    ]);
    expect(found.observed).toEqual([3, Number.NaN, Number.NaN, 5]);
    expect(found.frequency).toBe(52);
    expect(found.notes.length).toBe(4);
  });

  it('refuses what are no counts, and steps that no detector takes', () => {
    expect(
      refused([
        ['2026-01-05', '3'],
        ['2026-01-12', '-1'],
      ]),
    ).toContain('line 3');
    expect(
      refused([
        ['2026-01-05', '3'],
        ['2026-01-12', '2.5'],
      ]),
    ).toContain('whole numbers');
    expect(
      refused([
        ['2026-01-05', '3'],
        ['yesterday', '2'],
      ]),
    ).toContain('no date');
    expect(
      refused([
        ['2026-01-05 10:00', '3'],
        ['2026-01-05 11:00', '2'],
      ]),
    ).toContain('by day, week, month or quarter');
    expect(
      refused([
        ['1026-01-05', '3'],
        ['2026-01-05', '3'],
        ['2026-01-06', '2'],
        ['2026-01-07', '2'],
        ['2026-01-08', '2'],
      ]),
    ).toContain('check the dates');
    expect(refused([['2026-01-05', '3']])).toContain('too few lines');
  });
});

describe('every detector by name', () => {
  const weeks = read(
    Array.from({ length: 330 }, (_, i): [string, string] => [day(7 * i), String(6 + ((i * i) % 5) + (i >= 320 && i < 323 ? 20 : 0))]),
  );

  it.each(Object.keys(detectors))('%s finds three weeks of twenty cases more', (name) => {
    const judged = isDetectorName(name) ? detectorOf(name).judge(weeks, {}) : [];
    expect(judged.some((week) => week.alarm && week.index >= 320 && week.index <= 324)).toBe(true);
  });

  it('is drawn with each alarm marked and texts escaped', () => {
    const judged = detectorOf('combined').judge(weeks, {});
    const svg = outbreakChart(judged, { title: 'a < b & c', says: 'bars', from: day(0), to: day(7) });
    expect(svg.split('<title>alarm</title>').length - 1).toBe(judged.filter((week) => week.alarm).length);
    expect(svg).toContain('a &lt; b &amp; c');
    expect(svg).not.toContain('NaN');
  });

  it('is not a name of another object', () => {
    expect(isDetectorName('toString')).toBe(false);
  });
});
