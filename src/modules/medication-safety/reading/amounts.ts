// From what a product holds and what is given of it to the amounts of each ingredient: 2 tablets of 5/325 mg four times a day.
import type { Dose, DoseUnit, OrderedIngredient, Timing } from '../contract.ts';
import type { Form } from './quantities.ts';

/** One ingredient of what is given; strength of one tablet (puff, patch …), of one mL or, of a patch or a pump, an hour. */
export interface Part {
  ingredient: string;
  named: string;
  corrected: boolean;
  strength?: Dose & { per: 'form' | 'mL' | 'hour' };
  /** An undivided dose speaks of this one. */
  doseOf: boolean;
}

export interface Given {
  /** The most, where a range is ordered. */
  value: number;
  unit: DoseUnit | 'unit-of-form';
  form?: Form;
  per: { kg?: true; m2?: true; hour?: number; day?: number };
}

const formUnit: Partial<Record<Form, DoseUnit>> = {
  puff: 'puff',
  patch: 'patch',
  drop: 'drop',
  spray: 'application',
  application: 'application',
  ring: 'application',
};

/** `timing` decides how single and daily follow from each other; what cannot be worked out stays undefined. */
export function amountsOf(part: Part, parts: readonly Part[], given: Given | undefined, timing: Timing): OrderedIngredient {
  const found: OrderedIngredient = { ingredient: part.ingredient, named: part.named };
  if (part.corrected) found.corrected = true;
  if (part.strength && part.strength.per !== 'hour') found.strength = { value: part.strength.value, unit: part.strength.unit };
  const dose = given === undefined ? undefined : ofPart(part, parts, given);
  if (given === undefined || dose === undefined) return found;
  const { value, unit } = dose;
  const { kg, m2, hour, day } = given.per;
  const perBody = kg ? 'kg' : m2 ? 'm2' : undefined;
  const perHour = hour === undefined ? (part.strength?.per === 'hour' && dose.byStrength ? 1 : undefined) : hour;
  if (perHour !== undefined) {
    if (perBody) {
      found.hourlyPer = { value: value / perHour, unit, per: perBody };
      found.dailyPer = { value: (24 * value) / perHour, unit, per: perBody };
    } else {
      found.hourly = { value: value / perHour, unit };
      found.daily = { value: (24 * value) / perHour, unit };
    }
    return found;
  }
  const times = timing.once ? 1 : timing.perDay;
  // A whole day's dose, given in parts; without a count of parts only the day is known.
  const single = day === undefined ? value : times === undefined ? undefined : value / day / times;
  const daily = day === undefined ? (times === undefined ? undefined : value * times) : value / day;
  if (perBody) {
    if (single !== undefined) found.singlePer = { value: single, unit, per: perBody };
    if (daily !== undefined) found.dailyPer = { value: daily, unit, per: perBody };
  } else {
    if (single !== undefined) found.single = { value: single, unit };
    if (daily !== undefined) found.daily = { value: daily, unit };
  }
  return found;
}

function ofPart(part: Part, parts: readonly Part[], given: Given): (Dose & { byStrength?: true }) | undefined {
  const { value, unit } = given;
  if (unit === 'unit-of-form') {
    if (part.strength && part.strength.per !== 'mL')
      return { value: value * part.strength.value, unit: part.strength.unit, byStrength: true };
    return parts.length > 1 && !part.doseOf ? undefined : { value, unit: (given.form && formUnit[given.form]) ?? 'tablet' };
  }
  if (unit === 'mL') {
    if (part.strength?.per === 'mL') return { value: value * part.strength.value, unit: part.strength.unit, byStrength: true };
    return parts.length > 1 && !part.doseOf ? undefined : { value, unit };
  }
  if (parts.length === 1 || part.doseOf) return { value, unit };
  const main = parts.find((each) => each.doseOf);
  // The others follow in proportion where the strengths are known.
  if (main?.strength && part.strength && main.strength.unit === unit && main.strength.per === part.strength.per)
    return { value: (value / main.strength.value) * part.strength.value, unit: part.strength.unit };
  return undefined;
}

/** Doses by weight or surface turned into amounts where the body is known. */
export function withBody(one: OrderedIngredient, weightKg: number | undefined, surfaceM2: number | undefined): OrderedIngredient {
  const size = (per: 'kg' | 'm2') => (per === 'kg' ? weightKg : surfaceM2);
  const turn = (asked: { value: number; unit: DoseUnit; per: 'kg' | 'm2' } | undefined, known: Dose | undefined): Dose | undefined => {
    const by = asked && size(asked.per);
    return known ?? (asked && by !== undefined ? { value: asked.value * by, unit: asked.unit } : undefined);
  };
  const [single, daily, hourly] = [turn(one.singlePer, one.single), turn(one.dailyPer, one.daily), turn(one.hourlyPer, one.hourly)];
  return { ...one, ...(single && { single }), ...(daily && { daily }), ...(hourly && { hourly }) };
}
