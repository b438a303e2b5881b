// A stay in hospital, from the emergency department to the way home: an illness that worsens and recovers (or, in some who
// are there now, does not), and all that is recorded of it.
import type { CodeableConcept, EncounterLocation, Reference } from '../src/fhir/generated/types.ts';
import { type Body, measure } from './body.ts';
import { dayMs, hourMs, instant, minuteMs } from './calendar.ts';
import { ageYears, type Chart } from './chart.ts';
import { concept, hl7Coding, hl7Concept, system } from './codes.ts';
import type { Ward } from './hospital.ts';
import type { Illness } from './illnesses.ts';
import { type Drawn, reportPanel, reportTest } from './laboratory.ts';
import { administer, prescribe } from './medicines.ts';
import { writeNote } from './notes.ts';
import { die } from './person.ts';
import { prescribeScale2, writeVitals } from './vital-signs.ts';

export interface Course {
  fromMs: number;
  /** When the stay ends or, for someone who is there now, would end. */
  untilMs: number;
  /** Severity at a time. */
  at(ms: number): number;
}

/** Rises to its worst within a day, then falls; with `relapse`, rises once more at that time. */
export function courseOf(
  chart: Chart,
  illness: Illness,
  fromMs: number,
  untilMs: number,
  relapse?: { atMs: number; severity: number },
): Course {
  const { random } = chart;
  const worst = random.between(...illness.severity);
  const worstMs = fromMs + Math.min(random.between(4, 20) * hourMs, (untilMs - fromMs) * 0.35);
  const recoveryMs = Math.max(3 * hourMs, (untilMs - worstMs) / 3.2);
  return {
    fromMs,
    untilMs,
    at: (ms) => {
      const first =
        ms < worstMs ? worst * (0.55 + (0.45 * (ms - fromMs)) / (worstMs - fromMs)) : worst * Math.exp(-(ms - worstMs) / recoveryMs);
      if (!relapse) return first;
      const hours = (ms - relapse.atMs) / hourMs;
      return Math.max(first, relapse.severity * (hours < 0 ? Math.exp(hours / 5) : Math.exp(-hours / 18)));
    },
  };
}

/** Seen in the emergency department and sent home, or still there. */
export function visitEmergency(chart: Chart, body: Body, illness: Illness, fromMs: number): void {
  const { random, hospital, nowMs } = chart;
  const untilMs = fromMs + random.between(1.5, 6) * hourMs;
  const course = courseOf(chart, illness, fromMs, fromMs + 2 * dayMs);
  const encounter = emergency(chart, body, illness, course, untilMs);
  if (untilMs > nowMs) return;
  const doctor = hospital.practitioner('Emergency medicine', chart.ordinal);
  const [medicine] = illness.medicines;
  if (medicine)
    prescribe(chart, medicine, { fromMs: untilMs, untilMs: untilMs + 5 * dayMs, category: 'discharge', encounter, prescriber: doctor });
  writeNote(chart, 'emergency', untilMs, encounter, doctor, [
    `${illness.complaint}.`,
    `Assessment: ${illness.display}.`,
    'Sent home with advice to come back if worse.',
  ]);
}

/** The emergency part of a stay; answers the encounter. */
function emergency(chart: Chart, body: Body, illness: Illness, course: Course, untilMs: number): Reference {
  const { hospital, nowMs, ordinal, random, subject } = chart;
  const over = untilMs <= nowMs;
  const encounter = chart.next('Encounter');
  const doctor = hospital.practitioner('Emergency medicine', ordinal);
  const nurse = hospital.practitioner('Nursing', ordinal);
  const home = illness.ward === undefined;
  const condition = home ? diagnose(chart, illness, encounter, course.fromMs, over) : undefined;
  chart.add({
    resourceType: 'Encounter',
    status: over ? 'finished' : 'in-progress',
    class: hl7Coding('v3-ActCode', 'EMER', 'emergency'),
    type: [{ text: 'Emergency department visit' }],
    priority: hl7Concept('v3-ActPriority', 'EM', 'emergency'),
    subject,
    participant: [{ type: [hl7Concept('v3-ParticipationType', 'ATND', 'attender')], individual: doctor }],
    period: { start: instant(course.fromMs), ...(over ? { end: instant(untilMs) } : {}) },
    reasonCode: [{ text: illness.complaint }],
    ...(condition ? { diagnosis: [{ condition }] } : {}),
    ...(over && home ? { hospitalization: { dischargeDisposition: hl7Concept('discharge-disposition', 'home', 'Home') } } : {}),
    location: [{ location: over ? hospital.ward('emergency') : hospital.takeBed('emergency'), status: over ? 'completed' : 'active' }],
    serviceProvider: hospital.hospital,
  });
  for (const afterMs of [8 * minuteMs, 2.2 * hourMs]) {
    const atMs = Math.floor((course.fromMs + afterMs) / minuteMs) * minuteMs;
    if (atMs >= Math.min(untilMs, nowMs)) break;
    writeVitals(chart, measure(chart, body, illness.strain, course.at(atMs)), { atMs, encounter, by: nurse });
    if (!home) break;
  }
  const drawn = drawnAt(illness, course, course.fromMs + 25 * minuteMs, encounter);
  if (drawn.atMs + 2 * hourMs < nowMs && (!home || random.chance(0.6))) {
    reportPanel(chart, 'blood', drawn);
    reportPanel(chart, 'metabolic', drawn);
    for (const test of illness.tests) reportTest(chart, test, drawn);
  }
  return encounter;
}

