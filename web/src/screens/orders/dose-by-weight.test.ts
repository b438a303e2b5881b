import { expect, it } from 'vitest';
import type { Observation } from '../../../../src/fhir/generated/types.ts';
import { amountOf, doseByWeight, kilogramsOf, weightOf } from './dose-by-weight.ts';

const observed = (status: Observation['status'], value: number, code: string): Observation => ({
  resourceType: 'Observation',
  status,
  code: {},
  valueQuantity: { value, code },
});

it('reckons with kilograms, grams and pounds, and with nothing else', () => {
  expect(kilogramsOf({ value: 70.2, code: 'kg' })).toBe(70.2);
  expect(kilogramsOf({ value: 3250, code: 'g' })).toBe(3.25);
  expect(kilogramsOf({ value: 100, code: '[lb_av]' })).toBe(45.3592);
  for (const quantity of [undefined, { value: 70 }, { value: 11, code: '[stone_av]' }, { value: 0, code: 'kg' }])
    expect(kilogramsOf(quantity)).toBeUndefined();
});

it('takes the newest weight that stands', () => {
  const [wrong, unknown, right] = [observed('entered-in-error', 700, 'kg'), observed('final', 11, '{stone}'), observed('final', 70, 'kg')];
  expect(weightOf([wrong, unknown, right])).toBe(right);
  expect(weightOf([wrong])).toBeUndefined();
});

it('multiplies without digits that nobody wrote', () => {
  expect(doseByWeight(0.1, 3)).toBe(0.3);
  expect(doseByWeight(15, 70.2)).toBe(1053);
});

it.each([
  ['12,5', 12.5],
  [' 15 ', 15],
  ['0', undefined],
  ['-3', undefined],
  ['1e3', undefined],
  ['', undefined],
])('reads %j as %s', (typed, value) => expect(amountOf(typed)).toBe(value));
