// Long-term diseases: how common they are by age and sex, which bring which, and what they change in the body, in the
// laboratory and on the medicine list. Shares are rough figures for a hospital population, not for a country.
import type { Condition } from '../src/fhir/generated/types.ts';
import { date, yearMs } from './calendar.ts';
import { ageYears, type Chart, type Sex, type Unnamed } from './chart.ts';
import { concept, hl7Concept, system } from './codes.ts';

export interface Disease {
  key: string;
  code: string;
  display: string;
  /** Share of those who have it from this age on. */
  share: readonly [fromYears: number, share: number][];
  only?: Sex;
  /** Multiplies the share where another disease is there. Only diseases above in the list. */
  with?: Readonly<Record<string, number>>;
  /** Years since it was found, at most. */
  sinceYears: number;
  medicines: readonly (readonly [key: string, share: number])[];
}

export const diseases: readonly Disease[] = [
  {
    key: 'obesity',
    code: 'E66.9',
    display: 'Obesity, unspecified',
    share: [
      [12, 0.12],
      [30, 0.28],
      [75, 0.18],
    ],
    sinceYears: 15,
    medicines: [],
  },
  {
    key: 'hypertension',
    code: 'I10',
    display: 'Essential (primary) hypertension',
    share: [
      [25, 0.08],
      [40, 0.28],
      [55, 0.48],
      [70, 0.66],
    ],
    with: { obesity: 1.3 },
    sinceYears: 20,
    medicines: [
      ['lisinopril', 0.65],
      ['amlodipine', 0.4],
      ['hydrochlorothiazide', 0.2],
    ],
  },
  {
    key: 'diabetes',
    code: 'E11.9',
    display: 'Type 2 diabetes mellitus without complications',
    share: [
      [30, 0.04],
      [45, 0.15],
      [60, 0.24],
    ],
    with: { obesity: 2, hypertension: 1.3 },
    sinceYears: 15,
    medicines: [
      ['metformin', 0.8],
      ['glargine', 0.25],
    ],
  },
  {
    key: 'lipids',
    code: 'E78.5',
    display: 'Hyperlipidemia, unspecified',
    share: [
      [30, 0.08],
      [45, 0.3],
      [60, 0.45],
    ],
    with: { diabetes: 1.4 },
    sinceYears: 15,
    medicines: [['atorvastatin', 0.85]],
  },
  {
    key: 'kidney',
    code: 'N18.30',
    display: 'Chronic kidney disease, stage 3 unspecified',
    share: [
      [45, 0.05],
      [65, 0.15],
      [80, 0.25],
    ],
    with: { diabetes: 1.8, hypertension: 1.4 },
    sinceYears: 8,
    medicines: [],
  },
  {
    key: 'coronary',
    code: 'I25.10',
    display: 'Atherosclerotic heart disease of native coronary artery without angina pectoris',
    share: [
      [45, 0.06],
      [60, 0.16],
      [75, 0.25],
    ],
    with: { diabetes: 1.5, lipids: 1.4 },
    sinceYears: 12,
    medicines: [
      ['aspirin', 0.85],
      ['metoprolol', 0.6],
    ],
  },
  {
    key: 'heart-failure',
    code: 'I50.9',
    display: 'Heart failure, unspecified',
    share: [
      [55, 0.05],
      [70, 0.13],
      [85, 0.2],
    ],
    with: { coronary: 2, hypertension: 1.3 },
    sinceYears: 7,
    medicines: [
      ['furosemide', 0.9],
      ['metoprolol', 0.4],
    ],
  },
  {
    key: 'atrial-fibrillation',
    code: 'I48.91',
    display: 'Unspecified atrial fibrillation',
    share: [
      [60, 0.07],
      [75, 0.16],
    ],
    with: { 'heart-failure': 1.8 },
    sinceYears: 8,
    medicines: [['warfarin', 0.7]],
  },
  {
    key: 'copd',
    code: 'J44.9',
    display: 'Chronic obstructive pulmonary disease, unspecified',
    share: [
      [45, 0.06],
      [60, 0.14],
    ],
    sinceYears: 12,
    medicines: [['albuterol', 0.95]],
  },
  {
    key: 'asthma',
    code: 'J45.909',
    display: 'Unspecified asthma, uncomplicated',
    share: [
      [4, 0.12],
      [18, 0.08],
    ],
    sinceYears: 20,
    medicines: [['albuterol', 0.9]],
  },
  {
    key: 'thyroid',
    code: 'E03.9',
    display: 'Hypothyroidism, unspecified',
    share: [
      [35, 0.06],
      [60, 0.11],
    ],
    sinceYears: 15,
    medicines: [['levothyroxine', 0.95]],
  },
  {
    key: 'depression',
    code: 'F32.A',
    display: 'Depression, unspecified',
    share: [
      [14, 0.06],
      [25, 0.12],
    ],
    sinceYears: 10,
    medicines: [['sertraline', 0.6]],
  },
  {
    key: 'reflux',
    code: 'K21.9',
    display: 'Gastro-esophageal reflux disease without esophagitis',
    share: [
      [25, 0.1],
      [50, 0.2],
    ],
    sinceYears: 12,
    medicines: [['omeprazole', 0.8]],
  },
  {
    key: 'arthrosis',
    code: 'M17.9',
    display: 'Osteoarthritis of knee, unspecified',
    share: [
      [50, 0.14],
      [70, 0.28],
    ],
    sinceYears: 12,
    medicines: [['acetaminophen', 0.6]],
  },
  { key: 'gout', code: 'M10.9', display: 'Gout, unspecified', share: [[45, 0.05]], sinceYears: 12, medicines: [['allopurinol', 0.7]] },
  {
    key: 'dementia',
    code: 'F03.90',
    display: 'Unspecified dementia, unspecified severity, without behavioral disturbance',
    share: [
      [72, 0.07],
      [85, 0.25],
    ],
    sinceYears: 5,
    medicines: [],
  },
  {
    key: 'breast-cancer',
    code: 'C50.919',
    display: 'Malignant neoplasm of unspecified site of unspecified female breast',
    share: [[45, 0.04]],
    only: 'female',
    sinceYears: 8,
    medicines: [],
  },
  {
    key: 'prostate-cancer',
    code: 'C61',
    display: 'Malignant neoplasm of prostate',
    share: [[60, 0.06]],
    only: 'male',
    sinceYears: 8,
    medicines: [],
  },
];

