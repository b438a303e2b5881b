// A dose as it stands on paper, before it is sent: what is still missing, what it is as the server takes it, and two lines that are one.
import type { Settled } from '../../../../../src/gateways/medication/downtime-reconcile.ts';
import type { Outcome } from '../../../../../src/modules/medication-administration/contract.ts';
import { ask } from '../../../api/http.ts';
import { newId } from '../../../api/ids.ts';
import { outcomeReasons, takes } from '../marks.ts';
import type { Brought, BundleOrder } from './bundle.ts';

export interface Entry {
  id: string;
  /** `Patient/1`. */
  patient: string;
  /** `MedicationRequest/1`. */
  order: string;
  /** As the field has it, by the clock of the ward: `2026-11-23T08:10`. */
  at: string;
  outcome: Outcome;
  dose: string;
  reason: string;
  words: string;
  product: string;
  by: string;
  second: string;
}

export interface Kept extends Brought {
  doses: Entry[];
  /** Half written. */
  entry: Entry | null;
  /** What the server did not take, by dose. */
  refused: Record<string, string>;
}

export const begun = (patient: string, { order, dosage = '' }: BundleOrder, by: string): Entry => ({
  id: newId(),
  patient,
  order,
  at: '',
  outcome: 'given',
  dose: /^\d[\d.]* \S+$/.test(dosage) ? dosage : '',
  reason: '',
  words: '',
  product: '',
  by,
  second: '',
});

/** Paper has no reason for what was stopped by itself. */
export const reasonsOf = ({ outcome }: Entry): Readonly<Record<string, string>> | undefined => outcomeReasons[outcome];
const amount = /^\s*\d+(?:\.\d+)?\s*[^\d\s]/;

/** What keeps it from the list; undefined: nothing. */
export function missingOf(entry: Entry, order: Pick<BundleOrder, 'highAlert'>, nowMs: number): string | undefined {
  const atMs = Date.parse(entry.at);
  const taken = takes.includes(entry.outcome);
  if (Number.isNaN(atMs)) return 'When was it?';
  if (atMs > nowMs + 300_000) return 'This time is still to come.';
  if (entry.outcome === 'partly-given' && entry.dose.trim() === '') return 'How much of it was taken?';
  if (taken && entry.dose.trim() !== '' && !amount.test(entry.dose)) return 'The amount needs a number and a unit, such as 5 mg.';
  if (reasonsOf(entry) !== undefined && entry.reason === '') return 'Why?';
  if (entry.reason === 'other' && entry.words.trim() === '') return 'Say in words why.';
  if (entry.by.trim() === '') return 'Whose initials stand on the paper?';
  if (taken && order.highAlert !== undefined && entry.second.trim() === '')
    return 'Two people give this drug: who signed the paper as the second? If nobody did, write “nobody”.';
  return undefined;
}

/** As POST /medication/downtime/reconcile takes it. */
export function wireOf(entry: Entry): object {
  const taken = takes.includes(entry.outcome);
  const words = entry.words.trim();
  const text = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() });
  return {
    id: entry.id,
    patient: entry.patient,
    order: entry.order,
    at: new Date(entry.at).toISOString(),
    outcome: entry.outcome,
    ...(taken ? { ...text('dose', entry.dose), ...text('product', entry.product), ...text('second', entry.second) } : {}),
    ...(entry.reason === '' ? {} : { reason: (words === '' ? entry.reason : `${entry.reason}: ${words}`).slice(0, 200) }),
    ...text('by', entry.by),
    ...text('words', words),
  };
}

const sameMs = 30 * 60_000;

/** Lines of this list that the record would take for one dose: the server sees only what stands in the record. */
export function twins(doses: readonly Entry[]): Set<string> {
  const found = new Set<string>();
  for (const [i, one] of doses.entries())
    for (const other of doses.slice(i + 1))
      if (one.order === other.order && Math.abs(Date.parse(one.at) - Date.parse(other.at)) <= sameMs) found.add(one.id).add(other.id);
  return found;
}

export type { Settled };

/** Each is judged as the bedside would have judged it, which takes its time. */
const atOnce = 40;

export async function settle(brought: Brought, doses: readonly Entry[], check: boolean, signal?: AbortSignal): Promise<Settled[]> {
  const all: Settled[] = [];
  for (let i = 0; i < doses.length; i += atOnce) {
    const answer = await ask<{ doses: Settled[] }>('/medication/downtime/reconcile', {
      method: 'POST',
      body: {
        bundle: brought.bundle,
        signature: brought.signature,
        doses: doses.slice(i, i + atOnce).map(wireOf),
        ...(check ? { check } : {}),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    all.push(...answer.doses);
  }
  return all;
}
