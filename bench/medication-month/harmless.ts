// Patients and orders of an ordinary month in whom nothing is wrong by what is taught: usual doses, drugs that go together and do
// so in millions of people, recent and unremarkable results. Written apart from knowledge/.
import type { Situation } from '../../src/modules/medication-safety/knowledge/contract.ts';
import type { Draw } from './planted.ts';

interface Illness {
  problem: string;
  taking: readonly string[];
  /** What is ordered next for it. */
  next: readonly string[];
}

const illnesses: readonly Illness[] = [
  {
    problem: 'hypertension',
    taking: ['lisinopril 20 mg po daily', 'amlodipine 5 mg po daily'],
    next: ['amlodipine 10 mg po daily', 'chlorthalidone 12.5 mg po daily'],
  },
  {
    problem: 'type 2 diabetes mellitus',
    taking: ['metformin 1000 mg po bid'],
    next: ['empagliflozin 10 mg po daily', 'insulin glargine 10 units subcut qhs', 'semaglutide 0.25 mg subcut weekly'],
  },
  { problem: 'hyperlipidemia', taking: ['atorvastatin 40 mg po daily'], next: ['ezetimibe 10 mg po daily'] },
  { problem: 'hypothyroidism', taking: ['levothyroxine 100 mcg po daily'], next: ['levothyroxine 112 mcg po daily'] },
  { problem: 'gastroesophageal reflux', taking: ['omeprazole 20 mg po daily'], next: ['famotidine 20 mg po qhs'] },
  {
    problem: 'osteoarthritis of knee',
    taking: ['acetaminophen 500 mg po q6h prn'],
    next: ['diclofenac 1 % gel topical qid', 'capsaicin 0.025 % cream topical tid'],
  },
  {
    problem: 'chronic obstructive pulmonary disease',
    taking: ['tiotropium 18 mcg inhaled daily', 'albuterol 2 puffs inhaled q4h prn'],
    next: ['fluticasone-salmeterol 250-50 mcg inhaled bid', 'prednisone 40 mg po daily for 5 days'],
  },
  {
    problem: 'asthma',
    taking: ['albuterol 2 puffs inhaled q4h prn', 'budesonide-formoterol 160-4.5 mcg 2 puffs inhaled bid'],
    next: ['montelukast 10 mg po qhs', 'prednisone 40 mg po daily for 5 days'],
  },
  { problem: 'depression', taking: ['sertraline 100 mg po daily'], next: ['sertraline 150 mg po daily'] },
  {
    problem: 'allergic rhinitis',
    taking: ['fluticasone 50 mcg nasal 2 sprays daily'],
    next: ['cetirizine 10 mg po daily', 'loratadine 10 mg po daily'],
  },
  {
    problem: 'coronary artery disease',
    taking: ['aspirin 81 mg po daily', 'metoprolol succinate 50 mg po daily', 'atorvastatin 80 mg po daily'],
    next: ['nitroglycerin 0.4 mg sublingual prn', 'lisinopril 10 mg po daily'],
  },
  {
    problem: 'osteoporosis',
    taking: ['alendronate 70 mg po weekly', 'cholecalciferol 1000 units po daily'],
    next: ['calcium carbonate 500 mg po bid'],
  },
  { problem: 'benign prostatic hyperplasia', taking: ['tamsulosin 0.4 mg po qhs'], next: ['finasteride 5 mg po daily'] },
  { problem: 'gout', taking: ['allopurinol 300 mg po daily'], next: ['colchicine 0.6 mg po daily'] },
  { problem: 'iron deficiency anemia', taking: ['ferrous sulfate 325 mg po daily'], next: ['cyanocobalamin 1000 mcg po daily'] },
];

