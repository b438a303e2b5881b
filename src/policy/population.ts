// Who may look at registries and care gaps. Counts further need the right to search what they rest on, lists of persons the right to export it: both are
// decided where the tables are asked. A list of a practitioner's own patients, and one patient, are read in the record, by the right to search there.
import type { Decision, Person, Role } from './contract.ts';

const allowed: readonly Role[] = ['administrator', 'clinician', 'nurse', 'pharmacist', 'analyst', 'records-officer'];

export function decidePopulation(person: Person): Decision {
  if (!allowed.includes(person.role)) return { allowed: false, why: `The role ${person.role} may not look at registries` };
  if (person.patients !== undefined) return { allowed: false, why: 'An account that is bound to patients may not look at registries' };
  return { allowed: true, scope: {} };
}
