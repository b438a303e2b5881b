// Who may see and do what. Pure: a decision from (person, purpose, action, type); the same decision as an SQL predicate.
// Every read, search, include, chain, history, export and write asks here, and nowhere else.
import type { ResourceType } from '../fhir/generated/types.ts';

export const roles = ['administrator', 'clinician', 'nurse', 'pharmacist', 'analyst', 'records-officer', 'patient', 'system'] as const;
export type Role = (typeof roles)[number];

/** `import`: take over a resource with the version and the time that it had in another record. */
export const actions = ['read', 'search', 'history', 'create', 'update', 'delete', 'export', 'import'] as const;
export type Action = (typeof actions)[number];

/** HL7 PurposeOfUse (http://terminology.hl7.org/CodeSystem/v3-ActReason): TREAT, HOPERAT, HRESCH, PATRQT … */
export type Purpose = string;

/** Someone, or some system, that has signed in. */
export interface Person {
  /** UUID of the account. */
  id: string;
  /** Sign-in name or client name, for the audit trail. */
  name: string;
  role: Role;
  /** Only compartments of these organisations (FHIR ids of Organization); absent: the whole site. */
  organisations?: string[];
  /** Role patient: the Patient ids whose compartments are theirs (their own, a child's). */
  patients?: string[];
  /** Place for SMART scopes, consent and break-glass: restrictions that later issues add; all must hold. */
  restrictions?: Restriction[];
}
export type Restriction = { kind: 'types'; types: ResourceType[]; actions: Action[] };

/** Which rows a permitted action may touch. All given conditions must hold. */
export interface Scope {
  /** Resource types not bound to a patient that everyone with this role shares (directory, knowledge) pass these conditions. */
  organisations?: string[];
  patients?: string[];
}

export type Decision = { allowed: true; scope: Scope } | { allowed: false; why: string };
