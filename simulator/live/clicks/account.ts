// Accounts of those who work in the simulated hospital: who they are, and under which name they sign in. Whoever runs the demonstration makes
// them by the ordinary routes and hands them in with their passwords.
import type { Practitioner, PractitionerRole } from '../../../src/fhir/generated/types.ts';
import type { Hospital } from '../../hospital.ts';

export interface StaffAccount {
  /** `sim.ada.fischer.1004`: nobody real is called so. */
  name: string;
  role: 'clinician' | 'nurse' | 'pharmacist';
  /** `Practitioner/…` */
  practitioner: string;
}

export interface Entrance extends StaffAccount {
  password: string;
}

export const accountPrefix = 'sim.';
const roles: Readonly<Record<string, StaffAccount['role']>> = { doctor: 'clinician', nurse: 'nurse', pharmacist: 'pharmacist' };
const plain = (text: string | undefined): string =>
  (text ?? '')
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '');

export function practitionersOf({ bundle }: Hospital): Practitioner[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'Practitioner' ? [resource] : []));
}

export function staffAccounts(hospital: Hospital): StaffAccount[] {
  const worksAs = new Map<string, string>();
  for (const { resource } of hospital.bundle.entry ?? []) {
    const one = resource as PractitionerRole | undefined;
    if (one?.resourceType === 'PractitionerRole') worksAs.set(one.practitioner?.reference ?? '', one.code?.[0]?.coding?.[0]?.code ?? '');
  }
  return practitionersOf(hospital).flatMap(({ id, name, identifier }) => {
    const role = roles[worksAs.get(`Practitioner/${id}`) ?? ''];
    const number = identifier?.[0]?.value?.slice(1);
    const called = `${accountPrefix}${plain(name?.[0]?.given?.[0])}.${plain(name?.[0]?.family)}.${number}`;
    return role === undefined ? [] : [{ name: called, role, practitioner: `Practitioner/${id}` }];
  });
}
