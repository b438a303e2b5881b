// Medication and encounters as stretches of time. An end that nobody recorded is not made up: what is active goes on, what has ended
// without a date says so (http://hl7.org/fhir/R4/medicationrequest.html, medicationstatement.html, medicationadministration.html).
import type {
  CodeableConcept,
  Encounter,
  MedicationAdministration,
  MedicationRequest,
  MedicationStatement,
  Reference,
} from '../../../../src/fhir/generated/types.ts';
import { conceptOf } from '../../parts/words.ts';
import { dayMs, type Stretch } from './axis.ts';

export interface Bar {
  /** `Type/id` */
  of: string;
  kind: 'prescribed' | 'taken' | 'given';
  fromMs: number;
  /** Undefined: it goes on. */
  toMs?: number;
  /** Nobody recorded when it ended. */
  endUnknown?: true;
  /** Dose and status, for whoever asks. */
  says: string;
}

/** Everything of one medicine. */
export interface Lane {
  name: string;
  bars: Bar[];
  /** Single moments at which it was given; those that were not given say so. */
  given: { of: string; atMs: number; done: boolean; says: string }[];
}

type Medicine = { medicationCodeableConcept?: CodeableConcept | undefined; medicationReference?: Reference | undefined };

export const medicineOf = ({ medicationCodeableConcept, medicationReference }: Medicine): string =>
  conceptOf(medicationCodeableConcept) || (medicationReference?.display ?? '') || 'Medicine not named';

const msOf = (text: string | undefined): number | undefined => {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
};

const goesOn = ['active', 'on-hold', 'intended'];

function requested(request: MedicationRequest): Bar | undefined {
  const bounds = request.dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod;
  const fromMs = msOf(bounds?.start ?? request.dispenseRequest?.validityPeriod?.start ?? request.authoredOn);
  if (fromMs === undefined) return undefined;
  const supply = request.dispenseRequest?.expectedSupplyDuration;
  const days = supply?.code === 'd' && supply.value !== undefined ? Number(supply.value) : undefined;
  const toMs =
    msOf(bounds?.end ?? request.dispenseRequest?.validityPeriod?.end) ??
    // What was completed lasted as long as its supply.
    (request.status === 'completed' && days !== undefined ? fromMs + days * dayMs : undefined);
  return bar(`MedicationRequest/${request.id ?? ''}`, 'prescribed', request.status, fromMs, toMs, request.dosageInstruction?.[0]?.text);
}

function stated(statement: MedicationStatement): Bar | undefined {
  const fromMs = msOf(statement.effectivePeriod?.start ?? statement.effectiveDateTime ?? statement.dateAsserted);
  if (fromMs === undefined) return undefined;
  const toMs = msOf(statement.effectivePeriod?.end);
  return bar(`MedicationStatement/${statement.id ?? ''}`, 'taken', statement.status, fromMs, toMs, statement.dosage?.[0]?.text);
}

const bar = (of: string, kind: Bar['kind'], status: string, fromMs: number, toMs: number | undefined, dose: string | undefined): Bar => ({
  of,
  kind,
  fromMs,
  ...(toMs !== undefined ? { toMs } : goesOn.includes(status) ? {} : { toMs: fromMs, endUnknown: true }),
  says: [dose, status].filter((one) => one !== undefined && one !== '').join(' · '),
});

const leftOut = ['entered-in-error', 'draft', 'cancelled', 'unknown'];

/** One lane a medicine, those that go on first, then the newest. */
export function lanesOf(
  requests: readonly MedicationRequest[],
  statements: readonly MedicationStatement[],
  administrations: readonly MedicationAdministration[],
): Lane[] {
  const lanes = new Map<string, Lane>();
  const laneOf = (name: string): Lane => {
    const lane = lanes.get(name) ?? { name, bars: [], given: [] };
    lanes.set(name, lane);
    return lane;
  };
  const add = (medicine: Medicine, one: Bar | undefined): void => void (one !== undefined && laneOf(medicineOf(medicine)).bars.push(one));
  for (const request of requests) if (!leftOut.includes(request.status)) add(request, requested(request));
  for (const statement of statements) if (!leftOut.includes(statement.status)) add(statement, stated(statement));
  for (const one of administrations) {
    if (leftOut.includes(one.status)) continue;
    const of = `MedicationAdministration/${one.id ?? ''}`;
    const fromMs = msOf(one.effectiveDateTime ?? one.effectivePeriod?.start);
    if (fromMs === undefined) continue;
    const says = [one.dosage?.text, one.status === 'completed' ? 'given' : one.status].filter((word) => word !== undefined).join(' · ');
    if (one.effectivePeriod !== undefined && one.status !== 'not-done')
      add(one, {
        of,
        kind: 'given',
        fromMs,
        ...(one.effectivePeriod.end === undefined ? {} : { toMs: Date.parse(one.effectivePeriod.end) }),
        says,
      });
    else laneOf(medicineOf(one)).given.push({ of, atMs: fromMs, done: one.status !== 'not-done', says });
  }
  const newest = ({ bars, given }: Lane): number =>
    Math.max(
      ...bars.map(({ fromMs, toMs }) => (toMs === undefined ? Number.MAX_SAFE_INTEGER : Math.max(fromMs, toMs))),
      ...given.map(({ atMs }) => atMs),
    );
  return [...lanes.values()].sort((a, b) => newest(b) - newest(a) || a.name.localeCompare(b.name));
}

/** Lanes with something to show in that stretch. */
export const lanesWithin = (lanes: readonly Lane[], { fromMs, toMs }: Stretch): Lane[] =>
  lanes.filter(
    ({ bars, given }) =>
      bars.some((one) => one.fromMs <= toMs && (one.toMs ?? Number.POSITIVE_INFINITY) >= fromMs) ||
      given.some(({ atMs }) => atMs >= fromMs && atMs <= toMs),
  );

export interface Stay {
  of: string;
  name: string;
  fromMs: number;
  toMs?: number;
}

export function staysOf(encounters: readonly Encounter[]): Stay[] {
  return encounters
    .filter(({ status }) => !['planned', 'cancelled', 'entered-in-error'].includes(status))
    .flatMap((encounter): Stay[] => {
      const fromMs = msOf(encounter.period?.start);
      if (fromMs === undefined) return [];
      const toMs = msOf(encounter.period?.end) ?? (encounter.status === 'finished' ? fromMs : undefined);
      return [{ of: `Encounter/${encounter.id ?? ''}`, name: encounterWords(encounter), fromMs, ...(toMs === undefined ? {} : { toMs }) }];
    })
    .sort((a, b) => a.fromMs - b.fromMs);
}

export const encounterWords = ({ type, class: kind }: Encounter): string =>
  conceptOf(type?.[0]) || kind.display || kind.code || 'Encounter';
