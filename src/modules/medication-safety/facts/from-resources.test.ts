// Results that are told in words or by their interpretation alone.
import { expect, it } from 'vitest';
import { library } from '../../../../test/medication/library.ts';
import type { Observation } from '../../../fhir/generated/types.ts';
import { factsOf } from './from-resources.ts';

const asOfMs = Date.parse('2026-11-22T12:00:00Z');
const values = (code: string, more: Partial<Observation>): number[] => {
  const result: Observation = {
    resourceType: 'Observation',
    id: 'r',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code }] },
    effectiveDateTime: '2026-11-21T08:00:00Z',
    ...more,
  };
  return [...factsOf({ asOfMs, resources: [result], notRead: [] }, library).laboratory.values()].flat().map(({ value }) => value);
};
const thc = '3426-4';
const potassium = '2823-3';
const interpreted = (code: string) => ({ interpretation: [{ coding: [{ system: 'http://hl7.org/fhir/v2/0078', code }] }] });

it('a drug screen is what its value says, or its interpretation where it has none', () => {
  expect(values(thc, interpreted('POS'))).toEqual([1]);
  expect(values(thc, interpreted('NEG'))).toEqual([0]);
  expect(values(thc, { valueString: 'Not detected', ...interpreted('POS') })).toEqual([0]);
  expect(values(thc, { valueBoolean: true })).toEqual([1]);
  expect(values(thc, { interpretation: [{ text: 'positive' }] })).toEqual([1]);
  expect(values(thc, interpreted('H'))).toEqual([]);
});

it('a concentration is a number or not known: "normal" is not zero', () => {
  expect(values(potassium, { valueString: 'normal' })).toEqual([]);
  expect(values(potassium, interpreted('NEG'))).toEqual([]);
  expect(values('20447-9', { valueString: 'Not detected' })).toEqual([0]);
  expect(values(potassium, { valueQuantity: { value: 4.1, unit: 'mmol/L', code: 'mmol/L' } })).toEqual([4.1]);
});
