// The roles of the server, as the navigation knows them. What a role may do is decided by the server alone.
import type { Role } from '../../../src/policy/contract.ts';

export type { Role };

export const roleNames: Readonly<Record<Role, string>> = {
  administrator: 'Administrator',
  clinician: 'Physician',
  nurse: 'Nurse',
  pharmacist: 'Pharmacist',
  analyst: 'Analyst',
  'records-officer': 'Records officer',
  patient: 'Patient',
  system: 'System',
};
