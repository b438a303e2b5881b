// Which change of the record is which event of HL7 v2 (v2.8, chapters 3, 4, 7, 9, 10): one row an event, read from the top; of the events
// of one change that a channel tells, the first is told.
import type { Appointment, Encounter, Patient, Resource, ResourceType } from '../fhir/generated/types.ts';
import { sameJson } from '../fhir/json-equal.ts';

/** A resource before and after a change; `before` is undefined where there was none. */
export interface Turn<R> {
  now: R;
  before: R | undefined;
  /** Of a Patient: whether a visit is open. */
  visiting: boolean;
}

interface Trigger {
  type: ResourceType;
  event: string;
  when(turn: Turn<Resource>): boolean;
}

type Of<T extends ResourceType> = Extract<Resource, { resourceType: T }>;

function on<T extends ResourceType>(type: T, ...rows: [event: string, when: (turn: Turn<Of<T>>) => boolean][]): Trigger[] {
  const is = (one: Resource | undefined): one is Of<T> => one?.resourceType === type;
  return rows.map(([event, when]) => ({
    type,
    event,
    when: ({ now, before, visiting }) => is(now) && when({ now, before: is(before) ? before : undefined, visiting }),
  }));
}

/** What the record itself writes into a resource at each change. */
function said(resource: Resource, ...without: string[]): object {
  const { meta, ...rest } = resource;
  const { versionId: _version, lastUpdated: _at, ...kept } = meta ?? {};
  return Object.fromEntries([...Object.entries(rest), ['meta', kept]].filter(([name]) => !without.includes(String(name))));
}
const changed = ({ now, before }: Turn<Resource>, ...without: string[]): boolean =>
  before === undefined || !sameJson(said(now, ...without), said(before, ...without));

const became = <R extends { status?: string | undefined }>({ now, before }: Turn<R>, ...statuses: string[]): boolean =>
  statuses.includes(now.status ?? '') && !statuses.includes(before?.status ?? '');
const was = <R extends { status?: string | undefined }>({ before }: Turn<R>, ...statuses: string[]): boolean =>
  statuses.includes(before?.status ?? '');

const open = ['arrived', 'triaged', 'in-progress', 'onleave'];
const inpatient = new Set(['IMP', 'ACUTE', 'NONAC', 'SS', 'OBSENC']);
const isInpatient = ({ class: { code } }: Encounter): boolean => inpatient.has(code ?? '');
const isOpen = (one: Encounter | undefined): boolean => open.includes(one?.status ?? '');
const never = ['cancelled', 'entered-in-error'];

/** Where the patient is. */
const places = (one: Encounter | undefined): string =>
  (one?.location ?? [])
    .filter(({ status }) => status === undefined || status === 'active')
    .map(({ location }) => location.reference ?? location.display ?? '')
    .join(' ');

const replaced = (one: Patient | undefined): boolean => one?.link?.some(({ type }) => type === 'replaced-by') === true;
const told = ['final', 'amended', 'corrected', 'appended'];
const takenBack = ['cancelled', 'entered-in-error'];
const booked = (one: Appointment | undefined): boolean => one?.status === 'booked';

