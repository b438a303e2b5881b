// What is planted into a simulated month: wrong orders of the twelve categories that examinations of order entry ask for, written
// from what is taught about them and not from knowledge/, so that what is measured is not what was written down. Usual doses are
// multiplied, allergies named in the words of a chart, kidneys told by their creatinine.
import type { Category } from '../../src/modules/medication-safety/contract.ts';
import type { Situation } from '../../src/modules/medication-safety/knowledge/contract.ts';

export type Draw = <T>(all: readonly T[]) => T;
export interface Plant {
  /** Categories of cards that would find it. */
  found: readonly Category[];
  /** An aside finds it too: nobody is to be interrupted for it. */
  aside?: true;
  make(draw: Draw): Partial<Situation> & { order: string };
}

const dose: readonly Category[] = ['single-dose', 'daily-dose', 'age', 'renal', 'opioid'];

/** Usual adult orders as [drug, dose, unit, rest]: ten times as much is a decimal point lost. */
const usual: readonly (readonly [string, number, string, string])[] = [
  ['warfarin', 5, 'mg', 'po daily'],
  ['digoxin', 0.25, 'mg', 'po daily'],
  ['lisinopril', 20, 'mg', 'po daily'],
  ['amlodipine', 5, 'mg', 'po daily'],
  ['metoprolol tartrate', 50, 'mg', 'po bid'],
  ['furosemide', 80, 'mg', 'po daily'],
  ['atorvastatin', 40, 'mg', 'po daily'],
  ['sertraline', 100, 'mg', 'po daily'],
  ['citalopram', 20, 'mg', 'po daily'],
  ['haloperidol', 5, 'mg', 'po bid'],
  ['lorazepam', 2, 'mg', 'po bid'],
  ['morphine', 10, 'mg', 'iv q4h prn'],
  ['hydromorphone', 1, 'mg', 'iv q4h prn'],
  ['oxycodone', 10, 'mg', 'po q6h prn'],
  ['prednisone', 40, 'mg', 'po daily'],
  ['levothyroxine', 100, 'mcg', 'po daily'],
  ['ondansetron', 8, 'mg', 'iv q8h prn'],
  ['metoclopramide', 10, 'mg', 'po tid'],
  ['ibuprofen', 600, 'mg', 'po tid'],
  ['acetaminophen', 650, 'mg', 'po q6h'],
  ['gentamicin', 320, 'mg', 'iv daily'],
  ['ciprofloxacin', 500, 'mg', 'po bid'],
  ['azithromycin', 500, 'mg', 'po daily'],
  ['gabapentin', 600, 'mg', 'po tid'],
  ['zolpidem', 10, 'mg', 'po qhs'],
  ['methimazole', 10, 'mg', 'po daily'],
  ['colchicine', 0.6, 'mg', 'po bid'],
  ['hydrochlorothiazide', 25, 'mg', 'po daily'],
  ['insulin lispro', 30, 'units', 'subcut tid'],
  ['clonazepam', 1, 'mg', 'po bid'],
];

const pairs = (found: readonly Category[], all: readonly (readonly [taking: string, order: string])[]): Plant => ({
  found,
  make: (draw) => {
    const [taking, order] = draw(all);
    return { order, taking: [taking] };
  },
});
const given = (found: readonly Category[], all: readonly (Partial<Situation> & { order: string })[], aside?: true): Plant => ({
  found,
  ...(aside === undefined ? {} : { aside }),
  make: (draw) => draw(all),
});

