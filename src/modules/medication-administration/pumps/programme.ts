// What a pump is to be programmed with: the rate of the order, by what a mL of the bag that was scanned holds. Where it cannot be worked
// out, why: the nurse programmes by hand then, and nothing that the pump says later is called right.
import type { Amount, BedsideOrder, Product } from '../contract.ts';
import type { Programme, Span } from './contract.ts';
import { figure, rounded } from './rates.ts';

export function programmeOf(
  order: BedsideOrder,
  product: Product | undefined,
  { tolerance, weightKg }: { tolerance: number; weightKg?: number },
): Programme {
  const drug = (order.ingredients.map(({ title }) => title).join(' and ') || order.title).slice(0, 120);
  const [main] = order.ingredients;
  const perMl = product?.ingredients.find(({ id }) => id === main?.id)?.perMl;
  const base: Programme = {
    drug,
    tolerance,
    ...(perMl === undefined || order.ingredients.length !== 1 ? {} : { perMl }),
    ...(product?.volumeMl === undefined ? {} : { volumeMl: product.volumeMl }),
    ...(weightKg === undefined ? {} : { weightKg }),
  };
  const { rate } = order;
  if (rate === undefined) return { ...base, why: 'the order says no rate' };
  if ('why' in rate) return { ...base, why: rate.why };
  const { unit, ...span } = rate;
  if (unit === 'mL') return { ...base, rate: span, ...doseOf(span, base.perMl) };
  if (base.perMl === undefined) return { ...base, dose: rate, why: 'what a mL of the bag holds is not known' };
  if (base.perMl.unit !== unit || base.perMl.value <= 0)
    return { ...base, dose: rate, why: `the order is in ${unit}, the bag in ${base.perMl.unit}` };
  const { value } = base.perMl;
  return { ...base, dose: rate, rate: { low: rounded(span.low / value), high: rounded(span.high / value) } };
}

const doseOf = ({ low, high }: Span, perMl: Amount | undefined): Pick<Programme, 'dose'> =>
  perMl === undefined ? {} : { dose: { low: rounded(low * perMl.value), high: rounded(high * perMl.value), unit: perMl.unit } };

export const spanText = ({ low, high }: Span): string => (low === high ? figure(low) : `${figure(low)} to ${figure(high)}`);

/** `10 mL/h`; undefined where it is not known. */
export const rateText = ({ rate }: Programme): string | undefined => (rate === undefined ? undefined : `${spanText(rate)} mL/h`);

/** How it comes about, in words. */
export function programmeWords({ drug, dose, perMl, volumeMl, weightKg, why }: Programme): string {
  return [
    drug,
    dose === undefined ? '' : `${spanText(dose)} ${dose.unit} an hour`,
    perMl === undefined ? '' : `${figure(perMl.value)} ${perMl.unit} in a mL`,
    weightKg === undefined ? '' : `weight ${figure(weightKg)} kg`,
    volumeMl === undefined ? '' : `volume ${figure(volumeMl)} mL`,
    why === undefined ? '' : `no rate: ${why}`,
  ]
    .filter((one) => one !== '')
    .join(', ');
}