/** For anybody. */
const ordinary: readonly string[] = [
  'acetaminophen 650 mg po q6h prn',
  'amoxicillin 500 mg po tid for 7 days',
  'cephalexin 500 mg po qid for 7 days',
  'amoxicillin-clavulanate 875-125 mg po bid for 7 days',
  'ceftriaxone 1 g iv daily',
  'cefazolin 2 g iv once',
  'docusate 100 mg po bid',
  'senna 8.6 mg po qhs',
  'polyethylene glycol 17 g po daily',
  'cholecalciferol 1000 units po daily',
  'folic acid 1 mg po daily',
  'guaifenesin 400 mg po q4h prn',
  'hydrocortisone 1 % cream topical bid',
  'mupirocin 2 % ointment topical tid',
  'saline 0.9 % 1000 mL iv',
  'melatonin 3 mg po qhs',
  'nystatin 500000 units po qid',
  'artificial tears eye drops qid',
  'enoxaparin 40 mg subcut daily',
  'famotidine 20 mg po bid',
];
const childrens: readonly ((kg: number) => string)[] = [
  (kg) => `acetaminophen ${Math.round(15 * kg)} mg po q6h prn`,
  (kg) => `amoxicillin ${Math.round(45 * kg)} mg po bid for 10 days`,
  (kg) => `ibuprofen ${Math.round(8 * kg)} mg po q8h prn`,
  (kg) => `cephalexin ${Math.round(12 * kg)} mg po qid for 7 days`,
  (kg) => `azithromycin ${Math.round(10 * kg)} mg po daily for 3 days`,
  () => 'cetirizine 5 mg po daily',
  () => 'albuterol 2 puffs inhaled q4h prn',
];
/** Weight by age from growth charts, halves of the population, kg. */
const childWeights: readonly (readonly [string, number])[] = [
  ['2 y', 12.5],
  ['3 y', 14.5],
  ['4 y', 16.5],
  ['5 y', 18.5],
  ['6 y', 20.5],
  ['8 y', 26],
  ['10 y', 32],
  ['12 y', 41],
];

export function adult(draw: Draw, uniform: () => number): Situation & { illnesses: Illness[] } {
  const age = 22 + Math.floor(uniform() * 68);
  const many = Math.min(4, Math.floor(uniform() * (age / 18)));
  const has = new Set<Illness>();
  for (let i = 0; i < many; i++)
    has.add(draw(illnesses.filter((each) => age > 45 || illnesses.indexOf(each) > 8 || illnesses.indexOf(each) < 3)));
  const all = [...has];
  const sex = draw(['female', 'male'] as const);
  const kept = all.filter((each) => sex === 'male' || each.problem !== 'benign prostatic hyperplasia');
  const days = Math.floor(uniform() * 10);
  return {
    order: '',
    illnesses: kept,
    age: `${age} y`,
    sex,
    weight: `${55 + Math.floor(uniform() * 45)} kg`,
    height: `${155 + Math.floor(uniform() * 33)} cm`,
    problems: kept.map((each) => each.problem),
    taking: [...new Set(kept.flatMap((each) => each.taking))].map((text) => `${text} since ${100 + days} d`),
    allergies: draw([[], [], [], [], ['no known allergies'], ['latex'], ['peanut']]),
    laboratory: {
      creatinine: `${(0.6 + uniform() * 0.4).toFixed(2)} mg/dL ${days} d ago`,
      potassium: `${(3.8 + uniform() * 0.9).toFixed(1)} mmol/L ${days} d ago`,
      sodium: `${136 + Math.floor(uniform() * 8)} mmol/L ${days} d ago`,
      platelets: `${180 + Math.floor(uniform() * 180)} 10*3/uL ${days} d ago`,
      hemoglobin: `${(12.8 + uniform() * 2.5).toFixed(1)} g/dL ${days} d ago`,
      ALT: `${12 + Math.floor(uniform() * 25)} U/L ${days} d ago`,
    },
    setting: draw(['inpatient', 'outpatient', 'outpatient'] as const),
  };
}

export function harmless(draw: Draw, uniform: () => number): Situation {
  if (uniform() < 0.1) {
    const [age, kg] = draw(childWeights);
    return {
      order: draw(childrens)(kg),
      age,
      weight: `${kg} kg`,
      sex: draw(['female', 'male'] as const),
      allergies: [],
      taking: [],
      problems: [],
    };
  }
  const { illnesses: has, ...one } = adult(draw, uniform);
  const taken = (one.taking ?? []).join(' ');
  const offered = [...ordinary, ...has.flatMap((each) => [...each.next, ...each.next])].filter(
    (order) => !taken.includes(order.split(' ')[0]!),
  );
  // A changed dose of the same drug takes its place.
  const order = draw(offered);
  return { ...one, order };
}
