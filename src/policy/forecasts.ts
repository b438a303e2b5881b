// Who may set what forecasts of a site warn of and who is planned for which shift. Looking at forecasts is asked of the tables they rest on: whoever
// may search encounters.
import type { Decision, Person, Role } from './contract.ts';

const planners: readonly Role[] = ['administrator', 'clinician', 'nurse'];

export function decideForecastPlan(person: Person): Decision {
  if (!planners.includes(person.role)) return { allowed: false, why: `The role ${person.role} may not change the plan of staff` };
  if (person.organisations !== undefined || person.patients !== undefined || (person.restrictions ?? []).length > 0)
    return { allowed: false, why: 'An account that is bound to some patients or organisations may not change the plan of staff' };
  return { allowed: true, scope: {} };
}
