// What a vital-signs Observation says about the inputs of a score: each value of its own and each component, in the
// input's unit. A value that cannot be used is kept as a reading that says why, so that an older one does not hide it.

import { type Decimal, toNumber } from '../../fhir/decimal.ts';
import type { CodeableConcept, Observation, ObservationComponent, Quantity } from '../../fhir/generated/types.ts';
import type { BandedScore, ChoiceInput, InputValue, QuantityInput, ScoreInput, Threshold } from '../../methods/banded-score.ts';

export interface Reading {
  input: ScoreInput;
  atMs: number;
  value: InputValue;
  /** `Observation/id` */
  reference: string;
  preliminary: boolean;
  encounter?: string;
}

type Sources = ReadonlyMap<string, { input: ScoreInput; threshold?: Threshold }>;

const sourcesOf = new WeakMap<BandedScore, Sources>();
const usable = new Set(['preliminary', 'final', 'amended', 'corrected']);

function sources(score: BandedScore): Sources {
  const known = sourcesOf.get(score);
  if (known) return known;
  const made = new Map(
    score.inputs.flatMap((input) => input.sources.map((s) => [`${s.system}|${s.code}`, { input, threshold: s.threshold }] as const)),
  );
  sourcesOf.set(score, made);
  return made;
}

/** The instant of an Observation in milliseconds; undefined where it is not known to the minute. A Period counts at its end. */
export function effectiveMs(observation: Observation): number | undefined {
  const { effectivePeriod } = observation;
  const text = observation.effectiveDateTime ?? observation.effectiveInstant ?? effectivePeriod?.end ?? effectivePeriod?.start;
  if (text === undefined || !text.includes('T')) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether any of its codes is an input of the score, whatever its status or value. */
export function isInputOf(score: BandedScore, observation: Observation): boolean {
  const known = sources(score);
  const mentioned = (code: CodeableConcept) => code.coding?.some((c) => known.has(`${c.system}|${c.code}`)) ?? false;
  return mentioned(observation.code) || (observation.component?.some((component) => mentioned(component.code)) ?? false);
}

/** Readings of a usable Observation, by its own code and by its components. None for one that is cancelled or entered in error. */
export function readingsOf(score: BandedScore, observation: Observation): Reading[] {
  const atMs = effectiveMs(observation);
  if (atMs === undefined || !usable.has(observation.status)) return [];
  const known = sources(score);
  const readings: Reading[] = [];
  const take = (part: Observation | ObservationComponent) => {
    for (const coding of part.code.coding ?? []) {
      const source = known.get(`${coding.system}|${coding.code}`);
      if (source === undefined) continue;
      readings.push({
        input: source.input,
        atMs,
        value: inputValue(source.input, source.threshold, part),
        reference: `Observation/${observation.id}`,
        preliminary: observation.status === 'preliminary',
        encounter: observation.encounter?.reference,
      });
      return; // further codings say the same in other words
    }
  };
  take(observation);
  observation.component?.forEach(take);
  return readings;
}

function inputValue(input: ScoreInput, threshold: Threshold | undefined, part: Observation | ObservationComponent): InputValue {
  if (part.dataAbsentReason) {
    const reason = part.dataAbsentReason;
    return {
      missing: `recorded as not available (${reason.text ?? reason.coding?.[0]?.display ?? reason.coding?.[0]?.code ?? 'no reason'})`,
    };
  }
  if (input.kind === 'quantity') return quantityOf(input, part.valueQuantity);
  return threshold ? beyond(threshold, part.valueQuantity) : choiceOf(input, part);
}

function quantityOf(input: QuantityInput, quantity: Quantity | undefined): InputValue {
  const exact = exactNumber(quantity);
  if (typeof exact === 'object') return exact;
  const rule = input.units.find((unit) => unitIs(quantity, [unit.code, ...(unit.also ?? [])]));
  if (rule === undefined) return unknownUnit(quantity, input.units[0].code);
  const { minus = 0, times = 1, over = 1 } = rule;
  return ((exact - minus) * times) / over;
}

function beyond(threshold: Threshold, quantity: Quantity | undefined): InputValue {
  const exact = exactNumber(quantity);
  if (typeof exact === 'object') return exact;
  if (!unitIs(quantity, threshold.units)) return unknownUnit(quantity, threshold.units[0] ?? '');
  return exact > threshold.above ? threshold.then : threshold.otherwise;
}

function exactNumber(quantity: Quantity | undefined): number | { missing: string } {
  const value: number | Decimal | undefined = quantity?.value;
  if (value === undefined) return { missing: 'recorded without a value with unit' };
  const number = toNumber(value);
  if (!Number.isFinite(number)) return { missing: 'recorded value is no number' };
  return quantity?.comparator ? { missing: `recorded as ${quantity.comparator} ${number}, not as an exact value` } : number;
}

/** The coded unit decides; its text only where there is no code. */
const unitIs = (quantity: Quantity | undefined, names: string[]): boolean => names.includes(quantity?.code ?? quantity?.unit ?? '');

function unknownUnit(quantity: Quantity | undefined, expected: string): InputValue {
  const unit = quantity?.code ?? quantity?.unit;
  return { missing: unit === undefined ? `recorded without a unit, ${expected} needed` : `recorded in ${unit}, ${expected} needed` };
}

function choiceOf(input: ChoiceInput, part: Observation | ObservationComponent): InputValue {
  const concept = part.valueCodeableConcept;
  const words = [part.valueString, part.valueInteger?.toString(), concept?.text, ...(concept?.coding?.map((c) => c.display) ?? [])]
    .filter((word) => word !== undefined)
    .map((word) => word.trim().toLowerCase());
  const meant = input.choices.filter(
    (choice) =>
      words.some((word) => word === choice.value || choice.words?.includes(word)) ||
      concept?.coding?.some((c) => choice.codes?.some((own) => own.system === c.system && own.code === c.code)),
  );
  if (meant.length === 1 && meant[0]) return meant[0].value;
  const said = words[0] ?? concept?.coding?.[0]?.code;
  if (said === undefined) return { missing: 'recorded without a value' };
  return {
    missing: meant.length > 1 ? `recorded as ${words.join(' and ')}, which disagree` : `recorded as '${said}', which is not understood`,
  };
}