const drawnAt = (illness: Illness, course: Course, atMs: number, encounter: Reference): Drawn => ({
  atMs,
  encounter,
  severity: course.at(atMs),
  strain: illness.laboratory,
});

function diagnose(chart: Chart, illness: Illness, encounter: Reference, onsetMs: number, over: boolean): Reference {
  return chart.add({
    resourceType: 'Condition',
    clinicalStatus: hl7Concept('condition-clinical', over ? 'resolved' : 'active'),
    verificationStatus: hl7Concept('condition-ver-status', 'confirmed'),
    category: [hl7Concept('condition-category', 'encounter-diagnosis')],
    code: conceptOf(illness),
    subject: chart.subject,
    encounter,
    onsetDateTime: instant(onsetMs - chart.random.int(2, 60) * hourMs),
    ...(over ? { abatementDateTime: instant(Math.min(onsetMs + 14 * dayMs, chart.nowMs)) } : {}),
    recordedDate: instant(onsetMs),
  });
}

const conceptOf = (illness: Illness): CodeableConcept => concept(system.icd10cm, illness.code, illness.display);

function wardOf(chart: Chart, illness: Illness, atMs: number, worst: number): Ward {
  const child = ageYears(chart, atMs) < 16;
  if (child) return 'children';
  if (worst > 0.88) return 'intensive';
  return illness.ward === undefined || illness.ward === 'children' ? 'respiratory' : illness.ward;
}

/** A stay with a bed. `dies`: at its end. */
export function stay(chart: Chart, body: Body, illness: Illness, course: Course, dies = false): void {
  const { hospital, nowMs, ordinal, random, subject } = chart;
  const over = course.untilMs <= nowMs;
  const endMs = Math.min(course.untilMs, nowMs);
  const wardMs = course.fromMs + (illness.planned ? 0 : Math.min(random.between(2, 6) * hourMs, (endMs - course.fromMs) / 2));
  const before = illness.planned ? undefined : emergency(chart, body, illness, course, wardMs);
  const ward = wardOf(chart, illness, wardMs, course.at(endMs));
  const doctor = hospital.practitioner(illness.specialty, ordinal);
  const nurse = hospital.practitioner('Nursing', ordinal);
  const encounter = chart.next('Encounter');
  const condition = diagnose(chart, illness, encounter, course.fromMs, over);
  const bed: EncounterLocation = {
    location: over ? hospital.someBed(ward, ordinal) : hospital.takeBed(ward),
    status: over ? 'completed' : 'active',
    physicalType: hl7Concept('location-physical-type', 'bd'),
    period: { start: instant(wardMs), ...(over ? { end: instant(course.untilMs) } : {}) },
  };
  chart.add({
    resourceType: 'Encounter',
    identifier: [{ system: 'http://lamplight.example/visit', value: `V${ordinal}-${instant(wardMs).slice(0, 10)}` }],
    status: over ? 'finished' : 'in-progress',
    class: hl7Coding('v3-ActCode', 'IMP', 'inpatient encounter'),
    type: [{ text: 'Hospital stay' }],
    subject,
    participant: [{ type: [hl7Concept('v3-ParticipationType', 'ATND', 'attender')], individual: doctor }],
    period: { start: instant(wardMs), ...(over ? { end: instant(course.untilMs) } : {}) },
    reasonCode: [conceptOf(illness)],
    diagnosis: [{ condition, use: hl7Concept('diagnosis-role', 'AD', 'Admission diagnosis'), rank: 1 }],
    hospitalization: {
      admitSource: hl7Concept('admit-source', before ? 'emd' : 'gp'),
      ...(over
        ? {
            dischargeDisposition: hl7Concept(
              'discharge-disposition',
              dies ? 'exp' : ageYears(chart, endMs) > 80 && random.chance(0.4) ? 'snf' : 'home',
            ),
          }
        : {}),
    },
    location: [bed],
    serviceProvider: hospital.hospital,
  });
  if (body.hypercapnic) prescribeScale2(chart, { atMs: Math.floor(wardMs / minuteMs) * minuteMs, encounter, by: doctor });
  for (const atMs of roundsOf(chart, wardMs, endMs, over)) {
    writeVitals(chart, measure(chart, body, illness.strain, course.at(atMs)), { atMs, encounter, by: nurse });
  }
  recordTreatment(chart, illness, course, wardMs, endMs, encounter, doctor, nurse);
  recordNotes(chart, illness, course, wardMs, encounter, doctor, dies);
  if (dies) die(chart, course.untilMs);
}

