// Who may look at how the house does, and write beside its charts. What is counted is decided by the tables, type by type; here is whether somebody gets
// that far, and who may leave a note that everybody sees.
import type { Decision, Person, Role } from './contract.ts';

export type OutcomesAction = 'look' | 'note';

const allowed: Record<OutcomesAction, readonly Role[]> = {
  look: ['administrator', 'clinician', 'nurse', 'pharmacist', 'analyst', 'records-officer'],
  note: ['administrator', 'clinician', 'nurse', 'pharmacist', 'analyst'],
};
const words: Record<OutcomesAction, string> = { look: 'look at the outcomes of the house', note: 'write beside a chart' };

export function decideOutcomes(person: Person, action: OutcomesAction): Decision {
  if (!allowed[action].includes(person.role)) return { allowed: false, why: `The role ${person.role} may not ${words[action]}` };
  if (
    person.patients !== undefined ||
    (action === 'note' && (person.organisations !== undefined || (person.restrictions ?? []).length > 0))
  )
    return { allowed: false, why: `An account that is bound to some patients or organisations may not ${words[action]}` };
  return { allowed: true, scope: {} };
}
