// What was observed of a patient, one reading a value: Observations and their components, by quantity and unit, with the range and the
// flag that came with them (http://hl7.org/fhir/R4/observation.html). What was expected and is missing is a reading without a value.
import type {
  CodeableConcept,
  Observation,
  ObservationComponent,
  ObservationReferenceRange,
  Quantity,
} from '../../../../src/fhir/generated/types.ts';
import { digitsOf } from '../../api/http.ts';
import { conceptOf } from '../../parts/words.ts';
import { convert, convertible, unitOf, unitWords } from './units.ts';

export type Flag = 'critically low' | 'low' | 'normal' | 'high' | 'critically high' | 'abnormal';

export interface Reading {
  /** Of the Observation. */
  id: string;
  /** As recorded. */
  at: string;
  atMs: number;
  /** In the unit of its series; undefined: words, or missing. */
  value?: number;
  /** With the digits that were recorded, without the unit; words where it is no number; empty where it is missing. */
  shown: string;
  /** Why there is no value. */
  missing?: string;
  low?: number;
  high?: number;
  flag?: Flag;
  /** As recorded, where it was converted: `98.6 °F`. */
  converted?: string;
  /** Not final: preliminary, registered, cancelled. */
  status?: string;
}

/** Readings of one quantity in one unit. */
export interface Series {
  /** Code and unit: `http://loinc.org|8867-4|/min`. Stands in addresses. */
  key: string;
  name: string;
  /** UCUM; empty for numbers without one, undefined for words. */
  unit: string | undefined;
  category: string;
  /** Series of one panel: components of one Observation with the same unit, such as systolic and diastolic. */
  panel: string;
  panelName: string;
  /** Oldest first. */
  readings: Reading[];
}

const codeOf = (concept: CodeableConcept | undefined): string => {
  const coding = concept?.coding?.[0];
  return coding?.code === undefined ? (concept?.text ?? '') : `${coding.system ?? ''}|${coding.code}`;
};

const categories: Readonly<Record<string, string>> = {
  'vital-signs': 'Vital signs',
  laboratory: 'Laboratory',
  survey: 'Scores',
  exam: 'Examination',
};

export function categoryOf({ category }: Observation): string {
  const codes = (category ?? []).flatMap(({ coding }) => (coding ?? []).map(({ code }) => code ?? ''));
  const known = codes.find((code) => Object.hasOwn(categories, code));
  return known === undefined ? conceptOf(category?.[0]) || 'Other' : (categories[known] ?? 'Other');
}

const flags: Readonly<Record<string, Flag>> = {
  LL: 'critically low',
  LU: 'low',
  L: 'low',
  '<': 'low',
  N: 'normal',
  H: 'high',
  HU: 'high',
  '>': 'high',
  HH: 'critically high',
  A: 'abnormal',
  AA: 'abnormal',
  POS: 'abnormal',
};

/** What came with the value says first; else its own reference range; else nothing is said. */
export function flagOf(
  interpretation: readonly CodeableConcept[] | undefined,
  value: number | undefined,
  low: number | undefined,
  high: number | undefined,
): Flag | undefined {
  for (const { coding } of interpretation ?? [])
    for (const { code } of coding ?? []) if (code !== undefined && Object.hasOwn(flags, code)) return flags[code];
  if (value === undefined || (low === undefined && high === undefined)) return undefined;
  if (low !== undefined && value < low) return 'low';
  return high !== undefined && value > high ? 'high' : 'normal';
}

/** A range in words as HL7 v2 writes it, in the unit of the value: `3.5-5.1`, `>60`, `<5` (2.5.1, 7.4.2.7, OBX-7). */
export function rangeInWords(text: string | undefined): { low?: number; high?: number } {
  const [, low, high] = /^\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*$/.exec(text ?? '') ?? [];
  if (low !== undefined && high !== undefined) return Number(low) <= Number(high) ? { low: Number(low), high: Number(high) } : {};
  const [, sign, limit] = /^\s*([<>])=?\s*(\d+(?:\.\d+)?)\s*$/.exec(text ?? '') ?? [];
  return limit === undefined ? {} : sign === '>' ? { low: Number(limit) } : { high: Number(limit) };
}

