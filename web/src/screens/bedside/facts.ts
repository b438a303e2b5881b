// What the bedside knows of one patient: what is due (GET /medication/due), the doses that were recorded with who and why, and what
// prescribers said when they signed against an alert, which must reach whoever gives the drug.
import type { DetectedIssue, MedicationAdministration } from '../../../../src/fhir/generated/types.ts';
import type { AskedEffect, DueAnswer, PlannedDose, ShownOrder } from '../../../../src/gateways/medication/scan-answers.ts';
import type { BedsideOrder, Outcome } from '../../../../src/modules/medication-administration/contract.ts';
import { query, searchAll } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { about } from '../../api/touched.ts';
import { conceptOf } from '../../parts/words.ts';

export type { AskedEffect, DueAnswer, PlannedDose, ShownOrder };
export type Kind = BedsideOrder['rhythm']['kind'];

const types = ['MedicationRequest', 'MedicationAdministration', 'Medication', 'Task', 'DetectedIssue'];
/** A pump that falls silent changes nothing in the record: where one runs it is asked again. */
const pumpsMs = 30_000;

export const dueQuery = (patient: string, from: string, to: string) => ({
  queryKey: ['MedicationAdministration', 'due', patient, from, to],
  meta: { ...about(patient), types },
  refetchInterval: ({ state }: { state: { data?: DueAnswer | undefined } }) => ((state.data?.infusions.length ?? 0) > 0 ? pumpsMs : false),
  queryFn: ({ signal }: { signal: AbortSignal }) => ask<DueAnswer>(`/medication/due${query({ patient, from, to })}`, { signal }),
});

/** Those to be asked, overdue first. */
export const openEffects = ({ effects }: Pick<DueAnswer, 'effects'>, nowMs: number): (AskedEffect & { late: boolean })[] =>
  effects
    .filter(({ done }) => done === undefined)
    .map((one) => ({ ...one, late: Date.parse(one.at) < nowMs }))
    .sort((a, b) => a.at.localeCompare(b.at));

export const givenQuery = (patient: string, from: string) => ({
  queryKey: ['MedicationAdministration', 'given', patient, from],
  meta: about(patient),
  queryFn: () => searchAll('MedicationAdministration', { patient, 'effective-time': `ge${from}` }),
});

export const overridesQuery = (patient: string) => ({
  queryKey: ['DetectedIssue', 'overrides', patient],
  meta: about(patient),
  queryFn: async () => overridesOf(await searchAll('DetectedIssue', { patient })),
});

export interface Override {
  id: string;
  /** What was warned of. */
  says: string;
  /** Why it was ordered nevertheless. */
  because: string;
  by: string;
}

/** What the bedside itself wrote is of a dose, not of the order. */
const bedside = 'https://lamplight.dev/fhir/CodeSystem/bedside-reason';

/** By order: the alerts that its prescriber overrode, with the reason. */
export function overridesOf(issues: readonly DetectedIssue[]): Map<string, Override[]> {
  const found = new Map<string, Override[]>();
  for (const { id, code, detail, mitigation, implicated, status } of issues) {
    const [first] = mitigation ?? [];
    if (first === undefined || status === 'entered-in-error' || code?.coding?.some(({ system }) => system === bedside)) continue;
    const coded = first.action.coding?.[0]?.code?.replaceAll('-', ' ') ?? '';
    const words = conceptOf(first.action);
    const because = [coded, words.replaceAll('-', ' ') === coded ? '' : words].filter((one) => one !== '').join(': ');
    const override = { id: id ?? '', says: detail ?? conceptOf(code), because, by: first.author?.display ?? '' };
    for (const { reference = '' } of implicated ?? [])
      if (reference.startsWith('MedicationRequest/')) found.set(reference, [...(found.get(reference) ?? []), override]);
  }
  return found;
}

const outcomeSystem = 'https://lamplight.dev/fhir/CodeSystem/administration-outcome';
const reasonSystem = 'https://lamplight.dev/fhir/CodeSystem/administration-reason';
const byStatus: Readonly<Record<string, Outcome>> = {
  'in-progress': 'infusing',
  'not-done': 'not-given',
  'on-hold': 'held',
  completed: 'given',
  stopped: 'stopped',
};

export interface Recorded {
  ref: string;
  order: string | undefined;
  outcome: Outcome;
  /** ISO 8601. */
  at: string;
  by: string;
  witness: string;
  dose: string;
  site: string;
  /** Why it was given so, or not. */
  reason: string;
  /** Why it was needed. */
  indication: string;
  title: string;
}

const outcomes: readonly Outcome[] = [
  'given',
  'partly-given',
  'not-given',
  'held',
  'refused',
  'missing-dose',
  'hung',
  'infusing',
  'stopped',
  'completed',
  'removed',
  'self-administered',
];

/** Undefined: entered in error, or without a time. */
export function recordedOf(one: MedicationAdministration): Recorded | undefined {
  const at = one.effectiveDateTime ?? one.effectivePeriod?.start;
  if (at === undefined || one.status === 'entered-in-error') return undefined;
  const codings = (one.statusReason ?? []).flatMap(({ coding }) => coding ?? []);
  const coded = codings.find(({ system }) => system === outcomeSystem)?.code;
  const reasons = (one.statusReason ?? []).filter(({ coding }) => coding?.some(({ system }) => system === reasonSystem));
  const [who, other] = one.performer ?? [];
  const { dose, site } = one.dosage ?? {};
  return {
    ref: `MedicationAdministration/${one.id ?? ''}`,
    order: one.request?.reference,
    outcome: outcomes.find((each) => each === coded) ?? byStatus[one.status] ?? 'given',
    at,
    by: who?.actor.display ?? '',
    witness: other?.actor.display ?? (other === undefined ? '' : 'a second person'),
    dose: dose?.value === undefined ? '' : `${dose.value}\u00a0${dose.unit ?? dose.code ?? ''}`,
    site: conceptOf(site),
    reason: reasons.map((each) => conceptOf(each).replaceAll('-', ' ')).join(', '),
    indication: (one.reasonCode ?? []).map(conceptOf).join(', '),
    title: conceptOf(one.medicationCodeableConcept) || (one.medicationReference?.display ?? ''),
  };
}
