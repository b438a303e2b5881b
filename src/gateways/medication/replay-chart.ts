// A patient's chart as it was at an instant, as far as the record allows: the version that stood then. What was written down
// later (an import, a late entry) counts from its own date on, and is counted as such; what cannot be known is counted too. What was
// deleted since is not seen at all.
import type { Condition, Encounter, MedicationRequest, MedicationStatement, Resource } from '../../fhir/generated/types.ts';

export interface Past {
  /** Oldest first; `fromMs`: when it was written. */
  versions: { resource: Resource; fromMs: number }[];
}

export interface Unsure {
  /** Written after the order, taken by its own date. */
  byOwnDate: number;
  /** Written after the order and without a date of its own: allergies and problems were taken as known, the rest left out. */
  undated: number;
  /** Orders that have ended since, without a word of when: taken as ended. */
  endNotKnown: number;
}

export const nothingUnsure = (): Unsure => ({ byOwnDate: 0, undated: 0, endNotKnown: 0 });

const moment = (text: string | undefined): number | undefined => {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
};

/** When it began to be so, by its own words, ms. */
export function ownDate(one: Resource): number | undefined {
  switch (one.resourceType) {
    case 'MedicationRequest':
      return moment(one.authoredOn);
    case 'MedicationStatement':
      return moment(one.effectiveDateTime ?? one.effectivePeriod?.start ?? one.dateAsserted);
    case 'NutritionOrder':
      return moment(one.dateTime);
    case 'AllergyIntolerance':
      return moment(one.recordedDate ?? one.onsetDateTime ?? one.onsetPeriod?.start);
    case 'Condition':
      return moment(one.onsetDateTime ?? one.onsetPeriod?.start ?? one.recordedDate);
    case 'Encounter':
      return moment(one.period?.start);
    case 'Observation':
      return moment(one.effectiveDateTime ?? one.effectiveInstant ?? one.effectivePeriod?.start ?? one.issued);
    default:
      return undefined;
  }
}

const always = new Set(['Patient', 'Medication']);
const takenUndated = new Set(['AllergyIntolerance', 'Condition']);

export function chartAsOf(all: readonly Past[], atMs: number, unsure: Unsure): Resource[] {
  const chart: Resource[] = [];
  for (const { versions } of all) {
    const [first] = versions;
    if (first === undefined) continue;
    let stood: Resource | undefined;
    for (const { resource, fromMs } of versions) if (fromMs <= atMs) stood = resource;
    if (stood !== undefined) {
      chart.push(stood);
      continue;
    }
    const { resource } = first;
    if (always.has(resource.resourceType)) {
      chart.push(resource);
      continue;
    }
    const from = ownDate(resource);
    if (from === undefined) {
      unsure.undated++;
      if (takenUndated.has(resource.resourceType)) chart.push(resource);
    } else if (from <= atMs) {
      unsure.byOwnDate++;
      chart.push(stoodThen(resource, atMs, unsure));
    }
  }
  return chart;
}

/** Turned back to what it was before it ended, where its own dates say so. */
function stoodThen(one: Resource, atMs: number, unsure: Unsure): Resource {
  if (one.resourceType === 'MedicationRequest' || one.resourceType === 'MedicationStatement') return orderThen(one, atMs, unsure);
  if (one.resourceType === 'Condition') return conditionThen(one, atMs);
  if (one.resourceType === 'Encounter') return encounterThen(one, atMs);
  return one;
}

function orderThen(one: MedicationRequest | MedicationStatement, atMs: number, unsure: Unsure): MedicationRequest | MedicationStatement {
  if (one.status !== 'completed' && one.status !== 'stopped') return one;
  const end = endOf(one);
  if (end === undefined) unsure.endNotKnown++;
  return end !== undefined && end > atMs ? { ...one, status: 'active' } : one;
}

function endOf(one: MedicationRequest | MedicationStatement): number | undefined {
  if (one.resourceType === 'MedicationStatement') return moment(one.effectivePeriod?.end);
  const bounds = one.dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod?.end;
  return moment(bounds ?? one.dispenseRequest?.validityPeriod?.end);
}

function conditionThen(one: Condition, atMs: number): Condition {
  const over = moment(one.abatementDateTime ?? one.abatementPeriod?.end);
  if (over === undefined || over <= atMs) return one;
  const { abatementDateTime: _, abatementPeriod: __, clinicalStatus: ___, ...rest } = one;
  return rest as Condition;
}

function encounterThen(one: Encounter, atMs: number): Encounter {
  const over = moment(one.period?.end);
  if (one.status !== 'finished') return one;
  return over === undefined || over <= atMs ? one : { ...one, status: 'in-progress' };
}
