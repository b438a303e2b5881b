// The wards: observations as often as the early-warning score asks, daily rounds with bloods and a note, operations, medicines, turns for
// the worse and how soon they are noticed, intensive care, and the way home when somebody is well enough at an hour when people go home.
import { measure } from '../body.ts';
import { dayMs, hourMs, instant, minuteMs } from '../calendar.ts';
import { ageYears } from '../chart.ts';
import { hl7Concept } from '../codes.ts';
import type { Ward } from '../hospital.ts';
import type { Illness } from '../illnesses.ts';
import { bill } from './billing.ts';
import { encounterOf, note, observe, orderImaging, orderTests } from './care.ts';
import { advance, type Course } from './course.ts';
import { nextSetMs } from './early-warning.ts';
import { infuse } from './infusions.ts';
import { stop, treat } from './pharmacy.ts';
import { watchSafety } from './safety.ts';
import { doctorOn } from './staff.ts';
import { begin, end, move } from './visits.ts';
import { drained, type Person, type Visit, type World } from './world.ts';

export function admit(world: World, person: Person, illness: Illness, course: Course, place: { ward: Ward; bed: number }): Visit {
  const { random, nowMs } = world;
  const [median, spread] = illness.days ?? [2, 0.5];
  const plannedMs = nowMs + Math.min(40, median * Math.exp(random.normal(0, spread))) * dayMs;
  const visit = begin(world, person, { class: 'IMP', illness, course, place, plannedMs });
  world.tell({ kind: 'admitted', person, visit, resources: [] });
  world.later(nowMs + 40 * minuteMs, () => world.tell({ kind: 'expected', person, visit, resources: [] }));
  settle(world, visit);
  watchSafety(world, visit);
  note(world, visit, 'admission', [`${illness.complaint}.`, knownOf(person), `Impression: ${illness.display}.`]);
  treat(world, visit);
  if (illness.imaging !== undefined && random.chance(0.2)) orderImaging(world, visit);
  if (illness.procedure !== undefined) world.later(nowMs + random.between(4, 16) * hourMs, () => operate(world, visit));
  if (isolates(illness)) isolate(world, visit, illness.display);
  return visit;
}

/** What goes on from now for somebody who lies in a bed, also for those who lay there before this hospital was started. */
export function settle(world: World, visit: Visit): void {
  const { random, nowMs } = world;
  world.inBeds.add(visit);
  world.later(nowMs + random.between(5, 20) * minuteMs, () => round(world, visit));
  const sixMs = Math.floor(nowMs / dayMs) * dayMs + 6 * hourMs;
  world.later(sixMs + (sixMs > nowMs ? 0 : dayMs) + random.between(0, 40) * minuteMs, () => morning(world, visit));
  const hazardPerDay = 0.035 * (visit.illness.severity[1] > 0.6 ? 1.5 : 0.6);
  const crisisMs = nowMs + (-Math.log(1 - random.next()) / hazardPerDay) * dayMs;
  if (crisisMs < (visit.plannedMs ?? nowMs)) world.later(crisisMs, () => deteriorate(world, visit));
  if (visit.ward === 'intensive') monitor(world, visit);
  // Few, so that a large hospital is not drowned in reports; and one at least, so that a small one has what to look at.
  if (visit.ward === 'intensive' || world.pumps.on.size === 0 || world.pumps.random.chance(1 / 16)) infuse(world, visit);
}

const knownOf = ({ chart }: Person): string =>
  chart.diseases.size > 0 ? `Known: ${[...chart.diseases].join(', ').replaceAll('-', ' ')}.` : 'No long-term illness known.';

export const isolates = ({ key }: Illness): boolean => ['gastroenteritis', 'bronchiolitis', 'viral-infection'].includes(key);

