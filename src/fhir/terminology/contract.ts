// What can be asked of terminology (http://hl7.org/fhir/R4/terminology-service.html), whoever keeps it. Answers are "yes", "no" or
// "not known", and the last says what is missing: a code that cannot be checked is never called right or wrong.
import type { ConceptMap, ValueSet } from '../generated/types.ts';
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
  /** Leaves out headings, which are not for choosing. */
  excludeNotForUI?: boolean;
  /** `system|version` to use where the value set names no version. */
  systemVersions?: readonly string[];
  /** Also give these properties of each code. */
  properties?: readonly string[];
}

export interface ExpandedCode extends Coding {
  inactive?: boolean;
  abstract?: boolean;
  designations?: { language?: string; use?: Coding; value: string }[];
  properties?: { code: string; value: string | number | boolean | Coding }[];
}

export interface Expansion {
  /** The value set's own words about itself. */
  valueSet: Pick<ValueSet, 'url' | 'version' | 'name' | 'title'>;
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
  /** `source`: canonical of the map. `product`: further codes that belong to the target. */
  matches: { equivalence: string; concept?: Coding; source?: string; product?: { property: string; concept: Coding }[] }[];
}

export interface TranslateWish {
  /** Of several maps that fit, all are asked. */
  map?: string | ConceptMap;
  /** Value sets of the source and the target. */
  source?: string;
  target?: string;
  targetSystem?: string;
  reverse?: boolean;
  /** What `dependsOn` of a mapping is compared with. */
  dependencies?: { property: string; value: string }[];
}

/** What a client that keeps a table of subsumptions learns (http://hl7.org/fhir/R4/conceptmap-operation-closure.html). */
export interface ClosureAnswer {
  /** Of the table: give it back to hear what came after. */
  version: number;
  /** `source` is a kind of `target`. */
  entries: { source: Coding; target: Coding }[];
}

/**
 * Everything that the operations of the terminology module need, as one caller may see it. All refusals say what is not here.
 * A value set is named by its canonical address with or without `|version`, or handed in.
 */
export interface Terminology {
  lookup(coding: Coding, properties?: readonly string[], displayLanguage?: string): Promise<Result<Lookup>>;
  memberOf(valueSet: string | ValueSet, codings: readonly Coding[]): Promise<CodeAnswer[]>;
  inSystem(coding: Coding): Promise<CodeAnswer>;
  expand(valueSet: string | ValueSet, wish: ExpandWish): Promise<Result<Expansion>>;
  subsumes(a: Coding, b: Coding): Promise<Result<Subsumption>>;
  translate(coding: Coding, wish: TranslateWish): Promise<Result<Translation>>;
  /** Adds codings to the caller's table of that name; without any, says what was found after `after`, or begins the table anew. */
  closure(name: string, codings: readonly Coding[], after?: number): Promise<Result<ClosureAnswer>>;
}
