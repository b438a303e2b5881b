// The patient's orders and the doses given, from the record's resources to the terms of the bedside.

import { toNumber } from '../../fhir/decimal.ts';
import type { Medication, MedicationAdministration, MedicationRequest, Task } from '../../fhir/generated/types.ts';
import { outcomeSystem } from '../../modules/medication-administration/codes.ts';
import {
  type BedsideOrder,
  type GivenDose,
  type Outcome,
  outcomes,
  type Rhythm,
} from '../../modules/medication-administration/contract.ts';
import type { Order } from '../../modules/medication-safety/contract.ts';
import type { Library } from '../../modules/medication-safety/library.ts';
import { withBody } from '../../modules/medication-safety/reading/amounts.ts';
import { readOrder, wordsOf } from '../../modules/medication-safety/reading/order-from-fhir.ts';
import { rateOf } from './scan-rate.ts';
import { readDose } from './scan-wish.ts';

export const reasonSystem = 'https://lamplight.dev/fhir/CodeSystem/administration-reason';

const statuses = new Set(['active', 'on-hold', 'stopped', 'completed', 'cancelled', 'draft']);
const isStatus = (status: string): status is BedsideOrder['status'] => statuses.has(status);

export interface OrderContext {
  library: Library;
  medications: ReadonlyMap<string, Medication>;
  tasks: readonly Task[];
  weightKg?: number;
  surfaceM2?: number;
}

export const heldMedication = (
  one: MedicationRequest | MedicationAdministration,
  medications: ReadonlyMap<string, Medication>,
): Medication | undefined => medications.get(one.medicationReference?.reference ?? '');

export function bedsideOrder(one: MedicationRequest, context: OrderContext): BedsideOrder {
  const ref = `MedicationRequest/${one.id}`;
  const held = heldMedication(one, context.medications);
  const order = readOrder(one, { id: ref, state: 'active', origin: 'order' }, context.library.reading, held);
  const dosage = one.dosageInstruction?.[0];
  const words = [dosage?.text, dosage?.patientInstruction, wordsOf(...(dosage?.additionalInstruction ?? []))].filter(Boolean).join(' ');
  const verify = context.tasks.filter((task) => task.focus?.reference === ref);
  const needed = dosage?.asNeededCodeableConcept ? wordsOf(dosage.asNeededCodeableConcept) : order.reason;
  const concept = one.medicationCodeableConcept ?? held?.code;
  const site = dosage?.site ? wordsOf(dosage.site) : '';
  return {
    ref,
    title: order.text.slice(0, 160),
    status: isStatus(one.status) ? one.status : 'unknown',
    ...(verify.length === 0 ? {} : { verified: verify.some((task) => task.status === 'completed') }),
    ingredients: order.ingredients
      .map((each) => withBody(each, context.weightKg, context.surfaceM2))
      .map(({ ingredient, single, daily, hourly }) => ({
        id: ingredient,
        title: context.library.base.title(ingredient),
        ...(single ? { dose: single } : {}),
        ...(daily && order.timing.asNeeded ? { daily } : {}),
        ...(hourly ? { hourly } : {}),
      })),
    codes: (concept?.coding ?? []).flatMap(({ system, code }) => (system !== undefined && code !== undefined ? [`${system}|${code}`] : [])),
    unread: order.unread,
    ...(order.route !== undefined && !order.routeAssumed ? { route: order.route } : {}),
    ...(site === '' ? {} : { site }),
    ...(order.extendedRelease ? { extendedRelease: true as const } : {}),
    ...rateOf(one, order, context.weightKg),
    rhythm: rhythmOf(one, order, words),
    ...(one.priority === 'stat' || /time[- ]critical/i.test(words) ? { timeCritical: true as const } : {}),
    ...(needed ? { indication: needed.slice(0, 120) } : {}),
    ...dayMaximum(one),
    ...(order.startMs === undefined ? {} : { startMs: order.startMs }),
    ...(order.endMs === undefined ? {} : { endMs: order.endMs }),
  };
}

