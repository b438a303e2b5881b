// Medication safety: what is asked (orders beside everything else that the patient takes, and facts about the patient) and
// what is answered: fine, alert, or could not check. An answer without cards is only "fine" where `couldNot` is empty.
import type { Route, Severity, Tier } from './knowledge/contract.ts';

/** The categories that are checked, as the field's examinations name them. */
export const categories = [
  'drug-drug',
  'drug-food',
  'allergy',
  'single-dose',
  'daily-dose',
  'duplicate',
  'route',
  'diagnosis',
  'age',
  'laboratory',
  'renal',
  'hepatic',
  'pregnancy',
  'lactation',
  'contrast',
  'vital',
  'additive-load',
  'opioid',
  'monitoring',
  'corollary',
  'cost',
] as const;
/** `outside`: what a service of others says, in its own words. */
export type Category = (typeof categories)[number] | 'outside';

/** A mass is in mg; `unit` are international units. A mmol of a monovalent ion is one mEq: both are `mmol`. */
export type DoseUnit = 'mg' | 'unit' | 'mmol' | 'mEq' | 'mL' | 'puff' | 'drop' | 'patch' | 'application' | 'tablet';
export interface Dose {
  value: number;
  unit: DoseUnit;
}

/** One ingredient of an order; what is not there was not said or could not be worked out. */
export interface OrderedIngredient {
  /** Id of the ingredient in the knowledge. */
  ingredient: string;
  /** As it was named: "Coumadin". */
  named: string;
  /** Found only by correcting the spelling. */
  corrected?: boolean;
  /** Of one tablet, mL, puff, patch … */
  strength?: Dose;
  single?: Dose;
  /** The dose as it was ordered by weight or surface; `single` is this times the patient's. */
  singlePer?: { value: number; unit: DoseUnit; per: 'kg' | 'm2' };
  /** Largest amount in 24 hours. */
  daily?: Dose;
  dailyPer?: { value: number; unit: DoseUnit; per: 'kg' | 'm2' };
  hourly?: Dose;
  hourlyPer?: { value: number; unit: DoseUnit; per: 'kg' | 'm2' };
}

export interface Timing {
  /** Doses in 24 hours at most. 1/7 for once a week. */
  perDay?: number;
  /** Between two doses at least. */
  everyHours?: number;
  once?: boolean;
  asNeeded?: boolean;
  continuous?: boolean;
  durationDays?: number;
}

export interface Order {
  /** `MedicationRequest/1`, or a name of its own for a draft that has none. */
  id: string;
  /** As it was written. */
  text: string;
  /** draft: now being written; active: taken now; past: ended, which still counts for a washout. */
  state: 'draft' | 'active' | 'past';
  /** Ordered, or only said to be taken (a MedicationStatement). */
  origin: 'order' | 'statement' | 'diet' | 'imaging';
  ingredients: OrderedIngredient[];
  /** Why parts of it could not be read, in words. Non-empty: the checks that need them say so. */
  unread: string[];
  route?: Route;
  /** Nothing was said of it: oral, since the drug can be given so. */
  routeAssumed?: true;
  /** Injected at once into a vein. */
  pushed?: true;
  /** Extended release, enteric coated …: not to be crushed, longer between doses. */
  extendedRelease?: boolean;
  timing: Timing;
  /** When it was begun and ended, ms. */
  startMs?: number;
  endMs?: number;
  /** Why it is ordered, in words. */
  reason?: string;
}

export interface Measured {
  value: number;
  unit: string;
  atMs: number;
  /** `Observation/1`; undefined for what was given with the question. */
  ref?: string;
  comparator?: '<' | '<=' | '>' | '>=';
}

export interface RecordedAllergy {
  text: string;
  /** Ingredient ids and `class:` ids that it names; empty: not understood. */
  drugs: string[];
  reactions: string[];
  /** An intolerance (nausea) is weaker than an allergy. */
  kind: 'allergy' | 'intolerance' | 'unknown';
  severe: boolean;
  ref?: string;
}

/** What is known about the patient. undefined and missing entries are "not known", never "no". */
export interface Facts {
  asOfMs: number;
  bornMs?: number;
  sex?: 'female' | 'male';
  weightKg?: Measured;
  heightCm?: Measured;
  /** By id of the knowledge's laboratories, in the unit named there, newest first. */
  laboratory: Map<string, Measured[]>;
  vitals: Map<string, Measured[]>;
  /** By id of the knowledge's problems, with what they rest on. */
  problems: Map<string, { text: string; ref?: string }>;
  /** Problems whose words or codes are not in the knowledge: listed, not silently passed. */
  problemsNotKnown: string[];
  allergies: RecordedAllergy[];
  /** none-known: somebody asked and wrote it down; not-assessed: nobody did. */
  allergyAssessment: 'recorded' | 'none-known' | 'not-assessed';
  pregnant?: boolean;
  trimester?: 1 | 2 | 3;
  breastfeeding?: boolean;
  dialysis?: boolean;
  setting?: 'inpatient' | 'outpatient' | 'emergency' | 'intensive-care' | 'palliative';
  /** Everything else that is ordered or taken, past orders of the last 60 days among it. */
  orders: Order[];
  /** Parts of the record that could not be read, in words: each turns the checks that need it into "could not check".
   * `partly`: the newest were read, and what they say holds. */
  notRead: {
    part: 'patient' | 'medications' | 'allergies' | 'problems' | 'laboratory' | 'vitals' | 'encounter';
    why: string;
    partly?: true;
  }[];
}

/** A statement about one order, to be shown. */
export interface Card {
  rule: {
    id: string;
    file: string;
    version: string;
    status: string;
    reviewer: string;
    /** What this site has changed about it, and the change that says who and why. */
    local?: { change: string; says: string };
  };
  category: Category;
  tier: Tier;
  severity: Severity;
  /** At most 140 characters. */
  summary: string;
  /** Why, and what may happen. */
  detail: string;
  /** What to do. */
  management: string;
  evidence?: string;
  source: string;
  /** Orders concerned, the checked one first. */
  orders: string[];
  /** The facts that it rests on, in words, with where they stand. */
  facts: { says: string; ref?: string }[];
  /** What would make it silent, in words. */
  silencedBy: string[];
  /** Facts that would matter and are not known. */
  notKnown: string[];
  /** Offered as "will monitor": what, and within how many days. */
  monitor?: { laboratory: string; withinDays: number };
}

export interface CouldNot {
  category: Category;
  order: string;
  /** "the weight is not known: the limit is 15 mg/kg" */
  why: string;
  /** The order or the check itself, not a fact that somebody may find out: nobody else will notice. */
  grave?: true;
}

export interface Answer {
  asOfMs: number;
  /** What was checked against what: "checked 7 of 8 ingredients against lamplight 2026.11; not known: …". */
  checked: { says: string; ingredients: number; ingredientsKnown: number; against: string; categories: Category[]; localChanges?: number };
  couldNot: CouldNot[];
  /** Sorted: stop, interrupt, aside. */
  cards: Card[];
  /** What rules in shadow would have said, and what context silenced: for governance, not for the screen. */
  unseen: (Card & { because: 'shadow' | 'context' })[];
}
