// SFLOAT and FLOAT: exact digits, and the words that are no numbers.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalOf, readFloat, readSfloat, sfloatBits } from './sfloat.ts';

describe('an SFLOAT', () => {
  test.each([
    [0x07ff, 'NaN'],
    [0x0800, 'NRes'],
    [0x07fe, '+INF'],
    [0x0802, '-INF'],
    [0x0801, 'reserved'],
  ])('%i is a word and no number', (bits, word) => {
    expect(readSfloat(bits)).toEqual({ absent: word });
  });

  test('says the value with the digits that the device gave', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2045, max: 2045 }), fc.integer({ min: -8, max: 7 }), (mantissa, exponent) => {
        const read = readSfloat(sfloatBits(mantissa, exponent));
        if (!('value' in read)) throw new Error('a word');
        expect(Number(read.value)).toBeCloseTo(mantissa * 10 ** exponent, 8);
        const decimals = /\.(\d+)$/.exec(String(read.value))?.[1]?.length ?? 0;
        expect(decimals).toBe(Math.max(0, -exponent));
      }),
    );
  });

  test('is a number or a word for every sixteen bits', () => {
    const neither = Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => {
      const read = readSfloat(bits);
      return !('absent' in read) && !Number.isFinite(Number(read.value));
    });
    expect(neither).toEqual([]);
  });
});

test('a FLOAT is read alike', () => {
  expect(readFloat(0xff00016c)).toEqual({ value: decimalOf(364, -1) });
  expect(String((readFloat(0xff00016c) as { value: unknown }).value)).toBe('36.4');
  expect(readFloat(0x007fffff)).toEqual({ absent: 'NaN' });
  expect(readFloat(0x00800002)).toEqual({ absent: '-INF' });
});
