// Vital signs as Observations, shaped after the FHIR vital signs profiles (http://hl7.org/fhir/R4/observation-vitalsigns.html)
// and US Core's pulse oximetry: one Observation a sign, blood pressure with components, oxygen beside the saturation.
import type { CodeableConcept, Observation, ObservationComponent, Quantity, Reference } from '../src/fhir/generated/types.ts';
import type { Body, Vitals } from './body.ts';
import { instant } from './calendar.ts';
import type { Chart, Unnamed } from './chart.ts';
import { concept, hl7Concept, quantity, rounded, system } from './codes.ts';

const category = [hl7Concept('observation-category', 'vital-signs', 'Vital Signs')];
const profile = (name: string) => ({ profile: [`http://hl7.org/fhir/StructureDefinition/${name}`] });
const loinc = (code: string, display: string): CodeableConcept => concept(system.loinc, code, display);
const acvpu = { A: 'Alert', C: 'New confusion', V: 'Voice', P: 'Pain', U: 'Unresponsive' } as const;
const perMinute = (value: number): Quantity => quantity(Math.round(value), '/min');
const mmHg = (value: number): Quantity => quantity(Math.round(value), 'mm[Hg]', 'mmHg');

export interface Taken {
  atMs: number;
  encounter: Reference;
  by: Reference;
}

const base = (
  chart: Chart,
  taken: Taken,
): Pick<Observation, 'status' | 'category' | 'subject' | 'encounter' | 'effectiveDateTime' | 'issued' | 'performer'> => ({
  status: 'final',
  category,
  subject: chart.subject,
  encounter: taken.encounter,
  effectiveDateTime: instant(taken.atMs),
  issued: instant(taken.atMs),
  performer: [taken.by],
});

/** A whole set, as NEWS2 needs it: six Observations of one moment. */
export function writeVitals(chart: Chart, vitals: Vitals, taken: Taken): void {
  const same = base(chart, taken);
  const part = (code: string, display: string, value: Quantity): ObservationComponent => ({
    code: loinc(code, display),
    valueQuantity: value,
  });
  const signs: Unnamed<Observation>[] = [
    {
      resourceType: 'Observation',
      meta: profile('resprate'),
      ...same,
      code: loinc('9279-1', 'Respiratory rate'),
      valueQuantity: perMinute(vitals.respirations),
    },
    {
      resourceType: 'Observation',
      ...same,
      code: {
        coding: [
          { system: system.loinc, code: '2708-6', display: 'Oxygen saturation in Arterial blood' },
          { system: system.loinc, code: '59408-5', display: 'Oxygen saturation in Arterial blood by Pulse oximetry' },
        ],
        text: 'Oxygen saturation',
      },
      valueQuantity: quantity(Math.round(vitals.saturation), '%'),
      component: [part('3151-8', 'Inhaled oxygen flow rate', quantity(vitals.oxygen, 'L/min'))],
    },
    { resourceType: 'Observation', meta: profile('bp'), ...same, ...pressureOf(vitals) },
    {
      resourceType: 'Observation',
      meta: profile('heartrate'),
      ...same,
      code: loinc('8867-4', 'Heart rate'),
      valueQuantity: perMinute(vitals.pulse),
    },
    {
      resourceType: 'Observation',
      ...same,
      code: loinc('80288-4', 'Level of consciousness'),
      valueCodeableConcept: {
        coding: [{ system: 'http://lamplight.example/CodeSystem/acvpu', code: vitals.consciousness, display: acvpu[vitals.consciousness] }],
        text: acvpu[vitals.consciousness],
      },
    },
    {
      resourceType: 'Observation',
      meta: profile('bodytemp'),
      ...same,
      code: loinc('8310-5', 'Body temperature'),
      valueQuantity: quantity(rounded(vitals.temperature, 1), 'Cel', '°C'),
    },
  ];
  for (const sign of signs) chart.add(sign);
}

const pressureOf = (vitals: Vitals): Pick<Observation, 'code' | 'component'> => ({
  code: concept(system.loinc, '85354-9', 'Blood pressure panel with all children optional', 'Blood pressure'),
  component: [
    { code: loinc('8480-6', 'Systolic blood pressure'), valueQuantity: mmHg(vitals.systolic) },
    { code: loinc('8462-4', 'Diastolic blood pressure'), valueQuantity: mmHg(vitals.diastolic) },
  ],
});

/** What is taken at a routine visit: pressure, pulse, temperature, weight, height. */
export function writeVisitVitals(chart: Chart, vitals: Vitals, body: Body, taken: Taken): void {
  const same = base(chart, taken);
  const weightKg = rounded(body.weightKg * (1 + chart.random.normal(0, 0.015)), 1);
  const heightM = body.heightCm / 100;
  chart.add({ resourceType: 'Observation', meta: profile('bp'), ...same, ...pressureOf(vitals) });
  const single: [name: string, code: string, display: string, value: Quantity][] = [
    ['heartrate', '8867-4', 'Heart rate', perMinute(vitals.pulse)],
    ['bodytemp', '8310-5', 'Body temperature', quantity(rounded(vitals.temperature, 1), 'Cel', '°C')],
    ['bodyweight', '29463-7', 'Body weight', quantity(weightKg, 'kg')],
    ['bodyheight', '8302-2', 'Body height', quantity(body.heightCm, 'cm')],
    ['bmi', '39156-5', 'Body mass index (BMI) [Ratio]', quantity(rounded(weightKg / (heightM * heightM), 1), 'kg/m2')],
  ];
  for (const [name, code, display, value] of single) {
    chart.add({ resourceType: 'Observation', meta: profile(name), ...same, code: loinc(code, display), valueQuantity: value });
  }
}

/** The decision that saturation is to be kept at 88 to 92 %, in words that the deterioration module reads. */
export function prescribeScale2(chart: Chart, taken: Taken): void {
  chart.add({
    resourceType: 'Observation',
    ...base(chart, taken),
    category: [hl7Concept('observation-category', 'therapy', 'Therapy')],
    code: concept('http://lamplight.example/CodeSystem/vital-sign', 'spo2-scale', 'SpO2 scale prescribed for NEWS2'),
    valueCodeableConcept: { text: 'Scale 2' },
    note: [{ text: 'Hypercapnic respiratory failure: target saturation 88 to 92 %.' }],
  });
}