export const plants: Readonly<Record<string, Plant>> = {
  duplication: pairs(
    ['duplicate', 'daily-dose', 'drug-drug'],
    [
      ['ibuprofen 600 mg po tid', 'naproxen 500 mg po bid'],
      ['omeprazole 20 mg po daily', 'pantoprazole 40 mg po daily'],
      ['atorvastatin 40 mg po daily', 'simvastatin 20 mg po qhs'],
      ['lisinopril 20 mg po daily', 'enalapril 10 mg po bid'],
      ['losartan 50 mg po daily', 'valsartan 80 mg po daily'],
      ['sertraline 50 mg po daily', 'escitalopram 10 mg po daily'],
      ['metoprolol succinate 50 mg po daily', 'atenolol 50 mg po daily'],
      ['apixaban 5 mg po bid', 'rivaroxaban 20 mg po daily'],
      ['enoxaparin 40 mg subcut daily', 'heparin 5000 units subcut q8h'],
      ['lorazepam 1 mg po bid', 'alprazolam 0.5 mg po tid'],
      ['levothyroxine 100 mcg po daily', 'levothyroxine 50 mcg po daily'],
      ['glipizide 5 mg po bid', 'glyburide 5 mg po daily'],
      ['furosemide 40 mg po daily', 'bumetanide 1 mg po daily'],
      ['cetirizine 10 mg po daily', 'loratadine 10 mg po daily'],
      ['amlodipine 5 mg po daily', 'nifedipine er 30 mg po daily'],
      ['famotidine 20 mg po bid', 'famotidine 20 mg po bid'],
    ],
  ),
  'single dose': {
    found: dose,
    make: (draw) => {
      const [drug, amount, unit, rest] = draw(usual);
      return { order: `${drug} ${Number((amount * 10).toPrecision(6))} ${unit} ${rest}` };
    },
  },
  'cumulative dose': given(dose, [
    { order: 'acetaminophen 1000 mg po q4h' },
    { order: 'acetaminophen 650 mg po q6h', taking: ['hydrocodone-acetaminophen 10-325 mg 2 tablets po q4h'] },
    { order: 'ibuprofen 800 mg po q4h' },
    { order: 'acetaminophen 1000 mg po q6h', taking: ['acetaminophen 500 mg po q6h'] },
    { order: 'tramadol 100 mg po q4h' },
    { order: 'metformin 1000 mg po qid' },
    { order: 'citalopram 40 mg po bid' },
    { order: 'naproxen 500 mg po qid' },
    { order: 'gabapentin 1200 mg po qid' },
    { order: 'metoclopramide 20 mg po qid' },
    { order: 'zolpidem 10 mg po tid' },
    { order: 'ketorolac 30 mg iv q3h' },
    { order: 'colchicine 1.2 mg po tid' },
    { order: 'methotrexate 15 mg po daily' },
  ]),
  allergy: {
    found: ['allergy'],
    make: (draw) => {
      const [words, orders] = draw([
        [
          ['penicillin', 'Penicillin G: anaphylaxis', 'PCN', 'amoxicillin - hives'],
          ['amoxicillin 500 mg po tid', 'piperacillin-tazobactam 3.375 g iv q6h', 'ampicillin 1 g iv q6h'],
        ],
        [['sulfa', 'Bactrim - rash', 'sulfamethoxazole'], ['sulfamethoxazole-trimethoprim 800-160 mg po bid']],
        [
          ['aspirin: anaphylaxis', 'ASA - bronchospasm'],
          ['ibuprofen 400 mg po tid', 'ketorolac 15 mg iv q6h', 'aspirin 81 mg po daily'],
        ],
        [['codeine: hives', 'codeine'], ['codeine 30 mg po q6h prn']],
        [['morphine - anaphylaxis'], ['morphine 4 mg iv q4h prn']],
        [['Keflex', 'cephalexin: anaphylaxis'], ['cephalexin 500 mg po qid']],
        [['lisinopril: angioedema'], ['lisinopril 10 mg po daily', 'enalapril 5 mg po bid']],
        [
          ['ciprofloxacin: anaphylaxis', 'Cipro'],
          ['levofloxacin 500 mg po daily', 'ciprofloxacin 500 mg po bid'],
        ],
        [['vancomycin'], ['vancomycin 1 g iv q12h']],
        [['heparin - HIT', 'heparin'], ['heparin 5000 units subcut q8h']],
        [['phenytoin: Stevens-Johnson'], ['carbamazepine 200 mg po bid', 'phenytoin 300 mg po qhs']],
        [['iodinated contrast: anaphylaxis'], ['iohexol 100 mL iv once']],
        [['azithromycin'], ['clarithromycin 500 mg po bid', 'azithromycin 250 mg po daily']],
      ] as const);
      return { allergies: [draw<string>(words)], order: draw<string>(orders) };
    },
  },
  route: given(
    ['route', 'single-dose'],
    [
      { order: 'vincristine 2 mg intrathecal once' },
      { order: 'metformin 500 mg iv bid' },
      { order: 'insulin glargine 20 units iv daily' },
      { order: 'penicillin g benzathine 2.4 million units iv once' },
      { order: 'lisinopril 10 mg im daily' },
      { order: 'atorvastatin 40 mg iv daily' },
      { order: 'fluticasone 50 mcg iv daily' },
      { order: 'sertraline 50 mg im daily' },
      { order: 'warfarin 5 mg subcut daily' },
      { order: 'timolol 0.5 % eye drops po bid' },
      { order: 'levothyroxine 100 mcg inhaled daily' },
      { order: 'nystatin 500000 units iv qid' },
      { order: 'potassium chloride 40 mEq iv push once' },
      { order: 'enoxaparin 40 mg intrathecal daily' },
      { order: 'amlodipine 5 mg iv daily' },
    ],
  ),
  interaction: pairs(
    ['drug-drug', 'drug-food', 'additive-load'],
    [
      ['warfarin 5 mg po daily', 'sulfamethoxazole-trimethoprim 800-160 mg po bid'],
      ['warfarin 5 mg po daily', 'metronidazole 500 mg po tid'],
      ['warfarin 5 mg po daily', 'naproxen 500 mg po bid'],
      ['simvastatin 40 mg po qhs', 'clarithromycin 500 mg po bid'],
      ['phenelzine 15 mg po tid', 'sertraline 50 mg po daily'],
      ['sertraline 100 mg po daily', 'linezolid 600 mg po bid'],
      ['isosorbide mononitrate 30 mg po daily', 'sildenafil 50 mg po once'],
      ['methotrexate 15 mg po weekly', 'sulfamethoxazole-trimethoprim 800-160 mg po bid'],
      ['tizanidine 4 mg po tid', 'ciprofloxacin 500 mg po bid'],
      ['allopurinol 300 mg po daily', 'azathioprine 100 mg po daily'],
      ['lithium 300 mg po tid', 'ibuprofen 600 mg po tid'],
      ['lithium 300 mg po tid', 'lisinopril 20 mg po daily'],
      ['colchicine 0.6 mg po bid', 'clarithromycin 500 mg po bid'],
      ['theophylline er 300 mg po bid', 'ciprofloxacin 500 mg po bid'],
      ['amiodarone 200 mg po daily', 'simvastatin 80 mg po qhs'],
      ['tacrolimus 2 mg po bid', 'fluconazole 400 mg po daily'],
      ['tacrolimus 2 mg po bid', 'clarithromycin 500 mg po bid'],
      ['oxycodone 10 mg po q6h', 'alprazolam 1 mg po tid'],
      ['spironolactone 50 mg po daily', 'potassium chloride 40 mEq po bid'],
      ['apixaban 5 mg po bid', 'rifampin 600 mg po daily'],
      ['digoxin 0.125 mg po daily', 'amiodarone 400 mg po daily'],
      ['carbamazepine 200 mg po bid', 'erythromycin 500 mg po qid'],
      ['methadone 10 mg po tid', 'haloperidol 5 mg iv q6h'],
      ['clonidine 0.2 mg po bid', 'propranolol 40 mg po bid'],
      ['valproic acid 500 mg po bid', 'meropenem 1 g iv q8h'],
    ],
  ),
  diagnosis: given(
    ['diagnosis', 'pregnancy', 'lactation', 'hepatic', 'renal'],
    [
      { order: 'propranolol 40 mg po bid', problems: ['asthma'] },
      { order: 'ibuprofen 600 mg po tid', problems: ['congestive heart failure'] },
      { order: 'naproxen 500 mg po bid', problems: ['gastrointestinal bleeding'] },
      { order: 'metoclopramide 10 mg po tid', problems: ["Parkinson's disease"] },
      { order: 'haloperidol 2 mg po bid', problems: ["Parkinson's disease"] },
      { order: 'bupropion 150 mg po bid', problems: ['epilepsy'] },
      { order: 'tramadol 50 mg po q6h', problems: ['seizure disorder'] },
      { order: 'pioglitazone 30 mg po daily', problems: ['heart failure'] },
      { order: 'diltiazem 120 mg po daily', problems: ['systolic heart failure'] },
      { order: 'sumatriptan 50 mg po once', problems: ['coronary artery disease'] },
      { order: 'estradiol 1 mg po daily', problems: ['deep vein thrombosis'], sex: 'female', age: '52 y' },
      { order: 'isotretinoin 40 mg po daily', pregnant: true, sex: 'female', age: '28 y' },
      { order: 'lisinopril 10 mg po daily', pregnant: true, sex: 'female', age: '31 y' },
      { order: 'warfarin 5 mg po daily', pregnant: true, sex: 'female', age: '33 y' },
      { order: 'valproic acid 500 mg po bid', pregnant: true, sex: 'female', age: '26 y' },
      { order: 'methotrexate 15 mg po weekly', pregnant: true, sex: 'female', age: '30 y' },
      { order: 'acetaminophen 1000 mg po q6h', problems: ['cirrhosis of liver'] },
      { order: 'verapamil 80 mg po tid', problems: ['second degree AV block'] },
      { order: 'amitriptyline 50 mg po qhs', problems: ['angle-closure glaucoma'] },
      { order: 'nitrofurantoin 100 mg po bid', problems: ['G6PD deficiency'] },
    ],
  ),
  'age and weight': given(
    ['age', 'single-dose', 'daily-dose'],
    [
      { order: 'codeine 15 mg po q6h prn', age: '6 y', weight: '20 kg' },
      { order: 'tramadol 50 mg po q6h prn', age: '8 y', weight: '26 kg' },
      { order: 'promethazine 12.5 mg po q6h prn', age: '14 mo', weight: '10 kg' },
      { order: 'doxycycline 100 mg po bid for 30 days', age: '4 y', weight: '16 kg' },
      { order: 'aspirin 325 mg po q6h', age: '7 y', weight: '24 kg', problems: ['influenza'] },
      { order: 'ceftriaxone 250 mg iv daily', age: '5 d', weight: '3.2 kg' },
      { order: 'acetaminophen 1000 mg po q6h', age: '18 mo', weight: '11 kg' },
      { order: 'ibuprofen 600 mg po tid', age: '3 y', weight: '14 kg' },
      { order: 'amoxicillin 4500 mg po bid', age: '2 y', weight: '12 kg' },
      { order: 'morphine 10 mg iv q4h', age: '2 y', weight: '12 kg' },
      { order: 'gentamicin 250 mg iv daily', age: '1 y', weight: '10 kg' },
      { order: 'diazepam 10 mg po tid', age: '3 y', weight: '14 kg' },
      { order: 'loperamide 4 mg po qid', age: '1 y', weight: '10 kg' },
      { order: 'ondansetron 40 mg iv once', age: '5 y', weight: '19 kg' },
      { order: 'chloramphenicol 500 mg iv q6h', age: '8 d', weight: '3 kg' },
    ],
  ),
  laboratory: {
    found: ['renal', 'laboratory', 'daily-dose', 'single-dose', 'contrast'],
    make: (draw) => {
      const renal = [
        'metformin 1000 mg po bid',
        'nitrofurantoin 100 mg po bid',
        'gabapentin 1200 mg po tid',
        'dabigatran 150 mg po bid',
        'enoxaparin 80 mg subcut bid',
        'baclofen 20 mg po tid',
        'levofloxacin 750 mg po daily',
        'acyclovir 800 mg iv q8h',
        'alendronate 70 mg po weekly',
        'methotrexate 15 mg po weekly',
        'spironolactone 50 mg po daily',
        'meperidine 100 mg im q4h',
        'famotidine 40 mg po bid',
        'ketorolac 30 mg iv q6h',
      ];
      const others: readonly (Partial<Situation> & { order: string })[] = [
        { order: 'spironolactone 25 mg po daily', laboratory: { potassium: '6.2 mmol/L' } },
        { order: 'potassium chloride 40 mEq po bid', laboratory: { potassium: '6.0 mmol/L' } },
        { order: 'lisinopril 20 mg po daily', laboratory: { potassium: '6.3 mmol/L' } },
        { order: 'warfarin 5 mg po daily', laboratory: { INR: '7.1' } },
        { order: 'digoxin 0.125 mg po daily', laboratory: { potassium: '2.6 mmol/L' } },
        { order: 'enoxaparin 80 mg subcut bid', laboratory: { platelets: '22 10*3/uL' } },
        { order: 'clozapine 100 mg po bid', laboratory: { 'absolute neutrophil count': '0.6 10*3/uL' } },
        { order: 'furosemide 80 mg iv bid', laboratory: { potassium: '2.4 mmol/L' } },
      ];
      if (draw([true, true, false]))
        return {
          order: draw(renal),
          age: draw(['66 y', '71 y', '79 y']),
          weight: draw(['58 kg', '72 kg']),
          laboratory: { creatinine: draw(['3.4 mg/dL', '4.1 mg/dL', '5.2 mg/dL']), potassium: '4.4 mmol/L' },
        };
      return draw(others);
    },
  },
  contrast: given(
    ['contrast', 'renal', 'laboratory', 'drug-drug', 'allergy'],
    [
      { order: 'iohexol 100 mL iv once', age: '74 y', weight: '70 kg', laboratory: { creatinine: '3.6 mg/dL' } },
      { order: 'iopamidol 100 mL iv once', age: '69 y', weight: '64 kg', laboratory: { creatinine: '4.0 mg/dL' } },
      {
        order: 'iohexol 100 mL iv once',
        taking: ['metformin 1000 mg po bid'],
        age: '70 y',
        weight: '70 kg',
        laboratory: { creatinine: '2.9 mg/dL' },
      },
      { order: 'gadodiamide 15 mL iv once', age: '61 y', weight: '75 kg', laboratory: { creatinine: '6.8 mg/dL' } },
      { order: 'gadopentetate dimeglumine 15 mL iv once', age: '58 y', weight: '70 kg', laboratory: { creatinine: '7.2 mg/dL' } },
      { order: 'iodixanol 100 mL iv once', age: '80 y', weight: '60 kg', laboratory: { creatinine: '3.1 mg/dL' } },
    ],
  ),
  'corollary orders': given(
    ['corollary', 'monitoring'],
    [
      { order: 'oxycodone er 20 mg po bid' },
      { order: 'methotrexate 15 mg po weekly' },
      { order: 'isoniazid 300 mg po daily' },
      { order: 'vancomycin 1 g iv q12h' },
      { order: 'warfarin 5 mg po daily' },
      { order: 'amiodarone 200 mg po daily' },
      { order: 'heparin 18 units/kg/h iv', weight: '70 kg' },
      { order: 'lithium 300 mg po tid' },
      { order: 'gentamicin 320 mg iv daily', weight: '70 kg' },
      { order: 'clozapine 100 mg po bid' },
      { order: 'prednisone 40 mg po daily for 60 days' },
      { order: 'digoxin 0.125 mg po daily' },
    ],
    true,
  ),
  cost: given(
    ['cost'],
    [
      { order: 'esomeprazole 40 mg po daily' },
      { order: 'levocetirizine 5 mg po daily' },
      { order: 'acetaminophen 1000 mg iv q6h' },
      { order: 'levalbuterol 1.25 mg inhaled q6h prn' },
      { order: 'pantoprazole 40 mg iv daily', taking: ['lisinopril 10 mg po daily'] },
      { order: 'escitalopram 10 mg po daily' },
      { order: 'desloratadine 5 mg po daily' },
      { order: 'dexlansoprazole 60 mg po daily' },
    ],
    true,
  ),
};
