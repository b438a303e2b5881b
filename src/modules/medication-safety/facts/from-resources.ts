// Facts about a patient from FHIR resources: those of the record, or those that a question brought with it.
import type {
  AllergyIntolerance,
  CodeableConcept,
  Condition,
  Encounter,
  Medication,
  Patient,
  Resource,
} from '../../../fhir/generated/types.ts';
import type { Facts, RecordedAllergy } from '../contract.ts';
import type { Library } from '../library.ts';
import { type WordingOf, wordsOf } from '../reading/order-from-fhir.ts';
import { saysNone } from './allergy-words.ts';
import { dayMs, moment } from './body.ts';
import { takeObservation } from './from-observations.ts';
import { isOrderable, takeHandedOut, takeOrder } from './from-orders.ts';
import { setTrimester } from './pregnancy.ts';

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
      takeHandedOut(each, facts, library, medications, wordingOf);
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
  else if (each.resourceType === 'Observation') takeObservation(each, facts, library);
  else if (each.resourceType === 'Condition') condition(each, facts, library);
  else if (each.resourceType === 'AllergyIntolerance') allergy(each, facts, library);
  else if (each.resourceType === 'Encounter') encounter(each, facts);
  else if (isOrderable(each)) takeOrder(each, facts, library, medications, wordingOf);
}

function patient(one: Patient, facts: Facts): void {
  // A year or a month alone counts from its middle: nearest on average.
  const born = one.birthDate;
  const at = moment(born);
  if (at !== undefined && born !== undefined) facts.bornMs = at + (born.length === 4 ? 182 : born.length === 7 ? 15 : 0) * dayMs;
  if (one.gender === 'female' || one.gender === 'male') facts.sex = one.gender;
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

const allergySystems: ReadonlyMap<string, 'rxnorm' | 'unii'> = new Map([
  ['http://www.nlm.nih.gov/research/umls/rxnorm', 'rxnorm'],
  ['http://fdasis.nlm.nih.gov', 'unii'],
]);

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
    const system = allergySystems.get(coding.system ?? '');
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

const classes: ReadonlyMap<string, Facts['setting']> = new Map(
  Object.entries({
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
  } as const),
);

function encounter(one: Encounter, facts: Facts): void {
  if (one.status !== 'in-progress' && one.status !== 'arrived' && one.status !== 'triaged') return;
  const setting = classes.get(one.class.code ?? '');
  if (setting === undefined) return;
  if (facts.setting === undefined || facts.setting === 'outpatient') facts.setting = setting;
}
