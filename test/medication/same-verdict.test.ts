// One question asked in different words has one answer: milligrams or grams, brand or name, one order or two, in any order, in
// any time zone, as text or as a resource. And whatever is asked, the checks answer; one that breaks says that it could not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceOf } from '../../src/gateways/medication/order-resource.ts';
import { advise } from '../../src/modules/medication-safety/advise.ts';
import type { Answer, Facts, Order } from '../../src/modules/medication-safety/contract.ts';
import { factsOf } from '../../src/modules/medication-safety/facts/from-resources.ts';
import type { Situation } from '../../src/modules/medication-safety/knowledge/contract.ts';
import { readOrder } from '../../src/modules/medication-safety/reading/order-from-fhir.ts';
import { readOrderText } from '../../src/modules/medication-safety/reading/order-text.ts';
import { readSituation } from '../../src/modules/medication-safety/situation.ts';
import { asOfMs, library } from './library.ts';

const { base } = library;
const patient = {
  age: '62 y',
  sex: 'male' as const,
  weight: '74 kg',
  height: '176 cm',
  laboratory: { creatinine: '1.1 mg/dL', potassium: '4.4 mmol/L' },
};
const ask = (situation: Situation): Answer => {
  const { drafts, facts } = readSituation({ ...patient, ...situation }, library, asOfMs);
  return advise(drafts, facts, base);
};
/** Rules with their tiers; which order is named first is no part of the verdict. */
const verdict = ({ cards }: Answer): string[] => [...new Set(cards.map((card) => `${card.tier} ${card.rule.id}`))].sort();

const same: [string, string][] = [
  ['amoxicillin 1000 mg po tid', 'amoxicillin 1 g po tid'],
  ['acetaminophen 1500 mg po q4h', 'acetaminophen 1.5 g po q4h'],
  ['levothyroxine 2 mg po daily', 'levothyroxine 2000 mcg po daily'],
  ['digoxin 0.5 mg po daily', 'digoxin 500 mcg po daily'],
  ['vancomycin 10 g iv once', 'vancomycin 10,000 mg iv once'],
  ['ceftriaxone 2 grams iv q24h', 'ceftriaxone 2000 mg iv every 24 hours'],
  ['warfarin 5 mg po daily', 'Coumadin 5 mg by mouth once a day'],
  ['atorvastatin 160 mg po daily', 'Lipitor 160 mg po daily'],
  ['ibuprofen 800 mg po q4h', 'Motrin 800 mg po q4h'],
  ['apixaban 5 mg po bid', 'Eliquis 5 mg po twice daily'],
  ['sildenafil 50 mg po prn', 'Viagra 50 mg po prn'],
  ['clarithromycin 500 mg po bid', 'Biaxin 500 mg po q12h'],
  ['oxycodone-acetaminophen 10-325 mg po q4h', 'Percocet 10/325 1 tablet po q4h'],
  ['sulfamethoxazole-trimethoprim 800-160 mg po bid', 'trimethoprim-sulfamethoxazole 800-160 mg po bid'],
  ['trimethoprim-sulfamethoxazole 160-800 mg po bid', 'Bactrim 800/160 1 tablet po bid'],
  ['hydrocodone-acetaminophen 5-325 mg po q6h', 'acetaminophen-hydrocodone 5-325 mg po q6h'],
];
const beside: Situation[] = [
  { order: '' },
  { order: '', taking: ['warfarin 2 mg po daily', 'simvastatin 40 mg po qhs', 'isosorbide mononitrate 60 mg po daily'] },
  { order: '', allergies: ['penicillin: anaphylaxis', 'sulfa'], problems: ['heart failure', 'peptic ulcer'] },
];

