// What is offered to whom. The server decides; this keeps from the screen what it would refuse.
import type { Role } from '../../app/roles.ts';
import type { Question } from './api.ts';

/** Rows and SQL of their own. */
export const mayAsk = (role: Role): boolean => role === 'administrator' || role === 'analyst';
export const mayKeep = mayAsk;

/** What the role lacks for a question, in words; undefined: it is offered. */
export function lacksFor(role: Role, { summary, journals = [] }: Pick<Question, 'summary' | 'journals'>): string | undefined {
  if (journals.length > 0)
    return role === 'administrator' || role === 'records-officer'
      ? undefined
      : `For those who may read ${journals.map((name) => (name === 'audit' ? 'the audit trail' : name)).join(' and ')}.`;
  return summary === true || mayAsk(role) ? undefined : 'Shows rows: needs the right to export.';
}
