// What is answered at the bedside: what is due, how a scan was judged, doses that wait for their order. The JSON is these interfaces as they stand, and the
// workbench reads them by them: moments are text.
import type { checkedWithoutOrder, notWithoutOrder } from '../../modules/medication-administration/checks/before-order.ts';
import type { BedsideOrder, Outcome, Understood, Verdict } from '../../modules/medication-administration/contract.ts';
import type { Programme } from '../../modules/medication-administration/pumps/contract.ts';
import type { ShownInfusion } from './scan-infusions.ts';

type Kind = BedsideOrder['rhythm']['kind'];

export interface ShownOrder
  extends Pick<BedsideOrder, 'title' | 'status' | 'route' | 'site' | 'verified' | 'indication' | 'dosesPerDayMax' | 'timeCritical'> {
  /** `MedicationRequest/1`. */
  order: string;
  kind: Kind;
  dose?: string;
  /** Why a second person must check it. */
  highAlert?: string;
  everyHours?: number;
  /** Absent: the order names no times, and nothing is early or late by them. */
  withinMinutes?: number;
}

export interface PlannedDose {
  order: string;
  title?: string;
  kind: Kind;
  /** Absent: when needed, when called for, or running. */
  at?: string;
  timesAssumed?: true;
  done?: { outcome: Outcome; ref: string; at: string };
}

/** What a dose given when needed did, to be asked at a time. */
export interface AskedEffect {
  kind: 'effect';
  /** `Task/1`. */
  task: string;
  administration?: string;
  title?: string;
  /** When it should have acted, ISO 8601. */
  at: string;
  overdue?: true;
  done?: { observation?: string; at?: string };
}

export interface DueAnswer {
  patient: string;
  from: string;
  to: string;
  doses: PlannedDose[];
  infusions: ShownInfusion[];
  effects: AskedEffect[];
  orders: ShownOrder[];
  /** Parts of the record that could not be read. */
  notRead: string[];
}

type Code = Understood['code'];

export interface ShownScan extends Pick<Understood, 'is' | 'says'>, Pick<Code, 'raw' | 'symbology' | 'lot' | 'serial' | 'expires'> {
  elements?: Code['elements'];
  gtin?: string;
  product?: string;
  /** `Patient/1` of a wristband. */
  person?: string;
  doubts?: Code['doubts'];
}

/** The pump that was scanned, and what to set on it; without `set` it could not be worked out, and the words say why. */
export interface ShownPump {
  device: string;
  title: string;
  set?: string;
  words: string;
  rateMlPerH?: Programme['rate'];
  dose?: Programme['dose'];
  volumeMl?: number;
}

export interface ShownVerdict extends Pick<Verdict, 'outcome' | 'reasons' | 'evidence' | 'order' | 'dose' | 'next'> {
  read: ShownScan[];
  patient?: string;
  pump?: ShownPump;
  due?: string;
  at: string;
  /** Where a second person has still to check: how they may prove who they are. */
  secondPersonBy?: ('sign-in' | 'badge')[];
  beforeOrder?: { checked: typeof checkedWithoutOrder; notChecked: typeof notWithoutOrder };
  notice: string;
}

/** A dose that was given before its order, which is still to be acknowledged. */
export interface DoseBeforeOrder {
  task: string;
  administration?: string;
  patient?: string;
  prescriber?: string;
  reason?: string;
  title?: string;
  givenBy?: string;
  since?: string;
  due?: string;
  overdue?: true;
}

export interface DosesBeforeOrder {
  doses: DoseBeforeOrder[];
  more?: true;
}
