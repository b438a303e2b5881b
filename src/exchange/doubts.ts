// Who may be one and the same: never merged by guess, but put before a person, both records side by side. A Task in the record, so that
// it stands in the work list of the records office and in the audit trail like everything else.
import type { Patient, Task } from '../fhir/generated/types.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { namedUuid } from '../methods/named-uuid.ts';
import type { Caller, RecordStore } from '../record/contract.ts';

export const duplicateCode = { system: 'urn:lamplight:task', code: 'possible-duplicate', display: 'Possible duplicate patient' } as const;
export const numberCode = { system: 'urn:lamplight:task', code: 'number-of-two-patients', display: 'One number for two patients' } as const;

/** Two patients who may be one, or two resources that have one number and are those of two patients. */
export interface Doubt {
  code: typeof duplicateCode | typeof numberCode;
  one: string;
  other: string;
  /** In whose record the question stands. */
  patient: string;
  /** For the person who decides. */
  why: string;
}

const toCompare = 'Compare both records; merge them, or reject this task.';

/** Of two patients, whichever is named first. */
export function mayBeOne(one: string, other: string, why: string): Doubt {
  const [first = one, second = other] = [one, other].sort();
  return { code: duplicateCode, one: first, other: second, patient: first, why: `${why} ${toCompare}` };
}

/** `one`, the first of `count`, is that of `patient`, and `other` has its number and is somebody else's. */
export function numberOfTwo(one: string, other: string, patient: string, { number, count }: { number?: string; count: number }): Doubt {
  const named = number === undefined ? 'An id' : `The number ${number}`;
  const what = count === 1 ? named : `${named} and ${count - 1} more of the same message`;
  return {
    code: numberCode,
    one,
    other,
    patient,
    why: `${what} had been given to a resource of one patient, and came with another. Each patient has their own now. Compare both: correct the one that is wrong, merge the patients where they are one, or reject this task where the sender uses its numbers again.`,
  };
}

export const sameDemographics = 'They have the same family name, first given name and date of birth, under different numbers.';
export const numbersOfBoth = 'One message gave both numbers for one patient.';

/** So many others at most are put beside one patient: who has more is told from them by nobody's eye. */
export const mostAlike = 5;

/** Of a patient who was just made, those in the record who have the same name and date of birth. */
export async function lookAlikes(record: RecordStore, caller: Caller, patient: Patient): Promise<string[]> {
  const name = patient.name?.find(({ family, given }) => family !== undefined && given?.[0] !== undefined);
  const given = name?.given?.[0];
  // Without all three too many would be alike, and a list of strangers is read by nobody.
  if (name?.family === undefined || given === undefined || patient.birthDate?.length !== 10) return [];
  const query = parseQuery('Patient', [
    ['family:exact', escaped(name.family)],
    ['given:exact', escaped(given)],
    ['birthdate', patient.birthDate],
    ['_count', String(mostAlike)],
  ]);
  if (!query.ok) return [];
  const page = await record.search(caller, query.value);
  return page.ok ? page.value.matches.map(({ id }) => `Patient/${id}`).filter((found) => found !== `Patient/${patient.id}`) : [];
}

const escaped = (text: string): string => text.replace(/[\\,$|]/g, '\\$&');

/** The same pair is the same Task, whichever message brought it and however often. */
export const taskOf = ({ code, one, other, patient, why }: Doubt, at: Date): Task => ({
  resourceType: 'Task',
  id: namedUuid(code.code, one, other),
  status: 'requested',
  intent: 'order',
  code: { coding: [code], text: code.display },
  description: why,
  focus: { reference: one },
  for: { reference: patient },
  authoredOn: at.toISOString(),
  input: [
    { type: { text: code === duplicateCode ? 'May be the same as' : 'Has the same number as' }, valueReference: { reference: other } },
  ],
});
