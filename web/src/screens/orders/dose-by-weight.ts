// A dose by weight: an amount for each kilogram times the weight. Nothing is rounded to a product: that is for whoever orders.
import type { Observation, Quantity } from '../../../../src/fhir/generated/types.ts';

/** How many kilograms one of the unit is (UCUM codes; the pound is exact). */
const kilograms: readonly (readonly [unit: string, factor: number])[] = [
  ['kg', 1],
  ['g', 0.001],
  ['[lb_av]', 0.45359237],
  ['lb', 0.45359237],
  ['lbs', 0.45359237],
];

/** Undefined: it is no weight that can be reckoned with. */
export function kilogramsOf(quantity: Quantity | undefined): number | undefined {
  const factor = kilograms.find(([unit]) => unit === (quantity?.code ?? quantity?.unit))?.[1];
  const value = Number(quantity?.value ?? 0);
  return factor === undefined || !(value > 0) ? undefined : Number((value * factor).toPrecision(6));
}

/** LOINC: body weight; measured; stated. */
export const weightCodes = ['29463-7', '3141-9', '3142-7'].map((code) => `http://loinc.org|${code}`).join(',');

export const weightOf = (observations: readonly Observation[]): Observation | undefined =>
  observations.find(
    ({ status, valueQuantity }) => !['entered-in-error', 'cancelled'].includes(status) && kilogramsOf(valueQuantity) !== undefined,
  );

/** Typed numbers, with a point or a comma; undefined: not one, or none above nothing. */
export function amountOf(typed: string): number | undefined {
  const text = typed.trim().replace(',', '.');
  const value = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : undefined;
}

/** `13.5 mg`: three digits after the point at most. */
export const doseByWeight = (perKg: number, kg: number): number => Number((perKg * kg).toFixed(3));
