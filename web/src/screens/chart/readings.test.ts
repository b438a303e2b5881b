import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../../src/fhir/generated/types.ts';
import { flagOf, rangeInWords, seriesOf, vitalRank } from './readings.ts';

let count = 0;
const observed = (code: string, more: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  id: `o${++count}`,
  status: 'final',
  code: { text: code },
  effectiveDateTime: '2026-11-22T08:00:00Z',
  ...more,
});
const quantity = (value: number, code: string) => ({ valueQuantity: { value, unit: code, code, system: 'http://unitsofmeasure.org' } });

describe('series', () => {
  it('never hold two units', () => {
    const series = seriesOf([observed('Glucose', quantity(110, 'mg/dL')), observed('Glucose', quantity(6.1, 'mmol/L'))]);
    expect(series.map(({ unit, readings }) => [unit, readings.length])).toEqual([
      ['mg/dL', 1],
      ['mmol/L', 1],
    ]);
  });

  it('convert what is exactly convertible into the unit that is used most, and say so', () => {
    const [series] = seriesOf([
      observed('Temperature', quantity(37, 'Cel')),
      observed('Temperature', quantity(38.1, 'Cel')),
      observed('Temperature', { ...quantity(98.6, '[degF]'), effectiveDateTime: '2026-11-22T09:00:00Z' }),
    ]);
    expect(series).toMatchObject({ unit: 'Cel' });
    expect(series?.readings[2]).toMatchObject({ value: 37, shown: '37', converted: '98.6 °F' });
  });

  it('keep what is missing, with why, in the place where it would stand', () => {
    const [series] = seriesOf([
      observed('Pulse', quantity(70, '/min')),
      observed('Pulse', { effectiveDateTime: '2026-11-22T09:00:00Z', dataAbsentReason: { text: 'refused' } }),
    ]);
    expect(series?.readings[1]).toMatchObject({ shown: '', missing: 'refused' });
    expect(series?.readings[1]?.value).toBeUndefined();
  });

  it('put the components of one observation with one unit into one panel', () => {
    const part = (text: string, value: number) => ({ code: { text }, ...quantity(value, 'mm[Hg]') });
    const series = seriesOf([observed('Blood pressure', { component: [part('Systolic', 120), part('Diastolic', 80)] })]);
    expect(series.map(({ name }) => name)).toEqual(['Diastolic', 'Systolic']);
    expect(new Set(series.map(({ panel }) => panel)).size).toBe(1);
  });

  it('do not take the points of a score for quantities', () => {
    const points = { code: { text: 'Pulse' }, ...quantity(1, '{score}') };
    expect(seriesOf([observed('NEWS2', { ...quantity(3, '{score}'), component: [points] })]).map(({ name }) => name)).toEqual(['NEWS2']);
    expect(
      seriesOf([observed('NEWS2', { dataAbsentReason: { text: 'not possible' }, component: [points] })]).map(({ name }) => name),
    ).toEqual(['NEWS2']);
  });

  it('leave out what was entered in error, and keep words as words', () => {
    const series = seriesOf([
      observed('Pulse', { ...quantity(700, '/min'), status: 'entered-in-error' }),
      observed('Consciousness', { valueCodeableConcept: { text: 'Alert' } }),
    ]);
    expect(series.map(({ name, unit, readings }) => [name, unit, readings[0]?.shown])).toEqual([['Consciousness', undefined, 'Alert']]);
  });

  it('take a range only in a unit that can be compared', () => {
    const range = (unit: string) => ({ referenceRange: [{ low: { value: 3.5, code: unit }, high: { value: 5.1, code: unit } }] });
    const [ours] = seriesOf([observed('Potassium', { ...quantity(6.2, 'mmol/L'), ...range('mmol/L') })]);
    expect(ours?.readings[0]).toMatchObject({ low: 3.5, high: 5.1, flag: 'high' });
    const [other] = seriesOf([observed('Potassium', { ...quantity(6.2, 'mmol/L'), ...range('mg/dL') })]);
    expect(other?.readings[0]?.flag).toBeUndefined();
  });
});

describe('ranges in words', () => {
  it.each([
    ['3.5-5.1', { low: 3.5, high: 5.1 }],
    ['>60', { low: 60 }],
    ['< 5', { high: 5 }],
    ['5.1-3.5', {}],
    ['negative', {}],
    ['3.5-5.1 fasting', {}],
  ])('%s', (text, range) => expect(rangeInWords(text)).toEqual(range));

  it('count where no numbers were sent', () => {
    const [series] = seriesOf([observed('Potassium', { ...quantity(6.2, 'mmol/L'), referenceRange: [{ text: '3.5-5.1' }] })]);
    expect(series?.readings[0]).toMatchObject({ low: 3.5, high: 5.1, flag: 'high' });
  });
});

describe('vital signs', () => {
  it('stand in the order of the ward round', () => {
    const sign = (code: string) =>
      seriesOf([observed(code, { ...quantity(1, '/min'), code: { coding: [{ system: 'http://loinc.org', code }] } })])[0];
    const [pulse, breathing, weight] = ['8867-4', '9279-1', '29463-7'].map(sign);
    expect([pulse, breathing, weight].sort((a, b) => (a && b ? vitalRank(a) - vitalRank(b) : 0))).toEqual([breathing, pulse, weight]);
  });
});

describe('flags', () => {
  it('are what was sent, before what could be computed', () => {
    expect(flagOf([{ coding: [{ code: 'HH' }] }], 5, 3, 6)).toBe('critically high');
    expect(flagOf(undefined, 5, 6, 9)).toBe('low');
    expect(flagOf(undefined, 7, 6, 9)).toBe('normal');
    expect(flagOf(undefined, 7, undefined, undefined)).toBeUndefined();
    expect(flagOf([{ coding: [{ code: 'constructor' }] }], undefined, 1, 2)).toBeUndefined();
  });
});
