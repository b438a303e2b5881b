// A population of plausible, invented patients with their charts, for demonstration and tests. Nothing is copied from real
// data. The same seed, number and moment give the same Bundles to the byte; ids depend on the seed only,
// so loading again changes versions and adds nothing twice.
import type { Bundle } from '../src/fhir/generated/types.ts';
import { recordAllergies, recordHomeMedicines, recordPlan, recordSmoking, recordVaccinations } from './background.ts';
import { type Body, bodyOf } from './body.ts';
import { bundleOf } from './bundle.ts';
import { atHour, dayMs, hourMs } from './calendar.ts';
import { type Chart, daysAgo } from './chart.ts';
import { fallIll } from './diseases.ts';
import { hospitalOf } from './hospital.ts';
import { illnessFor } from './illnesses.ts';
import { insure, newPatient } from './person.ts';
import { courseOf, stay, visitEmergency } from './stays.ts';
import { visitClinic } from './visits.ts';

export interface PopulationOptions {
  seed: string | number;
  patients: number;
  /** The present: charts end here, and who is in hospital is there at this moment. */
  asOf: Date;
}

/** First the hospital, then one transaction Bundle a patient. Made one at a time: a million patients need no more memory. */
export function* generatePopulation({ seed, patients, asOf }: PopulationOptions): Generator<Bundle, void, undefined> {
  const nowMs = Math.floor(asOf.getTime() / 1000) * 1000;
  const hospital = hospitalOf(seed, Math.max(12, Math.ceil(patients / 12)));
  yield hospital.bundle;
  for (let ordinal = 1; ordinal <= patients; ordinal++) {
    const chart = newPatient(seed, ordinal, nowMs, hospital);
    live(chart);
    yield bundleOf(chart.resources);
  }
}

/** The whole chart of one patient. */
function live(chart: Chart): void {
  const { random } = chart;
  fallIll(chart);
  const body = bodyOf(chart);
  insure(chart);
  recordAllergies(chart);
  recordVaccinations(chart);
  recordSmoking(chart);
  recordHomeMedicines(chart);
  recordPlan(chart);

  const now = random.weighted([
    ['in bed', 30],
    ['in emergency', 4],
    ['in clinic', 2],
    ['at home', 64],
  ] as const);
  const wasIn = now === 'in bed' ? random.chance(0.05) : random.chance(0.4);
  // The chart is written in the order of time: clinic, emergency, an earlier stay, the present.
  const visits = now === 'in bed' ? 1 : wasIn ? 1 : 2;
  for (let i = visits; i >= 1; i--) visitClinic(chart, body, weekday(chart, (i * 0.8 + random.between(-0.25, 0.25)) * 300));
  if (random.chance(0.3)) {
    const illness = illnessFor(chart, false, chart.nowMs);
    if (illness) visitEmergency(chart, body, illness, daysAgo(chart, 15, 200));
  }
  if (wasIn) wasInHospital(chart, body, now === 'at home');
  if (now === 'in bed') isInHospital(chart, body);
  if (now === 'in clinic') visitClinic(chart, body, chart.nowMs - random.int(6, 14) * 60_000);
  if (now === 'in emergency') {
    const illness = illnessFor(chart, false, chart.nowMs);
    if (illness) visitEmergency(chart, body, illness, chart.nowMs - random.between(0.3, 1.4) * hourMs);
  }
}

/** So many days ago, on a weekday between 8 and 16 hours. */
function weekday(chart: Chart, days: number): number {
  const ms = atHour(chart.nowMs - days * dayMs, chart.random.between(8, 16));
  const day = new Date(ms).getUTCDay();
  const born = Math.max(ms - (day === 0 ? 2 : day === 6 ? 1 : 0) * dayMs, chart.bornMs + 2 * dayMs);
  return Math.min(born, chart.nowMs - 2 * hourMs);
}

const lengthMs = (chart: Chart, [median, spread]: readonly [number, number]): number =>
  median * Math.exp(chart.random.normal(0, spread)) * dayMs;

function wasInHospital(chart: Chart, body: Body, mayDie: boolean): void {
  const { random, nowMs } = chart;
  const fromMs = nowMs - random.between(35, 190) * dayMs;
  if (fromMs < chart.bornMs + dayMs) return;
  const illness = illnessFor(chart, true, fromMs);
  if (!illness?.days) return;
  const untilMs = fromMs + Math.min(28 * dayMs, lengthMs(chart, illness.days));
  const relapse = random.chance(0.15) ? { atMs: random.between(fromMs, untilMs), severity: random.between(0.5, 0.9) } : undefined;
  const dies = mayDie && illness.severity[1] > 0.65 && random.chance(0.12);
  const course = dies
    ? courseOf(chart, illness, fromMs, untilMs, { atMs: untilMs, severity: 1 })
    : courseOf(chart, illness, fromMs, untilMs, relapse);
  stay(chart, body, illness, course, dies);
}

/** Someone who lies in a bed now: most are getting better, some have just come, some are getting worse. */
function isInHospital(chart: Chart, body: Body): void {
  const { random, nowMs } = chart;
  const illness = illnessFor(chart, true, nowMs);
  if (!illness?.days) return;
  const wholeMs = lengthMs(chart, illness.days);
  const fromMs = Math.max(nowMs - Math.max(9 * hourMs, wholeMs * random.between(0.05, 0.95)), chart.bornMs + hourMs);
  const worse = random.chance(0.24);
  const relapse = worse ? { atMs: nowMs - random.between(0, 2) * hourMs, severity: random.between(0.55, 1) } : undefined;
  stay(chart, body, illness, courseOf(chart, illness, fromMs, Math.max(nowMs + 6 * hourMs, fromMs + wholeMs), relapse));
}
