// One dose at the bedside, from the wristband to the record: what was scanned and entered, how the server's judgement stands, what is
// still missing, and what is sent. The server judges again when it records; here nothing is decided, only shown and asked for.
import type { ShownVerdict as Verdict } from '../../../../src/gateways/medication/scan-answers.ts';
import type { Outcome, Reason } from '../../../../src/modules/medication-administration/contract.ts';
import { ask, Refusal } from '../../api/http.ts';
import { newId } from '../../api/ids.ts';
import { showTime } from '../../parts/dates.ts';
import { outcomeReasons, takes } from './marks.ts';

/** Of POST /medication/scan. */
export type { Verdict };

export interface Entered {
  dose?: string;
  route?: string;
  site?: string;
  reason?: string;
}

/** It cannot wait for an order to be written. */
export interface BeforeOrder {
  reason: '' | 'emergency' | 'verbal-order';
  prescriber: string;
  /** In words, where it cannot be scanned. */
  drug: string;
}

export interface Session {
  /** Names this dose for the server: what is sent twice is recorded once. */
  id: string;
  scans: string[];
  order: string | undefined;
  entered: Entered;
  outcome: Outcome;
  reason: string;
  words: string;
  notScanned: string | undefined;
  beforeOrder?: BeforeOrder | undefined;
}

export const begin = (scans: readonly string[] = [], order?: string, outcome: Outcome = 'given'): Session => ({
  id: newId(),
  scans: [...scans],
  order,
  entered: {},
  outcome,
  reason: '',
  words: '',
  notScanned: undefined,
});

const filled = (entered: Entered): Entered =>
  Object.fromEntries(Object.entries(entered).filter(([, value]) => value !== undefined && value.trim() !== ''));

/** What POST /medication/scan is asked. */
export function scanBody({ scans, order, entered, beforeOrder }: Session, patient: string): object {
  const told = filled(entered);
  const drug = beforeOrder?.drug.trim() ?? '';
  return {
    patient: `Patient/${patient}`,
    scans,
    ...(order === undefined || beforeOrder !== undefined ? {} : { order }),
    // It is judged before all of it is filled in; it is recorded only then.
    ...(beforeOrder === undefined
      ? {}
      : {
          beforeOrder: {
            reason: beforeOrder.reason || 'emergency',
            prescriber: beforeOrder.prescriber.trim() || 'not said yet',
            ...(drug === '' ? {} : { drug }),
          },
        }),
    ...(Object.keys(told).length === 0 ? {} : { entered: told }),
  };
}

export const judge = (session: Session, patient: string, signal?: AbortSignal): Promise<Verdict> =>
  ask('/medication/scan', { method: 'POST', body: scanBody(session, patient), ...(signal === undefined ? {} : { signal }) });

/** Of whom a wristband is, where no chart is open. */
export async function holderOf(raw: string): Promise<string | undefined> {
  const { patient, read } = await ask<Verdict>('/medication/scan', { method: 'POST', body: { scans: [raw] } });
  return read.some(({ is }) => is === 'wristband') ? patient?.replace('Patient/', '') : undefined;
}

/** The order stands as it was judged, so that sending again means the same one. */
export function recordBody(session: Session, patient: string, order: string | undefined): object {
  const { outcome, id, beforeOrder } = session;
  const notScanned = whyNotScanned(session);
  const reason = reasonOf(session) || (beforeOrder === undefined || beforeOrder.reason === '' ? '' : itself[beforeOrder.reason]);
  return {
    ...scanBody({ ...session, order: order ?? session.order }, patient),
    outcome,
    session: id,
    ...(reason === '' ? {} : { reason }),
    ...(notScanned === undefined || !takes.includes(outcome) ? {} : { notScanned }),
  };
}

/** How the second person proves who they are. It goes into the one request and is kept nowhere. */
export interface Proof {
  name: string;
  password: string;
}

export const record = (body: object, proof?: Proof): Promise<{ administration: string }> =>
  ask('/medication/administer', { method: 'POST', body: proof === undefined ? body : { ...body, witness: proof } });

/** Why the proof of the second person was not taken; undefined: the refusal is of something else, or it is none. */
export function proofRefused(error: unknown): string | undefined {
  if (!(error instanceof Refusal) || typeof error.body !== 'object' || error.body === null) return undefined;
  if (!('detail' in error.body) || error.body.detail !== 'witness') return undefined;
  return error.message.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, (moment) => showTime(moment));
}

/** Nobody knows whether it was recorded: the answer was lost, or something in between gave one. */
export const isLost = (error: unknown): boolean => !(error instanceof Refusal) || error.status === 0 || error.status >= 500;

const reasonOf = ({ reason, words }: Session): string => (words.trim() === '' ? reason : `${reason}: ${words.trim()}`).slice(0, 200);

/** That there is no order yet is a warning, and why it could not wait is its reason. */
const itself = { emergency: 'patient-needs-it-now', 'verbal-order': 'prescriber-informed' } as const;

