// The hospital: two organisations, wards with beds, people who work there. The same for every population of one seed.
import type { Bundle, Location, Organization, Practitioner, PractitionerRole, Reference } from '../src/fhir/generated/types.ts';
import { namedUuid } from '../src/methods/named-uuid.ts';
import { bundleOf } from './bundle.ts';
import { hl7Coding, hl7Concept } from './codes.ts';
import { nameFor } from './names.ts';
import { telephone } from './places.ts';
import { randomOf } from './random.ts';

export const wards = {
  emergency: 'Emergency Department',
  medical: 'Medical Ward',
  respiratory: 'Respiratory Ward',
  cardiology: 'Cardiology Ward',
  surgical: 'Surgical Ward',
  orthopaedic: 'Orthopaedic Ward',
  maternity: 'Maternity Ward',
  children: "Children's Ward",
  intensive: 'Intensive Care Unit',
} as const;
export type Ward = keyof typeof wards;

const locationSystem = 'http://lamplight.example/location';
/** What a place is called where messages name it by a URI. */
export const locationUri = (key: string): string => `${locationSystem}/${key}`;

const staff = [
  ['doctor', 'Emergency medicine', 3],
  ['doctor', 'Internal medicine', 4],
  ['doctor', 'Respiratory medicine', 2],
  ['doctor', 'Cardiology', 2],
  ['doctor', 'General surgery', 2],
  ['doctor', 'Orthopaedics', 2],
  ['doctor', 'Obstetrics', 2],
  ['doctor', 'Paediatrics', 2],
  ['doctor', 'Family medicine', 3],
  ['nurse', 'Nursing', 8],
  ['pharmacist', 'Pharmacy', 2],
  // One a ward and shift, with the eight above; behind the others, whose names are drawn in this order.
  ['nurse', 'Nursing', 19],
] as const;
type Specialty = (typeof staff)[number][1];

export interface Hospital {
  bundle: Bundle;
  hospital: Reference;
  clinic: Reference;
  clinicRoom: Reference;
  ward(ward: Ward): Reference;
  /** A free bed for someone who is there now; the ward itself where none is free. */
  takeBed(ward: Ward): Reference;
  /** Any bed, for a stay that is over. */
  someBed(ward: Ward, number: number): Reference;
  practitioner(specialty: Specialty, number: number): Reference;
}

/** `bedsEach` beds on every ward. */
export function hospitalOf(seed: string | number, bedsEach: number): Hospital {
  const random = randomOf(seed, 'hospital');
  const id = (...name: (string | number)[]) => namedUuid('simulator', seed, 'hospital', ...name);
  const organization = (key: string, name: string, partOf?: Reference): Organization => ({
    resourceType: 'Organization',
    id: id('organization', key),
    identifier: [{ system: 'http://lamplight.example/organisation', value: key }],
    active: true,
    type: [hl7Concept('organization-type', 'prov', 'Healthcare Provider')],
    name,
    telecom: [telephone(random, 'work')],
    ...(partOf ? { partOf } : {}),
  });
  const main = organization('hospital', 'Lamplight General Hospital');
  const hospital = { reference: `Organization/${main.id}`, display: main.name };
  const riverside = organization('clinic', 'Riverside Clinic', hospital);
  const clinic = { reference: `Organization/${riverside.id}`, display: riverside.name };

  const location = (key: string, name: string, kind: string, of: Reference, partOf?: Reference): Location => ({
    resourceType: 'Location',
    id: id('location', key),
    identifier: [
      { system: locationSystem, value: key },
      { system: 'urn:ietf:rfc:3986', value: locationUri(key) },
    ],
    status: 'active',
    name,
    mode: 'instance',
    physicalType: hl7Concept('location-physical-type', kind),
    managingOrganization: of,
    ...(partOf ? { partOf } : {}),
  });
  const locations: Location[] = [];
  const add = (...given: Parameters<typeof location>): Reference => {
    const made = location(...given);
    locations.push(made);
    return { reference: `Location/${made.id}`, display: made.name };
  };
  const wardReferences = new Map<Ward, Reference>();
  const beds = new Map<Ward, Reference[]>();
  for (const [key, name] of Object.entries(wards) as [Ward, string][]) {
    const ward = add(key, name, 'wa', hospital);
    wardReferences.set(key, ward);
    const numbered = Array.from({ length: bedsEach }, (_, i) => add(`${key}-${i + 1}`, `${name}, bed ${i + 1}`, 'bd', hospital, ward));
    beds.set(key, numbered);
  }
  const clinicRoom = add('clinic-room', 'Riverside Clinic, consulting room', 'ro', clinic);

  const people: (Practitioner | PractitionerRole)[] = [];
  const bySpecialty = new Map<Specialty, Reference[]>();
  for (const [role, specialty, count] of staff) {
    const before = bySpecialty.get(specialty)?.length ?? 0;
    for (let number = before + 1; number <= before + count; number++) {
      const sex = random.chance(0.55) ? 'female' : 'male';
      const { given, family } = nameFor(random, sex);
      const practitioner: Practitioner = {
        resourceType: 'Practitioner',
        id: id('practitioner', specialty, number),
        identifier: [{ system: 'http://lamplight.example/staff', value: `S${1000 + people.length / 2}` }],
        active: true,
        name: [{ use: 'official', family, given, ...(role === 'doctor' ? { prefix: ['Dr'] } : {}) }],
        telecom: [telephone(random, 'work')],
        gender: sex,
      };
      const display = `${role === 'doctor' ? 'Dr ' : ''}${given[0]} ${family}`;
      const reference = { reference: `Practitioner/${practitioner.id}`, display };
      people.push(practitioner, {
        resourceType: 'PractitionerRole',
        id: id('role', specialty, number),
        active: true,
        practitioner: reference,
        organization: specialty === 'Family medicine' ? clinic : hospital,
        code: [{ coding: [hl7Coding('practitioner-role', role)] }],
        specialty: [{ text: specialty }],
      });
      bySpecialty.set(specialty, [...(bySpecialty.get(specialty) ?? []), reference]);
    }
  }

  const taken = new Map<Ward, number>();
  const wardOf = (ward: Ward) => wardReferences.get(ward) ?? hospital;
  const bedOf = (ward: Ward, number: number) => beds.get(ward)?.[number] ?? wardOf(ward);
  return {
    bundle: bundleOf([main, riverside, ...locations, ...people]),
    hospital,
    clinic,
    clinicRoom,
    ward: wardOf,
    takeBed: (ward) => {
      const number = taken.get(ward) ?? 0;
      taken.set(ward, number + 1);
      return bedOf(ward, number);
    },
    someBed: (ward, number) => bedOf(ward, number % bedsEach),
    practitioner: (specialty, number) => {
      const all = bySpecialty.get(specialty) ?? [];
      return all[number % all.length] ?? { display: specialty };
    },
  };
}
