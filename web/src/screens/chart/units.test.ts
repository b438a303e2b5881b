import { describe, expect, it } from 'vitest';
import { convert, convertible, unitOf, unitWords } from './units.ts';

describe('units', () => {
  it.each([
    [98.6, '[degF]', 'Cel', 37],
    [37, 'Cel', '[degF]', 98.6],
    [12.5, 'g/dL', 'g/L', 125],
    [88.4, 'umol/L', 'mmol/L', 0.0884],
    [10, '[lb_av]', 'kg', 4.5359237],
    [1.8, 'm', 'cm', 180],
  ])('%d %s is exactly %s', (value, from, to, is) => expect(convert(value, from, to)).toBeCloseTo(is, 10));

  it.each([
    ['mg/dL', 'mmol/L'],
    ['mm[Hg]', 'kPa'],
    ['U/L', '[IU]/L'],
    ['%', '{score}'],
    ['Cel', 'kg'],
  ])('%s is never made %s', (from, to) => {
    expect(convertible(from, to)).toBe(false);
    expect(convert(1, from, to)).toBeUndefined();
  });

  it('knows one unit by its spellings', () => {
    expect(unitOf(undefined, '°C')).toBe('Cel');
    expect(unitOf(undefined, 'mmHg')).toBe('mm[Hg]');
    expect(unitOf('µmol/l', undefined)).toBe('umol/L');
    expect(unitOf('constructor', undefined)).toBe('constructor');
    expect(unitWords('umol/L')).toBe('µmol/L');
    expect(unitWords('10*3/uL')).toBe('10³/µL');
    expect(unitWords('mL/min/{1.73_m2}')).toBe('mL/min/1.73 m²');
    expect(unitWords('kg/m2')).toBe('kg/m²');
  });
});
