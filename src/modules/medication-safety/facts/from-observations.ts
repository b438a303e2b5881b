// Facts about a patient from observations: body measures, vital signs, laboratory values, a pregnancy.
import { type Decimal, toNumber } from '../../../fhir/decimal.ts';
import type { CodeableConcept, Observation, ObservationComponent } from '../../../fhir/generated/types.ts';
import type { Facts, Measured } from '../contract.ts';
import type { Library } from '../library.ts';
import { wordsOf } from '../reading/order-from-fhir.ts';
import { dayMs, moment } from './body.ts';
import { pregnancyStatus, setTrimester } from './pregnancy.ts';

/** LOINC codes of body measures, with the factor into kg or cm by UCUM unit. */
export const bodyCodes = {
  weight: ['29463-7', '3141-9', '3142-7', '8335-2', '8350-1', '75292-3'],
  height: ['8302-2', '3137-7', '3138-5', '8306-3', '8308-9'],
  pregnancy: ['82810-3', '11449-6', '86645-9'],
  gestation: ['49051-6', '11884-4', '11885-1', '18185-9', '49052-4'],
  delivery: ['11778-8', '11779-6', '11780-4', '57063-7'],
  breastfeeding: ['63895-7'],
} as const;
const kg = new Map(Object.entries({ kg: 1, g: 0.001, '[lb_av]': 0.45359237, lb: 0.45359237, lbs: 0.45359237, '[oz_av]': 0.028349523 }));
const cm = new Map(Object.entries({ cm: 1, m: 100, '[in_i]': 2.54, in: 2.54, '[ft_i]': 30.48, mm: 0.1 }));

/** LOINC code → vital sign of conditions. */
export const vitalCodes: Readonly<Record<string, string>> = {
  '8480-6': 'systolic',
  '8462-4': 'diastolic',
  '8867-4': 'pulse',
  '8889-8': 'pulse',
  '9279-1': 'respirations',
  '59408-5': 'spo2',
  '2708-6': 'spo2',
  '8310-5': 'temperature',
};

const usable = new Set(['final', 'amended', 'corrected', 'preliminary']);

export function takeObservation(one: Observation, facts: Facts, library: Library): void {
  if (!usable.has(one.status)) return;
  const atMs =
    moment(one.effectiveDateTime ?? one.effectiveInstant ?? one.effectivePeriod?.end ?? one.effectivePeriod?.start) ?? moment(one.issued);
  if (atMs === undefined || atMs > facts.asOfMs + dayMs) return;
  const ref = one.id === undefined ? undefined : `Observation/${one.id}`;
  for (const part of [one, ...(one.component ?? [])]) value(part, atMs, ref, facts, library);
}

