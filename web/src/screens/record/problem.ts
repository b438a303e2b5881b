// A problem as it is typed, and as Condition (http://hl7.org/fhir/R4/condition.html). What the form does not show is left as it was.
import type { Condition } from '../../../../src/fhir/generated/types.ts';
import type { Code } from '../../api/terminology.ts';
import { conceptOf } from '../../parts/words.ts';
import type { Written } from './allergy.ts';
import { coded } from './coded.ts';

export interface ProblemTyped {
  name: string;
  /** The code whose name it is. */
  coded?: Code | undefined;
  severity: string;
  /** A date as FHIR has it: 2024, 2024-05 or 2024-05-12. */
  since: string;
  certainty: string;
  comment: string;
  /** `details`, `resolved`, `active` (again) or `error`. */
  change: string;
  ended: string;
  reason: string;
}

export const newProblem: ProblemTyped = {
  name: '',
  severity: '',
  since: '',
  certainty: 'confirmed',
  comment: '',
  change: 'details',
  ended: '',
  reason: '',
};

const hl7 = (name: string, code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${name}`, code }] });
const dated = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

export const problemTyped = (condition: Condition): ProblemTyped => ({
  ...newProblem,
  name: conceptOf(condition.code),
  severity: conceptOf(condition.severity),
  since: condition.onsetDateTime?.slice(0, 10) ?? '',
  certainty: condition.verificationStatus?.coding?.[0]?.code ?? 'confirmed',
  ended: condition.abatementDateTime?.slice(0, 10) ?? '',
});

export function problemProblem({ name, since, ended, change, reason }: ProblemTyped): string | undefined {
  if (name.trim() === '') return 'Say what the problem is';
  for (const date of [since, change === 'resolved' ? ended : ''].map((text) => text.trim()))
    if (date !== '' && !dated.test(date)) return `${date} is no date: 2024, 2024-05 or 2024-05-12`;
  if (change === 'resolved' && since !== '' && ended !== '' && ended < since.slice(0, ended.length)) return 'It ended before it began';
  if (change === 'error' && reason.trim() === '') return 'Say why it was an error: both the entry and the reason stay in the history';
  return undefined;
}

export function problemOf(typed: ProblemTyped, { id, patient, at, author }: Written, before?: Condition): Condition {
  const name = typed.name.trim();
  const wrong = typed.change === 'error';
  const ended = typed.change === 'resolved';
  const words = [typed.comment, typed.change === 'details' ? '' : typed.reason].map((text) => text.trim()).filter((text) => text !== '');
  const note = [...(before?.note ?? []), ...words.map((text) => ({ authorReference: author, time: at, text }))];
  const { clinicalStatus, abatementDateTime, onsetDateTime, severity, ...rest }: Condition = before ?? {
    resourceType: 'Condition' as const,
    id,
    category: [hl7('condition-category', 'problem-list-item')],
    recordedDate: at,
    recorder: author,
    subject: { reference: `Patient/${patient}` },
  };
  const since = typed.since.trim();
  const abated = ended ? typed.ended.trim() || at.slice(0, 10) : typed.change === 'active' ? undefined : abatementDateTime;
  return {
    ...rest,
    code: before !== undefined && conceptOf(before.code) === name ? before.code : coded(name, typed.coded),
    ...(typed.severity === ''
      ? {}
      : { severity: severity !== undefined && conceptOf(severity) === typed.severity ? severity : { text: typed.severity } }),
    ...(since === '' ? {} : { onsetDateTime: onsetDateTime?.slice(0, 10) === since ? onsetDateTime : since }),
    ...(abated === undefined ? {} : { abatementDateTime: abated }),
    // con-5: what was entered in error has no clinical status; con-4: what has ended is not active.
    ...(wrong
      ? {}
      : {
          clinicalStatus:
            typed.change === 'details' && clinicalStatus !== undefined
              ? clinicalStatus
              : hl7('condition-clinical', ended ? 'resolved' : 'active'),
        }),
    verificationStatus: hl7('condition-ver-status', wrong ? 'entered-in-error' : typed.certainty),
    ...(note.length === 0 ? {} : { note }),
  };
}

export const problemRows = (condition: Condition): [string, string][] => [
  ['Problem', conceptOf(condition.code)],
  ['Severity', conceptOf(condition.severity)],
  ['Since', condition.onsetDateTime ?? ''],
  ['State', condition.clinicalStatus?.coding?.[0]?.code ?? ''],
  ['Certainty', condition.verificationStatus?.coding?.[0]?.code ?? ''],
  ['Ended', condition.abatementDateTime ?? ''],
  ['Notes', (condition.note ?? []).map(({ text }) => text).join(' · ')],
];
