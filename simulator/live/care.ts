// What is done for somebody who is there: observations, blood tests, imaging, notes. Slips of whoever types are planted here.
import type { Reference, Resource } from '../../src/fhir/generated/types.ts';
import { measure, type Vitals } from '../body.ts';
import { hourMs, instant, minuteMs } from '../calendar.ts';
import { ageYears } from '../chart.ts';
import { concept, hl7Coding, system } from '../codes.ts';
import { type Drawn, reportPanel, reportTest } from '../laboratory.ts';
import { writeNote } from '../notes.ts';
import { writeVitals } from '../vital-signs.ts';
import { advance } from './course.ts';
import { scoreOf } from './early-warning.ts';
import { doctorOn, nurseOn } from './staff.ts';
import { drained, type Visit, type World } from './world.ts';

export const encounterOf = (visit: Visit): Reference => ({ reference: `Encounter/${visit.encounter.id}` });
const referenceOf = (resource: Resource): string => `${resource.resourceType}/${resource.id}`;
const toMinute = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs;

/** What is typed wrong, and how often of a million sets. */
const slips: readonly { which: string; perMillion: number; says: string; make(vitals: Vitals): Vitals }[] = [
  {
    which: 'fahrenheit-as-celsius',
    perMillion: 700,
    says: 'the temperature was typed in °F',
    make: (v) => ({ ...v, temperature: v.temperature * 1.8 + 32 }),
  },
  {
    which: 'pressure-swapped',
    perMillion: 500,
    says: 'systolic and diastolic were swapped',
    make: (v) => ({ ...v, systolic: v.diastolic, diastolic: v.systolic }),
  },
  {
    which: 'digit-added',
    perMillion: 500,
    says: 'the pulse has a digit too many',
    make: (v) => ({ ...v, pulse: Math.round(v.pulse) * 10 + 1 }),
  },
  {
    which: 'digits-swapped',
    perMillion: 700,
    says: 'two digits of the saturation were swapped',
    make: (v) => ({ ...v, saturation: Number([...String(Math.round(v.saturation))].reverse().join('')) }),
  },
];

const slipsPerMillion = slips.reduce((sum, { perMillion }) => sum + perMillion, 0);

/** One set of observations; answers its early-warning score as it truly is. */
export function observe(world: World, visit: Visit): number {
  const { chart, body } = visit.person;
  const { nowMs } = world;
  chart.nowMs = nowMs;
  const severity = advance(visit.course, nowMs);
  const vitals = measure(chart, body, visit.illness.strain, severity);
  // NEWS2 is not for children: their nurses go by how ill the child looks.
  visit.score = ageYears(chart, nowMs) < 16 ? Math.round(severity * 9) : scoreOf(vitals, body.hypercapnic);
  const slip = world.random.chance(slipsPerMillion * 1e-6 * world.rates.planted)
    ? world.random.weighted(slips.map((one) => [one, one.perMillion] as const))
    : undefined;
  const by = nurseOn(world.hospital, visit.ward ?? 'emergency', nowMs);
  writeVitals(chart, slip?.make(vitals) ?? vitals, { atMs: toMinute(nowMs), encounter: encounterOf(visit), by });
  const resources = drained(chart);
  if (slip !== undefined)
    world.plant({
      kind: 'data-entry-error',
      which: slip.which,
      mrn: visit.person.mrn,
      visit: visit.number,
      about: resources.map(referenceOf),
      says: slip.says,
    });
  world.tell({ kind: 'vitals', person: visit.person, visit, resources });
  return visit.score;
}

/** Orders blood tests; the results come when the laboratory is done. */
export function orderTests(world: World, visit: Visit, urgent: boolean): void {
  const number = world.number('L');
  const { chart } = visit.person;
  chart.nowMs = world.nowMs;
  const request = chart.add({
    resourceType: 'ServiceRequest',
    identifier: [{ system: 'http://lamplight.example/orders', value: number }],
    status: 'completed',
    intent: 'order',
    priority: urgent ? 'urgent' : 'routine',
    category: [{ text: 'Laboratory' }],
    code: concept(system.loinc, '24321-2', 'Basic metabolic 2000 panel - Serum or Plasma', 'Blood tests'),
    subject: chart.subject,
    encounter: encounterOf(visit),
    authoredOn: instant(world.nowMs),
    requester: doctorOn(world.hospital, visit.illness.specialty, world.nowMs),
  });
  world.tell({ kind: 'ordered', person: visit.person, visit, number, resources: drained(chart) });
  const drawnMs = world.nowMs + world.random.between(5, 25) * minuteMs;
  world.later(drawnMs, () => {
    const drawn: Drawn = {
      atMs: toMinute(drawnMs),
      encounter: encounterOf(visit),
      severity: advance(visit.course, drawnMs),
      strain: visit.illness.laboratory,
    };
    world.stations.laboratory.ask({
      priority: urgent ? 0 : 1,
      workMs: world.random.between(8, 22) * minuteMs,
      done: () => {
        chart.nowMs = world.nowMs;
        reportPanel(chart, 'blood', drawn);
        reportPanel(chart, 'metabolic', drawn);
        for (const test of visit.illness.tests) reportTest(chart, test, drawn);
        const resources = drained(chart);
        for (const one of resources) {
          if (one.resourceType !== 'DiagnosticReport' && one.resourceType !== 'Observation') continue;
          one.issued = instant(world.nowMs);
          one.basedOn = [request];
        }
        world.tell({ kind: 'resulted', person: visit.person, visit, number, resources });
      },
    });
  });
}

/** A picture and its report. */
export function orderImaging(world: World, visit: Visit): void {
  const imaging = visit.illness.imaging;
  if (imaging === undefined) return;
  const [code, display, finding] = imaging;
  const number = world.number('R');
  const { chart } = visit.person;
  world.stations.imaging.ask({
    priority: visit.class === 'EMER' ? 0 : 1,
    workMs: world.random.between(12, 35) * minuteMs,
    done: () => {
      chart.nowMs = world.nowMs;
      chart.add({
        resourceType: 'DiagnosticReport',
        identifier: [{ system: 'http://lamplight.example/orders', value: number }],
        status: 'final',
        category: [{ coding: [hl7Coding('v2-0074', 'RAD', 'Radiology')] }],
        code: concept(system.loinc, code, display),
        subject: chart.subject,
        encounter: encounterOf(visit),
        effectiveDateTime: instant(world.nowMs - 0.3 * hourMs),
        issued: instant(world.nowMs),
        conclusion: finding,
      });
      world.tell({ kind: 'resulted', person: visit.person, visit, number, resources: drained(chart) });
    },
  });
}

export function note(world: World, visit: Visit, kind: Parameters<typeof writeNote>[1], lines: string[]): void {
  const { chart } = visit.person;
  chart.nowMs = world.nowMs;
  const author =
    kind === 'nursing'
      ? nurseOn(world.hospital, visit.ward ?? 'emergency', world.nowMs)
      : doctorOn(world.hospital, visit.illness.specialty, world.nowMs);
  writeNote(chart, kind, world.nowMs, encounterOf(visit), author, lines);
  world.tell({ kind: 'note', person: visit.person, visit, number: world.number('D'), resources: drained(chart) });
}
