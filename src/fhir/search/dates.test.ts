import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInterval } from './dates.ts';

const at = (text: string): number => Date.parse(text);

describe('a date is the interval that its precision leaves open', () => {
  test.each([
    ['2013', '2013-01-01T00:00:00Z', '2014-01-01T00:00:00Z'],
    ['2013-01', '2013-01-01T00:00:00Z', '2013-02-01T00:00:00Z'],
    ['2013-12', '2013-12-01T00:00:00Z', '2014-01-01T00:00:00Z'],
    ['2013-01-14', '2013-01-14T00:00:00Z', '2013-01-15T00:00:00Z'],
    ['2012-02-29', '2012-02-29T00:00:00Z', '2012-03-01T00:00:00Z'],
    ['2013-01-14T10:00', '2013-01-14T10:00:00Z', '2013-01-14T10:01:00Z'],
    ['2013-01-14T10:00:00', '2013-01-14T10:00:00Z', '2013-01-14T10:00:01Z'],
    ['2013-01-14T10:00:00+02:00', '2013-01-14T08:00:00Z', '2013-01-14T08:00:01Z'],
    ['2013-01-14T10:00:00-05:30', '2013-01-14T15:30:00Z', '2013-01-14T15:30:01Z'],
    ['2013-01-14T10:00:00.123Z', '2013-01-14T10:00:00.123Z', '2013-01-14T10:00:00.124Z'],
    ['2013-01-14T10:00:00.123456Z', '2013-01-14T10:00:00.123Z', '2013-01-14T10:00:00.124Z'],
    ['2013-01-14T10:00:00.5Z', '2013-01-14T10:00:00.500Z', '2013-01-14T10:00:00.600Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z', '2017-01-01T00:00:01Z'],
  ])('%s', (text, from, to) => {
    expect(parseInterval(text)).toEqual({ fromMs: at(from), toMs: at(to) });
  });
});

test('the first century is not the twentieth', () => {
  expect(new Date(parseInterval('0033-04-03')?.fromMs as number).toISOString()).toBe('0033-04-03T00:00:00.000Z');
  expect(new Date(parseInterval('0099')?.toMs as number).toISOString()).toBe('0100-01-01T00:00:00.000Z');
});

test.each([
  '',
  '13',
  '2013-13',
  '2013-00',
  '2013-02-29',
  '2013-04-31',
  '2013-01-14T24:00',
  '2013-01-14T10:60',
  '2013-01-14T10',
  '2013-01-14 10:00',
  '2013-01-14T10:00+15:00',
  ' 2013',
  '2013-1-1',
  'NaN',
  '20130114',
])('%j is no date', (text) => {
  expect(parseInterval(text)).toBeUndefined();
});

test('every instant lies within its own text, cut anywhere', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true }),
      fc.constantFrom(4, 7, 10, 24),
      (date, length) => {
        const interval = parseInterval(date.toISOString().slice(0, length));
        expect(interval && interval.fromMs <= date.getTime() && date.getTime() < interval.toMs).toBe(true);
      },
    ),
  );
});
