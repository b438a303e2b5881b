// Shares are told with their interval, small numbers as such, and a list for the telephone says what it is of.
import { expect, test } from 'vitest';
import type { ListRow } from './api.ts';
import { changeWords, countWords, listCsv, shareWords, trendLine } from './shape.ts';

const of = (share: number) => ({ share: { share, low: share / 2, high: share * 1.5 } });

test('a share is told with its interval, and what is kept back is not told', () => {
  expect(shareWords(of(0.5).share)).toBe('50 % (25 % to 75 %)');
  expect(shareWords(of(0.04).share)).toBe('4.0 % (2.0 % to 6.0 %)');
  expect(shareWords(null)).toBe('–');
  expect([countWords(null), countWords(0), countWords(1234)]).toEqual(['<5', '0', '1,234']);
});

test('twelve months are a line, without the months that have no share', () => {
  expect(trendLine([of(0), { share: null }, of(1)], 100, 20)).toBe('0.0,20.0 100.0,0.0');
  expect(changeWords([of(0.4), of(0.55)])).toBe('+15.0 points');
  expect(changeWords([of(0.55), { share: null }, of(0.4)])).toBe('−15.0 points');
  expect(changeWords([of(0.4)])).toBe('');
});

test('the list as CSV says its filters before its head, and no name is a formula', () => {
  const row: ListRow = {
    patient: 'p',
    mrn: '1',
    name: '=HYPERLINK("x")',
    born: '1960-01-01',
    phone: '+44 20',
    clinic: 'Riverside',
    practitioner: '',
    outcome: 'gap',
    reason: '',
    last: null,
    value: 9.4,
    due: '2025-01-01',
  };
  const text = listCsv([row], ['Diabetes: eye', 'clinic Riverside']);
  expect(text.split('\r\n').slice(0, 3)).toEqual([
    '# Diabetes: eye',
    '# clinic Riverside',
    'record_number,name,born,phone,clinic,outcome,reason,last,value,due',
  ]);
  expect(text).toContain(`"'=HYPERLINK(""x"")"`);
});
