// Medication administration at the bedside: the session (raw scans in order and what the nurse entered) and the facts in, allow,
// warn or block with reasons out. Pure: who asks gathers the facts. What cannot be checked is said, never passed over.
import type { Barcode } from '../../formats/barcodes/contract.ts';
import type { Programme } from './pumps/contract.ts';

export interface Amount {
  value: number;
  /** mg, unit, mmol, mEq, mL, tablet, puff … as medication orders are read. */
  unit: string;
}

export interface Session {
  /** As the scanner sent them, oldest first. */
  scans: readonly string[];
  /** Id of the Patient whose chart is open. */
  patient?: string;
  /** `MedicationRequest/1` that was chosen from the list of what is due. */
  order?: string;
  atMs: number;
  /** Who gives it: every name under which that person is known (account, Practitioner/1). */
  nurse: readonly string[];
  /** Who checked independently and has proved who they are. */
  witness?: string;
  /** A name that the giver typed: it proves nothing, but it must not be their own. */
  witnessSaid?: string;
  entered: { dose?: Amount; route?: string; site?: string; reason?: string };
  /** It is given before there is an order; `drug`: in words, where it cannot be scanned. */
  beforeOrder?: { reason: string; drug?: string };
}

export interface Ingredient {
  id: string;
  title: string;
}

export interface Bandholder {
  patient: string;
  /** Record numbers as they are printed. */
  numbers: readonly string[];
  gsrns: readonly string[];
  /** The instance (AI 8019) of the wristband that the patient wears now. */
  print?: string;
}

/** An entry of the directory that a scanned code found. */
export interface Product {
  ref: string;
  title: string;
  gtins: readonly string[];
  /** As 6-4-2. */
  ndcs: readonly string[];
  /** Internal labels. */
  labels: readonly string[];
  /** `system|code`, for orders that name the same code. */
  codes: readonly string[];
  ingredients: readonly (Ingredient & { perUnit?: Amount; perMl?: Amount })[];
  /** Volume of one container. */
  volumeMl?: number;
  form?: string;
  route?: string;
  extendedRelease?: true;
  /** Of the batch that the entry stands for. */
  lot?: string;
  expires?: string;
  /** The entry (with a lot: that lot; without: the product) has been withdrawn. */
  withdrawn?: true;
}

export interface Rhythm {
  kind: 'scheduled' | 'as-needed' | 'once' | 'on-call' | 'continuous';
  perDay?: number;
  everyHours?: number;
  /** `08:00`, in the time zone of the ward. */
  timesOfDay?: readonly string[];
  /** Moments that the order names. */
  atMs?: readonly number[];
  /** The order names no times: those of the ward, or its signing, stand in, and nothing is early or late by them. */
  assumed?: true;
}

export interface BedsideOrder {
  ref: string;
  title: string;
  status: 'active' | 'on-hold' | 'stopped' | 'completed' | 'cancelled' | 'draft' | 'unknown';
  /** Whether a pharmacist has verified it; undefined: the site does not say. */
  verified?: boolean;
  ingredients: readonly (Ingredient & { dose?: Amount; daily?: Amount; hourly?: Amount })[];
  codes: readonly string[];
  /** Words of it that could not be understood. */
  unread: readonly string[];
  form?: string;
  route?: string;
  site?: string;
  extendedRelease?: true;
  /** Of an infusion, an hour: mL, or the drug itself. */
  rate?: { low: number; high: number; unit: string } | { why: string };
  rhythm: Rhythm;
  timeCritical?: true;
  indication?: string;
  /** At most in 24 hours, where it is said in doses. */
  dosesPerDayMax?: number;
  startMs?: number;
  endMs?: number;
}

export const outcomes = [
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
] as const;
export type Outcome = (typeof outcomes)[number];

/** A pump whose label was scanned. */
export interface Pump {
  /** As it was scanned: its number or its serial number. */
  codes: readonly string[];
  /** `Device/1`. */
  ref: string;
  title: string;
  /** What hangs on it and has not ended. */
  inUse?: { by: 'this' | 'other'; begun: boolean };
}

