// Who may keep questions, dashboards and reports for everybody, and whose rights suffice for the files of a report. What a question may read is decided when it is asked (src/warehouse/tables.ts).
import type { ResourceType } from '../fhir/generated/types.ts';
import type { Decision, Person } from './contract.ts';
import { decide } from './decide.ts';
import { decideMessages } from './messages.ts';
import { decideTrail } from './trail.ts';

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

/** What reports count. */
const counted: readonly ResourceType[] = ['Patient', 'Encounter', 'Condition', 'Observation', 'MedicationRequest'];

/** Tables that are no resources, and who may ask them. */
const ofJournals: Readonly<Record<string, (person: Person, purpose: string) => Decision>> = {
  audit: decideTrail,
  messages: (person) => decideMessages(person, 'read'),
};

/**
 * A file of a report tells of the whole site. `summary`: it holds counts and no persons, so that the right to search suffices;
 * otherwise that to export. Where its questions ask journals, those who may not ask them have none of it.
 */
export function decideReportFile(person: Person, purpose: string, file: { summary: boolean; journals: readonly string[] }): Decision {
  if (person.organisations !== undefined || person.patients !== undefined || (person.restrictions ?? []).length > 0)
    return {
      allowed: false,
      why: 'A report tells of the whole site: an account that is bound to some patients or organisations may not have its files',
    };
  for (const journal of file.journals) {
    const decision = ofJournals[journal]?.(person, purpose) ?? { allowed: false, why: 'This report tells of what nobody may see any more' };
    if (!decision.allowed) return decision;
  }
  for (const type of counted) {
    const decision = decide(person, purpose, file.summary ? 'search' : 'export', type);
    if (!decision.allowed) return decision;
  }
  return { allowed: true, scope: {} };
}