interface Place {
  observation: Observation;
  part: Observation | ObservationComponent;
  name: string;
  code: string;
  panelCode: string;
  panelName: string;
}

/** The reference range that is meant for this patient: the first that is a normal one, or says nothing of what it is. */
const rangeOf = (ranges: readonly ObservationReferenceRange[] | undefined): ObservationReferenceRange | undefined =>
  ranges?.find(({ type }) => type === undefined || type.coding?.some(({ code }) => code === 'normal'));

const plainNumber = (quantity: Quantity | undefined, unit: string): number | undefined => {
  if (quantity?.value === undefined) return undefined;
  const own = unitOf(quantity.code, quantity.unit);
  return own === '' ? Number(quantity.value) : convert(Number(quantity.value), own, unit);
};

/** Components that are points of the score above them are no quantities of their own. */
const ownComponents = (observation: Observation): readonly ObservationComponent[] =>
  (observation.component ?? []).filter(({ valueQuantity, dataAbsentReason }) =>
    observation.valueQuantity?.code === '{score}' || observation.dataAbsentReason !== undefined
      ? valueQuantity?.code !== '{score}' && dataAbsentReason === undefined
      : true,
  );

function placesOf(observation: Observation): Place[] {
  const code = codeOf(observation.code);
  const name = conceptOf(observation.code) || 'Not named';
  const whole: Place = { observation, part: observation, name, code, panelCode: code, panelName: name };
  const parts = ownComponents(observation).map(
    (part): Place => ({
      observation,
      part,
      name: conceptOf(part.code) || 'Not named',
      code: `${code}~${codeOf(part.code)}`,
      panelCode: code,
      panelName: name,
    }),
  );
  const says = observation.dataAbsentReason !== undefined || wordsOf(observation) !== '' || observation.valueQuantity !== undefined;
  return says || parts.length === 0 ? [whole, ...parts] : parts;
}

const wordsOf = (part: Observation | ObservationComponent): string =>
  part.valueString ??
  (part.valueCodeableConcept === undefined ? undefined : conceptOf(part.valueCodeableConcept)) ??
  (part.valueBoolean === undefined ? undefined : part.valueBoolean ? 'Yes' : 'No') ??
  (part.valueInteger === undefined ? undefined : String(part.valueInteger)) ??
  part.valueTime ??
  part.valueDateTime ??
  (part.valueRatio === undefined ? undefined : `${part.valueRatio.numerator?.value ?? ''} : ${part.valueRatio.denominator?.value ?? ''}`) ??
  (part.valueRange === undefined ? undefined : `${part.valueRange.low?.value ?? ''}–${part.valueRange.high?.value ?? ''}`) ??
  '';

const timeOf = ({ effectiveDateTime, effectivePeriod, effectiveInstant, issued }: Observation): string | undefined =>
  effectiveDateTime ?? effectiveInstant ?? effectivePeriod?.start ?? effectivePeriod?.end ?? issued;

/** Series by name within their category; what was entered in error is left out. */
export function seriesOf(observations: Iterable<Observation>): Series[] {
  const places = new Map<string, Map<string, Place[]>>();
  for (const observation of observations) {
    if (observation.status === 'entered-in-error' || timeOf(observation) === undefined) continue;
    for (const place of placesOf(observation)) {
      const { valueQuantity } = place.part;
      const unit = valueQuantity?.value === undefined ? '' : unitOf(valueQuantity.code, valueQuantity.unit);
      const kind = valueQuantity?.value === undefined ? (wordsOf(place.part) === '' ? 'missing' : 'words') : `in ${unit}`;
      const kinds = places.get(place.code) ?? new Map<string, Place[]>();
      places.set(place.code, kinds);
      const list = kinds.get(kind);
      if (list === undefined) kinds.set(kind, [place]);
      else list.push(place);
    }
  }
  return [...places]
    .flatMap(([code, kinds]) => seriesOfCode(code, kinds))
    .sort((a, b) => a.category.localeCompare(b.category) || a.name.localeCompare(b.name));
}

