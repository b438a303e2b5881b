// Registries and care gaps: who belongs to a group of patients, and what should have been done for each of them by when. Definitions are data
// (knowledge/registries/); facts are what a record says of one person. Days are text (2026-03-02), so that they sort and say what they are.

export const factKinds = ['condition', 'medication', 'observation', 'report', 'procedure', 'immunization', 'allergy', 'visit'] as const;
export type FactKind = (typeof factKinds)[number];

/** One thing that a record says of a person. */
export interface Fact {
  kind: FactKind;
  /** '' where it has none. */
  system: string;
  code: string;
  words: string;
  day: string;
  /** When it ended, of a condition. */
  until: string | null;
  /** Of a condition and of a medication: it stands now. */
  live: boolean;
  value: number | null;
  /** UCUM; '' where it has none. */
  unit: string;
  comparator: string;
}

/** What a fact is told by: all facts of the kind with one of these. */
export interface Match {
  kind: FactKind;
  codes?: readonly string[];
  /** Beginnings of codes, such as a category of ICD-10. */
  families?: readonly string[];
  /** Words or phrases of what was written; `mammogra*` is the beginning of a word. */
  words?: readonly string[];
  /** Ingredients and classes of the knowledge of drugs; whoever loads the file turns them into words. */
  drugs?: readonly string[];
}

export interface Concept {
  name: string;
  title: string;
  of: readonly Match[];
  /** Units that values come in: value × times + plus is in the first. Without units the values of the concept are not read. */
  units?: readonly { unit: string; times: number; plus: number }[];
}

/** Value in `atLeast` ≤ value < `below`. */
export interface Range {
  atLeast?: number;
  below?: number;
}

/** Facts that have to be there: of one of the concepts, on so many days, within so many months, in a range. */
export interface Criterion extends Range {
  concepts: readonly string[];
  months?: number;
  /** On at least so many days; 1. */
  times?: number;
  /** Between the first and the last of them. */
  apartDays?: number;
  /** Of conditions and medications: it stands at the day that is looked at. */
  active?: boolean;
}

/** Whole months of age from birth: years are given as `years × 12`. */
export interface People {
  ageMonths?: Range;
  sex?: 'female' | 'male';
  any?: readonly Criterion[];
  all?: readonly Criterion[];
  none?: readonly Criterion[];
}

export type Measure =
  /** One of the alternatives was done; with `months`, again after so many. */
  | { kind: 'done'; any: readonly Criterion[] }
  /** Done since the season began; month and day. Outside the season nobody is counted. */
  | { kind: 'season'; concepts: readonly string[]; from: string; until: string }
  /** The values of the last day within `months` are in their ranges; none is not known. */
  | { kind: 'value'; months: number; targets: readonly (Range & { concept: string })[] }
  /** Takes it now. */
  | { kind: 'taking'; concepts: readonly string[] }
  /** Does not take it now. */
  | { kind: 'avoid'; concepts: readonly string[] }
  /** At least `share` of at least `times` values within `months` are in the range. */
  | ({ kind: 'share'; concept: string; months: number; share: number; times: number } & Range);

export interface Source {
  agency: string;
  year: number;
  title: string;
  section: string;
  url?: string;
}

export interface Gap {
  id: string;
  title: string;
  /** What is to be done where there is a gap, to a person who does it. */
  action: string;
  /** What the guideline says, in own words. */
  says: string;
  source: Source;
  /** Of the registry, those to whom it applies; everybody. */
  who?: People;
  excluded?: readonly (Criterion & { because: string })[];
  measure: Measure;
}

export interface Registry {
  kind: 'registry';
  name: string;
  title: string;
  question: string;
  version: string;
  status: 'unreviewed' | 'reviewed' | 'retired';
  reviewer: string;
  source: Source;
  licence: string;
  /** What the data cannot say. */
  limits: string;
  members: People;
  gaps: readonly Gap[];
}

/** One person as registries see them: alive, of a record in use. */
export interface PersonFacts {
  born: string | null;
  sex: string | null;
  /** Day of death, where it is known. */
  died: string | null;
  facts: readonly Fact[];
}

export const outcomes = ['met', 'gap', 'unknown', 'excluded'] as const;
export type Outcome = (typeof outcomes)[number];

/** Why it could not be told, or was excluded. */
export const reasons = {
  'birth-unknown': 'The date of birth is not known',
  'sex-unknown': 'The sex is not recorded as female or male',
  'no-value': 'There is no value in this time',
  'value-not-comparable': 'The value has no number, no unit that is known here, or is only a bound',
  'few-values': 'There are too few values in this time',
} as const;

export interface GapResult {
  gap: string;
  outcome: Outcome;
  /** A key of `reasons`, or the words of the exclusion; '' otherwise. */
  reason: string;
  /** When it was last done or measured. */
  last: string | null;
  /** The value that counted, in the first unit of its concept; of a share, per cent. */
  value: number | null;
  /** Met: due again. A gap: due since; null: now. */
  due: string | null;
}

export type Membership = 'yes' | 'no' | 'unsure';
export interface RegistryResult {
  member: Membership;
  gaps: GapResult[];
}