function rhythmOf(one: MedicationRequest, { timing }: Order, words: string): Rhythm {
  const times = one.dosageInstruction ?? [];
  const timesOfDay = times
    .flatMap((each) => each.timing?.repeat?.timeOfDay ?? [])
    .filter((time) => /^\d\d:\d\d/.test(time))
    .map((time) => time.slice(0, 5));
  const events = times
    .flatMap((each) => each.timing?.event ?? [])
    .map((event) => Date.parse(event))
    .filter((ms) => !Number.isNaN(ms));
  const begins = times.some((each) => each.timing?.repeat?.boundsPeriod?.start !== undefined);
  const kind = timing.continuous
    ? 'continuous'
    : timing.asNeeded
      ? 'as-needed'
      : /\bon call\b/i.test(words)
        ? 'on-call'
        : timing.once
          ? 'once'
          : 'scheduled';
  return {
    kind,
    ...(timing.perDay === undefined ? {} : { perDay: timing.perDay }),
    ...(timing.everyHours === undefined ? {} : { everyHours: timing.everyHours }),
    ...(timesOfDay.length === 0 ? {} : { timesOfDay: [...new Set(timesOfDay)].sort() }),
    ...(events.length === 0 ? {} : { atMs: events.sort((a, b) => a - b) }),
    ...(timesOfDay.length === 0 && events.length === 0 && !(begins && timing.everyHours !== undefined) ? { assumed: true as const } : {}),
  };
}

function dayMaximum(one: MedicationRequest): { dosesPerDayMax?: number } {
  const most = one.dosageInstruction?.[0]?.maxDosePerPeriod;
  const unit = most?.numerator?.unit ?? most?.numerator?.code ?? '';
  const hours =
    most?.denominator?.value === undefined ? undefined : toNumber(most.denominator.value) * (most.denominator.code === 'd' ? 24 : 1);
  return /dose/i.test(unit) && hours === 24 && most?.numerator?.value !== undefined
    ? { dosesPerDayMax: toNumber(most.numerator.value) }
    : {};
}

const byStatus: Record<string, Outcome> = {
  'in-progress': 'infusing',
  'not-done': 'not-given',
  'on-hold': 'held',
  completed: 'given',
  stopped: 'stopped',
};

/** undefined: entered in error, or without a time. */
export function givenDose(
  one: MedicationAdministration,
  medications: ReadonlyMap<string, Medication>,
  orders: readonly BedsideOrder[],
  library: Library,
): GivenDose | undefined {
  const atMs = Date.parse(one.effectiveDateTime ?? one.effectivePeriod?.start ?? '');
  if (Number.isNaN(atMs) || one.status === 'entered-in-error') return undefined;
  const coded = one.statusReason?.flatMap((reason) => reason.coding ?? []).find((coding) => coding.system === outcomeSystem)?.code;
  const order = one.request?.reference;
  const named = orders.find((each) => each.ref === order)?.ingredients.map((each) => each.id);
  const { dose } = one.dosage ?? {};
  const amount = dose?.value === undefined ? undefined : readDose({ value: toNumber(dose.value), unit: dose.code ?? dose.unit ?? '' });
  const concept = one.medicationCodeableConcept ?? heldMedication(one, medications)?.code;
  const site = one.dosage?.site ? wordsOf(one.dosage.site) : '';
  return {
    ref: `MedicationAdministration/${one.id}`,
    ...(order === undefined ? {} : { order }),
    ingredients: named?.length ? named : concept ? ingredientsOf(concept, library) : [],
    atMs,
    outcome: outcomes.find((each) => each === coded) ?? (Object.hasOwn(byStatus, one.status) ? byStatus[one.status]! : 'given'),
    ...(amount ? { dose: amount } : {}),
    ...(site === '' ? {} : { site }),
  };
}

const ingredientsOf = (concept: NonNullable<MedicationRequest['medicationCodeableConcept']>, library: Library): string[] =>
  readOrder(
    { resourceType: 'MedicationStatement', status: 'active', subject: {}, medicationCodeableConcept: concept },
    { id: '', state: 'active', origin: 'statement' },
    library.reading,
  ).ingredients.map((each) => each.ingredient);