export interface GivenDose {
  ref: string;
  order?: string;
  ingredients: readonly string[];
  atMs: number;
  outcome: Outcome;
  dose?: Amount;
  site?: string;
}

export interface Measured {
  value: number;
  unit: string;
  atMs: number;
}

export interface HoldRule {
  id: string;
  title: string;
  /** Ingredient ids, classes unfolded. */
  drugs: readonly string[];
  /** Local forms (eye drops) are not meant. */
  routes?: readonly string[];
  measure: { kind: 'vital' | 'laboratory'; id: string };
  below?: number;
  above?: number;
  unit: string;
  /** An older value counts as not known. */
  withinHours: number;
  severity: 'block' | 'warn';
  /** What is said where no value is known; absent: nothing. */
  missing?: 'warn' | 'aside';
  says: string;
  source: string;
}

export interface HighAlert {
  drugs: readonly string[];
  routes?: readonly string[];
  says: string;
}

/** After how many minutes the effect of a dose given when needed is asked for; `*`: by any other way. */
export interface EffectTime {
  routes: readonly string[];
  minutes: number;
}

export interface Windows {
  timeCriticalMinutes: number;
  oftenMinutes: number;
  dailyMinutes: number;
}
/** ISMP's guidelines for timely administration of scheduled medications (2011); a site sets its own. */
export const usualWindows: Windows = { timeCriticalMinutes: 30, oftenMinutes: 60, dailyMinutes: 120 };

export interface BedsideFacts {
  /** Of the open chart, or whom the wristband names. */
  holder?: Bandholder;
  /** Another holder for whom a scanned code stands; only that there is one. */
  strangers: readonly string[];
  /** `mayCheck`: the badge is that of an account whose role may check as a second person. */
  badges: readonly { code: string; person: string; mayCheck?: boolean }[];
  /** Whether the site takes a scanned badge for a proof of who checks. */
  badgeProves?: boolean;
  products: readonly Product[];
  pumps: readonly Pump[];
  /** What an infusion is programmed by. */
  infusing: { tolerance: number; weightKg?: number };
  orders: readonly BedsideOrder[];
  given: readonly GivenDose[];
  /** Allergies against a product, as the checks of orders found them. */
  allergies: readonly { product: string; says: string; severity: 'block' | 'warn' | 'aside' }[];
  /** Of a drug that was named in words: what it holds. */
  spoken?: readonly Ingredient[];
  /** What the checks of orders say of a drug that is given before an order; without allergies. */
  asDraft?: readonly { says: string; severity: 'warn' | 'aside' }[];
  vitals: ReadonlyMap<string, Measured>;
  laboratory: ReadonlyMap<string, Measured>;
  holdRules: readonly HoldRule[];
  highAlert: readonly HighAlert[];
  /** Parts of the record that could not be read, in words. */
  notRead: readonly string[];
  windows: Windows;
  timeZone: string;
}

export type Severity = 'block' | 'warn' | 'aside';
export interface Reason {
  code: string;
  says: string;
  severity: Severity;
}

/** One scan as it was understood. */
export interface Understood {
  code: Barcode;
  is: 'wristband' | 'badge' | 'drug' | 'pump' | 'other-person' | 'repeat' | 'ambiguous' | 'not-known' | 'unreadable';
  says: string;
  product?: Product;
  pump?: Pump;
  person?: string;
}

export interface Verdict {
  outcome: 'allow' | 'warn' | 'block';
  reasons: Reason[];
  read: Understood[];
  /** Whether wristband and drug were scanned and are right. */
  evidence: { wristband: boolean; drug: boolean };
  order?: string;
  /** Scanned, per ingredient, and what the order asks for. */
  dose?: { scanned: (Ingredient & { amount?: Amount })[]; ordered: (Ingredient & { amount?: Amount })[]; units: number };
  /** The pump that was scanned, and what it is to be programmed with for this order. */
  pump?: { device: string; title: string; programme: Programme };
  /** Who checked independently. */
  witness?: string;
  /** The planned moment that this would be, ms. */
  dueMs?: number;
  next: string;
}
