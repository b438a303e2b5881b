import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, canonicalRange } from './ucum.ts';

describe('amounts that are equal have the same canonical form', () => {
  test.each([
    [5.4, 'g', 5400, 'mg'],
    [1, 'mg/dL', 10, 'mg/L'],
    [37, 'Cel', 98.6, '[degF]'],
    [37, 'Cel', 310.15, 'K'],
    [1, 'm[IU]/L', 1, 'u[iU]/mL'],
    [1000, 'mmol/L', 1, 'mol/L'],
    [120, 'mm[Hg]', 12, 'cm[Hg]'],
    [72, '/min', 72, '{beats}/min'],
    [4, '10*3/uL', 4, '10*9/L'],
    [1, 'kg/m2', 1000, 'g/m2'],
    [0.3, '%', 0.003, '1'],
    [12, 'h', 0.5, 'd'],
  ])('%d %s = %d %s', (a, unitA, b, unitB) => {
    expect(canonical(a, unitA)).toEqual(canonical(b, unitB));
    expect(canonical(a, unitA)).toBeDefined();
  });
});

describe('what cannot be compared has different units', () => {
  test.each([
    ['mg/dL', 'mmol/L'],
    ['[iU]/L', "[arb'U]/L"],
    ['[iU]/L', '/L'],
    ['mol/L', 'eq/L'],
    ['mg', 'mL'],
    ['[iU]', '/[iU]'],
  ])('%s and %s', (a, b) => {
    expect(canonical(1, a)?.unit).toBeDefined();
    expect(canonical(1, a)?.unit).not.toBe(canonical(1, b)?.unit);
  });
});

test('pH stays as it is, because a higher pH is a lower concentration', () => {
  expect(canonical(7.4, '[pH]')).toEqual({ value: 7.4, unit: '[pH]' });
});

test('an open range stays open', () => {
  expect(canonicalRange(Number.NEGATIVE_INFINITY, 5, 'mg')).toEqual({ low: Number.NEGATIVE_INFINITY, high: 0.005, unit: 'g' });
});

test.each(['', 'foo', 'tablet', 'constructor', '__proto__', 'm/s2//', 'toString', 'x'.repeat(500), '((((', '[iU].[iU]', '\u0000', 'mg/'])(
  '%j is no unit that is compared',
  (unit) => {
    expect(canonical(1, unit)).toBeUndefined();
  },
);

test('nothing that can be written throws', () => {
  fc.assert(
    fc.property(
      fc.double(),
      fc.oneof(fc.string({ maxLength: 30 }), fc.stringMatching(/^[mgLkul[\]/.*0-9{}()'H-]{0,12}$/)),
      (value, unit) => {
        const made = canonical(value, unit);
        expect(made === undefined || !Number.isNaN(made.value) || Number.isNaN(value)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test('conversion keeps order and ratio', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      fc.constantFrom(['mg', 'g', 1e-3], ['mL', 'L', 1e-3], ['wk', 'd', 7], ['kPa', 'Pa', 1e3], ['[lb_av]', 'g', 453.59237]),
      (value, [from, to, factor]) => {
        const a = canonical(value, from as string);
        const b = canonical(value * (factor as number), to as string);
        expect(a?.unit).toBe(b?.unit);
        expect((a as { value: number }).value / (b as { value: number }).value).toBeCloseTo(1, 9);
        expect((canonical(value * 2, from as string) as { value: number }).value).toBeGreaterThan((a as { value: number }).value);
      },
    ),
  );
});
