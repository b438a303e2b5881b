// Who may look at surveillance and say what became of an alert. Counts further need the right to search encounters, conditions and patients, and rows of
// persons the right to export them: both are decided where the tables are asked.
import type { Decision, Person, Role } from './contract.ts';

export type SurveillanceAction = 'look' | 'note' | 'send';

const allowed: Record<SurveillanceAction, readonly Role[]> = {
  look: ['administrator', 'clinician', 'nurse', 'pharmacist', 'analyst', 'records-officer'],
  note: ['administrator', 'clinician', 'analyst', 'records-officer'],
  // What goes out speaks for the hospital. Which cases there are takes the right to export besides.
  send: ['administrator', 'analyst'],
};
const words: Record<SurveillanceAction, string> = {
  look: 'look at surveillance',
  note: 'say what became of an alert',
  send: 'send cases to public health',
};

export function decideSurveillance(person: Person, action: SurveillanceAction): Decision {
  if (!allowed[action].includes(person.role)) return { allowed: false, why: `The role ${person.role} may not ${words[action]}` };
  if (person.patients !== undefined) return { allowed: false, why: `An account that is bound to patients may not ${words[action]}` };
  if (action === 'send' && person.organisations !== undefined)
    return { allowed: false, why: `An account that is bound to organisations may not ${words[action]}` };
  if (action !== 'look' && (person.restrictions ?? []).length > 0)
    return { allowed: false, why: `This sign-in does not include to ${words[action]}` };
  return { allowed: true, scope: {} };
}
