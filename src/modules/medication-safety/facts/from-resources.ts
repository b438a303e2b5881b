// Facts about a patient from FHIR resources: those of the record, or those that a question brought with it.
import { type Decimal, toNumber } from '../../../fhir/decimal.ts';
import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  Encounter,
  Medication,
  MedicationAdministration,
  MedicationDispense,
  Observation,
  ObservationComponent,
  Patient,
  Resource,
} from '../../../fhir/generated/types.ts';
import type { Facts, Measured, RecordedAllergy } from '../contract.ts';
import type { Library } from '../library.ts';
import { type Orderable, readOrder, type WordingOf, wordsOf } from '../reading/order-from-fhir.ts';
import { saysNone } from './allergy-words.ts';
import { dayMs } from './body.ts';

/** LOINC codes of body measures, with the factor into kg or cm by UCUM unit. */
export const bodyCodes = {
  weight: ['29463-7', '3141-9', '3142-7', '8335-2', '8350-1', '75292-3'],
  height: ['8302-2', '3137-7', '3138-5', '8306-3', '8308-9'],
  pregnancy: ['82810-3', '11449-6', '86645-9'],
  gestation: ['49051-6', '11884-4', '11885-1', '18185-9', '49052-4'],
  delivery: ['11778-8', '11779-6', '11780-4', '57063-7'],
  breastfeeding: ['63895-7'],
} as const;
const kg: Record<string, number> = { kg: 1, g: 0.001, '[lb_av]': 0.45359237, lb: 0.45359237, lbs: 0.45359237, '[oz_av]': 0.028349523 };
const cm: Record<string, number> = { cm: 1, m: 100, '[in_i]': 2.54, in: 2.54, '[ft_i]': 30.48, mm: 0.1 };

