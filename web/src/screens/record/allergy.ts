// An allergy or intolerance as it is typed, and as AllergyIntolerance (http://hl7.org/fhir/R4/allergyintolerance.html). What the form
// does not show is left as it was.
import type { AllergyIntolerance, Reference } from '../../../../src/fhir/generated/types.ts';
import type { Code } from '../../api/terminology.ts';
import { conceptOf } from '../../parts/words.ts';
import { coded } from './coded.ts';

export interface AllergyTyped {
  substance: string;
  /** The code whose name it is. */
  coded?: Code | undefined;
  category: string;
  criticality: string;
  reaction: string;
  severity: string;
  comment: string;
  /** What is done: `details`, `resolved`, `active` (again) or `error`. */
  change: string;
  reason: string;
}

export const newAllergy: AllergyTyped = {
  substance: '',
  category: 'medication',
  criticality: 'unable-to-assess',
  reaction: '',
  severity: '',
  comment: '',
  change: 'details',
  reason: '',
};

/** It is itself recorded: that somebody has asked and there is none. */
export const noKnown = 'No known allergies';

const status = (code: string) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code }] });
const verified = (code: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code }],
});

export function allergyTyped(allergy: AllergyIntolerance): AllergyTyped {
  const [first] = allergy.reaction ?? [];
  return {
    ...newAllergy,
    substance: conceptOf(allergy.code),
    category: allergy.category?.[0] ?? '',
    criticality: allergy.criticality ?? '',
    reaction: (first?.manifestation ?? []).map((one) => conceptOf(one)).join(', '),
    severity: first?.severity ?? '',
    comment: '',
  };
}

/** What must be mended before it can be saved. */
export function allergyProblem({ substance, change, reason }: AllergyTyped): string | undefined {
  if (substance.trim() === '') return 'Say what is not tolerated, or choose “No known allergies”';
  if (change === 'error' && reason.trim() === '') return 'Say why it was an error: both the entry and the reason stay in the history';
  return undefined;
}

export interface Written {
  id: string;
  patient: string;
  at: string;
  author: Reference;
}

export function allergyOf(typed: AllergyTyped, { id, patient, at, author }: Written, before?: AllergyIntolerance): AllergyIntolerance {
  const substance = typed.substance.trim();
  const words = [typed.comment, typed.change === 'details' ? '' : typed.reason].map((text) => text.trim()).filter((text) => text !== '');
  const note = [...(before?.note ?? []), ...words.map((text) => ({ authorReference: author, time: at, text }))];
  const wrong = typed.change === 'error';
  const {
    clinicalStatus,
    reaction: reactions,
    ...rest
  }: AllergyIntolerance = before ?? {
    resourceType: 'AllergyIntolerance',
    id,
    recordedDate: at,
    recorder: author,
    patient: { reference: `Patient/${patient}` },
  };
  const manifestation = typed.reaction.trim();
  const [first, ...others] = reactions ?? [];
  const sameWords = (first?.manifestation ?? []).map((one) => conceptOf(one)).join(', ') === manifestation;
  const reaction =
    manifestation === ''
      ? others
      : [
          {
            ...first,
            manifestation: sameWords ? (first?.manifestation ?? []) : [{ text: manifestation }],
            ...(typed.severity === '' ? {} : { severity: typed.severity }),
          },
          ...others,
        ];
  return {
    ...rest,
    // The code stays while the words stay: somebody may have coded it.
    code: before !== undefined && conceptOf(before.code) === substance ? before.code : coded(substance, typed.coded),
    ...(typed.category === '' ? {} : { category: [typed.category, ...(before?.category ?? []).slice(1)] }),
    ...(typed.criticality === '' ? {} : { criticality: typed.criticality }),
    // ait-2: what was entered in error has no clinical status.
    ...(wrong
      ? {}
      : {
          clinicalStatus:
            typed.change === 'details' && clinicalStatus !== undefined
              ? clinicalStatus
              : status(typed.change === 'resolved' ? 'resolved' : 'active'),
        }),
    verificationStatus: verified(wrong ? 'entered-in-error' : (before?.verificationStatus?.coding?.[0]?.code ?? 'confirmed')),
    ...(reaction.length === 0 ? {} : { reaction }),
    ...(note.length === 0 ? {} : { note }),
  };
}

/** Side by side, where two have changed it. */
export const allergyRows = (allergy: AllergyIntolerance): [string, string][] => [
  ['Substance', conceptOf(allergy.code)],
  ['Category', (allergy.category ?? []).join(', ')],
  ['Risk', allergy.criticality ?? ''],
  [
    'Reaction',
    (allergy.reaction ?? [])
      .map((one) => `${one.manifestation.map((what) => conceptOf(what)).join(', ')} ${one.severity ?? ''}`)
      .join('; '),
  ],
  ['State', allergy.clinicalStatus?.coding?.[0]?.code ?? allergy.verificationStatus?.coding?.[0]?.code ?? ''],
  ['Notes', (allergy.note ?? []).map(({ text }) => text).join(' · ')],
];
