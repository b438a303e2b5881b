// Medicines as they are prescribed and given. RxNorm codes only where they are certain; the others are text.
import type { CodeableConcept, Dosage, Reference } from '../src/fhir/generated/types.ts';
import { date, hourMs, instant } from './calendar.ts';
import { type Chart, daysAgo } from './chart.ts';
import { hl7Concept, quantity, system } from './codes.ts';

export interface Medicine {
  name: string;
  rxnorm?: string;
  dose: readonly [value: number, ucum: string, unit?: string];
  route: string;
  /** Of v3-GTSAbbreviation: QD, BID, TID, Q4H, Q6H; absent: as needed. */
  often?: 'QD' | 'BID' | 'TID' | 'Q4H' | 'Q6H';
  said: string;
}

export const everyHours = { QD: 24, BID: 12, TID: 8, Q6H: 6, Q4H: 4 } as const;
const oral = 'Oral';
const intravenous = 'Intravenous';
const tablet = ['{tablet}', 'tablet'] as const;

export const medicines: Readonly<Record<string, Medicine>> = {
  lisinopril: {
    name: 'lisinopril 10 MG Oral Tablet',
    rxnorm: '314076',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet once a day',
  },
  amlodipine: {
    name: 'amlodipine 5 MG Oral Tablet',
    rxnorm: '197361',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet once a day',
  },
  hydrochlorothiazide: {
    name: 'hydrochlorothiazide 25 MG Oral Tablet',
    rxnorm: '310798',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet once a day',
  },
  metformin: {
    name: 'metformin hydrochloride 500 MG Oral Tablet',
    rxnorm: '861007',
    dose: [1, ...tablet],
    route: oral,
    often: 'BID',
    said: '1 tablet twice a day with meals',
  },
  glargine: {
    name: 'insulin glargine 100 UNT/ML Injectable Solution',
    dose: [14, '[iU]', 'units'],
    route: 'Subcutaneous',
    often: 'QD',
    said: '14 units at bedtime',
  },
  atorvastatin: {
    name: 'atorvastatin 20 MG Oral Tablet',
    rxnorm: '617310',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet at bedtime',
  },
  aspirin: {
    name: 'aspirin 81 MG Oral Tablet',
    rxnorm: '243670',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet once a day',
  },
  metoprolol: {
    name: 'metoprolol succinate 50 MG 24 HR Extended Release Oral Tablet',
    rxnorm: '866436',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet once a day',
  },
  furosemide: {
    name: 'furosemide 40 MG Oral Tablet',
    rxnorm: '313988',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet in the morning',
  },
  warfarin: {
    name: 'warfarin sodium 5 MG Oral Tablet',
    rxnorm: '855332',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet in the evening, by INR',
  },
  albuterol: {
    name: 'albuterol 0.09 MG/ACTUAT Metered Dose Inhaler',
    rxnorm: '745679',
    dose: [2, '{puff}', 'puffs'],
    route: 'Inhalation',
    said: '2 puffs as needed for breathlessness',
  },
  levothyroxine: {
    name: 'levothyroxine sodium 0.075 MG Oral Tablet',
    rxnorm: '966222',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet before breakfast',
  },
  sertraline: {
    name: 'sertraline 50 MG Oral Tablet',
    rxnorm: '312941',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet once a day',
  },
  omeprazole: {
    name: 'omeprazole 20 MG Delayed Release Oral Capsule',
    rxnorm: '198051',
    dose: [1, '{capsule}', 'capsule'],
    route: oral,
    often: 'QD',
    said: '1 capsule before breakfast',
  },
  acetaminophen: {
    name: 'acetaminophen 325 MG Oral Tablet',
    rxnorm: '313782',
    dose: [2, ...tablet],
    route: oral,
    said: '2 tablets every 6 hours as needed for pain or fever',
  },
  allopurinol: {
    name: 'allopurinol 100 MG Oral Tablet',
    rxnorm: '197319',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet once a day',
  },
  prednisone: {
    name: 'prednisone 20 MG Oral Tablet',
    rxnorm: '312615',
    dose: [2, ...tablet],
    route: oral,
    often: 'QD',
    said: '2 tablets once a day for 5 days',
  },
  clopidogrel: {
    name: 'clopidogrel 75 MG Oral Tablet',
    rxnorm: '309362',
    dose: [1, ...tablet],
    route: oral,
    often: 'QD',
    said: '1 tablet once a day',
  },
  amoxicillin: {
    name: 'amoxicillin 500 MG Oral Capsule',
    rxnorm: '308191',
    dose: [1, '{capsule}', 'capsule'],
    route: oral,
    often: 'TID',
    said: '1 capsule three times a day for 5 days',
  },
  ceftriaxone: { name: 'ceftriaxone 1 g intravenous', dose: [1, 'g'], route: intravenous, often: 'QD', said: '1 g once a day' },
  piperacillin: {
    name: 'piperacillin 4 g / tazobactam 0.5 g intravenous',
    dose: [4.5, 'g'],
    route: intravenous,
    often: 'Q6H',
    said: '4.5 g every 6 hours',
  },
  saline: {
    name: 'sodium chloride 0.9 % intravenous infusion',
    dose: [500, 'mL'],
    route: intravenous,
    often: 'Q6H',
    said: '500 mL every 6 hours',
  },
  'furosemide-iv': { name: 'furosemide 40 mg intravenous', dose: [40, 'mg'], route: intravenous, often: 'BID', said: '40 mg twice a day' },
  enoxaparin: { name: 'enoxaparin 40 mg subcutaneous', dose: [40, 'mg'], route: 'Subcutaneous', often: 'QD', said: '40 mg once a day' },
  morphine: {
    name: 'morphine 2.5 mg intravenous',
    dose: [2.5, 'mg'],
    route: intravenous,
    said: '2.5 mg every 4 hours as needed for severe pain',
  },
};