/** Ward rounds: on arrival and every eight to twelve hours; for someone who is there now the last day every four. At most eight. */
function roundsOf(chart: Chart, fromMs: number, endMs: number, over: boolean): number[] {
  const times: number[] = [];
  const denseFromMs = over ? endMs : Math.max(fromMs, endMs - 16 * hourMs);
  const stepMs = Math.max(8 * hourMs, (denseFromMs - fromMs) / (over ? 6 : 4));
  for (let ms = fromMs + 10 * minuteMs; ms < denseFromMs; ms += stepMs) times.push(ms);
  if (!over) for (let ms = endMs - chart.random.int(5, 70) * minuteMs; ms > denseFromMs; ms -= 4 * hourMs) times.push(ms);
  return times.map((ms) => Math.floor((ms + chart.random.int(-12, 0) * minuteMs) / minuteMs) * minuteMs).sort((a, b) => a - b);
}

function recordTreatment(
  chart: Chart,
  illness: Illness,
  course: Course,
  wardMs: number,
  endMs: number,
  encounter: Reference,
  doctor: Reference,
  nurse: Reference,
): void {
  const over = course.untilMs <= chart.nowMs;
  for (const medicine of illness.medicines) {
    const request = prescribe(chart, medicine, {
      fromMs: wardMs + 20 * minuteMs,
      ...(over ? { untilMs: course.untilMs } : {}),
      category: 'inpatient',
      encounter,
      prescriber: doctor,
      reason: conceptOf(illness),
    });
    administer(chart, medicine, request, encounter, nurse, wardMs + hourMs, endMs - hourMs, over ? 1 : 3);
  }
  // The morning's blood, on the last day that there is one.
  const drawn = drawnAt(
    illness,
    course,
    Math.floor(endMs / dayMs) * dayMs + 6 * hourMs - (endMs % dayMs < 8 * hourMs ? dayMs : 0),
    encounter,
  );
  if (drawn.atMs > wardMs + 8 * hourMs) {
    reportPanel(chart, 'blood', drawn);
    reportPanel(chart, 'metabolic', drawn);
    for (const test of illness.tests) reportTest(chart, test, drawn);
  }
  if (illness.imaging && wardMs < endMs) {
    const [code, display, finding] = illness.imaging;
    chart.add({
      resourceType: 'DiagnosticReport',
      status: 'final',
      category: [{ coding: [hl7Coding('v2-0074', 'RAD', 'Radiology')] }],
      code: concept(system.loinc, code, display),
      subject: chart.subject,
      encounter,
      effectiveDateTime: instant(course.fromMs + hourMs),
      issued: instant(course.fromMs + 2 * hourMs),
      conclusion: finding,
    });
  }
  const operatedMs = wardMs + 9 * hourMs;
  if (illness.procedure && operatedMs < endMs) {
    chart.add({
      resourceType: 'Procedure',
      status: 'completed',
      code: { text: illness.procedure },
      subject: chart.subject,
      encounter,
      performedPeriod: { start: instant(operatedMs), end: instant(operatedMs + chart.random.int(40, 150) * minuteMs) },
      performer: [{ actor: doctor }],
      reasonCode: [conceptOf(illness)],
    });
  }
}

function recordNotes(
  chart: Chart,
  illness: Illness,
  course: Course,
  wardMs: number,
  encounter: Reference,
  doctor: Reference,
  dies: boolean,
): void {
  const { random, nowMs } = chart;
  const history =
    chart.diseases.size > 0 ? `Known: ${[...chart.diseases].join(', ').replaceAll('-', ' ')}.` : 'No long-term illness known.';
  if (wardMs + hourMs < nowMs)
    writeNote(chart, 'admission', wardMs + hourMs, encounter, doctor, [
      `${illness.complaint}.`,
      history,
      `Impression: ${illness.display}.`,
    ]);
  if (course.untilMs > nowMs) return;
  const days = Math.max(1, Math.round((course.untilMs - wardMs) / dayMs));
  writeNote(chart, 'discharge', course.untilMs, encounter, doctor, [
    `Stay of ${days} ${days === 1 ? 'day' : 'days'} for: ${illness.display}.`,
    ...(illness.procedure ? [`Procedure: ${illness.procedure}.`] : []),
    dies
      ? 'Died in hospital despite treatment; the family was present.'
      : `Recovered ${random.pick(['well', 'slowly', 'without complications'])}. Follow-up at Riverside Clinic in two weeks.`,
  ]);
}