describe('one question in other words', () => {
  it.each(same)('%s is %s', (one, other) => {
    for (const situation of beside)
      expect(verdict(ask({ ...situation, order: one }))).toEqual(verdict(ask({ ...situation, order: other })));
  });

  it('has one answer in any order of the drafts and of what is taken', () => {
    const drafts = [
      'ibuprofen 600 mg po tid',
      'clarithromycin 500 mg po bid',
      'amoxicillin 500 mg po tid',
      'tramadol 50 mg po q6h',
      'lisinopril 10 mg po daily',
    ];
    const taking = ['warfarin 5 mg po daily', 'simvastatin 40 mg po qhs', 'sertraline 100 mg po daily', 'spironolactone 25 mg po daily'];
    const asked = (order: readonly string[], taken: readonly string[]) =>
      verdict(ask({ order: order[0]!, also: order.slice(1), taking: [...taken], allergies: ['penicillin'] }));
    const expected = asked(drafts, taking);
    expect(expected.length).toBeGreaterThan(4);
    fc.assert(
      fc.property(fc.shuffledSubarray(drafts, { minLength: 5 }), fc.shuffledSubarray(taking, { minLength: 4 }), (order, taken) => {
        expect(asked(order, taken)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['clarithromycin 500 mg po bid', 'simvastatin 40 mg po qhs'],
    ['warfarin 5 mg po daily', 'ketorolac 10 mg po q6h'],
    ['amitriptyline 50 mg po qhs', 'fluoxetine 40 mg po daily'],
    ['tramadol 50 mg po q6h', 'bupropion 150 mg po daily'],
  ])('finds %s and %s whichever of them is ordered second', (one, other) => {
    const pairs = (answer: Answer) => verdict({ ...answer, cards: answer.cards.filter((card) => card.category === 'drug-drug') });
    const [first, second, both] = [
      ask({ order: one, taking: [other] }),
      ask({ order: other, taking: [one] }),
      ask({ order: one, also: [other] }),
    ].map(pairs);
    expect(first!.length).toBeGreaterThan(0);
    expect(second).toEqual(first);
    expect(both).toEqual(first);
  });

  it('adds up a daily dose whether it stands in one order or in two', () => {
    const rules = (situation: Situation) =>
      ask(situation)
        .cards.filter((card) => card.category === 'daily-dose')
        .map((card) => card.rule.id);
    const whole = rules({ order: 'acetaminophen 1.5 g po q6h' });
    const split = rules({ order: 'acetaminophen 500 mg po q6h', also: ['acetaminophen 1 g po q6h'] });
    expect(whole.length).toBeGreaterThan(0);
    expect(new Set(split)).toEqual(new Set(whole));
  });

  it('reads an order as a resource as it reads it as text', () => {
    const head = { id: 'draft-1', state: 'draft' as const, origin: 'order' as const };
    for (const text of new Set(same.flat())) {
      const order = readOrderText(text, head, library.reading);
      const resource = resourceOf(order, { subject: { reference: 'Patient/1' } }, library);
      const again = readOrder(resource, head, library.reading);
      for (const situation of beside) {
        const { facts } = readSituation({ ...patient, ...situation }, library, asOfMs);
        expect(verdict(advise([again], facts, base)), text).toEqual(verdict(advise([order], facts, base)));
      }
    }
  });

  it('says the same of one moment written in any time zone', () => {
    const at = (zone: string) =>
      verdict(
        advise(
          [readOrderText('potassium chloride 40 mEq po bid', { id: 'a', state: 'draft', origin: 'order' }, library.reading)],
          factsOf(
            {
              asOfMs,
              notRead: [],
              resources: [
                { resourceType: 'Patient', birthDate: '1964-05-01', gender: 'male' },
                {
                  resourceType: 'Observation',
                  status: 'final',
                  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
                  effectiveDateTime: zone,
                  valueQuantity: { value: 6.1, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
                },
              ],
            },
            library,
          ),
          base,
        ),
      );
    const utc = at('2026-11-22T01:30:00Z');
    expect(utc.some((each) => /^(?:stop|interrupt)/.test(each))).toBe(true);
    for (const zone of ['2026-11-21T19:30:00-06:00', '2026-11-22T10:30:00+09:00', '2026-11-22T07:15:00+05:45'])
      expect(at(zone)).toEqual(utc);
  });
});

describe('whatever is asked', () => {
  const ids = [...base.ingredients.keys()];
  const dose = fc.record({
    value: fc.oneof(fc.constantFrom(0, 1, 500, 1e9), fc.double({ min: 0, noNaN: true })),
    unit: fc.constantFrom('mg', 'unit', 'mL', 'tablet', 'puff', 'mEq'),
  });
  const order = fc.record(
    {
      id: fc.string({ minLength: 1, maxLength: 8 }),
      text: fc.string({ maxLength: 60 }),
      state: fc.constantFrom('draft', 'active', 'past'),
      origin: fc.constantFrom('order', 'statement', 'diet', 'imaging'),
      unread: fc.array(fc.string({ maxLength: 20 }), { maxLength: 2 }),
      route: fc.constantFrom('oral', 'intravenous', 'topical', 'enteral-tube', 'intrathecal'),
      extendedRelease: fc.boolean(),
      pushed: fc.boolean(),
      timing: fc.record(
        {
          perDay: fc.double({ min: 0, max: 100, noNaN: true }),
          everyHours: fc.constantFrom(0, 0.1, 6, 24),
          once: fc.boolean(),
          durationDays: fc.constantFrom(0, 1, 30),
        },
        { requiredKeys: [] },
      ),
      ingredients: fc.array(
        fc.record(
          {
            ingredient: fc.oneof(fc.constantFrom(...ids), fc.constantFrom('no-such-drug', '__proto__', 'constructor')),
            named: fc.string({ maxLength: 10 }),
            single: dose,
            daily: dose,
            hourly: dose,
          },
          { requiredKeys: ['ingredient', 'named'] },
        ),
        { maxLength: 4 },
      ),
    },
    { requiredKeys: ['id', 'text', 'state', 'origin', 'unread', 'timing', 'ingredients'] },
  ) as fc.Arbitrary<Order>;
  const measured = fc.record({
    value: fc.double({ noNaN: true }),
    unit: fc.constant('x'),
    atMs: fc.integer({ min: asOfMs - 4e11, max: asOfMs + 1e10 }),
  });
  const map = <T>(keys: readonly string[], value: fc.Arbitrary<T>) =>
    fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 6 }).map((entries) => new Map(entries));
  const facts = fc.record(
    {
      asOfMs: fc.constant(asOfMs),
      bornMs: fc.integer({ min: asOfMs - 5e12, max: asOfMs + 1e11 }),
      sex: fc.constantFrom('female', 'male'),
      weightKg: measured,
      heightCm: measured,
      laboratory: map([...base.laboratories.keys()], fc.array(measured, { maxLength: 4 })),
      vitals: map(['systolic', 'pulse', 'spo2'], fc.array(measured, { maxLength: 2 })),
      problems: map([...base.problems.keys()], fc.record({ text: fc.string({ maxLength: 10 }) })),
      problemsNotKnown: fc.constant([]),
      allergies: fc.array(
        fc.record({
          text: fc.string({ maxLength: 20 }),
          drugs: fc.array(fc.oneof(fc.constantFrom(...ids), fc.constantFrom(...base.classIds()))),
          reactions: fc.constant([]),
          kind: fc.constantFrom('allergy', 'intolerance', 'unknown'),
          severe: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
      allergyAssessment: fc.constantFrom('recorded', 'none-known', 'not-assessed'),
      pregnant: fc.boolean(),
      trimester: fc.constantFrom(1, 2, 3),
      dialysis: fc.boolean(),
      setting: fc.constantFrom('inpatient', 'palliative'),
      orders: fc.array(order, { maxLength: 5 }),
      notRead: fc.array(
        fc.record({ part: fc.constantFrom('medications', 'problems', 'laboratory', 'allergies'), why: fc.constant('gone') }),
        { maxLength: 2 },
      ),
    },
    {
      requiredKeys: [
        'asOfMs',
        'laboratory',
        'vitals',
        'problems',
        'problemsNotKnown',
        'allergies',
        'allergyAssessment',
        'orders',
        'notRead',
      ],
    },
  ) as fc.Arbitrary<Facts>;

  it('the checks answer, none of them broken', () => {
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 3 }), facts, (drafts, given) => {
        const { couldNot } = advise(drafts, given, base);
        expect(couldNot.filter(({ why }) => why.startsWith('the check failed'))).toEqual([]);
      }),
      { numRuns: process.env['LAMPLIGHT_FULL'] ? 1000 : 150 },
    );
  });

  it('a check that breaks is one that could not be made, and the others are', () => {
    const { drafts, facts: given } = readSituation(
      { ...patient, order: 'warfarin 50 mg po daily', taking: ['ibuprofen 600 mg po tid'] },
      library,
      asOfMs,
    );
    const broken = Object.create(base, {
      interactionsOf: {
        value: () => {
          throw new Error('knowledge torn');
        },
      },
    }) as typeof base;
    const answer = advise(drafts, given, broken);
    expect(answer.couldNot.find(({ category }) => category === 'drug-drug')?.why).toContain('knowledge torn');
    expect(answer.cards.some((card) => card.category.endsWith('-dose'))).toBe(true);
  });
});
