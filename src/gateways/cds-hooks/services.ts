// The services that are offered (CDS Hooks 2.0, Discovery): what each is for and what it would like to have with the question.
// What does not come is asked of the record where the patient is in it, and said where it is nowhere.
export type Hook = 'patient-view' | 'order-select' | 'order-sign' | 'encounter-start';

export interface Service {
  hook: Hook;
  id: string;
  title: string;
  description: string;
  prefetch: Record<string, string>;
  usageRequirements?: string;
}

const patient = '{{context.patientId}}';
const prefetch = {
  patient: `Patient/${patient}`,
  medications: `MedicationRequest?patient=${patient}&status=active,on-hold`,
  statements: `MedicationStatement?patient=${patient}&status=active,intended`,
  allergies: `AllergyIntolerance?patient=${patient}`,
  conditions: `Condition?patient=${patient}&clinical-status=active,recurrence,relapse`,
  results: `Observation?patient=${patient}&category=laboratory&_sort=-date&_count=200`,
  vitals: `Observation?patient=${patient}&category=vital-signs&_sort=-date&_count=50`,
};
const needs = 'Clinical content is unreviewed and needs review by the site that uses it.';

export const services: readonly Service[] = [
  {
    hook: 'patient-view',
    id: 'lamplight-patient-view',
    title: 'Lamplight: medication safety of this patient',
    description:
      'Looks again at everything that the patient takes: interactions, doses for the kidneys, opioid equivalents, what should be measured',
    prefetch,
    usageRequirements: needs,
  },
  {
    hook: 'order-select',
    id: 'lamplight-order-select',
    title: 'Lamplight: the order that is being chosen',
    description: 'Checks the chosen drug beside everything else while the order is being written',
    prefetch,
    usageRequirements: needs,
  },
  {
    hook: 'order-sign',
    id: 'lamplight-order-sign',
    title: 'Lamplight: orders about to be signed',
    description:
      'Checks all draft orders: allergies, interactions, doses, kidneys, route, diagnoses, age, pregnancy, laboratory values, duplicates, opioids, monitoring',
    prefetch,
    usageRequirements: needs,
  },
  {
    hook: 'encounter-start',
    id: 'lamplight-encounter-start',
    title: 'Lamplight: what to know at the start',
    description: 'As lamplight-patient-view, when an encounter begins',
    prefetch,
    usageRequirements: needs,
  },
];
