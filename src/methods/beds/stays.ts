// Curves of how long people stay, by ward and kind of admission, from what was known at a moment: who is still there counts for as long as they have
// been (Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81). A ward with few stays of a kind borrows from its others, then from the hospital's.
import { type Stay, survivalOf } from '../staffing/length-of-stay.ts';
import { type HospitalFacts, kinds } from './contract.ts';
import { clockHours, type DischargeClock, dischargeClock, type Presence } from './discharge-clock.ts';
import type { Stays } from './ward-census.ts';

const hoursMost = 90 * 24;
/** Ended stays that a curve rests on, and that a ward's clock does. */
const endedLeast = 30;
const clockLeast = 100;

export interface Curve {
  survival: Stays;
  /** Ended stays that it rests on, and whose they are. */
  stays: number;
  whose: 'ward and kind' | 'ward' | 'hospital';
}

export interface WardStays {
  clock: DischargeClock;
  /** Made when it is first asked for: most wards have patients of one or two kinds. */
  curve(kind: number): Curve;
  here: { since: number; kind: number }[];
}

type KnownStay = Presence & { kind: number };

/** By ward, as it was at `at`. */
export function wardStays({ wards, stays }: HospitalFacts, at: number): WardStays[] {
  const byWard: KnownStay[][] = wards.map(() => []);
  for (let i = 0; i < stays.start.length; i++) {
    const start = stays.start[i]!;
    if (start > at) continue;
    const end = stays.end[i]!;
    byWard[stays.ward[i]!]!.push({ start, end: end <= at ? end : null, count: stays.count[i]!, kind: stays.kind[i]! });
  }
  const whole = byWard.flat();
  const clocks = [false, true].map((inpatient) => once(() => dischargeClock(whole.filter(alike(inpatient)), at)));
  return byWard.map((own) => {
    const inpatients = own.filter(alike(true)).length * 2 > own.length;
    const clock = ended(own) >= clockLeast ? dischargeClock(own, at) : clocks[Number(inpatients)]!();
    const curves = kinds.map((_, kind) => once(() => curveOf(own, whole, kind, { clock, at })));
    const here = own.flatMap(({ start, end, count, kind }) =>
      end === null ? Array.from({ length: count }, () => ({ since: start, kind })) : [],
    );
    return { clock, curve: (kind) => curves[kind]!(), here };
  });
}

const alike =
  (inpatient: boolean) =>
  ({ kind }: KnownStay): boolean =>
    kind > 0 === inpatient;

const ended = (of: readonly Presence[]): number => of.reduce((sum, { end, count }) => sum + (end === null ? 0 : count), 0);

function curveOf(own: readonly KnownStay[], whole: readonly KnownStay[], kind: number, by: { clock: DischargeClock; at: number }): Curve {
  const among: [Curve['whose'], readonly KnownStay[]][] = [
    ['ward and kind', own.filter((each) => each.kind === kind)],
    ['ward', own.filter(alike(kind > 0))],
  ];
  const [whose, of] = among.find(([, stays]) => ended(stays) >= endedLeast) ?? ['hospital' as const, whole.filter(alike(kind > 0))];
  return { survival: survivalOf(lengths(of, by.clock, by.at), hoursMost), stays: ended(of), whose };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const lengths = (of: readonly Presence[], clock: DischargeClock, at: number): Stay[] =>
  of.flatMap(({ start, end, count }) => {
    const stay = { hours: clockHours(clock, start, end ?? at), ended: end !== null };
    return Array.from({ length: count }, () => stay);
  });
