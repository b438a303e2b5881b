// Planted truth: looks that nobody's work asks for. Each could be found in the audit trail beside the record: a colleague is a patient with the
// name of one who works here, a neighbour has the postal code of the one who looks, a person of importance is marked in the visit (PV1-16),
// and who is off duty, or looks long after somebody went home, is told by the rota and the visit.
import { hourMs } from '../../calendar.ts';
import type { Hospital } from '../../hospital.ts';
import { type Random, randomOf } from '../../random.ts';
import { onDuty } from '../staff.ts';
import type { Happening, Person, Visit } from '../world.ts';
import type { Look } from './duties.ts';
import type { OwnChart } from './own-charts.ts';

export const curiosities = ['colleague', 'neighbour', 'vip', 'off-duty', 'after-discharge'] as const;
export type Curiosity = (typeof curiosities)[number];

export interface CuriousLook extends Look {
  which: Curiosity;
  says: string;
}

/** One of sixty. Who it is depends on the person alone. */
export const isImportant = ({ mrn }: Person): boolean => mrn !== '' && randomOf('important', mrn).chance(1 / 60);

/** So many visits are remembered. */
const rememberedMax = 500;
/** Long enough that no letter and no late result explains it. */
const longGoneMs = 6 * hourMs;

export interface CuriousParts {
  hospital: Hospital;
  random: Random;
  inBeds: ReadonlySet<Visit>;
  /** `Practitioner/…` of everybody who has an account. */
  staff: () => readonly string[];
  ownCharts: readonly OwnChart[];
}

export function curiousOf({ hospital, random, inBeds, staff, ownCharts }: CuriousParts) {
  const seen: Person[] = [];
  const gone: { person: Person; atMs: number }[] = [];
  const some = <T>(of: readonly T[]): T | undefined => (of.length === 0 ? undefined : random.pick(of));
  const working = (atMs: number): string | undefined => {
    const duty = onDuty(hospital, atMs);
    return some(staff().filter((one) => duty.has(one)));
  };

  const ways: Record<Curiosity, (atMs: number) => { who: string | undefined; mrn: string | undefined; says: string }> = {
    colleague(atMs) {
      const who = working(atMs);
      return { who, mrn: some(ownCharts.filter((one) => one.practitioner !== who))?.mrn, says: 'opens the chart of a colleague' };
    },
    neighbour(atMs) {
      const duty = onDuty(hospital, atMs);
      const own = some(ownCharts.filter(({ practitioner }) => duty.has(practitioner) && staff().includes(practitioner)));
      const near = seen.filter(({ chart }) => chart.patient.address?.[0]?.postalCode === own?.postalCode);
      return { who: own?.practitioner, mrn: own && some(near)?.mrn, says: 'opens the chart of somebody with the same postal code' };
    },
    vip(atMs) {
      const important = [...inBeds].filter(({ person }) => isImportant(person));
      return { who: working(atMs), mrn: some(important)?.person.mrn, says: 'opens the chart of a person of importance' };
    },
    'off-duty'(atMs) {
      const duty = onDuty(hospital, atMs);
      return {
        who: some(staff().filter((one) => !duty.has(one))),
        mrn: some([...inBeds])?.person.mrn,
        says: 'opens a chart while off duty',
      };
    },
    'after-discharge'(atMs) {
      const long = gone.filter((one) => atMs - one.atMs > longGoneMs && !one.person.inHospital);
      return { who: working(atMs), mrn: some(long)?.person.mrn, says: 'opens the chart of somebody who went home hours ago' };
    },
  };

  return {
    hear({ kind, person, atMs }: Happening): void {
      if (kind === 'registered' && seen.push(person) > rememberedMax) seen.shift();
      if (kind === 'discharged' && gone.push({ person, atMs }) > rememberedMax) gone.shift();
    },
    /** Somebody looks now; undefined where nobody fits, and then nothing is planted. */
    look(atMs: number): CuriousLook | undefined {
      for (let tries = 0; tries < curiosities.length; tries++) {
        const which = random.pick(curiosities);
        const { who, mrn, says } = ways[which](atMs);
        if (who !== undefined && mrn !== undefined && mrn !== '') return { atMs, who, mrn, what: 'chart', which, says };
      }
      return undefined;
    },
  };
}
