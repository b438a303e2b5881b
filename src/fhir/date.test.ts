import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateFault } from './date.ts';

const anyDay = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }));
const two = (n: number): string => String(n).padStart(2, '0');

describe('a date', () => {
  it('is accepted where the calendar has the day, and only there', () => {
    fc.assert(
      fc.property(anyDay, ([year, month, day]) => {
        const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
        const exists = new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
        expect(dateFault('date', text) === undefined).toBe(exists);
        expect(dateFault('dateTime', `${text}T10:00:00+01:00`) === undefined).toBe(exists);
        expect(dateFault('instant', `${text}T10:00:00.123456789Z`) === undefined).toBe(exists);
      }),
    );
  });

  it('may be a year or a month, where it is no instant', () => {
    expect(dateFault('date', '2026')).toBeUndefined();
    expect(dateFault('dateTime', '2026-07')).toBeUndefined();
    expect(dateFault('instant', '2026-07')).toMatch(/in full/);
  });
});

describe('a time', () => {
  it.each(['00:00:00', '23:59:60', '12:30:00.5'])('may be %s', (text) => {
    expect(dateFault('time', text)).toBeUndefined();
  });
  it.each(['24:00:00', '12:30', '12:30:61', '12:30:00Z', '1:00:00'])('may not be %s', (text) => {
    expect(dateFault('time', text)).toMatch(/hh:mm:ss/);
  });
});
