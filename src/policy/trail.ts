// Who may read the audit trail, and which rows of it: whoever may search AuditEvents, which say the same things in FHIR. The
// table of roles grants that to administrators and records officers; a test holds it to these two.
import type { Decision, Person, Purpose } from './contract.ts';
import { decide } from './decide.ts';

/** The scope bounds a row by the patients whom it concerned: an officer of one organisation reads what concerned its patients. */
export const decideTrail = (person: Person, purpose: Purpose): Decision => decide(person, purpose, 'search', 'AuditEvent');
