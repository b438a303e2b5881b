// The roles of the server, as the navigation knows them. What a role may do is decided by the server alone.
export type Role = 'administrator' | 'clinician' | 'nurse' | 'pharmacist' | 'analyst' | 'records-officer' | 'patient' | 'system';

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
