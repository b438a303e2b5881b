// What is true of ICD-10-CM in whatever file it comes (https://terminology.hl7.org/ICD.html).
import type { ReleasePlan } from '../load/plan.ts';

export const icd10cm = (version: string): Omit<ReleasePlan, 'passes'> => ({
  system: 'http://hl7.org/fhir/sid/icd-10-cm',
  version,
  about: {
    name: 'ICD10CM',
    title: 'International Classification of Diseases, 10th Revision, Clinical Modification (ICD-10-CM)',
    caseSensitive: false,
    content: 'complete',
    hierarchyMeaning: 'is-a',
    properties: [{ code: 'billable', type: 'boolean', description: 'Whether the code may be used on a claim' }],
  },
});
