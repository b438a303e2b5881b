// Which of two limits is the greater, where they can be compared: mass with mass, units with units, both by the same body measure.
import { amountFactor } from '../amount-units.ts';
import type { Amount } from '../contract.ts';

type Measure = Pick<Amount, 'value' | 'unit' | 'per'>;

/** a ÷ b; undefined where one is not stated or they cannot be compared. */
export function ratio(a: Measure | undefined, b: Measure | undefined): number | undefined {
  if (a === undefined || b === undefined || a.per !== b.per) return undefined;
  const [x, y] = [amountFactor[a.unit], amountFactor[b.unit]];
  return x.unit === y.unit ? (a.value * x.factor) / (b.value * y.factor) : undefined;
}

const rounding = 1e-9;
export const isAbove = (a: Measure | undefined, b: Measure | undefined): boolean => (ratio(a, b) ?? 0) > 1 + rounding;
export const differ = (a: Measure | undefined, b: Measure | undefined): boolean => Math.abs((ratio(a, b) ?? 1) - 1) > rounding;

/** What nobody gets more of, whatever the body: a limit without a body measure, or the cap of one with it. */
export const absolute = (amount: Amount | undefined): Measure | undefined =>
  amount === undefined ? undefined : amount.per === undefined ? amount : amount.cap;

export const written = (amount: Measure): string => `${amount.value} ${amount.unit}${amount.per === undefined ? '' : `/${amount.per}`}`;