/** In an emergency a drug that is named in words need not be scanned. */
const whyNotScanned = ({ notScanned, beforeOrder }: Session): string | undefined =>
  notScanned ?? (beforeOrder?.reason === 'emergency' && beforeOrder.drug.trim() !== '' ? 'emergency' : undefined);

/** What a coded reason for not scanning stands in for. */
const byHand = new Set(['code-unreadable', 'product-not-known', 'ingredients-not-known']);
/** Warnings that go away by doing something, not by giving a reason. */
const toDo = new Set([
  'dose-short',
  'dose-to-enter',
  'dose-part-of-unit',
  'reason-missing',
  'second-person-missing',
  'order-not-clear',
  'value-missing',
]);
const secondPersonMissing = 'second-person-missing';
const notChecked = new Set(['could-not-check', 'check-failed', 'pump-programme-not-known']);

export type Kind = 'start' | 'next' | 'go' | 'look' | 'stop' | 'unknown';
export interface Standing {
  kind: Kind;
  shape: string;
  title: string;
}

const says: Readonly<Record<Kind, Omit<Standing, 'kind'>>> = {
  start: { shape: '①', title: 'Scan the wristband' },
  next: { shape: '→', title: 'Not yet' },
  go: { shape: '✓', title: 'Right patient, right drug, right dose' },
  look: { shape: '▲', title: 'Look first' },
  stop: { shape: '⬣', title: 'Do not give' },
  unknown: { shape: '?', title: 'Could not be checked' },
};
const standing = (kind: Kind, title = says[kind].title): Standing => ({ kind, shape: says[kind].shape, title });

/** How it stands, said as large as it matters. Nothing that was not checked, or not scanned, ever looks as if it were right. */
export function standingOf(verdict: Verdict | undefined, failed: string | undefined, session: Session): Standing {
  if (failed !== undefined) return standing('unknown');
  if (verdict === undefined || (session.scans.length === 0 && session.order === undefined && session.beforeOrder === undefined))
    return standing('start');
  const blocking = blocks(verdict, session);
  if (blocking.some(({ code }) => code === 'check-failed')) return standing('unknown');
  if (blocking.length > 0)
    return standing('stop', blocking.some(({ code }) => code.startsWith('wristband-')) ? 'Wrong patient' : undefined);
  const byHandNow = whyNotScanned(session) !== undefined;
  if (!verdict.evidence.wristband && !byHandNow) return standing('next', 'Scan the wristband');
  if (!verdict.evidence.drug && !byHandNow) return standing('next', 'Scan the drug');
  const short = shortOf(verdict);
  if (short !== undefined) return standing('next', short);
  const pending = verdict.reasons.filter(({ severity, code }) => severity === 'warn' && toDo.has(code) && code !== 'value-missing');
  if (pending.length > 0)
    return standing('next', pending.every(({ code }) => code === secondPersonMissing) ? 'A second person checks it' : verdict.next);
  if (verdict.reasons.some(({ code }) => notChecked.has(code))) return standing('unknown', 'Not everything could be checked');
  if (verdict.reasons.some(({ severity }) => severity === 'warn')) return standing('look');
  if (verdict.order === undefined) return standing('next', verdict.next);
  return byHandNow ? standing('look', 'Not scanned: compare every word by hand') : standing('go');
}

export const blocks = ({ reasons }: Verdict, session: Session): Reason[] =>
  reasons.filter(({ severity, code }) => severity === 'block' && !(whyNotScanned(session) !== undefined && byHand.has(code)));

const number = (value: number): string => String(Number(value.toPrecision(6)));

/** `325 of 650 mg`: per ingredient. */
export function doseLines({ dose }: Verdict): string[] {
  return (dose?.ordered ?? []).flatMap(({ title, amount }, at) => {
    const scanned = dose?.scanned[at]?.amount;
    if (amount === undefined) return [];
    return [`${scanned?.unit === amount.unit ? number(scanned.value) : '?'} of ${number(amount.value)} ${amount.unit} ${title}`];
  });
}

const counts = ['', 'one', 'two', 'three', 'four'];

/** `Scan one more`, where whole units are missing. */
export function shortOf({ dose, reasons }: Verdict): string | undefined {
  if (dose === undefined || !reasons.some(({ code }) => code === 'dose-short')) return undefined;
  const at = dose.ordered.findIndex(({ amount }) => amount !== undefined);
  const [asked, there] = [dose.ordered[at]?.amount?.value, dose.scanned[at]?.amount?.value];
  if (asked === undefined || there === undefined || there <= 0) return undefined;
  const missing = asked / (there / dose.units) - dose.units;
  const whole = Math.round(missing);
  return Math.abs(missing - whole) < 0.05 && whole >= 1 && whole < counts.length ? `Scan ${counts[whole]} more` : 'More is needed';
}

