// The cases of web/src/screens/analytics/plotted.test.ts, for the twin of the server.
import { describe, expect, it } from 'vitest';
import { type Answer, momentOf, plotted, seriesMost, suggested } from './plotted.ts';

const answer = (columns: [string, string][], ...rows: Answer['rows']): Answer => ({
  columns: columns.map(([name, type]) => ({ name, type })),
  rows,
});
const byDay = answer(
  [
    ['day', 'DATE'],
    ['visits', 'BIGINT'],
  ],
  ['2026-03-01', 3],
  ['2026-03-02', null],
  ['2026-03-03', 5],
);

describe('an answer as a chart', () => {
  it('has its points at their days, and counts what has no value instead of drawing nought', () => {
    expect(plotted(byDay, { kind: 'line', x: 'day', y: 'visits' })).toEqual({
      x: { column: 'day', axis: 'time' },
      y: { column: 'visits', unit: '' },
      series: [
        {
          name: '',
          points: [
            { x: Date.UTC(2026, 2, 1), y: 3, row: 0 },
            { x: Date.UTC(2026, 2, 3), y: 5, row: 2 },
          ],
        },
      ],
      missing: 1,
      left: 0,
    });
  });

  it('lays bars of words on their side', () => {
    const drugs = answer(
      [
        ['drug', 'VARCHAR'],
        ['orders', 'BIGINT'],
      ],
      ['heparin', 4],
      ['insulin', 2],
    );
    expect(plotted(drugs, { kind: 'bar', x: 'orders', y: 'drug' })).toMatchObject({
      x: { column: 'drug', axis: 'words' },
      series: [
        {
          points: [
            { x: 'heparin', y: 4 },
            { x: 'insulin', y: 2 },
          ],
        },
      ],
    });
  });

  it('draws the largest series where there are too many, in the order in which they came', () => {
    const rows = Array.from({ length: 14 }, (_, at) => ['2026-03-01', `ward ${at}`, at]);
    const many = plotted(
      answer(
        [
          ['day', 'DATE'],
          ['ward', 'VARCHAR'],
          ['n', 'BIGINT'],
        ],
        ...rows,
      ),
      { kind: 'line', x: 'day', y: 'n', series: 'ward' },
    );
    expect(many?.series.map(({ name }) => name)).toEqual(Array.from({ length: seriesMost }, (_, at) => `ward ${at + 4}`));
    expect(many?.left).toBe(4);
  });

  it('is none where the columns are not there or are no numbers', () => {
    expect(plotted(byDay, { kind: 'line', x: 'day', y: 'nothing' })).toBeUndefined();
    expect(plotted(byDay, { kind: 'line', x: 'visits', y: 'day' })).toBeUndefined();
  });

  it('reads moments as they are written', () => {
    expect(momentOf('2026-03-01 10:30:00+00')).toBe(Date.UTC(2026, 2, 1, 10, 30));
    expect(momentOf('yesterday')).toBeNaN();
  });

  it('suits the columns where nothing is wished', () => {
    expect(suggested(byDay)).toEqual({ kind: 'line', x: 'day', y: 'visits' });
    expect(suggested(answer([['n', 'BIGINT']], [4]))).toEqual({ kind: 'number', y: 'n' });
    expect(
      suggested(
        answer(
          [
            ['a', 'VARCHAR'],
            ['b', 'VARCHAR'],
          ],
          ['x', 'y'],
        ),
      ),
    ).toEqual({ kind: 'table' });
    expect(
      suggested(
        answer(
          [
            ['drug', 'VARCHAR'],
            ['n', 'BIGINT'],
          ],
          ['x', 1],
        ),
      ),
    ).toEqual({ kind: 'bar', x: 'n', y: 'drug' });
  });
});
