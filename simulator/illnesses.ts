// Why people come to hospital: what each acute illness does to the body and the laboratory, where it is treated, how long,
// with what. Lengths of stay are log-normal: a typical number of days and a spread.
import type { Strain } from './body.ts';
import { ageYears, type Chart } from './chart.ts';
import type { Ward } from './hospital.ts';
import type { LaboratoryStrain, TestName } from './laboratory.ts';

export interface Illness {
  key: string;
  code: string;
  display: string;
  complaint: string;
  /** How likely for this patient, relative to the others; 0: not at all. */
  weight(chart: Chart, age: number): number;
  /** Absent: seen in the emergency department and sent home. */
  ward?: Ward;
  specialty:
    | 'Internal medicine'
    | 'Respiratory medicine'
    | 'Cardiology'
    | 'General surgery'
    | 'Orthopaedics'
    | 'Obstetrics'
    | 'Paediatrics'
    | 'Emergency medicine';
  days?: readonly [median: number, spread: number];
  /** Worst severity: from, to. */
  severity: readonly [number, number];
  strain: Strain;
  laboratory: LaboratoryStrain;
  tests: readonly TestName[];
  medicines: readonly string[];
  imaging?: readonly [code: string, display: string, finding: string];
  procedure?: string;
  planned?: boolean;
}

const infection = { respirations: 12, saturation: 4, systolic: 42, pulse: 48, temperature: 2.5, drowsyFrom: 0.75 };
const pain = { respirations: 4, saturation: 0, systolic: -15, pulse: 28, temperature: 0.6, drowsyFrom: 2 };
const infected: LaboratoryStrain = { crp: 190, leukocytes: 11, creatinine: 0.7, lactate: 1.5, urea: 12, platelets: -40 };
const chest = ['36643-5', 'XR Chest 2 Views'] as const;

const adult = (age: number, weight: number, from = 18): number => (age >= from ? weight : 0);