const rows: readonly Trigger[] = [
  ...on(
    'Encounter',
    ['ADT^A13', (turn) => turn.before?.status === 'finished' && isOpen(turn.now)],
    ['ADT^A03', (turn) => became(turn, 'finished')],
    ['ADT^A38', (turn) => became(turn, ...never) && was(turn, 'planned')],
    ['ADT^A11', (turn) => became(turn, ...never) && turn.before !== undefined],
    ['ADT^A01', (turn) => isInpatient(turn.now) && isOpen(turn.now) && !isOpen(turn.before) && !was(turn, 'finished')],
    ['ADT^A04', (turn) => !isInpatient(turn.now) && isOpen(turn.now) && !isOpen(turn.before) && !was(turn, 'finished')],
    ['ADT^A05', (turn) => became(turn, 'planned')],
    ['ADT^A02', (turn) => isOpen(turn.now) && isOpen(turn.before) && places(turn.now) !== places(turn.before)],
    ['ADT^A08', (turn) => isOpen(turn.now) && isOpen(turn.before) && changed(turn)],
  ),
  ...on(
    'Patient',
    ['ADT^A40', ({ now, before }) => replaced(now) && !replaced(before)],
    ['ADT^A28', (turn) => turn.before === undefined && !replaced(turn.now)],
    // That somebody became part of them is told by A40 of the other one.
    ['ADT^A08', (turn) => turn.visiting && !replaced(turn.now) && changed(turn, 'link')],
    ['ADT^A31', (turn) => !replaced(turn.now) && changed(turn, 'link')],
  ),
  ...on('DiagnosticReport', [
    'ORU^R01',
    (turn) => changed(turn) && (told.includes(turn.now.status) || (takenBack.includes(turn.now.status) && was(turn, ...told))),
  ]),
  ...(['OML^O21', 'ORM^O01'] as const).flatMap((event) =>
    on('ServiceRequest', [
      event,
      (turn) =>
        (became(turn, 'active') && !['proposal', 'plan', 'option'].includes(turn.now.intent)) ||
        (became(turn, 'revoked', 'entered-in-error') && was(turn, 'active', 'on-hold')),
    ]),
  ),
  ...on('MedicationRequest', [
    'RDE^O11',
    (turn) =>
      (became(turn, 'active') && !['proposal', 'plan', 'option'].includes(turn.now.intent)) ||
      (became(turn, 'stopped', 'cancelled', 'entered-in-error') && was(turn, 'active', 'on-hold')),
  ]),
  ...on('MedicationDispense', [
    'RDS^O13',
    (turn) => became(turn, 'completed') || (became(turn, 'entered-in-error', 'cancelled') && was(turn, 'completed')),
  ]),
  // What was not given is told too: the pharmacy gets the dose back.
  ...on('MedicationAdministration', [
    'RAS^O17',
    (turn) =>
      became(turn, 'completed', 'not-done', 'stopped') ||
      (became(turn, 'entered-in-error') && was(turn, 'completed', 'not-done', 'stopped')),
  ]),
  ...on(
    'Appointment',
    ['SIU^S12', ({ now, before }) => booked(now) && !booked(before)],
    ['SIU^S15', (turn) => became(turn, 'cancelled') && turn.before !== undefined],
    ['SIU^S26', (turn) => became(turn, 'noshow') && turn.before !== undefined],
    ['SIU^S17', (turn) => became(turn, 'entered-in-error') && turn.before !== undefined],
    ['SIU^S14', (turn) => booked(turn.now) && booked(turn.before) && changed(turn)],
  ),
  ...on('Immunization', [
    'VXU^V04',
    (turn) => changed(turn) && (turn.now.status === 'completed' || (turn.now.status === 'entered-in-error' && was(turn, 'completed'))),
  ]),
  ...on('DocumentReference', [
    'MDM^T02',
    (turn) => turn.now.status === 'current' && (!was(turn, 'current') || !sameJson(turn.now.content, turn.before?.content)),
  ]),
  ...on('ChargeItem', ['DFT^P03', (turn) => became(turn, 'billable', 'billed')]),
];

/** Events that a channel may tell, as in `ADT^A01`. */
export const tellable: readonly string[] = [...new Set(rows.map(({ event }) => event))];

/** Types whose changes may be one of these events. */
export const watchedFor = (events: ReadonlySet<string>): ResourceType[] => [
  ...new Set(rows.filter(({ event }) => events.has(event)).map(({ type }) => type)),
];

/** What a change is, of these events; undefined: nothing that is told. */
export const eventOf = (turn: Turn<Resource>, events: ReadonlySet<string>): string | undefined =>
  rows.find(({ event, when, type }) => type === turn.now.resourceType && events.has(event) && when(turn))?.event;
