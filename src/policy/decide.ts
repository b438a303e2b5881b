// The one decision: may this person, for this purpose, do this to resources of this type, and to which rows of them.
import type { ResourceType } from '../fhir/generated/types.ts';
import type { Action, Decision, Person, Purpose, Restriction, Scope } from './contract.ts';
import { classOf } from './resource-classes.ts';
import { roleTable } from './role-table.ts';

/**
 * The table of roles first, then the person's restrictions (all must hold), then the rows. The purpose does not change the
 * decision yet; consent and break-glass will read it. `why` names role, action and type and nothing else, so it may be
 * shown to whoever asked.
 */
export function decide(person: Person, _purpose: Purpose, action: Action, type: ResourceType): Decision {
  const row = roleTable[person.role];
  const kind = classOf(type);
  const granted = row.types?.[type] ?? row.classes[kind] ?? [];
  if (!granted.includes(action)) return { allowed: false, why: `The role ${person.role} may not ${action} ${type}.` };
  if (!(person.restrictions ?? []).every((restriction) => permits(restriction, action, type))) {
    return { allowed: false, why: `This sign-in does not include ${action} of ${type}.` };
  }
  if (person.role === 'patient' && (person.patients ?? []).length === 0) {
    return { allowed: false, why: 'This account is not linked to any patient.' };
  }
  return { allowed: true, scope: kind === 'shared' ? {} : scopeOf(person) };
}

const permits = (restriction: Restriction, action: Action, type: ResourceType): boolean =>
  restriction.types.includes(type) && restriction.actions.includes(action);

function scopeOf(person: Person): Scope {
  return {
    ...(person.organisations === undefined ? {} : { organisations: person.organisations }),
    ...(person.patients === undefined ? {} : { patients: person.patients }),
  };
}
