// Rates of infusions as orders and pumps write them, an hour: 125 mL/h, 5 mg/h, 0.1 ug/kg/min. A rate by weight without a weight, and a
// unit that is none, are said and never guessed.
import { fail, ok, type Result } from '../../../fhir/result.ts';
import type { Amount } from '../contract.ts';

/** Unit of the amount as medication orders are read, and how many of it one is. */
const amounts: Readonly<Record<string, readonly [unit: string, factor: number]>> = {
  g: ['mg', 1000],
  mg: ['mg', 1],
  ug: ['mg', 1e-3],
  mcg: ['mg', 1e-3],
  ng: ['mg', 1e-6],
  '[iu]': ['unit', 1],
  iu: ['unit', 1],
  u: ['unit', 1],
  unit: ['unit', 1],
  units: ['unit', 1],
  mmol: ['mmol', 1],
  meq: ['mEq', 1],
  ml: ['mL', 1],
  l: ['mL', 1000],
};
const spans: Readonly<Record<string, number>> = { h: 1, hr: 1, hour: 1, min: 60, minute: 60, d: 1 / 24, day: 1 / 24 };
const form = /^(\[?[a-z]{1,8}\]?)(\/kg)?\/(h|hr|hour|min|minute|d|day)$/;

/** No order and no pump says more; what does is a slip or a fault. */
export const rateMax = 1e6;

/** The amount an hour. */
export function anHour(value: number, unit: string, weightKg: number | undefined): Result<Amount> {
  const said = `${String(value).slice(0, 20)} ${unit.slice(0, 30)}`;
  const [, amount = '', byWeight, span = ''] = form.exec(unit.slice(0, 40).trim().toLowerCase()) ?? [];
  const [base, factor] = (Object.hasOwn(amounts, amount) ? amounts[amount] : undefined) ?? ['', 0];
  if (base === '') return fail('invalid', `${said} is no rate that is known here`);
  if (!Number.isFinite(value) || value < 0 || value > rateMax) return fail('invalid', `${said} is no rate that can be`);
  if (byWeight !== undefined && weightKg === undefined) return fail('precondition', `${said} is by weight, and no weight is known`);
  return ok({ value: rounded(value * factor * (byWeight === undefined ? 1 : (weightKg ?? 0)) * (spans[span] ?? 1)), unit: base });
}

/** Floating-point dust is no digit of a rate. */
export const rounded = (value: number): number => Number(value.toPrecision(9));
/** As it is said to people. */
export const figure = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-GB') : String(Number(value.toPrecision(3)));