export function isolate(world: World, visit: Visit, why: string): void {
  const { chart } = visit.person;
  chart.nowMs = world.nowMs;
  chart.add({
    resourceType: 'Flag',
    status: 'active',
    category: [{ ...hl7Concept('flag-category', 'safety', 'Safety'), text: 'Isolation' }],
    code: { text: `Isolation: ${why}` },
    subject: chart.subject,
    encounter: encounterOf(visit),
    period: { start: instant(world.nowMs) },
  });
  const flags = drained(chart);
  visit.open.push(...flags);
  world.tell({ kind: 'flagged', person: visit.person, visit, resources: flags });
}

/** A set of observations, and the next one as the score asks for. */
function round(world: World, visit: Visit): void {
  if (visit.over) return;
  const score = observe(world, visit);
  const { crisis } = visit.course;
  if (score >= 5 && crisis !== undefined && crisis.noticedMs === undefined && world.random.chance(score >= 7 ? 0.85 : 0.5))
    escalate(world, visit);
  if (mayGo(world, visit)) return leave(world, visit);
  const often = visit.ward === 'intensive' ? 1 * hourMs : nextSetMs(score);
  world.later(world.nowMs + often * world.random.between(0.85, 1.2), () => round(world, visit));
}

function escalate(world: World, visit: Visit): void {
  const { crisis } = visit.course;
  if (crisis !== undefined) crisis.noticedMs = world.nowMs;
  note(world, visit, 'progress', [
    `Called to review: early-warning score ${visit.score}.`,
    visit.score >= 9
      ? 'Unwell. Oxygen and fluids started, cultures taken, intensive care informed.'
      : 'Reviewed, treatment changed, observations every hour.',
  ]);
  orderTests(world, visit, true);
  if (visit.score < 10 || visit.ward === 'intensive' || ageYears(visit.person.chart, world.nowMs) < 16) return;
  const place = world.beds.take('intensive');
  if (place === undefined) return;
  move(world, visit, place);
  monitor(world, visit);
  infuse(world, visit);
}

/** Planted truth: somebody turns for the worse. */
export function deteriorate(world: World, visit: Visit): void {
  if (visit.over || visit.course.crisis !== undefined) return;
  const { random, nowMs } = world;
  advance(visit.course, nowMs);
  visit.course.crisis = { fromMs: nowMs, target: random.between(0.6, 1) };
  world.plant({
    kind: 'deterioration',
    mrn: visit.person.mrn,
    visit: visit.number,
    which: random.pick(['sepsis', 'respiratory failure', 'bleeding', 'arrhythmia']),
    says: `turns for the worse from a severity of ${visit.course.severity.toFixed(2)} towards ${visit.course.crisis.target.toFixed(2)}`,
  });
  const lookMs = nowMs + 14 * hourMs;
  world.later(lookMs, () => {
    const { crisis } = visit.course;
    if (visit.over || crisis === undefined || crisis.fromMs !== nowMs) return;
    const late = crisis.noticedMs === undefined || crisis.noticedMs - nowMs > 9 * hourMs;
    const lost = advance(visit.course, lookMs) > 0.6 && random.chance(late ? 0.24 : 0.15);
    if (crisis.noticedMs === undefined) escalate(world, visit);
    if (lost) fail(world, visit);
  });
}

/** Treated for days and not saved: who dies in hospital has stayed longer than others (CDC/NCHS, Data Brief 118). */
function fail(world: World, visit: Visit): void {
  const { crisis } = visit.course;
  if (crisis !== undefined) crisis.failing = true;
  world.later(world.nowMs + Math.min(25, 2.8 * Math.exp(world.random.normal(0, 0.8))) * dayMs, () => {
    if (!visit.over) die(world, visit);
  });
}

function die(world: World, visit: Visit): void {
  note(world, visit, 'discharge', [`${visit.illness.display}.`, 'Died in hospital despite treatment; the family was present.']);
  end(world, visit, 'exp');
  bill(world, visit);
}

