// The emergency department: registered, seen by triage, waiting for a doctor, tests, then home or a bed; who is to be admitted and finds no
// bed waits here. Shares of admission by age follow the age gradient of NHAMCS (CDC, emergency department summary tables).
import { hourMs, instant, minuteMs } from '../calendar.ts';
import { ageYears } from '../chart.ts';
import { hl7Concept } from '../codes.ts';
import type { Ward } from '../hospital.ts';
import { type Illness, illnesses, illnessFor } from '../illnesses.ts';
import { nextArrival, respiratorySeason } from './arrivals.ts';
import { bill } from './billing.ts';
import { note, observe, orderImaging, orderTests } from './care.ts';
import { registeredAs } from './identities.ts';
import type { People } from './people.ts';
import { factorOf } from './safety.ts';
import { begin, courseFor, end } from './visits.ts';
import { admit } from './ward.ts';
import type { Person, Visit, World } from './world.ts';

/** Age to, how likely somebody of the population is who comes now, share that is admitted. */
const gradient: readonly (readonly [to: number, comes: number, admitted: number])[] = [
  [5, 0.58, 0.04],
  [18, 1, 0.04],
  [40, 0.7, 0.09],
  [65, 0.36, 0.17],
  [85, 0.16, 0.25],
  [130, 0.17, 0.33],
];
const byAge = (age: number) => gradient.find(([to]) => age < to) ?? ([130, 0.17, 0.33] as const);

export function openEmergency(world: World, people: People): void {
  const next = (): void => {
    const ms = nextArrival(world.random, world.rates.emergencyPerDay, world.nowMs);
    world.later(ms, () => {
      const person = people.pick(world.random, (age) => byAge(age)[1]);
      if (person !== undefined) arrive(world, person, people);
      next();
    });
  };
  next();
}

function illnessAt(world: World, person: Person, admitted: boolean): Illness | undefined {
  const { random, nowMs } = world;
  if (!admitted && random.chance(0.12 * respiratorySeason(nowMs))) return illnesses.find(({ key }) => key === 'viral-infection');
  for (let tries = 0; tries < 4; tries++) {
    const found = illnessFor(person.chart, admitted, nowMs);
    if (found !== undefined && found.planned !== true) return found;
  }
  return admitted ? illnessAt(world, person, false) : illnesses.find(({ key }) => key === 'viral-infection');
}

/** `as`: an illness that is given, for an outbreak. */
export function arrive(world: World, who: Person, people: People, as?: Illness): Visit | undefined {
  const { random, nowMs } = world;
  const age = ageYears(who.chart, nowMs);
  const illness = as ?? illnessAt(world, who, random.chance(byAge(age)[2]));
  if (illness === undefined) return undefined;
  const person = registeredAs(world, people, who);
  const place = world.beds.take('emergency');
  const visit = begin(world, person, {
    class: 'EMER',
    illness,
    course: courseFor(person, illness, nowMs),
    ...(place === undefined ? {} : { place }),
  });
  visit.ward ??= 'emergency';
  if (place !== undefined) world.inBeds.add(visit);
  world.tell({ kind: 'registered', person, visit, resources: [] });
  world.later(nowMs + random.between(3, 14) * minuteMs, () => triage(world, visit));
  return visit;
}

function triage(world: World, visit: Visit): void {
  const score = observe(world, visit);
  const urgency = score >= 7 ? 1 : score >= 5 ? 2 : visit.illness.ward !== undefined || score >= 3 ? 3 : 4;
  visit.encounter.priority = hl7Concept('v3-ActPriority', urgency <= 2 ? 'EM' : 'UR', urgency <= 2 ? 'emergency' : 'urgent');
  world.stations.doctors.ask({
    priority: urgency,
    workMs: world.random.between(10, 32) * minuteMs,
    began: () => factorOf(world, 'door to doctor', visit.ward) === 1 && attend(world, visit),
    done: () => {
      attend(world, visit);
      seen(world, visit);
    },
  });
}

/** Since when the doctor has been with the patient. */
function attend({ nowMs }: World, { encounter }: Visit): void {
  const [doctor] = encounter.participant ?? [];
  if (doctor !== undefined) doctor.period ??= { start: instant(nowMs) };
}

function seen(world: World, visit: Visit): void {
  const { random, nowMs } = world;
  const { illness } = visit;
  const toWard = illness.ward !== undefined;
  note(world, visit, 'emergency', [
    `${illness.complaint}.`,
    `Early-warning score at triage ${visit.score}.`,
    `Impression: ${illness.display}.`,
  ]);
  const tests = toWard || random.chance(0.45);
  if (tests) orderTests(world, visit, true);
  if (toWard || random.chance(0.3)) orderImaging(world, visit);
  visit.course.treated = random.chance(0.8);
  const decidedMs = nowMs + (tests ? random.between(1.2, 3.2) : random.between(0.2, 1)) * hourMs;
  world.later(decidedMs - (decidedMs - nowMs) / 3, () => visit.over || observe(world, visit));
  world.later(decidedMs, () => (toWard ? board(world, visit) : leave(world, visit)));
}

function leave(world: World, visit: Visit): void {
  end(world, visit, 'home');
  bill(world, visit);
}

const insteadOf: Partial<Record<Ward, readonly Ward[]>> = {
  respiratory: ['medical', 'cardiology', 'surgical'],
  cardiology: ['medical', 'respiratory', 'surgical'],
  medical: ['respiratory', 'cardiology', 'surgical'],
  surgical: ['orthopaedic', 'medical'],
  orthopaedic: ['surgical', 'medical'],
  intensive: ['medical', 'respiratory'],
};

export function wardFor(visit: Visit, age: number): Ward {
  if (age < 16) return 'children';
  if (visit.course.severity > 0.88) return 'intensive';
  const { ward } = visit.illness;
  return ward === undefined || ward === 'children' ? 'respiratory' : ward;
}

/** Waits for a bed where none is free; looks again every quarter of an hour. */
function board(world: World, visit: Visit): void {
  const ward = wardFor(visit, ageYears(visit.person.chart, world.nowMs));
  const place = world.beds.take(ward, insteadOf[ward]);
  if (place === undefined) {
    if (world.random.chance(0.25)) observe(world, visit);
    world.later(world.nowMs + 15 * minuteMs, () => board(world, visit));
    return;
  }
  end(world, visit, 'other-hcf');
  bill(world, visit);
  admit(world, visit.person, visit.illness, visit.course, place);
}
