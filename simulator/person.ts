// Who comes to the hospital: age, sex, name, address, telephone, language, insurance.
import type { Patient } from '../src/fhir/generated/types.ts';
import { namedUuid } from '../src/methods/named-uuid.ts';
import { date, dayMs, instant, yearMs } from './calendar.ts';
import { type Chart, chartOf, daysAgo, type Sex } from './chart.ts';
import { hl7Concept } from './codes.ts';
import type { Hospital } from './hospital.ts';
import { mrnOf, mrnSystem } from './identity.ts';
import { nameFor } from './names.ts';
import { addressFor, telephone } from './places.ts';
import { type Random, randomOf } from './random.ts';

/** Years from, years to, share: a hospital sees the old and the very young more often than a town has them. */
const ages: readonly [[from: number, to: number], share: number][] = [
  [[0, 4], 6],
  [[5, 17], 5],
  [[18, 39], 18],
  [[40, 64], 29],
  [[65, 84], 33],
  [[85, 97], 9],
];

export function newPatient(seed: string | number, ordinal: number, nowMs: number, hospital: Hospital): Chart {
  const random = randomOf(seed, 'patient', ordinal);
  const [from, to] = random.weighted(ages);
  const ageYears = random.between(from, to + 1);
  const bornMs = Math.floor((nowMs - ageYears * yearMs) / dayMs) * dayMs;
  // Women live longer.
  const sex: Sex = random.chance(ageYears > 84 ? 0.64 : 0.515) ? 'female' : 'male';
  const patient = patientOf(random, namedUuid('simulator', seed, 'patient', ordinal), ordinal, sex, bornMs, ageYears, hospital);
  return chartOf({ random, hospital, nowMs, ordinal, sex, bornMs, patient }, seed);
}

function patientOf(random: Random, id: string, ordinal: number, sex: Sex, bornMs: number, ageYears: number, hospital: Hospital): Patient {
  const { given, family, language } = nameFor(random, sex);
  const child = ageYears < 18;
  const married = !child && random.chance(0.55);
  return {
    resourceType: 'Patient',
    id,
    identifier: [
      { use: 'usual', type: { ...hl7Concept('v2-0203', 'MR', 'Medical record number') }, system: mrnSystem, value: mrnOf(ordinal) },
    ],
    active: true,
    name: [
      { use: 'official', family, given },
      ...(married && sex === 'female' && random.chance(0.5) ? [{ use: 'maiden', family: nameFor(random, sex).family, given }] : []),
    ],
    telecom: [
      telephone(random, child ? 'home' : 'mobile'),
      ...(child || random.chance(0.4) ? [] : [{ system: 'email', value: `patient${ordinal}@example.org`, use: 'home' }]),
    ],
    gender: sex,
    birthDate: date(bornMs),
    address: [addressFor(random)],
    ...(child ? {} : { maritalStatus: hl7Concept('v3-MaritalStatus', married ? 'M' : ageYears > 75 && random.chance(0.5) ? 'W' : 'S') }),
    contact: [
      {
        relationship: [hl7Concept('v2-0131', child ? 'N' : 'C', child ? 'Next-of-Kin' : 'Emergency Contact')],
        name: {
          family: random.chance(0.6) ? family : nameFor(random, 'male').family,
          given: nameFor(random, random.chance(0.5) ? 'female' : 'male').given.slice(0, 1),
        },
        telecom: [telephone(random, 'home')],
      },
    ],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: language }] }, preferred: true }],
    managingOrganization: hospital.hospital,
  };
}

/** Insurance by age: public from 65, otherwise a plan at work, public assistance or none. */
export function insure(chart: Chart): void {
  const { random, nowMs, bornMs } = chart;
  const age = (nowMs - bornMs) / yearMs;
  const kind =
    age >= 65
      ? 'public'
      : random.weighted([
          ['plan', 62],
          ['public', 30],
          ['none', 8],
        ] as const);
  if (kind === 'none') return;
  const name =
    kind === 'public' ? 'Example Public Health Programme' : random.pick(['Example Mutual Health Plan', 'Sample Family Insurance']);
  chart.add({
    resourceType: 'Coverage',
    status: 'active',
    type: hl7Concept('v3-ActCode', kind === 'public' ? 'PUBLICPOL' : 'EHCPOL'),
    subscriberId: `M${String(5_000_000 + chart.ordinal)}`,
    beneficiary: chart.subject,
    relationship: hl7Concept('subscriber-relationship', age < 18 ? 'child' : 'self'),
    period: { start: date(daysAgo(chart, 200, 2000)) },
    payor: [{ display: name, identifier: { system: 'http://lamplight.example/payer', value: kind } }],
  });
}

/** Some have died, in or after their last stay. */
export function die(chart: Chart, atMs: number): void {
  chart.patient.deceasedDateTime = instant(atMs);
}
