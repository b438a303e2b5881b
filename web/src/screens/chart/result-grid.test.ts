import { describe, expect, it } from 'vitest';
import type { Flag, Reading, Series } from './readings.ts';
import { gridOf } from './result-grid.ts';

const reading = (day: string, value: number, flag: Flag = 'normal'): Reading => ({
  id: `${day} ${value}`,
  at: day,
  atMs: Date.parse(day),
  value,
  shown: String(value),
  flag,
});
const series = (name: string, category: string, ...readings: Reading[]): Series => ({
  key: name,
  name,
  unit: 'u',
  category,
  panel: name,
  panelName: name,
  readings,
});
const chart = [
  series('Potassium', 'Laboratory', reading('2026-11-01', 4), reading('2026-11-03', 6.2, 'high')),
  series('Sodium', 'Laboratory', reading('2026-11-02', 140)),
  series('Pulse', 'Vital signs', reading('2026-11-03', 70), reading('2026-11-03', 72)),
];
const all = { abnormalOnly: false, columns: 10 };

describe('the grid of results', () => {
  it('has a column a day, newest first, and a row a quantity', () => {
    const { days, rows } = gridOf(chart, all);
    expect(days).toEqual(['2026-11-03', '2026-11-02', '2026-11-01']);
    expect(rows.map((row) => [row.series.name, [...row.days.keys()]])).toEqual([
      ['Potassium', ['2026-11-03', '2026-11-01']],
      ['Sodium', ['2026-11-02']],
      ['Pulse', ['2026-11-03']],
    ]);
  });

  it('has the newest of a day first', () => {
    expect(
      gridOf(chart, all)
        .rows[2]?.days.get('2026-11-03')
        ?.map(({ value }) => value),
    ).toEqual([72, 70]);
  });

  it('leaves out what is not asked for, and days of which nothing is left', () => {
    expect(gridOf(chart, { ...all, category: 'Vital signs' }).days).toEqual(['2026-11-03']);
    expect(gridOf(chart, { ...all, abnormalOnly: true }).rows.map((row) => row.series.name)).toEqual(['Potassium']);
  });

  it('goes back and forth by pages of days', () => {
    const newest = gridOf(chart, { ...all, columns: 2 });
    expect(newest).toMatchObject({ days: ['2026-11-03', '2026-11-02'], older: '2026-11-01' });
    const before = gridOf(chart, { ...all, columns: 2, upTo: '2026-11-01' });
    expect(before).toMatchObject({ days: ['2026-11-01'], newer: '2026-11-03' });
    expect(before.older).toBeUndefined();
  });
});