/** Decides which long-term diseases the patient has and writes them on the problem list. */
export function fallIll(chart: Chart): void {
  const age = ageYears(chart, chart.nowMs);
  for (const disease of diseases) {
    if (disease.only && disease.only !== chart.sex) continue;
    const band = disease.share.filter(([from]) => age >= from).at(-1);
    if (!band) continue;
    const more = Object.entries(disease.with ?? {}).reduce(
      (product, [other, by]) => (chart.diseases.has(other) ? product * by : product),
      1,
    );
    if (!chart.random.chance(Math.min(0.9, band[1] * more))) continue;
    chart.diseases.add(disease.key);
    const yearsAgo = chart.random.between(0.4, Math.min(disease.sinceYears, Math.max(0.5, age - (disease.share[0]?.[0] ?? 0) + 0.5)));
    chart.add(problem(chart, disease, chart.nowMs - yearsAgo * yearMs));
  }
}

const problem = (chart: Chart, disease: Disease, onsetMs: number): Unnamed<Condition> => ({
  resourceType: 'Condition',
  clinicalStatus: hl7Concept('condition-clinical', 'active'),
  verificationStatus: hl7Concept('condition-ver-status', 'confirmed'),
  category: [hl7Concept('condition-category', 'problem-list-item')],
  code: concept(system.icd10cm, disease.code, disease.display),
  subject: chart.subject,
  onsetDateTime: date(onsetMs),
  recordedDate: date(onsetMs + chart.random.int(0, 30) * 86_400_000),
});
