// What belongs to a person rather than to a visit: allergies, vaccinations, smoking, medicines at home, goals and plans.
import { date, dayMs, instant, yearMs } from './calendar.ts';
import { ageYears, type Chart, daysAgo } from './chart.ts';
import { concept, hl7Concept, quantity, system } from './codes.ts';
import { diseases } from './diseases.ts';
import { prescribe, state } from './medicines.ts';

/** Substance, RxNorm ingredient where it is a medicine, category, share, reaction. */
const allergens = [
  ['Penicillin G', '7980', 'medication', 0.09, ['Hives', 'Rash', 'Anaphylaxis']],
  ['Sulfamethoxazole', '10180', 'medication', 0.05, ['Rash', 'Fever']],
  ['Aspirin', '1191', 'medication', 0.03, ['Wheezing', 'Hives']],
  ['Codeine', '2670', 'medication', 0.04, ['Nausea and vomiting', 'Itching']],
  ['Ibuprofen', '5640', 'medication', 0.03, ['Wheezing', 'Stomach pain']],
  ['Latex', undefined, 'environment', 0.02, ['Contact rash']],
  ['Peanut', undefined, 'food', 0.03, ['Anaphylaxis', 'Swelling of the lips']],
  ['Shellfish', undefined, 'food', 0.03, ['Hives']],
  ['Grass pollen', undefined, 'environment', 0.1, ['Sneezing and itching eyes']],
] as const;

/** Of those who have none, so many were asked, which is recorded too. */
const askedShare = 0.85;

export function recordAllergies(chart: Chart): void {
  const { random, subject } = chart;
  const found = allergens.filter(([, , , share]) => random.chance(share));
  // By the person and not by the dice: with the same seed everything else of them stays as it was.
  if (found.length === 0 && Number.parseInt(chart.patient.id?.slice(-4) ?? '0', 16) / 0x10000 < askedShare)
    chart.add({
      resourceType: 'AllergyIntolerance',
      clinicalStatus: hl7Concept('allergyintolerance-clinical', 'active'),
      verificationStatus: hl7Concept('allergyintolerance-verification', 'confirmed'),
      code: { text: 'No known allergies' },
      patient: subject,
      recordedDate: date(chart.nowMs),
    });
  for (const [name, rxnorm, category, , reactions] of found) {
    const reaction = random.pick(reactions);
    const grave = reaction === 'Anaphylaxis';
    chart.add({
      resourceType: 'AllergyIntolerance',
      clinicalStatus: hl7Concept('allergyintolerance-clinical', 'active'),
      verificationStatus: hl7Concept('allergyintolerance-verification', random.chance(0.75) ? 'confirmed' : 'unconfirmed'),
      type: 'allergy',
      category: [category],
      criticality: grave ? 'high' : 'low',
      code: rxnorm ? concept(system.rxnorm, rxnorm, name) : { text: name },
      patient: subject,
      recordedDate: date(daysAgo(chart, 60, 2500)),
      reaction: [{ manifestation: [{ text: reaction }], severity: grave ? 'severe' : random.pick(['mild', 'moderate']) }],
    });
  }
}

/** Vaccine, age from, age to, years between doses; 0: once. */
const vaccines = [
  ['20', 'DTaP', 0.2, 6, 0],
  ['10', 'IPV', 0.2, 6, 0],
  ['03', 'MMR', 1, 12, 0],
  ['21', 'varicella', 1, 12, 0],
  ['140', 'Influenza, seasonal, injectable, preservative free', 0.5, 120, 1],
  ['115', 'Tdap', 11, 120, 0],
  ['33', 'pneumococcal polysaccharide PPV23', 65, 120, 0],
  ['187', 'zoster recombinant', 50, 120, 0],
] as const;