function morning(world: World, visit: Visit): void {
  if (visit.over) return;
  const { random, nowMs } = world;
  if (visit.course.severity > 0.12 || random.chance(0.4)) orderTests(world, visit, false);
  world.later(nowMs + random.between(3, 5) * hourMs, () => {
    if (visit.over) return;
    const worse = visit.course.severity > 0.45;
    note(world, visit, 'progress', [
      worse
        ? random.pick(['Still unwell this morning.', 'Slept badly, short of breath on moving.', 'Comfortable at rest, tired.'])
        : random.pick(['Feels better.', 'Eating and drinking, walked to the bathroom.', 'No complaints, wants to go home.']),
      `Early-warning score ${visit.score}.`,
      worse ? 'Plan: continue, bloods tomorrow, review this evening.' : 'Plan: continue, home when stable.',
    ]);
    const [first] = visit.doses.filter((dose) => dose.stopped !== true);
    if (!worse && first !== undefined && visit.doses.length > 1 && random.chance(0.15)) stop(world, visit, first);
  });
  world.later(nowMs + random.between(12, 15) * hourMs, () => {
    if (!visit.over && random.chance(0.5))
      note(world, visit, 'nursing', [
        random.pick([
          'Settled evening, call bell in reach.',
          'Pain controlled. Skin intact.',
          'Needs help of one to wash. Family visited.',
        ]),
      ]);
  });
  world.later(nowMs + dayMs, () => morning(world, visit));
}

function mayGo(world: World, visit: Visit): boolean {
  const hour = (world.nowMs / hourMs) % 24;
  return (
    visit.plannedMs !== undefined &&
    world.nowMs > visit.plannedMs - 6 * hourMs &&
    hour > 9.5 &&
    hour < 18.5 &&
    visit.course.severity < 0.3 &&
    visit.course.crisis === undefined
  );
}

function leave(world: World, visit: Visit): void {
  const { random, nowMs } = world;
  const days = Math.max(1, Math.round((nowMs - visit.fromMs) / dayMs));
  note(world, visit, 'discharge', [
    `Stay of ${days} ${days === 1 ? 'day' : 'days'} for: ${visit.illness.display}.`,
    ...(visit.illness.procedure === undefined ? [] : [`Procedure: ${visit.illness.procedure}.`]),
    `Recovered ${random.pick(['well', 'slowly', 'without complications'])}. Follow-up at Riverside Clinic in two weeks.`,
  ]);
  end(world, visit, ageYears(visit.person.chart, nowMs) > 80 && random.chance(0.35) ? 'snf' : 'home');
  bill(world, visit);
}

function operate(world: World, visit: Visit): void {
  if (visit.over) return;
  const minutes = world.random.int(40, 150);
  world.stations.theatre.ask({
    priority: visit.illness.planned === true ? 1 : 0,
    workMs: minutes * minuteMs,
    done: () => {
      const { chart } = visit.person;
      chart.nowMs = world.nowMs;
      chart.add({
        resourceType: 'Procedure',
        status: 'completed',
        code: { text: visit.illness.procedure ?? 'Operation' },
        subject: chart.subject,
        encounter: encounterOf(visit),
        performedPeriod: { start: instant(world.nowMs - minutes * minuteMs), end: instant(world.nowMs) },
        performer: [{ actor: doctorOn(world.hospital, visit.illness.specialty, world.nowMs) }],
      });
      world.tell({ kind: 'operated', person: visit.person, visit, resources: drained(chart) });
    },
  });
}

/** The monitor beside a bed of intensive care says what it measures. */
export function monitor(world: World, visit: Visit): void {
  if (visit.over || visit.ward !== 'intensive' || world.rates.telemetryMinutes <= 0) return;
  const vitals = measure(visit.person.chart, visit.person.body, visit.illness.strain, advance(visit.course, world.nowMs));
  world.tell({
    kind: 'telemetry',
    person: visit.person,
    visit,
    resources: [],
    monitor: [
      { code: 'MDC_PULS_OXIM_SAT_O2', value: Math.round(vitals.saturation), unit: '%' },
      { code: '8867-4', value: Math.round(vitals.pulse), unit: '/min' },
      { code: '9279-1', value: Math.round(vitals.respirations), unit: '/min' },
    ],
  });
  world.later(world.nowMs + world.rates.telemetryMinutes * minuteMs, () => monitor(world, visit));
}