export const illnesses: readonly Illness[] = [
  {
    key: 'pneumonia',
    code: 'J18.9',
    display: 'Pneumonia, unspecified organism',
    complaint: 'Cough, fever and shortness of breath for three days',
    weight: (chart, age) => (age < 2 ? 1 : age > 65 ? 3.2 : 1.2) * (chart.diseases.has('copd') ? 1.8 : 1),
    ward: 'respiratory',
    specialty: 'Respiratory medicine',
    days: [5, 0.45],
    severity: [0.35, 0.85],
    strain: { ...infection, respirations: 15, saturation: 11 },
    laboratory: infected,
    tests: ['crp', 'lactate'],
    medicines: ['ceftriaxone', 'acetaminophen', 'enoxaparin'],
    imaging: [...chest, 'Airspace opacity in the right lower zone, in keeping with pneumonia. No effusion.'],
  },
  {
    key: 'sepsis',
    code: 'A41.9',
    display: 'Sepsis, unspecified organism',
    complaint: 'Fever, shaking chills and confusion since last night',
    weight: (chart, age) => adult(age, age > 60 ? 2 : 0.6) * (chart.diseases.has('diabetes') ? 1.5 : 1),
    ward: 'medical',
    specialty: 'Internal medicine',
    days: [8, 0.5],
    severity: [0.65, 1],
    strain: { ...infection, systolic: 52, drowsyFrom: 0.6 },
    laboratory: { ...infected, lactate: 4, creatinine: 1.4, platelets: -110 },
    tests: ['crp', 'lactate', 'inr'],
    medicines: ['piperacillin', 'saline', 'acetaminophen', 'enoxaparin'],
    imaging: [...chest, 'No focal consolidation. Heart size normal.'],
  },
  {
    key: 'copd-exacerbation',
    code: 'J44.1',
    display: 'Chronic obstructive pulmonary disease with (acute) exacerbation',
    complaint: 'Worse breathlessness and wheeze, more sputum',
    weight: (chart) => (chart.diseases.has('copd') ? 6 : 0),
    ward: 'respiratory',
    specialty: 'Respiratory medicine',
    days: [4.5, 0.4],
    severity: [0.4, 0.85],
    strain: { respirations: 14, saturation: 9, systolic: -8, pulse: 32, temperature: 0.9, drowsyFrom: 0.7 },
    laboratory: { crp: 60, leukocytes: 5, bicarbonate: 5 },
    tests: ['crp'],
    medicines: ['prednisone', 'albuterol', 'enoxaparin'],
    imaging: [...chest, 'Hyperinflated lungs. No consolidation or pneumothorax.'],
  },
  {
    key: 'heart-failure',
    code: 'I50.23',
    display: 'Acute on chronic systolic (congestive) heart failure',
    complaint: 'Breathless lying flat, swollen legs, gained 4 kg in a week',
    weight: (chart) => (chart.diseases.has('heart-failure') ? 7 : 0),
    ward: 'cardiology',
    specialty: 'Cardiology',
    days: [5, 0.4],
    severity: [0.35, 0.8],
    strain: { respirations: 12, saturation: 9, systolic: 12, pulse: 28, temperature: 0, drowsyFrom: 0.85 },
    laboratory: { natriuretic: 4200, creatinine: 0.4, sodium: -6, urea: 14 },
    tests: ['natriuretic', 'troponin'],
    medicines: ['furosemide-iv', 'enoxaparin'],
    imaging: [...chest, 'Enlarged heart, interstitial oedema and small effusions on both sides.'],
  },
  {
    key: 'infarction',
    code: 'I21.4',
    display: 'Non-ST elevation (NSTEMI) myocardial infarction',
    complaint: 'Pressing chest pain for two hours',
    weight: (chart, age) => adult(age, 0.9, 45) * (chart.diseases.has('coronary') ? 3 : 1),
    ward: 'cardiology',
    specialty: 'Cardiology',
    days: [3.5, 0.35],
    severity: [0.25, 0.7],
    strain: { respirations: 6, saturation: 4, systolic: 22, pulse: 26, temperature: 0.3, drowsyFrom: 0.95 },
    laboratory: { troponin: 3.5, leukocytes: 3 },
    tests: ['troponin'],
    medicines: ['aspirin', 'clopidogrel', 'atorvastatin', 'enoxaparin'],
    procedure: 'Coronary angiography with stent',
  },
  {
    key: 'stroke',
    code: 'I63.9',
    display: 'Cerebral infarction, unspecified',
    complaint: 'Sudden weakness of the right arm and slurred speech',
    weight: (chart, age) => adult(age, 0.9, 50) * (chart.diseases.has('atrial-fibrillation') ? 2.5 : 1),
    ward: 'medical',
    specialty: 'Internal medicine',
    days: [7, 0.5],
    severity: [0.3, 0.75],
    strain: { respirations: 4, saturation: 3, systolic: -38, pulse: 14, temperature: 0.5, drowsyFrom: 0.4 },
    laboratory: { glucose: 30 },
    tests: ['inr'],
    medicines: ['aspirin', 'atorvastatin', 'enoxaparin'],
  },
  {
    key: 'hip-fracture',
    code: 'S72.001A',
    display: 'Fracture of unspecified part of neck of right femur, initial encounter for closed fracture',
    complaint: 'Fell at home, pain in the right hip, cannot stand',
    weight: (chart, age) => (age > 70 ? (chart.sex === 'female' ? 2.4 : 1.4) : 0),
    ward: 'orthopaedic',
    specialty: 'Orthopaedics',
    days: [7, 0.35],
    severity: [0.2, 0.55],
    strain: { ...pain, saturation: 4, temperature: 1.2, drowsyFrom: 0.5 },
    laboratory: { hemoglobin: -3.5, crp: 120 },
    tests: ['crp', 'inr'],
    medicines: ['morphine', 'acetaminophen', 'enoxaparin'],
    procedure: 'Hemiarthroplasty of the right hip',
  },
  {
    key: 'appendicitis',
    code: 'K35.80',
    display: 'Unspecified acute appendicitis',
    complaint: 'Pain in the right lower belly since yesterday, vomiting',
    weight: (_, age) => (age > 5 && age < 60 ? 1.4 : 0),
    ward: 'surgical',
    specialty: 'General surgery',
    days: [2, 0.4],
    severity: [0.2, 0.5],
    strain: { ...pain, temperature: 1.7 },
    laboratory: { crp: 110, leukocytes: 9 },
    tests: ['crp'],
    medicines: ['ceftriaxone', 'morphine', 'acetaminophen'],
    procedure: 'Laparoscopic appendectomy',
  },
  {
    key: 'cellulitis',
    code: 'L03.115',
    display: 'Cellulitis of right lower limb',
    complaint: 'Red, hot, swollen right leg',
    weight: (chart, age) => adult(age, 0.9) * (chart.diseases.has('diabetes') ? 2 : 1),
    ward: 'medical',
    specialty: 'Internal medicine',
    days: [4, 0.4],
    severity: [0.15, 0.5],
    strain: infection,
    laboratory: infected,
    tests: ['crp'],
    medicines: ['ceftriaxone', 'acetaminophen', 'enoxaparin'],
  },
  {
    key: 'knee-replacement',
    code: 'M17.11',
    display: 'Unilateral primary osteoarthritis, right knee',
    complaint: 'Admitted for a planned knee replacement',
    weight: (chart, age) => (chart.diseases.has('arthrosis') && age < 85 ? 3 : 0),
    ward: 'orthopaedic',
    specialty: 'Orthopaedics',
    days: [3, 0.3],
    severity: [0.1, 0.4],
    strain: pain,
    laboratory: { hemoglobin: -2.8, crp: 90 },
    tests: [],
    medicines: ['acetaminophen', 'morphine', 'enoxaparin'],
    procedure: 'Total replacement of the right knee',
    planned: true,
  },
  {
    key: 'delivery',
    code: 'O80',
    display: 'Encounter for full-term uncomplicated delivery',
    complaint: 'In labour at term',
    weight: (chart, age) => (chart.sex === 'female' && age >= 18 && age < 43 ? 4 : 0),
    ward: 'maternity',
    specialty: 'Obstetrics',
    days: [2, 0.3],
    severity: [0.1, 0.3],
    strain: pain,
    laboratory: { hemoglobin: -1.5, leukocytes: 4 },
    tests: [],
    medicines: ['acetaminophen'],
    procedure: 'Spontaneous vaginal delivery',
  },
  {
    key: 'bronchiolitis',
    code: 'J21.9',
    display: 'Acute bronchiolitis, unspecified',
    complaint: 'Wheezing and feeding poorly',
    weight: (_, age) => (age < 2 ? 6 : 0),
    ward: 'children',
    specialty: 'Paediatrics',
    days: [2.5, 0.4],
    severity: [0.3, 0.7],
    strain: { respirations: 20, saturation: 7, systolic: 0, pulse: 30, temperature: 1, drowsyFrom: 2 },
    laboratory: { crp: 15 },
    tests: [],
    medicines: [],
  },
  {
    key: 'child-asthma',
    code: 'J45.901',
    display: 'Unspecified asthma with (acute) exacerbation',
    complaint: 'Wheezing, short of breath since the morning',
    weight: (chart, age) => (chart.diseases.has('asthma') ? (age < 18 ? 8 : 1.5) : 0),
    ward: 'children',
    specialty: 'Paediatrics',
    days: [2, 0.4],
    severity: [0.3, 0.7],
    strain: { respirations: 14, saturation: 6, systolic: 0, pulse: 36, temperature: 0.2, drowsyFrom: 2 },
    laboratory: {},
    tests: [],
    medicines: ['prednisone', 'albuterol'],
  },
  ...(
    [
      ['chest-pain', 'R07.9', 'Chest pain, unspecified', 'Chest pain, now gone', 30, 1.2, ['troponin']],
      ['abdominal-pain', 'R10.9', 'Unspecified abdominal pain', 'Belly pain for a day', 8, 1.3, ['crp']],
      ['sprain', 'S93.401A', 'Sprain of unspecified ligament of right ankle, initial encounter', 'Twisted the right ankle', 8, 1.1, []],
      ['syncope', 'R55', 'Syncope and collapse', 'Fainted while standing', 16, 0.8, ['troponin']],
      ['viral-infection', 'J06.9', 'Acute upper respiratory infection, unspecified', 'Cough, runny nose and fever', 0, 1.4, []],
      ['gastroenteritis', 'A08.4', 'Viral intestinal infection, unspecified', 'Vomiting and diarrhoea', 0, 1.1, []],
      ['urine-infection', 'N39.0', 'Urinary tract infection, site not specified', 'Burning when passing urine', 16, 1, ['crp']],
    ] as const
  ).map(
    ([key, code, display, complaint, fromAge, share, tests]): Illness => ({
      key,
      code,
      display,
      complaint,
      weight: (_, age) => adult(age, share, fromAge),
      specialty: 'Emergency medicine',
      severity: [0.02, 0.3],
      strain: key.includes('infection') || key === 'gastroenteritis' ? infection : pain,
      laboratory: key.includes('infection') ? infected : {},
      tests,
      medicines: ['acetaminophen'],
    }),
  ),
];

/** An illness for this patient; `admitted` says whether one that needs a bed. Nothing where none fits. */
export function illnessFor(chart: Chart, admitted: boolean, atMs: number): Illness | undefined {
  const age = ageYears(chart, atMs);
  const fitting = illnesses
    .filter((illness) => (illness.ward !== undefined) === admitted)
    .map((illness) => [illness, illness.weight(chart, age)] as const)
    .filter(([, weight]) => weight > 0);
  return fitting.length > 0 ? chart.random.weighted(fitting) : undefined;
}