/** Why it cannot be recorded yet, in words; undefined: it can. The server has the last word. */
export function missingFor(session: Session, verdict: Verdict | undefined): string | undefined {
  const { outcome, reason, words, entered, beforeOrder } = session;
  const notScanned = whyNotScanned(session);
  const order = verdict?.order ?? session.order;
  if (verdict === undefined) return 'It has not been checked yet.';
  if (beforeOrder !== undefined) {
    if (beforeOrder.reason === '') return 'Say why there is no order yet.';
    if (beforeOrder.prescriber.trim() === '') return 'Say who asked for it.';
    if ((entered.dose ?? '').trim() === '') return 'Enter the dose with its unit, such as 0.5 mg.';
  } else if (order === undefined) return 'Scan the drug, or choose the order.';
  if (verdict.reasons.some(({ code }) => code === 'order-not-clear')) return 'Several orders fit: choose the one that this dose is for.';
  if (outcomeReasons[outcome] !== undefined && reason === '') return 'Say why.';
  if (outcome === 'hung' && verdict.pump === undefined) return 'Scan the label of the pump too.';
  if (outcome === 'infusing' && verdict.pump !== undefined) return 'A pump was scanned: it says itself when it runs. Choose “On a pump”.';
  if (reason === 'other' && words.trim() === '') return 'Say in words why.';
  if (!takes.includes(outcome)) return undefined;
  const [blocking] = blocks(verdict, session);
  if (blocking !== undefined) return 'It must not be given. What stops it stands above.';
  if (!verdict.evidence.wristband && notScanned === undefined) return 'Scan the wristband, or say why it cannot be scanned.';
  if (!verdict.evidence.drug && notScanned === undefined) return 'Scan the drug, or say why it cannot be scanned.';
  if (verdict.reasons.some(({ code }) => code === 'reason-missing')) return 'Say what it is given for.';
  if (outcome === 'partly-given' && (entered.dose ?? '').trim() === '') return 'Enter how much of it was taken.';
  const short = verdict.reasons.some(({ code }) => code === 'dose-short');
  if (short && outcome === 'given') return `${shortOf(verdict) ?? 'More is needed'}, or record it as partly given.`;
  if (verdict.reasons.some(({ severity, code }) => severity === 'warn' && !saidAlready.has(code)) && reason === '')
    return 'There is a warning: say why it is given.';
  return undefined;
}

/** Everything else is there, and somebody else has to sign in for it. */
export const needsSecondPerson = ({ outcome }: Session, verdict: Verdict | undefined): boolean =>
  takes.includes(outcome) && verdict?.reasons.some(({ code }) => code === secondPersonMissing) === true;

const saidAlready = new Set([secondPersonMissing, 'before-order']);

/** Warnings for which a reason is asked, not an act. */
export const needsReason = (session: Session, verdict: Verdict | undefined): boolean =>
  takes.includes(session.outcome) &&
  verdict !== undefined &&
  blocks(verdict, session).length === 0 &&
  verdict.reasons.some(
    ({ severity, code }) => severity === 'warn' && !saidAlready.has(code) && (!toDo.has(code) || code === 'value-missing'),
  );

/** What a nurse does about a reason: beside the reason itself. */
export const toDoAbout: Readonly<Record<string, string>> = {
  'wristband-other-patient': 'Put the drug down. Look at the name on the wristband; begin again with this patient, or open the other one.',
  'wristband-not-current': 'Scan the band on the wrist, not a copy. If it is worn, print a new one.',
  'wristband-without-print': 'Look whether the patient wears it.',
  'wrong-drug': 'Take it back. Read the label against the order.',
  'not-ordered': 'Take it back. Nothing of it is ordered.',
  'wrong-combination': 'Take it back: it holds something else too.',
  'wrong-strength': 'Take it back and fetch the strength that is ordered, or ask pharmacy.',
  'dose-over': 'Take a unit away, or enter the dose that you give.',
  'dose-part-of-unit': 'Divide it or draw it up, and enter the dose that you give.',
  'dose-to-enter': 'Enter the dose that you give.',
  expired: 'Put it aside for pharmacy and fetch another.',
  recalled: 'Put it aside for pharmacy and fetch another of a different lot.',
  'already-given': 'Do not give it again.',
  'too-soon': 'Wait, or ask the prescriber for something else.',
  'day-maximum': 'Ask the prescriber: no more of it today.',
  'second-person-missing':
    'Let a colleague compare order, label and dose without you. Then press the button below: they sign in with their own name and password.',
  'second-person-same': 'Somebody else must do it.',
  'product-not-known': 'Read the label. If it is right, say that it cannot be scanned; it is counted.',
  'code-unreadable': 'Scan it again, flat and without glare. Otherwise type the code, or say that it cannot be scanned.',
  'order-not-verified': 'Ask pharmacy to verify it, or say why it cannot wait.',
  'order-not-clear': 'Choose the order on the left.',
  'pump-in-use': 'Take another pump, or scan that patient and end the infusion there.',
  'pump-not-clear': 'Take one of the two away below.',
  'pump-programme-not-known': 'Work the rate out with a colleague and set it by hand. What the pump does is watched all the same.',
  'could-not-check': 'Check this by hand.',
  'check-failed': 'Tell the administrator, and check by hand with a colleague.',
  'reason-missing': 'Ask the patient what it is for, and choose it below.',
};
