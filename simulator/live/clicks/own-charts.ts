// Some of those who work here are patients too: a record under their own name and address, so that a colleague's chart is one.
import type { Bundle, Patient } from '../../../src/fhir/generated/types.ts';
import { namedUuid } from '../../../src/methods/named-uuid.ts';
import { bundleOf } from '../../bundle.ts';
import type { Hospital } from '../../hospital.ts';
import { mrnSystem } from '../../identity.ts';
import { newPatient } from '../../person.ts';
import { practitionersOf } from './account.ts';

export interface OwnChart {
  /** `Practitioner/…` */
  practitioner: string;
  mrn: string;
  postalCode: string | undefined;
}

/** Every third one. */
const share = 3;

export function ownChartsOf(seed: string | number, hospital: Hospital): { bundle: Bundle; charts: OwnChart[] } {
  const patients: Patient[] = [];
  const charts: OwnChart[] = [];
  for (const [at, { id, name = [], gender, identifier }] of practitionersOf(hospital).entries()) {
    if (at % share !== 0) continue;
    const mrn = `STAFF-${identifier?.[0]?.value ?? at}`;
    // Lives where somebody of the town does.
    const { address } = newPatient(seed, 5_000_000 + at, Date.UTC(2026, 0, 1), hospital).patient;
    patients.push({
      resourceType: 'Patient',
      id: namedUuid('simulator', seed, 'own chart', id ?? ''),
      identifier: [{ system: mrnSystem, value: mrn }],
      active: true,
      name,
      ...(gender === undefined ? {} : { gender }),
      birthDate: `${1965 + (at % 30)}-0${1 + (at % 9)}-1${at % 10}`,
      ...(address === undefined ? {} : { address }),
    });
    charts.push({ practitioner: `Practitioner/${id}`, mrn, postalCode: address?.[0]?.postalCode });
  }
  return { bundle: bundleOf(patients), charts };
}
