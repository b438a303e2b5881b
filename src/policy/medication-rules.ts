// Who may look at how rules of medication safety do, run them over past orders, and change them for the whole site. A change is
// asked for by one person and, where it makes a rule quieter, signed by others: who asked never signs.
import type { Decision, Person, Role } from './contract.ts';

export type RulesAction = 'look' | 'replay' | 'change';

const allowed: Record<RulesAction, readonly Role[]> = {
  look: ['administrator', 'clinician', 'nurse', 'pharmacist', 'analyst', 'records-officer'],
  // Reads the charts of all whose orders are run: within what the asker may read.
  replay: ['administrator', 'clinician', 'pharmacist', 'analyst'],
  change: ['administrator', 'clinician', 'pharmacist'],
};
const words: Record<RulesAction, string> = {
  look: 'look at how rules do',
  replay: 'run rules over past orders',
  change: 'change rules for the whole site',
};

export function decideMedicationRules(person: Person, action: RulesAction): Decision {
  if (!allowed[action].includes(person.role)) return { allowed: false, why: `The role ${person.role} may not ${words[action]}` };
  if (
    action === 'change' &&
    (person.organisations !== undefined || person.patients !== undefined || (person.restrictions ?? []).length > 0)
  )
    return { allowed: false, why: `An account that is bound to some patients or organisations may not ${words[action]}` };
  return { allowed: true, scope: {} };
}
