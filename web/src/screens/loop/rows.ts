// One row an order: what does not fit of it, gravest first, and how far it came. Pure, so that the order of rows is tested.
import { showTime } from '../../parts/dates.ts';
import type { Discrepancy, DiscrepancyKind, LoopOrder, PatientLoop } from './api.ts';

export type StepName = 'Signed' | 'Verified' | 'Dispensed' | 'Given' | 'Effect';

/** Gravest first: what reached a patient before what only waits. */
export const kinds: Readonly<Record<DiscrepancyKind, { words: string; step: StepName }>> = {
  'given-other-drug': { words: 'Another drug was given', step: 'Given' },
  'given-without-order': { words: 'Given without an order', step: 'Signed' },
  'given-after-end': { words: 'Given after the order ended', step: 'Given' },
  'given-other-dose': { words: 'Another dose was given', step: 'Given' },
  'dispensed-other-drug': { words: 'Another drug was dispensed', step: 'Dispensed' },
  'dispensed-after-end': { words: 'Dispensed after the order ended', step: 'Dispensed' },
  'dispensed-without-order': { words: 'Dispensed without an order', step: 'Signed' },
  'given-before-verified': { words: 'Given before it was verified', step: 'Verified' },
  'not-verified': { words: 'Not verified', step: 'Verified' },
  'not-given': { words: 'No record of a dose', step: 'Given' },
  'effect-not-asked': { words: 'Effect not asked', step: 'Effect' },
};
const ranks = Object.keys(kinds);

export interface Row {
  key: string;
  patient: string;
  name: string;
  bed: string;
  title: string;
  /** Absent: a dose or a dispense of no order. */
  order?: LoopOrder;
  faults: Discrepancy[];
}

export function rowsOf(patients: readonly PatientLoop[]): Row[] {
  return patients
    .flatMap(ofPatient)
    .sort((a, b) => worst(a) - worst(b) || b.faults.length - a.faults.length || newest(b).localeCompare(newest(a)));
}

function ofPatient({ patient, name = '', bed = '', loops, discrepancies }: PatientLoop): Row[] {
  const id = patient.replace('Patient/', '');
  const orders = loops.map((order): Row => {
    const faults = discrepancies.filter(({ refs }) => refs[0] === order.order);
    return { key: order.order, patient: id, name, bed, title: order.title, order, faults: [...faults].sort((a, b) => rank(a) - rank(b)) };
  });
  const known = new Set(loops.map(({ order }) => order));
  const strays = discrepancies
    .filter(({ refs }) => !known.has(refs[0] ?? ''))
    .map((fault): Row => ({ key: fault.refs[0] ?? fault.says, patient: id, name, bed, title: kinds[fault.kind].words, faults: [fault] }));
  return [...orders, ...strays];
}

const rank = ({ kind }: Discrepancy): number => ranks.indexOf(kind);
const worst = ({ faults }: Row): number => Math.min(ranks.length, ...faults.map(rank));
const newest = ({ faults, order }: Row): string => faults[0]?.at ?? order?.signed.at ?? '';

export interface Said {
  kind: DiscrepancyKind;
  words: string;
  /** The newest of them, and how many more there are. */
  what: string[];
  more: number;
}
const saidMost = 2;
const moment = /\d{4}-\d\d-\d\d \d\d:\d\dZ/g;

/** The faults of a row by kind: forty doses without a record are one thing to say. */
export function saidOf({ faults, title }: Row): Said[] {
  return [...new Set(faults.map(({ kind }) => kind))].map((kind) => {
    const own = faults.filter((fault) => fault.kind === kind);
    const what = own.slice(0, saidMost).map(({ says }) => local(says.startsWith(`${title}: `) ? says.slice(title.length + 2) : says));
    return { kind, words: kinds[kind].words, what, more: own.length - what.length };
  });
}

/** The server speaks in UTC; a ward has a clock on its wall. */
const local = (says: string): string => says.replace(moment, (text) => showTime(text.replace(' ', 'T').replace('Z', ':00Z')));

export interface Step {
  name: StepName;
  state: 'done' | 'fault' | 'none';
  words: string;
}
const took: readonly string[] = ['given', 'partly-given', 'self-administered', 'completed', 'infusing'];

export function stepsOf({ order, faults }: Row): Step[] {
  const wrong = new Set(faults.map(({ kind }) => kinds[kind].step));
  const step = (name: StepName, words: string | undefined, none: string): Step => ({
    name,
    state: wrong.has(name) ? 'fault' : words === undefined ? 'none' : 'done',
    words: words ?? none,
  });
  if (order === undefined) return [{ name: 'Signed', state: 'fault', words: 'no order' }];
  const { signed, verified, dispensed, given, effects } = order;
  const doses = given.filter(({ outcome }) => took.includes(outcome));
  const others = given.length - doses.length;
  const missing = faults.filter(({ kind }) => kind === 'not-given').length;
  const open = effects.filter(({ done }) => !done).length;
  const last = (times: readonly (string | undefined)[]): string =>
    whole(
      times
        .flatMap((one) => one ?? [])
        .sort()
        .at(-1),
    );
  return [
    step('Signed', signed.at === undefined ? signed.by : byAt(signed), 'not known when'),
    step('Verified', verified === undefined ? undefined : byAt(verified), wrong.has('Verified') ? 'waits' : 'none recorded'),
    step(
      'Dispensed',
      dispensed.length === 0 ? undefined : `${dispensed.length} ×, last ${last(dispensed.map(({ at }) => at))}`,
      'none recorded',
    ),
    step(
      'Given',
      given.length === 0 && missing === 0
        ? undefined
        : [
            doses.length > 0 ? `${doses.length} ×, last ${last(doses.map(({ at }) => at))}` : '',
            others > 0 ? `${others} held, refused or not given` : '',
            missing > 0 ? `${missing} without a record` : '',
          ]
            .filter((one) => one !== '')
            .join('; '),
      'none recorded',
    ),
    step('Effect', effects.length === 0 ? undefined : `${effects.length - open} of ${effects.length} asked`, 'none to ask'),
  ];
}

/** A date is not broken at its hyphens. */
const whole = (at: string | undefined): string => showTime(at).replaceAll('-', '\u2011').replace(' ', '\u00a0');

const byAt = ({ at, by }: { at?: string; by?: string }): string =>
  [whole(at), by].filter((one) => one !== undefined && one !== '').join(', ');
