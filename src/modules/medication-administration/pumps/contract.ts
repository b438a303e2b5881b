// Infusion pumps: what a pump is to do (worked out when the nurse scans wristband, bag and pump), what it says that it does, and what
// becomes of the two side by side. A nurse who hangs a bag gives nothing yet: only the pump says that it runs.
import type { Amount } from '../contract.ts';

/** What a pump is to be programmed with, as it was answered when it was scanned. It is kept with the dose, so that it is judged by it. */
export interface Programme {
  drug: string;
  /** mL/h; one number ordered is both ends. */
  rate?: Span;
  /** The drug itself, an hour. */
  dose?: Span & { unit: string };
  /** What one mL of the bag holds. */
  perMl?: Amount;
  /** To be infused. */
  volumeMl?: number;
  weightKg?: number;
  /** The pharmacy's: by what share the rate may differ. */
  tolerance: number;
  /** Why there is no rate. */
  why?: string;
}
export interface Span {
  low: number;
  high: number;
}

/** `kvo`: the bag is through, and the pump keeps the vein open. */
export type PumpState = 'infusing' | 'kvo' | 'paused' | 'standby' | 'ended';

/** What a pump said of one moment. What it said and nobody could use stands in `unread`, in words. */
export interface PumpReport {
  atMs: number;
  /** `Observation/1`. */
  refs: readonly string[];
  /** `Patient/1`: whom the pump itself names. */
  patient?: string;
  state?: PumpState;
  rateMlPerH?: number;
  dose?: { value: number; unit: string };
  deliveredMl?: number;
  remainingMl?: number;
  drug?: string;
  alarm?: string;
  unread: readonly string[];
}

export const findingKinds = [
  'rate-off',
  'dose-rate-off',
  'other-patient',
  'other-drug',
  'not-associated',
  'order-ended',
  'alarm',
  'stopped',
  'near-empty',
  'silent',
  'could-not-check',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** What does not fit, or what nobody can tell. Nothing of either is: fine. */
export interface Finding {
  kind: FindingKind;
  outcome: 'alert' | 'could-not-check';
  says: string;
  fromMs: number;
}

/** What the reports of one infusion come to, whatever order they came in. */
export interface Infusion {
  state: 'hung' | 'infusing' | 'paused' | 'ended';
  /** Since when it runs, or stands still, as it does now. */
  sinceMs?: number;
  startMs?: number;
  endMs?: number;
  /** Ended, and what was to be infused went in. */
  complete: boolean;
  rateMlPerH?: number;
  deliveredMl?: number;
  remainingMl?: number;
  /** Each rate from when on, the first one too. */
  rates: readonly { atMs: number; rateMlPerH: number }[];
  last?: PumpReport;
  /** As of the last report; what time alone brings (silence) is asked with `now`. */
  findings: readonly Finding[];
  /** Over all of its time, one a kind: what stands in the record. */
  episodes: readonly Episode[];
}
export interface Episode extends Finding {
  /** Absent: it still is so. */
  untilMs?: number;
  refs: readonly string[];
}
