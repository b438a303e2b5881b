// Harm that is nobody's illness: falls, pressure injuries, lines and catheters with their infections; and shifts in quality that are planted, with truth in
// the side file. Draws from a stream of its own, so that the rest of a year is the same with and without. Rates are of the size that wards report: falls
// about 4 in 1,000 bed days (AHRQ), a quarter of them with harm.
import { dayMs, hourMs, instant } from '../calendar.ts';
import { concept, hl7Concept, system } from '../codes.ts';
import type { Ward } from '../hospital.ts';
import type { Random } from '../random.ts';
import { encounterOf } from './care.ts';
import { drained, type Visit, type World } from './world.ts';

export const shifting = ['falls', 'pressure injuries', 'line infections', 'door to doctor'] as const;
export type Shifting = (typeof shifting)[number];

/** What has become worse on which ward, how many times, until when. */
export interface Shift {
  what: Shifting;
  /** Absent: everywhere. */
  ward?: Ward;
  factor: number;
  untilMs: number;
}

export interface Safety {
  random: Random;
  shifts: Shift[];
}

export const factorOf = ({ safety, nowMs }: World, what: Shifting, ward: Ward | undefined): number =>
  safety.shifts
    .filter((one) => one.what === what && nowMs < one.untilMs && (one.ward === undefined || one.ward === ward))
    .reduce((product, { factor }) => product * factor, 1);

const wards = ['medical', 'respiratory', 'surgical', 'orthopaedic', 'cardiology'] as const satisfies readonly Ward[];

/** For some months something goes wrong more often, on one ward or everywhere. */
export function qualityShift(world: World): void {
  const { random, shifts } = world.safety;
  const what = random.pick(shifting);
  const everywhere = what === 'door to doctor' || random.chance(0.5);
  const ward = everywhere ? undefined : what === 'line infections' ? 'intensive' : random.pick(wards);
  const factor = what === 'door to doctor' ? 1 : random.between(3, 5);
  const untilMs = world.nowMs + random.between(80, 150) * dayMs;
  shifts.push({ what, ...(ward === undefined ? {} : { ward }), factor: what === 'door to doctor' ? 2 : factor, untilMs });
  world.plant({
    kind: 'quality-shift',
    which: what,
    until: instant(untilMs),
    about: [ward ?? 'everywhere'],
    says:
      what === 'door to doctor'
        ? 'tests come before the doctor: patients are seen later'
        : `${what} are ${factor.toFixed(1)} times as frequent`,
  });
}

/** Looks after somebody who lies on a ward, day by day. */
export function watchSafety(world: World, visit: Visit): void {
  const { random } = world.safety;
  const fromMs = world.nowMs;
  if (visit.ward === 'intensive' && random.chance(0.7))
    useDevice(world, visit, 'Central venous line', 'T80.211A', 'Bloodstream infection due to central venous catheter', 0.003);
  else if (random.chance(0.2))
    useDevice(world, visit, 'Urinary catheter', 'T83.511A', 'Infection due to indwelling urethral catheter', 0.004);
  const today = (): void => {
    if (visit.over) return;
    const { ward } = visit;
    if (random.chance(0.004 * factorOf(world, 'falls', ward))) fall(world, visit);
    if (world.nowMs - fromMs > 2 * dayMs && random.chance(0.003 * factorOf(world, 'pressure injuries', ward)))
      diagnosed(world, visit, 'L89.159', 'Pressure ulcer of sacral region, unspecified stage');
    world.later(world.nowMs + dayMs, today);
  };
  world.later(world.nowMs + random.between(2, 24) * hourMs, today);
}

function tellHarm(world: World, visit: Visit): void {
  world.tell({ kind: 'harmed', person: visit.person, visit, resources: drained(visit.person.chart) });
}

function fall(world: World, visit: Visit): void {
  const { chart } = visit.person;
  chart.nowMs = world.nowMs;
  const { random } = world.safety;
  const severity = random.weighted([
    [undefined, 75],
    ['mild', 17],
    ['moderate', 6],
    ['severe', 2],
  ] as const);
  chart.add({
    resourceType: 'AdverseEvent',
    actuality: 'actual',
    category: [hl7Concept('adverse-event-category', 'unsafe-physical-environment', 'Unsafe Physical Environment')],
    event: { text: 'Fall' },
    subject: chart.subject,
    encounter: encounterOf(visit),
    date: instant(world.nowMs),
    recordedDate: instant(world.nowMs + hourMs),
    ...(severity === undefined ? {} : { severity: hl7Concept('adverse-event-severity', severity) }),
  });
  tellHarm(world, visit);
}

/** A further diagnosis of a stay. */
export function diagnosed(world: World, visit: Visit, code: string, display: string): void {
  const { chart } = visit.person;
  chart.nowMs = world.nowMs;
  chart.add({
    resourceType: 'Condition',
    clinicalStatus: hl7Concept('condition-clinical', 'active'),
    verificationStatus: hl7Concept('condition-ver-status', 'confirmed'),
    category: [hl7Concept('condition-category', 'encounter-diagnosis')],
    code: concept(system.icd10cm, code, display),
    subject: chart.subject,
    encounter: encounterOf(visit),
    onsetDateTime: instant(world.nowMs - 6 * hourMs),
    recordedDate: instant(world.nowMs),
  });
  tellHarm(world, visit);
}

/** A line or catheter for some days; each day of it has its chance of an infection. */
function useDevice(world: World, visit: Visit, device: string, code: string, infection: string, perDay: number): void {
  const { random } = world.safety;
  const fromMs = world.nowMs + random.between(1, 6) * hourMs;
  const plannedMs = fromMs + random.between(1.5, 9) * dayMs;
  const look = (): void => {
    if (visit.over || world.nowMs >= plannedMs) {
      const { chart } = visit.person;
      const until = Math.max(fromMs, Math.min(plannedMs, world.nowMs));
      chart.add({
        resourceType: 'DeviceUseStatement',
        status: 'completed',
        subject: chart.subject,
        // R4 has no place for the stay; R5 has one, which may be said in R4 by an extension of this name (R5, Version Management).
        extension: [
          { url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DeviceUsage.context', valueReference: encounterOf(visit) },
        ],
        timingPeriod: { start: instant(fromMs), end: instant(until) },
        recordedOn: instant(world.nowMs),
        device: { display: device },
      });
      return tellHarm(world, visit);
    }
    const factor = code === 'T80.211A' ? factorOf(world, 'line infections', visit.ward) : 1;
    if (world.nowMs - fromMs > 2 * dayMs && random.chance((perDay / 2) * factor)) diagnosed(world, visit, code, infection);
    world.later(world.nowMs + dayMs / 2, look);
  };
  world.later(fromMs + dayMs / 2, look);
}
