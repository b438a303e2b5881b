// The kinds of documents of C-CDA R2.1 that are written (1.2 Document-Level Templates): their code, template and sections, and which of
// them they must have.
import type { DocumentKind, SectionKind } from './contract.ts';
import { medicationsAdministered } from './sections/administered.ts';
import { allergies } from './sections/allergies.ts';
import { reportedHistory } from './sections/case-report.ts';
import { encounters, immunizations, procedures } from './sections/events.ts';
import { dischargeMedications, medications } from './sections/medications.ts';
import { functionalStatus, results, socialHistory, vitalSigns } from './sections/observations.ts';
import { familyHistory, goals, payers, planOfTreatment } from './sections/plans.ts';
import {
  dischargeDiagnosis,
  pastHistory,
  postoperativeDiagnosis,
  preoperativeDiagnosis,
  problems,
  reportedProblems,
} from './sections/problems.ts';

/** A section of words alone. */
const told = (code: string, title: string, root: string, version?: string): SectionKind => ({
  code,
  title,
  templates: [version === undefined ? [root] : [root, version]],
  columns: [],
  items: () => [],
});

const s22 = '2.16.840.1.113883.10.20.22.2.';
const ihe = '1.3.6.1.4.1.19376.1.5.3.1.3.';

const assessment = told('51848-0', 'Assessment', `${s22}8`);
const hospitalCourse = told('8648-8', 'Hospital course', `${ihe}5`);
const reasonForReferral = told('42349-1', 'Reason for referral', `${ihe}1`, '2014-06-09');
const presentIllness = told('10164-2', 'History of present illness', `${ihe}4`);
const chiefComplaint = told('10154-3', 'Chief complaint', '1.3.6.1.4.1.19376.1.5.3.1.1.13.2.1');
const reasonForVisit = told('29299-5', 'Reason for visit', `${s22}12`);
const generalStatus = told('10210-3', 'General status', '2.16.840.1.113883.10.20.2.5');
const physicalExam = told('29545-1', 'Physical examination', '2.16.840.1.113883.10.20.2.10', '2015-08-01');
const systems = told('10187-3', 'Review of systems', `${ihe}18`);

export interface Kind {
  code: string;
  title: string;
  template: string;
  /** Of the template, where it is not that of C-CDA R2.1. */
  version?: string;
  /** What the document must have, and what it may have besides, left out where there is nothing to say. */
  required: readonly SectionKind[];
  optional: readonly SectionKind[];
  /** Elements of the header beyond those that every document has. */
  header: readonly ('componentOf' | 'documentationOf' | 'informationRecipient' | 'setId' | 'versionNumber')[];
}

const s1 = '2.16.840.1.113883.10.20.22.1.';

export const kinds: Record<DocumentKind, Kind> = {
  'continuity-of-care': {
    code: '34133-9',
    title: 'Continuity of care document',
    template: `${s1}2`,
    required: [allergies, medications, problems, results, socialHistory, vitalSigns],
    optional: [procedures, encounters, immunizations, familyHistory, functionalStatus, planOfTreatment, goals, payers],
    header: ['documentationOf'],
  },
  'discharge-summary': {
    code: '18842-5',
    title: 'Discharge summary',
    template: `${s1}8`,
    required: [allergies, hospitalCourse, dischargeDiagnosis, planOfTreatment],
    optional: [dischargeMedications, problems, procedures, results, vitalSigns, immunizations, socialHistory, functionalStatus],
    header: ['componentOf'],
  },
  'referral-note': {
    code: '57133-1',
    title: 'Referral note',
    template: `${s1}14`,
    required: [problems, allergies, medications, reasonForReferral, assessment, planOfTreatment],
    optional: [results, vitalSigns, procedures, immunizations, socialHistory, familyHistory],
    header: ['informationRecipient'],
  },
  'progress-note': {
    code: '11506-3',
    title: 'Progress note',
    template: `${s1}9`,
    required: [assessment, planOfTreatment],
    optional: [allergies, medications, problems, results, vitalSigns],
    header: ['documentationOf', 'componentOf'],
  },
  'consultation-note': {
    code: '11488-4',
    title: 'Consultation note',
    template: `${s1}4`,
    required: [assessment, planOfTreatment, presentIllness, allergies, problems, reasonForReferral],
    optional: [medications, results, vitalSigns, procedures, immunizations, socialHistory, familyHistory],
    header: ['componentOf'],
  },
  'operative-note': {
    code: '11504-8',
    title: 'Operative note',
    template: `${s1}7`,
    required: [
      told('59774-0', 'Anesthesia', `${s22}25`, '2014-06-09'),
      told('55109-3', 'Complications', `${s22}37`, '2015-08-01'),
      preoperativeDiagnosis,
      told('59770-8', 'Estimated blood loss', '2.16.840.1.113883.10.20.18.2.9'),
      told('59776-5', 'Findings', `${s22}28`, '2015-08-01'),
      told('59773-2', 'Specimens taken', `${s22}31`),
      told('29554-3', 'Procedure description', `${s22}27`),
      postoperativeDiagnosis,
    ],
    optional: [procedures, planOfTreatment],
    header: ['documentationOf'],
  },
  'history-and-physical': {
    code: '34117-2',
    title: 'History and physical',
    template: `${s1}3`,
    required: [
      allergies,
      assessment,
      planOfTreatment,
      chiefComplaint,
      familyHistory,
      generalStatus,
      pastHistory,
      medications,
      physicalExam,
      systems,
      results,
      socialHistory,
      vitalSigns,
    ],
    optional: [presentIllness, immunizations, procedures],
    header: ['componentOf'],
  },
  // Public Health Case Report, Release 2, STU 3.1: chapter 1.1.
  'case-report': {
    code: '55751-2',
    title: 'Initial Public Health Case Report',
    template: '2.16.840.1.113883.10.20.15.2',
    version: '2022-05-01',
    required: [
      encounters,
      presentIllness,
      medicationsAdministered,
      reportedProblems,
      reasonForVisit,
      chiefComplaint,
      results,
      reportedHistory,
    ],
    optional: [planOfTreatment, immunizations, vitalSigns],
    header: ['setId', 'versionNumber', 'componentOf'],
  },
  unstructured: { code: '34133-9', title: 'Document', template: `${s1}10`, required: [], optional: [], header: [] },
};
