// Facts about a patient from orders, statements and diets, and from what was dispensed or given.
import { type Decimal, toNumber } from '../../../fhir/decimal.ts';
import type { Medication, MedicationAdministration, MedicationDispense, Resource } from '../../../fhir/generated/types.ts';
import type { Facts } from '../contract.ts';
import type { Library } from '../library.ts';
import { type Orderable, readOrder, type WordingOf } from '../reading/order-from-fhir.ts';
import { dayMs, moment } from './body.ts';

export const isOrderable = (each: Resource): each is Orderable =>
  each.resourceType === 'MedicationRequest' ||
  each.resourceType === 'MedicationStatement' ||
  each.resourceType === 'NutritionOrder' ||
  each.resourceType === 'ServiceRequest';

const active = new Set(['active', 'on-hold', 'intended', 'draft', 'unknown']);
const ended = new Set(['completed', 'stopped', 'cancelled', 'ended']);

export function takeOrder(
  one: Orderable,
  facts: Facts,
  library: Library,
  medications: ReadonlyMap<string, Medication>,
  wordingOf: WordingOf | undefined,
): void {
  if (one.resourceType === 'ServiceRequest') return; // only what is being ordered now is of interest: an old scan is no drug
  if (
    one.resourceType === 'MedicationRequest' &&
    (one.doNotPerform === true || one.intent === 'proposal' || one.intent === 'plan' || one.intent === 'option')
  )
    return;
  const isActive = active.has(one.status);
  if (!isActive && !(ended.has(one.status) && one.status !== 'cancelled')) return;
  const reference = one.resourceType === 'NutritionOrder' ? undefined : one.medicationReference?.reference;
  const head = {
    id: `${one.resourceType}/${one.id ?? facts.orders.length + 1}`,
    state: isActive ? ('active' as const) : ('past' as const),
    origin:
      one.resourceType === 'MedicationRequest'
        ? ('order' as const)
        : one.resourceType === 'NutritionOrder'
          ? ('diet' as const)
          : ('statement' as const),
  };
  const held = reference === undefined ? undefined : medications.get(reference);
  // What hangs on another resource or on loaded terminology may change without this one.
  const alone = held === undefined && wordingOf === undefined && one.id !== undefined;
  const known = alone ? library.read.orders.get(one) : undefined;
  const made = known ?? readOrder(one, head, library.reading, held, wordingOf);
  if (alone && known === undefined) library.read.orders.set(one, made);
  const over = endOf(made, one, facts.asOfMs);
  if (over !== undefined && over < facts.asOfMs) {
    if (facts.asOfMs - over > 60 * dayMs) return;
    facts.orders.push({ ...made, state: 'past', endMs: over });
  } else if (isActive) facts.orders.push(made);
}

/**
 * What was dispensed or given and stands in no order: the patient has it too. A dispense lasts as long as its supply, a dose
 * for two days.
 */
export function takeHandedOut(
  one: MedicationDispense | MedicationAdministration,
  facts: Facts,
  library: Library,
  medications: ReadonlyMap<string, Medication>,
  wordingOf: WordingOf | undefined,
): void {
  if (one.status !== 'completed' && one.status !== 'in-progress') return;
  try {
    const { medicationCodeableConcept, medicationReference } = one;
    const reference = medicationReference?.reference;
    const made = readOrder(
      {
        resourceType: 'MedicationStatement',
        status: 'active',
        subject: one.subject ?? {},
        ...(medicationCodeableConcept ? { medicationCodeableConcept } : {}),
        ...(medicationReference ? { medicationReference } : {}),
        dosage: one.resourceType === 'MedicationDispense' ? (one.dosageInstruction ?? []) : [],
      },
      { id: `${one.resourceType}/${one.id ?? facts.orders.length + 1}`, state: 'active', origin: 'statement' },
      library.reading,
      reference === undefined ? undefined : medications.get(reference),
      wordingOf,
    );
    if (made.ingredients.every((own) => facts.orders.some((order) => order.ingredients.some((held) => held.ingredient === own.ingredient))))
      return;
    const start =
      one.resourceType === 'MedicationDispense'
        ? moment(one.whenHandedOver ?? one.whenPrepared)
        : moment(one.effectiveDateTime ?? one.effectivePeriod?.end ?? one.effectivePeriod?.start);
    const supply = one.resourceType === 'MedicationDispense' ? one.daysSupply?.value : undefined;
    const lasts = supply === undefined ? (one.resourceType === 'MedicationDispense' ? 90 : 2) : toNumber(supply as number | Decimal);
    const end = start === undefined ? undefined : start + lasts * dayMs;
    if (end !== undefined && facts.asOfMs - end > 60 * dayMs) return;
    if (end !== undefined && end < facts.asOfMs) facts.orders.push({ ...made, state: 'past', endMs: end });
    else facts.orders.push(start === undefined ? made : { ...made, startMs: start });
  } catch {
    if (!facts.notRead.some((held) => held.part === 'medications'))
      facts.notRead.push({ part: 'medications', why: `a ${one.resourceType} is not as FHIR has it` });
  }
}

/** When it ended or, by its own words, must have: a course of seven days that was begun ten days ago. */
function endOf(made: Facts['orders'][number], one: Orderable, asOfMs: number): number | undefined {
  if (made.endMs !== undefined) return made.endMs;
  const { durationDays, once } = made.timing;
  if (made.startMs !== undefined && durationDays !== undefined && !chronic(one)) return made.startMs + durationDays * dayMs;
  if (made.startMs !== undefined && once) return made.startMs + dayMs;
  // Ended, and nobody wrote when: as late as it was last touched.
  return made.state === 'past' ? (moment(one.meta?.lastUpdated) ?? asOfMs - 1) : undefined;
}

const chronic = (one: Orderable): boolean =>
  one.resourceType === 'MedicationRequest' && (one.courseOfTherapyType?.coding?.some((coding) => coding.code === 'continuous') ?? false);
