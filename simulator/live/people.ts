// Who may come: a population that is made one by one when it is needed. Who somebody is depends on the seed alone; what is written of him
// in this run has ids of this run, so that a hospital that is started again never writes over what it wrote before.
import type { AllergyIntolerance, Patient, Resource } from '../../src/fhir/generated/types.ts';
import { recordAllergies, recordHomeMedicines, recordPlan, recordSmoking, recordVaccinations } from '../background.ts';
import { bodyOf } from '../body.ts';
import { ageYears, type Chart, chartOf } from '../chart.ts';
import { fallIll } from '../diseases.ts';
import type { Hospital } from '../hospital.ts';
import { mrnSystem } from '../identity.ts';
import { insure, newPatient } from '../person.ts';
import { type Random, randomOf } from '../random.ts';
import { recordScreenings } from '../screenings.ts';
import type { Person } from './world.ts';

/** Ages are counted from here, so that somebody is as old as he is whenever the simulation runs. */
const populationMs = Date.UTC(2026, 0, 1);

export interface PeopleOptions {
  seed: string | number;
  /** Ids of this run. */
  run: string;
  size: number;
  /** Number of the first. */
  from: number;
  hospital: Hospital;
  nowMs(): number;
}

export interface People {
  of(ordinal: number): Person;
  /** Somebody who is not in the hospital now; `want` says how likely somebody of this age is, up to 1. */
  pick(random: Random, want: (age: number) => number): Person | undefined;
  readonly size: number;
}

export function peopleOf({ seed, run, size, from, hospital, nowMs }: PeopleOptions): People {
  const known = new Map<number, Person>();
  const of = (ordinal: number): Person => {
    const before = known.get(ordinal);
    if (before !== undefined) return before;
    const first = newPatient(seed, ordinal, Math.min(nowMs(), populationMs + 400 * 86_400_000), hospital);
    const { random, sex, bornMs, patient } = newPatient(seed, ordinal, populationMs, hospital);
    const chart = chartOf({ random, hospital, nowMs: Math.max(first.nowMs, bornMs + 3 * 86_400_000), ordinal, sex, bornMs, patient }, run);
    const person = personOf(chart);
    known.set(ordinal, person);
    return person;
  };
  return {
    of,
    size,
    pick(random, want) {
      for (let tries = 0; tries < 60; tries++) {
        const person = of(from + random.int(1, size));
        if (person.inHospital || person.chart.patient.deceasedDateTime !== undefined) continue;
        const age = ageYears(person.chart, nowMs());
        if (age > 0 && random.chance(want(age))) return person;
      }
      return undefined;
    },
  };
}

export function personOf(chart: Chart): Person {
  fallIll(chart);
  const body = bodyOf(chart);
  insure(chart);
  recordAllergies(chart);
  recordVaccinations(chart);
  recordScreenings(chart);
  recordSmoking(chart);
  recordHomeMedicines(chart);
  recordPlan(chart);
  return { chart, body, mrn: mrnOfPatient(chart.patient), allergies: allergiesIn(chart.resources), known: false, inHospital: false };
}

export const mrnOfPatient = (patient: Patient): string => patient.identifier?.find(({ system }) => system === mrnSystem)?.value ?? '';

const allergiesIn = (resources: readonly Resource[]): string[] =>
  resources
    .filter((one): one is AllergyIntolerance => one.resourceType === 'AllergyIntolerance')
    .map(({ code }) => code?.text ?? code?.coding?.[0]?.display ?? '')
    .filter((text) => text !== '' && !/^no known/i.test(text));

/** Somebody whom the record knows already: what is known of him is in the record, only his body is made up. */
export function adopted(
  patient: Patient,
  id: string,
  run: string,
  hospital: Hospital,
  nowMs: number,
  allergies: readonly string[],
): Person {
  const bornMs = patient.birthDate === undefined ? nowMs - 55 * 365 * 86_400_000 : Date.parse(patient.birthDate);
  const sex = patient.gender === 'male' ? 'male' : 'female';
  const random = randomOf(run, 'adopted', id);
  const chart = chartOf({ random, hospital, nowMs, ordinal: 0, sex, bornMs, patient }, `${run} ${id}`);
  fallIll(chart);
  const body = bodyOf(chart);
  chart.resources.length = 0;
  return { chart, body, mrn: mrnOfPatient(patient), allergies, known: true, inHospital: true };
}
