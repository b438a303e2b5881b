// What a syndrome is as data: words of the chief complaint and families of codes, so that an epidemiologist can read and change it, and
// what a visit is told by. Example: `classifier(words, syndromes)({ complaint: 'N/V/D x3d, no fever', codes: [] })` names gastrointestinal.

/** All lists must have a term that stands in the complaint and is not denied there; none of `without` may. */
export interface ComplaintRule {
  with: readonly (readonly string[])[];
  without?: readonly string[];
}

export interface Syndrome {
  name: string;
  title: string;
  question: string;
  version: string;
  status: string;
  reviewer: string;
  source: { agency: string; year: number; title: string; section: string };
  licence: string;
  limits: string;
  /** Any of them. */
  complaint: readonly ComplaintRule[];
  /** Beginnings of ICD-10-CM codes, with the point. */
  codes: readonly string[];
  codesWithout?: readonly string[];
}

/** How complaints are read: the same for all syndromes. */
export interface ComplaintWords {
  version: string;
  /** Short or other forms and what they stand for, in words with spaces. */
  same: Readonly<Record<string, string>>;
  /** What stands after these is denied, up to a comma or a stop; `lists` go on past commas. */
  deny: readonly string[];
  denyLists: readonly string[];
  /** What stands before these is denied. */
  denyAfter: readonly string[];
  /** What stands after these was once and is not why somebody comes now. */
  past: readonly string[];
  /** Where a denial ends. */
  stop: readonly string[];
  /** Words that are right as they are, though a term is spelt alike. */
  leave: readonly string[];
}

export interface Visit {
  complaint: string;
  codes: readonly string[];
}

/** Why a visit is in a syndrome: as it was written, and the codes. */
export interface SyndromeMatch {
  syndrome: string;
  words: string[];
  codes: string[];
}
