// Numbers of areas in words: what is kept back is not what is not there, and an alert that is closed marks nothing.
import { expect, test } from 'vitest';
import type { Alert, AreaRow } from './api.ts';
import { areasInAlerts, levelWordsOf, markOf, rowWords } from './words.ts';

const row = (more: Partial<AreaRow>): AreaRow => ({
  area: '1',
  cases: 0,
  visits: 9,
  expected: 0,
  ratio: null,
  rate: null,
  crude: null,
  ...more,
});

test('kept back, nothing to compare with and no visits are three things', () => {
  expect(rowWords(row({ cases: null, expected: null }))).toBe('<5, kept back');
  expect([rowWords(row({})), markOf(row({}))]).toEqual(['0, nothing to compare with', '']);
  const high = row({ cases: 23, expected: 4.5, ratio: { value: 5.1, lower: 3.2, upper: 7.7 } });
  expect([rowWords(high), markOf(high), levelWordsOf(high)]).toEqual([
    '23 of 4.5 expected, more than expected',
    '▲▲',
    'more than expected',
  ]);
});

test('outlined are areas of alerts of this syndrome and these days that are not closed', () => {
  const part = { facet: 'area', value: '3', first: '2026-03-02', last: '2026-03-04' };
  const alert = (more: object): Alert =>
    ({
      syndrome: 'fever',
      state: 'new',
      facet: 'all',
      value: '',
      first: '2026-03-02',
      last: '2026-03-05',
      parts: [part],
      ...more,
    }) as unknown as Alert;
  const marked = (more: object, first = '2026-03-01', last = '2026-03-31'): string[] => [
    ...areasInAlerts([alert(more)], 'fever', first, last),
  ];
  expect(marked({})).toEqual(['3']);
  expect(marked({ state: 'investigating', facet: 'area', value: '4', parts: [] })).toEqual(['4']);
  for (const more of [{ state: 'explained' }, { state: 'dismissed' }, { syndrome: 'rash' }]) expect(marked(more)).toEqual([]);
  expect(marked({}, '2026-03-05')).toEqual([]);
});
