// Planned care: clinics on weekdays, booked some days before, and operations that people come for.

import { measure, noStrain } from '../body.ts';
import { dayMs, hourMs, minuteMs } from '../calendar.ts';
import { ageYears } from '../chart.ts';
import { type Illness, illnesses } from '../illnesses.ts';
import { writeVisitVitals } from '../vital-signs.ts';
import { isWeekday, officeMoment } from './arrivals.ts';
import { bill } from './billing.ts';
import { encounterOf, note } from './care.ts';
import type { People } from './people.ts';
import { nurseOn } from './staff.ts';
import { begin, courseFor, end } from './visits.ts';
import { admit } from './ward.ts';
import { drained, type Person, type World } from './world.ts';

const check: Illness = {
  key: 'check',
  code: 'Z00.00',
  display: 'Encounter for general adult medical examination without abnormal findings',
  complaint: 'Check of long-term conditions',
  weight: () => 1,
  specialty: 'Internal medicine',
  severity: [0, 0.05],
  strain: noStrain,
  laboratory: {},
  tests: [],
  medicines: [],
};

/** Every midnight the day that is three days ahead is booked. */
export function openClinics(world: World, people: People): void {
  const plan = (dayStartMs: number): void => {
    if (isWeekday(dayStartMs)) {
      for (let left = poisson(world, world.rates.clinicPerDay); left > 0; left--)
        book(world, people, officeMoment(world.random, dayStartMs));
      for (let left = poisson(world, world.rates.plannedPerDay); left > 0; left--)
        planned(world, people, dayStartMs + world.random.between(7, 10) * hourMs);
    }
  };
  const todayMs = Math.floor(world.nowMs / dayMs) * dayMs;
  for (let ahead = 0; ahead < 3; ahead++) plan(todayMs + ahead * dayMs);
  const nightly = (): void => {
    plan(Math.floor(world.nowMs / dayMs) * dayMs + 2 * dayMs);
    world.later(world.nowMs + dayMs, nightly);
  };
  world.later(todayMs + dayMs + minuteMs, nightly);
}

function poisson(world: World, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = world.random.next(); product > limit; product *= world.random.next()) count++;
  return count;
}

function book(world: World, people: People, startMs: number): void {
  if (startMs <= world.nowMs) return;
  const person = people.pick(world.random, (age) => (age < 18 ? 0.3 : 0.7));
  if (person === undefined) return;
  const number = world.number('A');
  world.later(world.nowMs + world.random.between(1, 300) * minuteMs, () => {
    if (world.nowMs < startMs) world.tell({ kind: 'booked', person, number, startMs, resources: [] });
  });
  world.later(startMs, () => {
    // One in twelve does not come.
    if (!person.inHospital && !world.random.chance(0.08) && person.chart.patient.deceasedDateTime === undefined) see(world, person);
  });
}

function see(world: World, person: Person): void {
  const visit = begin(world, person, { class: 'AMB', illness: check, course: courseFor(person, check, world.nowMs) });
  world.tell({ kind: 'registered', person, visit, resources: [] });
  world.later(world.nowMs + world.random.between(8, 25) * minuteMs, () => {
    const { chart, body } = person;
    chart.nowMs = world.nowMs;
    const vitals = measure(chart, body, noStrain, 0);
    writeVisitVitals(chart, vitals, body, {
      atMs: world.nowMs,
      encounter: encounterOf(visit),
      by: nurseOn(world.hospital, 'medical', world.nowMs),
    });
    world.tell({ kind: 'vitals', person, visit, resources: drained(chart) });
  });
  world.later(world.nowMs + world.random.between(26, 45) * minuteMs, () => {
    note(world, visit, 'progress', [
      person.chart.diseases.size > 0
        ? `Reviewed: ${[...person.chart.diseases].join(', ').replaceAll('-', ' ')}. Medicines unchanged.`
        : 'Feels well. No complaints.',
    ]);
    end(world, visit, 'home');
    bill(world, visit);
  });
}

function planned(world: World, people: People, startMs: number): void {
  if (startMs <= world.nowMs) return;
  const kinds = illnesses.filter((illness) => illness.planned === true || illness.key === 'delivery');
  const illness = world.random.pick(kinds);
  const person = people.pick(world.random, (age) =>
    illness.key === 'delivery' ? (age >= 18 && age < 43 ? 1 : 0) : age > 45 && age < 85 ? 1 : 0,
  );
  if (person === undefined || (illness.key === 'delivery' && person.chart.sex !== 'female') || ageYears(person.chart, world.nowMs) < 18)
    return;
  world.later(startMs, () => {
    const place = person.inHospital ? undefined : world.beds.take(illness.ward ?? 'surgical', ['surgical']);
    if (place !== undefined) admit(world, person, illness, courseFor(person, illness, world.nowMs), place);
  });
}