export function recordVaccinations(chart: Chart): void {
  const { random, nowMs, bornMs, subject, hospital } = chart;
  const age = ageYears(chart, nowMs);
  for (const [code, display, from, to, everyYears] of vaccines) {
    if (age < from || age > to || !random.chance(everyYears > 0 ? 0.6 : 0.65)) continue;
    const times = everyYears > 0 ? random.int(1, 2) : 1;
    for (let i = 0; i < times; i++) {
      const earliestMs = Math.max(bornMs + from * yearMs, nowMs - 9 * yearMs);
      const atMs = everyYears > 0 ? nowMs - (i + random.between(0.02, 0.35)) * yearMs : random.between(earliestMs, nowMs);
      if (atMs < earliestMs) continue;
      chart.add({
        resourceType: 'Immunization',
        status: 'completed',
        vaccineCode: concept(system.cvx, code, display),
        patient: subject,
        occurrenceDateTime: date(atMs),
        primarySource: random.chance(0.8),
        location: hospital.clinicRoom,
      });
    }
  }
}

export function recordSmoking(chart: Chart): void {
  const { random, nowMs } = chart;
  if (ageYears(chart, nowMs) < 14) return;
  const lungs = chart.diseases.has('copd');
  const status = random.weighted([
    ['Never smoker', lungs ? 5 : 58],
    ['Former smoker', lungs ? 60 : 27],
    ['Current every day smoker', lungs ? 35 : 15],
  ] as const);
  chart.add({
    resourceType: 'Observation',
    status: 'final',
    category: [hl7Concept('observation-category', 'social-history', 'Social History')],
    code: concept(system.loinc, '72166-2', 'Tobacco smoking status'),
    subject: chart.subject,
    effectiveDateTime: date(daysAgo(chart, 10, 400)),
    valueCodeableConcept: { text: status },
  });
}

/** Medicines for the long-term diseases: prescribed by the clinic, and for some what the patient says. */
export function recordHomeMedicines(chart: Chart): void {
  const { random, ordinal, hospital } = chart;
  const keys = new Set(
    diseases
      .filter((disease) => chart.diseases.has(disease.key))
      .flatMap((disease) => disease.medicines.filter(([, share]) => random.chance(share)).map(([key]) => key)),
  );
  for (const key of keys) {
    const sinceMs = daysAgo(chart, 20, 700);
    prescribe(chart, key, { fromMs: sinceMs, category: 'community', prescriber: hospital.practitioner('Family medicine', ordinal) });
    if (random.chance(0.4)) state(chart, key, sinceMs);
  }
}

/** A goal and the plan that serves it, for those with diabetes or heart failure. */
export function recordPlan(chart: Chart): void {
  const { diseases: has, nowMs, random, subject } = chart;
  if (!has.has('diabetes') && !has.has('heart-failure')) return;
  const sugar = has.has('diabetes');
  const startMs = daysAgo(chart, 60, 600);
  const goal = chart.add({
    resourceType: 'Goal',
    lifecycleStatus: 'active',
    achievementStatus: hl7Concept('goal-achievement', random.pick(['in-progress', 'improving', 'not-achieved'])),
    description: { text: sugar ? 'HbA1c below 7 %' : 'Weight steady within 2 kg' },
    subject,
    startDate: date(startMs),
    target: [
      sugar
        ? {
            measure: concept(system.loinc, '4548-4', 'Hemoglobin A1c/Hemoglobin.total in Blood'),
            detailQuantity: { ...quantity(7, '%'), comparator: '<' },
          }
        : { measure: concept(system.loinc, '29463-7', 'Body weight'), dueDate: date(nowMs + 90 * dayMs) },
    ],
  });
  chart.add({
    resourceType: 'CarePlan',
    status: 'active',
    intent: 'plan',
    category: [{ text: sugar ? 'Diabetes self-management' : 'Heart failure self-management' }],
    title: sugar ? 'Diabetes care plan' : 'Heart failure care plan',
    subject,
    period: { start: instant(startMs) },
    goal: [goal],
    activity: (sugar
      ? ['Measure glucose before meals', 'Walk 30 minutes on most days', 'Eye examination once a year']
      : ['Weigh every morning', 'Call when 2 kg are gained in 3 days']
    ).map((description) => ({ detail: { status: 'in-progress', description } })),
  });
}
