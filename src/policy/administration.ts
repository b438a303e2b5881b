// Who may administer the program: accounts, settings, jobs, releases of terminology, backups. Administrators of the whole site: an
// account that is bound to some patients or organisations would otherwise make itself one that is not.
import type { Decision, Person } from './contract.ts';

export type AdministrationAction = 'look' | 'change';

const words: Record<AdministrationAction, string> = {
  look: 'look at how the program is run',
  change: 'change how the program is run',
};

export function decideAdministration(person: Person, action: AdministrationAction): Decision {
  if (person.role !== 'administrator')
    return { allowed: false, why: `The role ${person.role} may not ${words[action]}; ask an administrator` };
  if (person.organisations !== undefined || person.patients !== undefined || (person.restrictions ?? []).length > 0)
    return { allowed: false, why: `An account that is bound to some patients or organisations may not ${words[action]}` };
  return { allowed: true, scope: {} };
}
