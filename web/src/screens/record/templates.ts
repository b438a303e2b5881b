// Templates of notes: what a note of this kind asks, in the order in which it is written. Codes are LOINC document types. A site
// changes them here.
export interface Template {
  name: string;
  title: string;
  code: { code: string; display: string };
  parts: readonly { title: string; hint: string; text?: string }[];
}

export const templates: readonly Template[] = [
  {
    name: 'Progress',
    title: 'Progress note',
    code: { code: '11506-3', display: 'Progress note' },
    parts: [
      { title: 'Subjective', hint: 'What the patient says; what happened since the last note' },
      { title: 'Objective', hint: 'Examination, measurements, results' },
      { title: 'Assessment', hint: 'What it means, problem by problem' },
      { title: 'Plan', hint: 'What is done, by whom, until when' },
    ],
  },
  {
    name: 'Nursing',
    title: 'Nursing note',
    code: { code: '34746-8', display: 'Nurse Note' },
    parts: [
      { title: 'Situation', hint: 'How the patient is now' },
      { title: 'Care given', hint: 'What was done, and how it was tolerated' },
      { title: 'For the next shift', hint: 'What to watch, what is due' },
    ],
  },
  {
    name: 'Handover',
    title: 'Handover (SBAR)',
    code: { code: '28651-8', display: 'Nurse Transfer note' },
    parts: [
      { title: 'Situation', hint: 'Who, where, what is wrong now' },
      { title: 'Background', hint: 'Why here; what matters of the history' },
      { title: 'Assessment', hint: 'What you think is going on' },
      { title: 'Recommendation', hint: 'What should happen, how soon' },
    ],
  },
  {
    name: 'Admission',
    title: 'Admission note',
    code: { code: '34117-2', display: 'History and physical note' },
    parts: [
      { title: 'Chief complaint', hint: 'In the patient’s words' },
      { title: 'History', hint: 'Of this illness, of earlier ones, of family and life' },
      { title: 'Medication and allergies', hint: 'As taken at home; what is not tolerated' },
      { title: 'Examination', hint: '' },
      { title: 'Assessment and plan', hint: '' },
    ],
  },
  {
    name: 'Plain',
    title: 'Note',
    code: { code: '34109-9', display: 'Note' },
    parts: [{ title: '', hint: 'Write' }],
  },
];

export const templateNamed = (name: string | undefined): Template =>
  templates.find((template) => template.name === name) ??
  templates[0] ?? { name: '', title: 'Note', code: { code: '34109-9', display: 'Note' }, parts: [] };
