// The rate at which an order is to run, an hour: as its structure says it, else as its words were understood. By weight without a weight,
// and in a unit that nobody knows, it is told why there is none.
import { toNumber } from '../../fhir/decimal.ts';
import type { MedicationRequest, Quantity } from '../../fhir/generated/types.ts';
import type { BedsideOrder } from '../../modules/medication-administration/contract.ts';
import { anHour } from '../../modules/medication-administration/pumps/rates.ts';
import type { Order } from '../../modules/medication-safety/contract.ts';
import { withBody } from '../../modules/medication-safety/reading/amounts.ts';

export function rateOf(one: MedicationRequest, order: Order, weightKg: number | undefined): Pick<BedsideOrder, 'rate'> {
  const said = (one.dosageInstruction ?? []).flatMap(({ doseAndRate }) => doseAndRate ?? []);
  const rates = said.filter(({ rateQuantity, rateRange, rateRatio }) => (rateQuantity ?? rateRange ?? rateRatio) !== undefined);
  if (rates.length > 1) return { rate: { why: 'the order names several rates' } };
  const [rate] = rates;
  if (rate !== undefined) {
    const { low, high } = rate.rateRange ?? { low: rate.rateQuantity, high: rate.rateQuantity };
    return rate.rateRatio === undefined ? between(low ?? high, high ?? low, weightKg) : ratio(rate.rateRatio, weightKg);
  }
  const [main, other] = order.ingredients;
  if (main === undefined || other !== undefined) return {};
  const { hourly } = withBody(main, weightKg, undefined);
  if (hourly !== undefined) return { rate: { low: hourly.value, high: hourly.value, unit: hourly.unit } };
  return main.hourlyPer === undefined
    ? {}
    : { rate: { why: `the order is by ${main.hourlyPer.per === 'kg' ? 'weight, and no weight' : 'body surface, and none'} is known` } };
}

function between(low: Quantity | undefined, high: Quantity | undefined, weightKg: number | undefined): Pick<BedsideOrder, 'rate'> {
  const [from, to] = [low, high].map((one) =>
    one?.value === undefined ? undefined : anHour(toNumber(one.value), one.code ?? one.unit ?? '', weightKg),
  );
  if (from === undefined || to === undefined) return {};
  const wrong = from.ok ? to : from;
  if (!from.ok || !to.ok) return { rate: { why: wrong.ok ? 'the rate cannot be read' : wrong.problem.message } };
  return from.value.unit === to.value.unit && from.value.value <= to.value.value
    ? { rate: { low: from.value.value, high: to.value.value, unit: from.value.unit } }
    : { rate: { why: 'the two ends of the rate do not fit together' } };
}

/** 250 mL per 2 h. */
function ratio({ numerator, denominator }: { numerator?: Quantity; denominator?: Quantity }, weightKg: number | undefined) {
  const [over, under] = [numerator?.value, denominator?.value].map((value) => (value === undefined ? Number.NaN : toNumber(value)));
  const value = (over ?? Number.NaN) / (under ?? Number.NaN);
  const unit = `${numerator?.code ?? numerator?.unit ?? ''}/${denominator?.code ?? denominator?.unit ?? ''}`;
  return Number.isFinite(value)
    ? between({ value, unit }, { value, unit }, weightKg)
    : { rate: { why: 'the rate of the order cannot be read' } };
}