export function medicineOf(key: string): Medicine {
  const medicine = medicines[key];
  if (!medicine) throw new Error(`no medicine ${key}`);
  return medicine;
}

export const medicineConcept = (medicine: Medicine): CodeableConcept =>
  medicine.rxnorm
    ? { coding: [{ system: system.rxnorm, code: medicine.rxnorm, display: medicine.name }], text: medicine.name }
    : { text: medicine.name };

export const doseOf = ({ dose: [value, ucum, unit] }: Medicine) => quantity(value, ucum, unit);

const dosageOf = (medicine: Medicine): Dosage => ({
  text: medicine.said,
  ...(medicine.often ? { timing: { code: hl7Concept('v3-GTSAbbreviation', medicine.often) } } : { asNeededBoolean: true }),
  route: { text: medicine.route },
  doseAndRate: [{ doseQuantity: doseOf(medicine) }],
});

interface Prescription {
  fromMs: number;
  /** Absent: still taken. */
  untilMs?: number;
  category: 'community' | 'inpatient' | 'discharge';
  encounter?: Reference;
  prescriber: Reference;
  reason?: CodeableConcept;
}

export function prescribe(chart: Chart, key: string, given: Prescription): Reference {
  const medicine = medicineOf(key);
  return chart.add({
    resourceType: 'MedicationRequest',
    status: given.untilMs === undefined || given.untilMs > chart.nowMs ? 'active' : 'completed',
    intent: 'order',
    category: [hl7Concept('medicationrequest-category', given.category)],
    medicationCodeableConcept: medicineConcept(medicine),
    subject: chart.subject,
    ...(given.encounter ? { encounter: given.encounter } : {}),
    authoredOn: instant(given.fromMs),
    requester: given.prescriber,
    ...(given.reason ? { reasonCode: [given.reason] } : {}),
    dosageInstruction: [dosageOf(medicine)],
    ...(given.category === 'community'
      ? { dispenseRequest: { numberOfRepeatsAllowed: 3, expectedSupplyDuration: quantity(90, 'd', 'days') } }
      : {}),
  });
}

/** What the patient says is taken at home. */
export function state(chart: Chart, key: string, sinceMs: number): void {
  const medicine = medicineOf(key);
  chart.add({
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationCodeableConcept: medicineConcept(medicine),
    subject: chart.subject,
    effectivePeriod: { start: date(sinceMs) },
    dateAsserted: date(daysAgo(chart, 5, 300)),
    informationSource: chart.subject,
    dosage: [{ text: medicine.said }],
  });
}

/** The last doses before `untilMs`, newest last; one in twenty was not given. */
export function administer(
  chart: Chart,
  key: string,
  request: Reference,
  encounter: Reference,
  nurse: Reference,
  fromMs: number,
  untilMs: number,
  most: number,
): void {
  const medicine = medicineOf(key);
  const stepMs = (medicine.often ? everyHours[medicine.often] : 9) * hourMs;
  const possible = Math.max(1, Math.floor((untilMs - fromMs) / stepMs));
  const doses = Math.min(most, possible);
  for (let i = possible - doses; i < possible; i++) {
    const given = !chart.random.chance(0.05);
    chart.add({
      resourceType: 'MedicationAdministration',
      status: given ? 'completed' : 'not-done',
      ...(given ? {} : { statusReason: [{ text: chart.random.pick(['Patient refused', 'Patient was off the ward']) }] }),
      medicationCodeableConcept: medicineConcept(medicine),
      subject: chart.subject,
      context: encounter,
      effectiveDateTime: instant(fromMs + i * stepMs + chart.random.int(10, 50) * 60_000),
      performer: [{ actor: nurse }],
      request,
      dosage: { text: medicine.said, route: { text: medicine.route }, dose: doseOf(medicine) },
    });
  }
}
