import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readerOf, writerOf } from './binary.ts';

const there = (type: string, text: string): string => readerOf(type)!(writerOf(type)!(text));

test.each([
  ['numeric', '12345.6780', '0003000100000004000109291a7c'],
  ['numeric', '-0.0001', '0001ffff400000040001'],
  ['numeric', '10000', '00010001000000000001'],
  ['date', '2000-01-02', '00000001'],
  ['timestamptz', '2000-01-01 00:00:01.5+00', '000000000016e360'],
  ['float8', '1.5', '3ff8000000000000'],
  ['bool', 't', '01'],
])('%s %s as PostgreSQL sends it', (type, text, hex) => {
  expect(writerOf(type)!(text).toString('hex')).toBe(hex);
});

test('numbers, days and moments come back as they went', () => {
  fc.assert(fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => there('int8', String(value)) === String(value)));
  fc.assert(
    fc.property(fc.double({ noDefaultInfinity: false }), (value) => Object.is(Number(there('float8', String(value))) + 0, value + 0)),
  );
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.nat(12), (value, places) => {
      const digits = String(value < 0n ? -value : value).padStart(places + 1, '0');
      const text = `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}${places === 0 ? '' : `.${digits.slice(-places)}`}`;
      expect(there('numeric', text)).toBe(text);
    }),
  );
  fc.assert(
    fc.property(fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (value) => {
      const text = `${value.toISOString().slice(0, -1).replace('T', ' ')}000+00`;
      expect(there('timestamptz', text)).toBe(text);
      expect(there('date', text.slice(0, 10))).toBe(text.slice(0, 10));
    }),
  );
});