/** LOINC code → vital sign of conditions. */
export const vitalCodes: Record<string, string> = {
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

export interface Given {
  asOfMs: number;
  resources: readonly Resource[];
  notRead: Facts['notRead'];
  wordingOf?: WordingOf;
}

export function factsOf({ asOfMs, resources, notRead, wordingOf }: Given, library: Library): Facts {
  const facts: Facts = {
    asOfMs,
    laboratory: new Map(),
    vitals: new Map(),
    problems: new Map(),
    problemsNotKnown: [],
    allergies: [],
    allergyAssessment: 'not-assessed',
    orders: [],
    notRead: [...notRead],
  };
  const medications = new Map<string, Medication>();
  for (const each of resources)
    if (each.resourceType === 'Medication' && each.id !== undefined) medications.set(`Medication/${each.id}`, each);
  for (const each of resources) {
    try {
      take(each, facts, library, medications, wordingOf);
    } catch {
      // What came from outside may be no sound FHIR: what it would have said is not known then.
      const part = partOf[each.resourceType] ?? 'patient';
      if (!facts.notRead.some((held) => held.part === part))
        facts.notRead.push({ part, why: `a ${each.resourceType} is not as FHIR has it` });
    }
  }
  for (const each of resources)
    if (each.resourceType === 'MedicationDispense' || each.resourceType === 'MedicationAdministration')
      handedOut(each, facts, library, medications, wordingOf);
  for (const values of [...facts.laboratory.values(), ...facts.vitals.values()]) values.sort((a, b) => b.atMs - a.atMs);
  if (facts.problems.has('dialysis')) facts.dialysis = true;
  if (facts.problems.has('palliative-care')) facts.setting = 'palliative';
  if (facts.problems.has('pregnancy') && facts.pregnant === undefined) facts.pregnant = true;
  if (facts.problems.has('breast-feeding')) facts.breastfeeding ??= true;
  return facts;
}

const partOf: Partial<Record<Resource['resourceType'], Facts['notRead'][number]['part']>> = {
  Patient: 'patient',
  Observation: 'laboratory',
  Condition: 'problems',
  AllergyIntolerance: 'allergies',
  Encounter: 'encounter',
  MedicationRequest: 'medications',
  MedicationStatement: 'medications',
  NutritionOrder: 'medications',
};

function take(
  each: Resource,
  facts: Facts,
  library: Library,
  medications: ReadonlyMap<string, Medication>,
  wordingOf: WordingOf | undefined,
): void {
  if (each.resourceType === 'Patient') patient(each, facts);
  else if (each.resourceType === 'Observation') observation(each, facts, library);
  else if (each.resourceType === 'Condition') condition(each, facts, library);
  else if (each.resourceType === 'AllergyIntolerance') allergy(each, facts, library);
  else if (each.resourceType === 'Encounter') encounter(each, facts);
  else if (isOrderable(each)) order(each, facts, library, medications, wordingOf);
}

const isOrderable = (each: Resource): each is Orderable =>
  each.resourceType === 'MedicationRequest' ||
  each.resourceType === 'MedicationStatement' ||
  each.resourceType === 'NutritionOrder' ||
  each.resourceType === 'ServiceRequest';

const moment = (text: string | undefined): number | undefined => {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
};

function patient(one: Patient, facts: Facts): void {
  // A year or a month alone counts from its middle: nearest on average.
  const born = one.birthDate;
  const at = moment(born);
  if (at !== undefined && born !== undefined) facts.bornMs = at + (born.length === 4 ? 182 : born.length === 7 ? 15 : 0) * dayMs;
  if (one.gender === 'female' || one.gender === 'male') facts.sex = one.gender;
}

function observation(one: Observation, facts: Facts, library: Library): void {
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
    const [asKg, asCm] = [own(kg, unit), own(cm, unit)];
    if (has(bodyCodes.weight) && asKg !== undefined && number > 0 && newer(facts.weightKg, atMs))
      facts.weightKg = made(number * asKg, 'kg');
    if (has(bodyCodes.height) && asCm !== undefined && number > 0 && newer(facts.heightCm, atMs))
      facts.heightCm = made(number * asCm, 'cm');
    for (const code of codes) {
      const vital = own(vitalCodes, code);
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
const own = <T>(table: Record<string, T>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

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

function setTrimester(facts: Facts, weeks: number): void {
  if (weeks < 0 || weeks > 45) return;
  facts.pregnant = true;
  facts.trimester = weeks < 14 ? 1 : weeks < 28 ? 2 : 3;
}

function pregnancyStatus(concept: CodeableConcept | undefined, flag: boolean | undefined, facts: Facts): void {
  const text = wordsOf(concept).toLowerCase();
  if (flag === true || (/\bpregnant\b/.test(text) && !/\bnot pregnant\b|\bno\b/.test(text)) || /^(?:positive|yes)\b/.test(text))
    facts.pregnant = true;
  else if (flag === false || /\bnot pregnant\b|^negative\b|^no\b/.test(text)) facts.pregnant ??= false;
}

const past = new Set(['inactive', 'remission', 'resolved']);
const unreal = new Set(['refuted', 'entered-in-error']);
const statusOf = (concept: CodeableConcept | undefined): string => concept?.coding?.find((coding) => coding.code !== undefined)?.code ?? '';

function condition(one: Condition, facts: Facts, library: Library): void {
  if (
    past.has(statusOf(one.clinicalStatus)) ||
    unreal.has(statusOf(one.verificationStatus)) ||
    (one.abatementDateTime !== undefined && one.clinicalStatus === undefined)
  )
    return;
  const text = wordsOf(one.code);
  const held = { text, ...(one.id === undefined ? {} : { ref: `Condition/${one.id}` }) };
  for (const coding of one.code?.coding ?? []) {
    const weeks = /^Z3A\.?(\d\d)$/.exec(coding.code ?? '');
    if (weeks) setTrimester(facts, Number(weeks[1]));
  }
  const ids = problemsOf(one, text, library);
  for (const id of ids) if (!facts.problems.has(id)) facts.problems.set(id, held);
  if (ids.length === 0 && text !== '') facts.problemsNotKnown.push(text);
}

function problemsOf(one: Condition, text: string, library: Library): string[] {
  const known = library.read.problems.get(one);
  if (known) return known;
  const ids = new Set<string>();
  for (const coding of one.code?.coding ?? [])
    if (coding.code !== undefined && /icd-?10/i.test(coding.system ?? ''))
      for (const id of library.problems.ofCode(coding.code)) ids.add(id);
  for (const id of library.problems.inText(text)) ids.add(id);
  library.read.problems.set(one, [...ids]);
  return [...ids];
}

const allergySystems: Record<string, 'rxnorm' | 'unii'> = {
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'rxnorm',
  'http://fdasis.nlm.nih.gov': 'unii',
};

function allergy(one: AllergyIntolerance, facts: Facts, library: Library): void {
  if (unreal.has(statusOf(one.verificationStatus)) || past.has(statusOf(one.clinicalStatus))) return;
  const text = wordsOf(one.code, ...(one.code === undefined ? (one.reaction ?? []).map((each) => each.substance) : []));
  // SNOMED CT 716186003 and its like come with their wording.
  if (saysNone(text)) {
    if (facts.allergyAssessment === 'not-assessed') facts.allergyAssessment = 'none-known';
    return;
  }
  facts.allergyAssessment = 'recorded';
  const drugs = new Set(library.allergies.inText(text));
  for (const coding of one.code?.coding ?? []) {
    const system = own(allergySystems, coding.system ?? '');
    for (const id of (system && coding.code !== undefined ? library.names.ofCode(system, coding.code) : undefined) ?? []) drugs.add(id);
  }
  const reactions = (one.reaction ?? []).flatMap((each) => each.manifestation.map((what) => wordsOf(what))).filter((word) => word !== '');
  const severe =
    (one.reaction ?? []).some((each) => each.severity === 'severe') ||
    one.criticality === 'high' ||
    reactions.some((word) => /anaphyl|angio-?o?edema|stevens|necrolysis|bronchospasm|shock/i.test(word));
  const made: RecordedAllergy = {
    text: text === '' ? 'not named' : text,
    drugs: [...drugs],
    reactions,
    kind: one.type === 'intolerance' ? 'intolerance' : one.type === 'allergy' ? 'allergy' : 'unknown',
    severe,
  };
  if (one.id !== undefined) made.ref = `AllergyIntolerance/${one.id}`;
  facts.allergies.push(made);
}

const classes: Record<string, Facts['setting']> = {
  IMP: 'inpatient',
  ACUTE: 'inpatient',
  NONAC: 'inpatient',
  OBSENC: 'inpatient',
  SS: 'inpatient',
  EMER: 'emergency',
  AMB: 'outpatient',
  VR: 'outpatient',
  HH: 'outpatient',
  FLD: 'emergency',
};

function encounter(one: Encounter, facts: Facts): void {
  if (one.status !== 'in-progress' && one.status !== 'arrived' && one.status !== 'triaged') return;
  const setting = own(classes, one.class.code ?? '');
  if (setting === undefined) return;
  if (facts.setting === undefined || facts.setting === 'outpatient') facts.setting = setting;
}

const active = new Set(['active', 'on-hold', 'intended', 'draft', 'unknown']);
const ended = new Set(['completed', 'stopped', 'cancelled', 'ended']);

function order(
  one: Orderable,
  facts: Facts,
  library: Library,
  medications: ReadonlyMap<string, Medication>,
  wordingOf: WordingOf | undefined,
): void {
  if (one.resourceType === 'ServiceRequest') return; // only what is being ordered now is of interest: an old scan is no drug
  if (
    one.resourceType === 'MedicationRequest' &&
    (one.doNotPerform === true || one.intent === 'proposal' || one.intent === 'plan' || one.intent === 'option')
  )
    return;
  const isActive = active.has(one.status);
  if (!isActive && !(ended.has(one.status) && one.status !== 'cancelled')) return;
  const reference = one.resourceType === 'NutritionOrder' ? undefined : one.medicationReference?.reference;
  const head = {
    id: `${one.resourceType}/${one.id ?? facts.orders.length + 1}`,
    state: isActive ? ('active' as const) : ('past' as const),
    origin:
      one.resourceType === 'MedicationRequest'
        ? ('order' as const)
        : one.resourceType === 'NutritionOrder'
          ? ('diet' as const)
          : ('statement' as const),
  };
  const held = reference === undefined ? undefined : medications.get(reference);
  // What hangs on another resource or on loaded terminology may change without this one.
  const alone = held === undefined && wordingOf === undefined && one.id !== undefined;
  const known = alone ? library.read.orders.get(one) : undefined;
  const made = known ?? readOrder(one, head, library.reading, held, wordingOf);
  if (alone && known === undefined) library.read.orders.set(one, made);
  const over = endOf(made, one, facts.asOfMs);
  if (over !== undefined && over < facts.asOfMs) {
    if (facts.asOfMs - over > 60 * dayMs) return;
    facts.orders.push({ ...made, state: 'past', endMs: over });
  } else if (isActive) facts.orders.push(made);
}

/**
 * What was dispensed or given and stands in no order: the patient has it too. A dispense lasts as long as its supply, a dose
 * for two days.
 */
function handedOut(
  one: MedicationDispense | MedicationAdministration,
  facts: Facts,
  library: Library,
  medications: ReadonlyMap<string, Medication>,
  wordingOf: WordingOf | undefined,
): void {
  if (one.status !== 'completed' && one.status !== 'in-progress') return;
  try {
    const { medicationCodeableConcept, medicationReference } = one;
    const reference = medicationReference?.reference;
    const made = readOrder(
      {
        resourceType: 'MedicationStatement',
        status: 'active',
        subject: one.subject ?? {},
        ...(medicationCodeableConcept ? { medicationCodeableConcept } : {}),
        ...(medicationReference ? { medicationReference } : {}),
        dosage: one.resourceType === 'MedicationDispense' ? (one.dosageInstruction ?? []) : [],
      },
      { id: `${one.resourceType}/${one.id ?? facts.orders.length + 1}`, state: 'active', origin: 'statement' },
      library.reading,
      reference === undefined ? undefined : medications.get(reference),
      wordingOf,
    );
    if (made.ingredients.every((own) => facts.orders.some((order) => order.ingredients.some((held) => held.ingredient === own.ingredient))))
      return;
    const start =
      one.resourceType === 'MedicationDispense'
        ? moment(one.whenHandedOver ?? one.whenPrepared)
        : moment(one.effectiveDateTime ?? one.effectivePeriod?.end ?? one.effectivePeriod?.start);
    const supply = one.resourceType === 'MedicationDispense' ? one.daysSupply?.value : undefined;
    const lasts = supply === undefined ? (one.resourceType === 'MedicationDispense' ? 90 : 2) : toNumber(supply as number | Decimal);
    const end = start === undefined ? undefined : start + lasts * dayMs;
    if (end !== undefined && facts.asOfMs - end > 60 * dayMs) return;
    if (end !== undefined && end < facts.asOfMs) facts.orders.push({ ...made, state: 'past', endMs: end });
    else facts.orders.push(start === undefined ? made : { ...made, startMs: start });
  } catch {
    if (!facts.notRead.some((held) => held.part === 'medications'))
      facts.notRead.push({ part: 'medications', why: `a ${one.resourceType} is not as FHIR has it` });
  }
}

/** When it ended or, by its own words, must have: a course of seven days that was begun ten days ago. */
function endOf(made: Facts['orders'][number], one: Orderable, asOfMs: number): number | undefined {
  if (made.endMs !== undefined) return made.endMs;
  const { durationDays, once } = made.timing;
  if (made.startMs !== undefined && durationDays !== undefined && !chronic(one)) return made.startMs + durationDays * dayMs;
  if (made.startMs !== undefined && once) return made.startMs + dayMs;
  // Ended, and nobody wrote when: as late as it was last touched.
  return made.state === 'past' ? (moment(one.meta?.lastUpdated) ?? asOfMs - 1) : undefined;
}

const chronic = (one: Orderable): boolean =>
  one.resourceType === 'MedicationRequest' && (one.courseOfTherapyType?.coding?.some((coding) => coding.code === 'continuous') ?? false);
