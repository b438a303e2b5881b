import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadMedicationKnowledge } from '../../../app/medication-knowledge.ts';
import { libraryOf } from '../library.ts';
import { readOrderText } from './order-text.ts';

const loaded = await loadMedicationKnowledge([join(import.meta.dirname, '../../../../knowledge')]);
if (!loaded.ok) throw new Error(loaded.problem.message);
const { reading } = libraryOf(loaded.value);
const read = (text: string) => readOrderText(text, { id: 'x', state: 'draft', origin: 'order' }, reading);

type Dose = { value: number; unit: string; per?: string } | undefined;
const said = (dose: Dose) =>
  dose === undefined ? '-' : `${Number(dose.value.toFixed(4))} ${dose.unit}${dose.per === undefined ? '' : `/${dose.per}`}`;
/** `ingredient single daily; … | route` */
const short = (text: string): string => {
  const order = read(text);
  return `${order.ingredients.map((one) => `${one.ingredient} ${said(one.single ?? one.singlePer)}, ${said(one.daily ?? one.dailyPer)}`).join('; ')} | ${order.route}`;
};

describe('a prescription in words', () => {
  it.each([
    ['ibuprofen 400 mg tablet, 2 tabs po tid prn pain', 'ibuprofen 800 mg, 2400 mg | oral'],
    ['Tylenol 1 g IV q6h', 'acetaminophen 1000 mg, 4000 mg | intravenous'],
    ['paracetamol 1g QDS PO', 'acetaminophen 1000 mg, 4000 mg | oral'],
    ['acetaminophen 160 mg/5 mL, 10 mL po q6h', 'acetaminophen 320 mg, 1280 mg | oral'],
    ['hydrocodone-acetaminophen 5-325 mg 1-2 tabs po q4-6h prn pain', 'hydrocodone 10 mg, 60 mg; acetaminophen 650 mg, 3900 mg | oral'],
    ['Percocet 10/325 2 tabs q4h', 'oxycodone 20 mg, 120 mg; acetaminophen 650 mg, 3900 mg | oral'],
    ['amoxicillin-clavulanate 875-125 mg po bid for 7 days', 'amoxicillin 875 mg, 1750 mg; clavulanate 125 mg, 250 mg | oral'],
    ['amoxicillin 90 mg/kg/day po divided bid', 'amoxicillin 45 mg/kg, 90 mg/kg | oral'],
    ['vancomycin 1 g in 250 mL NS iv q12h over 60 min', 'vancomycin 1000 mg, 2000 mg | intravenous'],
    ['insulin lispro 10u sc tid with meals', 'insulin-lispro 10 unit, 30 unit | subcutaneous'],
    ['morphine 2-4 mg iv q2h prn', 'morphine 4 mg, 48 mg | intravenous'],
    ['methotrexate 2.5 mg tab, take 6 tablets once weekly', 'methotrexate 15 mg, 2.1429 mg | oral'],
    ['take two 200 mg tablets of ibuprofen by mouth three times a day', 'ibuprofen 400 mg, 1200 mg | oral'],
    ['lidocaine 1% 10 mL subcut once', 'lidocaine 100 mg, 100 mg | subcutaneous'],
    ['albuterol 90 mcg/actuation inhaler 2 puffs q4h prn', 'albuterol 0.18 mg, 1.08 mg | inhaled'],
    ['penicillin G benzathine 2.4 million units IM once', 'penicillin-g-benzathine 2400000 unit, 2400000 unit | intramuscular'],
    ['nitroglycerin 0.4 mg sl q5min prn chest pain x3', 'nitroglycerin 0.4 mg, 1.2 mg | sublingual'],
    ['timolol 0.5% 1 drop both eyes bid', 'timolol 1 drop, 2 drop | ophthalmic'],
    ['KCl 10 mEq/100 mL IV over 1 h', 'potassium-chloride 10 mEq, - | intravenous'],
    ['CT abdomen and pelvis with IV contrast', 'iodinated-contrast -, - | intravenous'],
    ['morphine 1,000 mg po daily', 'morphine 1000 mg, 1000 mg | oral'],
    ['digoxin .125 mg po daily', 'digoxin 0.125 mg, 0.125 mg | oral'],
  ])('%s', (text, expected) => {
    expect(short(text)).toBe(expected);
  });

  it('reads rates of infusions', () => {
    expect(read('heparin 18 units/kg/h iv').ingredients[0]?.hourlyPer).toEqual({ value: 18, unit: 'unit', per: 'kg' });
    expect(read('norepinephrine 0.1 mcg/kg/min iv').ingredients[0]?.hourlyPer?.value).toBeCloseTo(0.006, 10);
    expect(read('fentanyl 50 mcg/hr patch q72h').ingredients[0]?.hourly).toEqual({ value: 0.05, unit: 'mg' });
    expect(read('72 HR Fentanyl 0.075 MG/HR Transdermal System').ingredients[0]?.hourly?.value).toBeCloseTo(0.075, 10);
  });

  it('corrects the spelling where one drug alone is near, and says so', () => {
    expect(read('warfarrin 5 mg po daily').ingredients[0]).toMatchObject({
      ingredient: 'warfarin',
      corrected: true,
      named: expect.stringContaining('read as'),
    });
    expect(read('xyzzyplugh 5 mg po daily')).toMatchObject({ ingredients: [], unread: [expect.stringContaining('no drug that is known')] });
  });

  it('assumes by mouth only where the drug has it, and says so', () => {
    expect(read('metoprolol 50 mg bid')).toMatchObject({ route: 'oral', routeAssumed: true });
    expect(read('metoprolol 50 mg po bid').routeAssumed).toBeUndefined();
    expect(read('vecuronium 5 mg').route).toBe('intravenous');
  });

  it('says the same of a gram and of its milligrams, of a brand and its drug, in capitals or not', () => {
    const amount = fc.integer({ min: 1, max: 4000 });
    fc.assert(
      fc.property(amount, fc.constantFrom('q6h', 'tid', 'daily', 'q12h prn'), (mg, often) => {
        const plain = short(`acetaminophen ${mg} mg po ${often}`);
        expect(short(`acetaminophen ${mg / 1000} g po ${often}`)).toBe(plain);
        expect(short(`Tylenol ${mg} mg PO ${often}`)).toBe(plain);
        expect(short(`ACETAMINOPHEN ${mg} MG PO ${often.toUpperCase()}`)).toBe(plain);
        expect(short(`acetaminophen ${mg}mg by mouth ${often}`)).toBe(plain);
      }),
      { numRuns: 200 },
    );
  });

  it('reads anything without failing', () => {
    const pieces = fc.constantFrom(
      'warfarin',
      ' ',
      '5',
      '.',
      '/',
      'mg',
      'q',
      'h',
      '-',
      '%',
      'po',
      '½',
      '(',
      '\\',
      '\u0000',
      '1e9',
      'kg',
      '[',
      'x',
      '\ud800',
      'für',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (all) => Array.isArray(read(all.join('')).ingredients)),
      { numRuns: 500 },
    );
    expect(read('a '.repeat(4000)).unread.length).toBeGreaterThan(0);
    expect(read('9'.repeat(5000)).ingredients).toEqual([]);
  });
});
