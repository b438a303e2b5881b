// Visits as they begin and end, whatever kind they are: the Encounter, its diagnosis, and what is known of somebody who comes for the
// first time. What changes until the end is written in its last form when it is over.
import type { CodeableConcept, Condition, Encounter } from '../../src/fhir/generated/types.ts';
import { hourMs, instant } from '../calendar.ts';
import { concept, hl7Coding, hl7Concept, system } from '../codes.ts';
import type { Ward } from '../hospital.ts';
import type { Illness } from '../illnesses.ts';
import type { Course } from './course.ts';
import { doctorOn } from './staff.ts';
import { drained, type Person, type Visit, type World } from './world.ts';

export const visitSystem = 'http://lamplight.example/visit';
const classes = { EMER: 'emergency', IMP: 'inpatient encounter', AMB: 'ambulatory' } as const;
const said = { EMER: 'Emergency department visit', IMP: 'Hospital stay', AMB: 'Clinic visit' } as const;
const prefixes = { EMER: 'E', IMP: 'V', AMB: 'C' } as const;

export const conceptOf = (illness: Illness): CodeableConcept => concept(system.icd10cm, illness.code, illness.display);

/** Worst as this illness goes; it begins in the middle and rises. */
export function courseFor(person: Person, illness: Illness, nowMs: number): Course {
  const worst = person.chart.random.between(...illness.severity);
  const days = illness.days?.[0] ?? 1.5;
  return { severity: worst * 0.6, worst, recoveryHours: (days * 24) / 2.6, treated: false, atMs: nowMs };
}

export interface Beginning {
  class: Visit['class'];
  illness: Illness;
  course: Course;
  place?: { ward: Ward; bed: number };
  plannedMs?: number;
}

export function begin(world: World, person: Person, { class: kind, illness, course, place, plannedMs }: Beginning): Visit {
  const { hospital, nowMs } = world;
  const { chart } = person;
  chart.nowMs = nowMs;
  if (!person.known) {
    person.known = true;
    world.tell({ kind: 'known', person, resources: drained(chart) });
  }
  person.inHospital = true;
  const number = world.number(prefixes[kind]);
  const reference = chart.next('Encounter');
  const at = place === undefined ? hospital.clinicRoom : hospital.someBed(place.ward, place.bed);
  chart.add({
    resourceType: 'Encounter',
    identifier: [{ system: visitSystem, value: number, type: hl7Concept('v2-0203', 'VN', 'Visit number') }],
    status: 'in-progress',
    class: hl7Coding('v3-ActCode', kind, classes[kind]),
    type: [{ text: said[kind] }],
    subject: chart.subject,
    participant: [
      { type: [hl7Concept('v3-ParticipationType', 'ATND', 'attender')], individual: doctorOn(hospital, illness.specialty, nowMs) },
    ],
    period: { start: instant(nowMs) },
    reasonCode: [kind === 'EMER' ? { text: illness.complaint } : conceptOf(illness)],
    location: [{ location: at, status: 'active', period: { start: instant(nowMs) } }],
    serviceProvider: kind === 'AMB' ? hospital.clinic : hospital.hospital,
  });
  const encounter = chart.resources.find((one): one is Encounter => `${one.resourceType}/${one.id}` === reference.reference);
  if (encounter === undefined) throw new Error('an Encounter was added and is not there');
  const [condition] = diagnose(chart, illness, encounter, nowMs);
  const visit: Visit = {
    person,
    number,
    encounter,
    illness,
    course,
    class: kind,
    ...place,
    ...(plannedMs === undefined ? {} : { plannedMs }),
    fromMs: nowMs,
    doses: [],
    open: [encounter, condition],
    over: false,
    score: 0,
  };
  drained(chart);
  return visit;
}

function diagnose(chart: Person['chart'], illness: Illness, encounter: Encounter, nowMs: number): [Condition] {
  const reference = chart.add({
    resourceType: 'Condition',
    clinicalStatus: hl7Concept('condition-clinical', 'active'),
    verificationStatus: hl7Concept('condition-ver-status', 'confirmed'),
    category: [hl7Concept('condition-category', 'encounter-diagnosis')],
    code: conceptOf(illness),
    subject: chart.subject,
    encounter: { reference: `Encounter/${encounter.id}` },
    onsetDateTime: instant(nowMs - chart.random.int(2, 60) * hourMs),
    recordedDate: instant(nowMs),
  });
  encounter.diagnosis = [{ condition: reference, use: hl7Concept('diagnosis-role', 'AD', 'Admission diagnosis'), rank: 1 }];
  return [chart.resources.at(-1) as Condition];
}

/** Moves to another bed; the stay keeps where it was before. */
export function move(world: World, visit: Visit, to: { ward: Ward; bed: number }): void {
  const from = visit.ward === undefined || visit.bed === undefined ? undefined : { ward: visit.ward, bed: visit.bed };
  if (from !== undefined) world.beds.free(from.ward, from.bed);
  Object.assign(visit, to);
  const before = visit.encounter.location?.at(-1);
  if (before !== undefined) Object.assign(before, { status: 'completed', period: { ...before.period, end: instant(world.nowMs) } });
  visit.encounter.location?.push({
    location: world.hospital.someBed(to.ward, to.bed),
    status: 'active',
    period: { start: instant(world.nowMs) },
  });
  world.tell({ kind: 'transferred', person: visit.person, visit, resources: [], ...(from === undefined ? {} : { from }) });
}

/** Closes a visit. `expired`: died. */
export function end(world: World, visit: Visit, disposition: 'home' | 'exp' | 'snf' | 'other-hcf'): void {
  const { nowMs } = world;
  const { person, encounter } = visit;
  visit.over = true;
  person.inHospital = false;
  person.chart.nowMs = nowMs;
  if (visit.ward !== undefined && visit.bed !== undefined) world.beds.free(visit.ward, visit.bed);
  world.inBeds.delete(visit);
  encounter.status = 'finished';
  encounter.period = { ...encounter.period, end: instant(nowMs) };
  encounter.hospitalization = { dischargeDisposition: hl7Concept('discharge-disposition', disposition) };
  for (const place of encounter.location ?? []) {
    place.status = 'completed';
    if (place.period !== undefined) place.period.end ??= instant(nowMs);
  }
  for (const one of visit.open) {
    if (one.resourceType === 'Condition') {
      one.clinicalStatus = hl7Concept('condition-clinical', 'resolved');
      one.abatementDateTime = instant(nowMs);
    }
    if (one.resourceType === 'Flag') {
      one.status = 'inactive';
      one.period = { ...one.period, end: instant(nowMs) };
    }
    if (one.resourceType === 'MedicationRequest' && one.status === 'active') one.status = 'completed';
  }
  if (disposition === 'exp') person.chart.patient.deceasedDateTime = instant(nowMs);
  world.tell({ kind: 'discharged', person, visit, resources: visit.open, died: disposition === 'exp' });
}
