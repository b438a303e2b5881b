// Who may keep questions and dashboards for everybody. What a question may read is decided when it is asked (src/warehouse/tables.ts).
import type { Decision, Person } from './contract.ts';

/**
 * `summary`: the question may be asked by whoever may search, as Lamplight's own are. Whoever marks it so answers for it giving
 * counts and no persons: an administrator.
 */
export function decideKeeping(person: Person, question: { summary: boolean }): Decision {
  if (person.role !== 'administrator' && person.role !== 'analyst')
    return { allowed: false, why: `The role ${person.role} may not keep questions and dashboards; ask an analyst` };
  if (person.organisations !== undefined || person.patients !== undefined || (person.restrictions ?? []).length > 0)
    return { allowed: false, why: 'An account that is bound to some patients or organisations may not keep questions for everybody' };
  if (question.summary && person.role !== 'administrator')
    return { allowed: false, why: 'Only an administrator opens a question to those who may not export: leave out "summary: yes"' };
  return { allowed: true, scope: {} };
}
