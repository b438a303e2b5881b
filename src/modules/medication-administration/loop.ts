// The closed loop of one patient: order, verification, dispense, dose, effect, set against each other. What does not fit is listed
// with where it stands. What cannot be compared (a dose in other units, a drug that was not understood) is no discrepancy.
import type { BedsideOrder, GivenDose, Outcome, Windows } from './contract.ts';
import { matched, uses } from './due.ts';

export interface Dispensed {
  ref: string;
  /** authorizingPrescription; absent: it names none. */
  order?: string;
  ingredients: readonly string[];
  title: string;
  atMs?: number;
  lot?: string;
}

export interface Looped {
  order: BedsideOrder;
  signedMs?: number;
  signedBy?: string;
  verified?: { atMs?: number; by?: string };
  dispensed: readonly Dispensed[];
  given: readonly GivenDose[];
  /** Doses given when needed whose effect was to be asked. */
  effects: readonly { ref: string; dose?: string; dueMs?: number; done: boolean }[];
}

export const discrepancyKinds = [
  'not-verified',
  'given-before-verified',
  'dispensed-other-drug',
  'dispensed-without-order',
  'dispensed-after-end',
  'given-other-drug',
  'given-other-dose',
  'given-after-end',
  'given-without-order',
  'not-given',
  'effect-not-asked',
] as const;
export type DiscrepancyKind = (typeof discrepancyKinds)[number];

export interface Discrepancy {
  kind: DiscrepancyKind;
  says: string;
  /** Where it stands, the order first where there is one. */
  refs: readonly string[];
  atMs?: number;
}

/** An order may wait so long for its pharmacist before that is worth saying. */
const verifyWithinMs = 2 * 3_600_000;
/** Doses differ by rounding of units and volumes. */
const doseTolerance = 0.1;
const took: ReadonlySet<Outcome> = new Set(['given', 'partly-given', 'self-administered', 'completed', 'infusing']);

export interface LoopFacts {
  loops: readonly Looped[];
  /** Doses and dispenses that belong to none of the orders. */
  strays: { given: readonly GivenDose[]; dispensed: readonly Dispensed[] };
  /** From when doses are known: before it nothing is missed. */
  sinceMs: number;
  nowMs: number;
  timeZone: string;
  windows: Windows;
}

export function discrepancies({ loops, strays, sinceMs, nowMs, timeZone, windows }: LoopFacts): Discrepancy[] {
  const found: Discrepancy[] = [];
  const clock = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z`;
  for (const { order, signedMs, verified, dispensed, given, effects } of loops) {
    const add = (kind: DiscrepancyKind, says: string, ref?: string, atMs?: number) =>
      found.push({
        kind,
        says: `${order.title}: ${says}`,
        refs: [order.ref, ...(ref === undefined ? [] : [ref])],
        ...(atMs === undefined ? {} : { atMs }),
      });
    const ingredients = new Set(order.ingredients.map(({ id }) => id));
    if (order.status === 'active' && order.verified === false && signedMs !== undefined && nowMs - signedMs > verifyWithinMs)
      add('not-verified', `signed ${clock(signedMs)} and not verified by a pharmacist yet`, undefined, signedMs);
    for (const one of dispensed) {
      if (isOther(one.ingredients, ingredients)) add('dispensed-other-drug', `${one.title} was dispensed for it`, one.ref, one.atMs);
      if (one.atMs !== undefined && order.endMs !== undefined && one.atMs > order.endMs)
        add('dispensed-after-end', `dispensed after it ended (${clock(order.endMs)})`, one.ref, one.atMs);
    }
    for (const dose of given) {
      if (!took.has(dose.outcome)) continue;
      if (isOther(dose.ingredients, ingredients)) add('given-other-drug', 'another drug is recorded for it', dose.ref, dose.atMs);
      if (order.endMs !== undefined && dose.atMs > order.endMs)
        add('given-after-end', `a dose at ${clock(dose.atMs)}, after it ended (${clock(order.endMs)})`, dose.ref, dose.atMs);
      // A verification without a time cannot be set against a dose.
      if (verified?.atMs !== undefined && dose.atMs < verified.atMs)
        add('given-before-verified', `a dose at ${clock(dose.atMs)}, before a pharmacist verified it`, dose.ref, dose.atMs);
      const wanted = order.ingredients.length === 1 ? order.ingredients[0]!.dose : undefined;
      if (
        dose.outcome === 'given' &&
        wanted !== undefined &&
        dose.dose?.unit === wanted.unit &&
        Math.abs(dose.dose.value - wanted.value) > doseTolerance * wanted.value
      )
        add('given-other-dose', `${dose.dose.value} ${dose.dose.unit} given, ${wanted.value} ${wanted.unit} ordered`, dose.ref, dose.atMs);
    }
    for (const atMs of missed({ order, given }, sinceMs, nowMs, timeZone, windows))
      add('not-given', `the dose of ${clock(atMs)} has no record`, undefined, atMs);
    for (const effect of effects)
      if (!effect.done && effect.dueMs !== undefined && effect.dueMs < nowMs)
        add('effect-not-asked', `nobody asked what the dose did (due ${clock(effect.dueMs)})`, effect.ref, effect.dueMs);
  }
  for (const dose of strays.given)
    if (took.has(dose.outcome))
      found.push({
        kind: 'given-without-order',
        says: `A dose at ${clock(dose.atMs)} belongs to no order`,
        refs: [dose.ref],
        atMs: dose.atMs,
      });
  for (const one of strays.dispensed)
    found.push({
      kind: 'dispensed-without-order',
      says: `${one.title} was dispensed for no order`,
      refs: [one.ref],
      ...(one.atMs === undefined ? {} : { atMs: one.atMs }),
    });
  return found.sort((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0));
}

/** Nothing is known of one that was not understood, so that it is no other. */
const isOther = (have: readonly string[], ordered: ReadonlySet<string>): boolean =>
  have.length > 0 && ordered.size > 0 && !have.some((id) => ordered.has(id));

/** Planned moments whose window is over and that nothing was recorded for. Where the times are the ward's usual ones, nothing is late by them. */
function missed(
  { order, given }: Pick<Looped, 'order' | 'given'>,
  sinceMs: number,
  nowMs: number,
  timeZone: string,
  windows: Windows,
): number[] {
  if (order.status !== 'active' || order.rhythm.kind !== 'scheduled' || order.rhythm.assumed) return [];
  const from = Math.max(sinceMs, order.startMs ?? sinceMs);
  const own = given.filter((dose) => uses(dose.outcome));
  return matched(order, own, from, nowMs, timeZone)
    .filter(({ atMs, dose }) => dose === undefined && atMs >= from && nowMs - atMs > windows.dailyMinutes * 60_000)
    .map(({ atMs }) => atMs);
}
