// What can be asked of terminology (http://hl7.org/fhir/R4/terminology-service.html), whoever keeps it. Answers are "yes", "no" or
// "not known", and the last says what is missing: a code that cannot be checked is never called right or wrong.
import type { Result } from '../result.ts';

export interface Coding {
  system?: string;
  version?: string;
  code: string;
  display?: string;
}

export interface CodeAnswer {
  /** `unknown`: the code system or a part of the value set is not here; `why` names it. */
  answer: 'yes' | 'no' | 'unknown';
  /** A sentence for the reader of a finding. */
  why: string;
  /** Preferred display, where the answer is yes. */
  display?: string;
  /** The display that was given is not one of the code's. */
  wrongDisplay?: boolean;
}

/** Quick and synchronous, for validation: what is held in memory (HL7's own small code systems and value sets). */
export interface CodesAtHand {
  /** `undefined`: not held in memory; ask `Terminology`. `valueSet`: canonical, with or without `|version`. */
  memberOf(valueSet: string, coding: Coding): CodeAnswer | undefined;
}

export interface ExpandWish {
  /** Text that each word of must begin a word of a display or equal the code. */
  filter?: string;
  offset?: number;
  count?: number;
  activeOnly?: boolean;
  includeDesignations?: boolean;
  displayLanguage?: string;
}

export interface ExpandedCode extends Coding {
  inactive?: boolean;
  abstract?: boolean;
  designations?: { language?: string; use?: Coding; value: string }[];
}

export interface Expansion {
  codes: ExpandedCode[];
  /** Of all pages, where it is known without walking through them all. */
  total?: number;
  offset: number;
  /** Code systems, with versions, that were used. */
  used: { system: string; version?: string }[];
}

export interface Lookup {
  name: string;
  version?: string;
  display: string;
  abstract?: boolean;
  designations: { language?: string; use?: Coding; value: string }[];
  properties: { code: string; value: string | number | boolean | Coding; description?: string }[];
}

export type Subsumption = 'equivalent' | 'subsumes' | 'subsumed-by' | 'not-subsumed';

export interface Translation {
  result: boolean;
  message?: string;
  matches: { equivalence: string; concept: Coding; source?: string }[];
}

/** Everything that the operations of the terminology module need. All refusals say what is not here. */
export interface Terminology {
  lookup(coding: Coding, properties?: readonly string[], displayLanguage?: string): Promise<Result<Lookup>>;
  memberOf(valueSet: string, codings: readonly Coding[]): Promise<CodeAnswer[]>;
  inSystem(coding: Coding): Promise<CodeAnswer>;
  /** By canonical address with or without `|version`. */
  expand(valueSet: string, wish: ExpandWish): Promise<Result<Expansion>>;
  subsumes(a: Coding, b: Coding): Promise<Result<Subsumption>>;
  translate(
    coding: Coding,
    wish: { map?: string; source?: string; target?: string; targetSystem?: string; reverse?: boolean },
  ): Promise<Result<Translation>>;
}