function seriesOfCode(code: string, kinds: ReadonlyMap<string, Place[]>): Series[] {
  const groups: { unit: string | undefined; places: Place[] }[] = [];
  // The unit that is used most is the one that the others are turned into.
  const inUnits = [...kinds].filter(([kind]) => kind.startsWith('in ')).sort((a, b) => b[1].length - a[1].length);
  for (const [kind, list] of inUnits) {
    const unit = kind.slice(3);
    const same = groups.find((group) => group.unit !== undefined && convertible(unit, group.unit));
    if (same === undefined) groups.push({ unit, places: [...list] });
    else same.places.push(...list);
  }
  const words = kinds.get('words') ?? [];
  if (words.length > 0) groups.push({ unit: undefined, places: words });
  const missing = kinds.get('missing') ?? [];
  // What is missing is missing in the series that it would have stood in.
  if (groups[0] === undefined) groups.push({ unit: undefined, places: missing });
  else groups[0].places.push(...missing);
  return groups.map(({ unit, places }): Series => {
    const [first] = places;
    const readings = places.map((place) => readingOf(place, unit)).sort((a, b) => a.atMs - b.atMs);
    return {
      key: unit === undefined ? code : `${code}|${unit}`,
      name: first?.name ?? '',
      unit,
      category: first === undefined ? 'Other' : categoryOf(first.observation),
      panel: unit === undefined ? code : `${first?.panelCode ?? code}|${unit}`,
      panelName: first?.panelName ?? '',
      readings,
    };
  });
}

function readingOf({ observation, part }: Place, unit: string | undefined): Reading {
  const at = timeOf(observation) ?? '';
  const quantity = part.valueQuantity;
  const own = quantity === undefined ? '' : unitOf(quantity.code, quantity.unit);
  const value = quantity?.value === undefined || unit === undefined ? undefined : convert(Number(quantity.value), own, unit);
  const range = rangeOf(part.referenceRange);
  const words = range?.low === undefined && range?.high === undefined && value !== undefined ? rangeInWords(range?.text) : {};
  const limit = (of: Quantity | undefined, said: number | undefined): number | undefined =>
    unit === undefined ? undefined : said === undefined ? plainNumber(of, unit) : convert(said, own, unit);
  const [low, high] = [limit(range?.low, words.low), limit(range?.high, words.high)];
  const digits = quantity === undefined ? '' : `${quantity.comparator ?? ''}${digitsOf(quantity, 'value') ?? ''}`;
  const converted = value !== undefined && own !== unit;
  const flag = flagOf(part.interpretation ?? undefined, quantity?.comparator === undefined ? value : undefined, low, high);
  const said = quantity?.value === undefined ? wordsOf(part) : '';
  return {
    id: observation.id ?? '',
    at,
    atMs: Date.parse(at.length === 4 ? `${at}-01-01` : at),
    ...(value === undefined ? {} : { value }),
    shown: quantity?.value === undefined ? said : converted ? String(Number(value.toPrecision(4))) : digits,
    ...(quantity?.value === undefined && said === ''
      ? { missing: conceptOf(part.dataAbsentReason) || conceptOf(observation.dataAbsentReason) || 'no value recorded' }
      : {}),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(flag === undefined ? {} : { flag }),
    ...(converted ? { converted: `${digits} ${unitWords(own)}` } : {}),
    ...(['final', 'amended', 'corrected'].includes(observation.status) ? {} : { status: observation.status }),
  };
}

export const isOut = (flag: Flag | undefined): boolean => flag !== undefined && flag !== 'normal';

/** The letter and shape beside a value: never its colour alone. */
export const flagMark: Readonly<Record<Flag, string>> = {
  'critically low': '▼▼ LL',
  low: '▼ L',
  normal: '',
  high: '▲ H',
  'critically high': '▲▲ HH',
  abnormal: '◆ A',
};

/** As they are read on a ward round: breathing, saturation, pressure, pulse, consciousness, temperature. LOINC. */
const vitalOrder = ['9279-1', '59408-5', '2708-6', '85354-9', '8867-4', '80288-4', '8310-5'];

/** Place of a vital sign among the others; those that are not of the usual ones stand behind. */
export function vitalRank({ key }: Series): number {
  const at = vitalOrder.findIndex((code) => key.startsWith(`http://loinc.org|${code}`));
  // What stands in a component follows what it is a component of.
  return (at === -1 ? vitalOrder.length : at) + (key.includes('~') ? 0.5 : 0);
}