function value(part: Observation | ObservationComponent, atMs: number, ref: string | undefined, facts: Facts, library: Library): void {
  const codes = (part.code.coding ?? [])
    .filter((coding) => coding.system === undefined || coding.system === 'http://loinc.org')
    .map((coding) => coding.code ?? '');
  const quantity = part.valueQuantity;
  const number = quantity?.value === undefined ? (part.valueInteger ?? undefined) : toNumber(quantity.value as number | Decimal);
  const unit = quantity?.code ?? quantity?.unit ?? '';
  const made = (amount: number, as: string): Measured => ({
    value: amount,
    unit: as,
    atMs,
    ...(ref === undefined ? {} : { ref }),
    ...(isComparator(quantity?.comparator) ? { comparator: quantity.comparator } : {}),
  });
  const has = (all: readonly string[]) => codes.some((code) => all.includes(code));
  if (number !== undefined) {
    const [asKg, asCm] = [kg.get(unit), cm.get(unit)];
    if (has(bodyCodes.weight) && asKg !== undefined && number > 0 && newer(facts.weightKg, atMs))
      facts.weightKg = made(number * asKg, 'kg');
    if (has(bodyCodes.height) && asCm !== undefined && number > 0 && newer(facts.heightCm, atMs))
      facts.heightCm = made(number * asCm, 'cm');
    for (const code of codes) {
      const vital = Object.hasOwn(vitalCodes, code) ? vitalCodes[code] : undefined;
      if (vital !== undefined) {
        push(facts.vitals, vital, made(vital === 'temperature' && unit === '[degF]' ? ((number - 32) * 5) / 9 : number, unit));
        break;
      }
    }
    if (has(bodyCodes.gestation) && (unit === 'wk' || unit === 'd') && facts.asOfMs - atMs < 280 * dayMs)
      setTrimester(facts, (unit === 'wk' ? number : number / 7) + (facts.asOfMs - atMs) / (7 * dayMs));
  }
  if (has(bodyCodes.delivery)) {
    const due = moment(part.valueDateTime);
    if (due !== undefined && due - facts.asOfMs < 280 * dayMs && facts.asOfMs - due < 21 * dayMs)
      setTrimester(facts, 40 - (due - facts.asOfMs) / (7 * dayMs));
  }
  if (has(bodyCodes.pregnancy) && facts.asOfMs - atMs < 280 * dayMs) pregnancyStatus(part.valueCodeableConcept, part.valueBoolean, facts);
  const row =
    codes.map((code) => library.laboratories.loinc(code)).find((each) => each !== undefined) ??
    (codes.length === 0 ? library.laboratories.named(part.code.text ?? '') : undefined);
  if (row === undefined) return;
  const turned =
    number !== undefined ? library.laboratories.turn(row, number, unit) : row.unit === presence ? present(part) : undetected(part);
  if (turned !== undefined) push(facts.laboratory, row.id, made(turned, number === undefined ? '' : row.unit));
}

const isComparator = (text: string | undefined): text is NonNullable<Measured['comparator']> =>
  text === '<' || text === '<=' || text === '>' || text === '>=';
const newer = (held: Measured | undefined, atMs: number): boolean => held === undefined || atMs > held.atMs;

function push(map: Map<string, Measured[]>, key: string, measured: Measured): void {
  const held = map.get(key);
  if (held) held.push(measured);
  else map.set(key, [measured]);
}

const presence = '{presence}';
/** HL7 codes of interpretation that say whether something is there (http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation). */
const interpretations = new Map([
  ['POS', 1],
  ['DET', 1],
  ['RR', 1],
  ['WR', 1],
  ['NEG', 0],
  ['ND', 0],
  ['NR', 0],
]);

/** By its value; where it has none, by its interpretation, as laboratories tell drug screens. */
function present({
  valueCodeableConcept,
  valueString,
  valueBoolean,
  interpretation,
}: Observation | ObservationComponent): number | undefined {
  if (valueBoolean !== undefined) return Number(valueBoolean);
  const value = valueCodeableConcept ?? (valueString === undefined ? undefined : { text: valueString });
  if (value !== undefined) return finding(value);
  const said = (interpretation ?? []).flatMap(({ coding }) => coding ?? []).map(({ code }) => interpretations.get(code ?? ''));
  return said.find((each) => each !== undefined) ?? (interpretation === undefined ? undefined : finding(interpretation[0]));
}

/** "Not detected" of an amount is none of it; "normal" is no number. */
const undetected = ({ valueCodeableConcept, valueString }: Observation | ObservationComponent): number | undefined =>
  /\b(?:not detected|undetect(?:ed|able)|none detected)\b/.test((valueString ?? wordsOf(valueCodeableConcept)).toLowerCase())
    ? 0
    : undefined;

/** A finding in words as a number: positive 1, negative 0. */
function finding(concept: CodeableConcept | undefined): number | undefined {
  const text = wordsOf(concept).toLowerCase();
  if (/\b(?:negative|neg|not detected|non-?reactive|absent|normal|none)\b/.test(text)) return 0;
  if (/\b(?:positive|pos|detected|reactive|present|abnormal)\b/.test(text)) return 1;
  return undefined;
}
