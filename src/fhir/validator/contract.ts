// Validation of a resource against R4 and profiles (http://hl7.org/fhir/R4/validation.html): what it is given and what it says.
//
// The walk itself is synchronous and pure. What needs a look elsewhere (a code of a large code system, whether a reference
// leads anywhere) comes back as an open question, and `settle` asks those together.
import type { Json } from '../json.ts';
import type { CodesAtHand, Coding } from '../terminology/contract.ts';

/** Names of http://hl7.org/fhir/R4/valueset-issue-severity.html. */
export type Severity = 'fatal' | 'error' | 'warning' | 'information';

/** Kind of rule that a finding comes from; a site chooses refuse or warn for each. */
export type Rule =
  | 'structure'
  | 'cardinality'
  | 'type'
  | 'fixed'
  | 'slicing'
  | 'binding'
  | 'invariant'
  | 'reference'
  | 'bundle'
  | 'profile'
  | 'extension';

export interface Finding {
  severity: Severity;
  rule: Rule;
  /** FHIRPath location: `Observation.component[1].valueQuantity.value`. */
  where: string;
  /** What is wrong and how to put it right. */
  message: string;
  /** Key of the invariant, name of the slice, canonical of the profile or value set, where there is one. */
  source?: string;
}

/** Something that only others know. `ask` is put to them together with all others of the resource. */
export type Question =
  | {
      kind: 'code';
      valueSet: string;
      codings: Coding[];
      strength: 'required' | 'extensible' | 'preferred';
      where: string;
      profile?: string;
    }
  | { kind: 'reference'; reference: string; targets: string[]; profiles: string[]; where: string };

export interface Walked {
  findings: Finding[];
  questions: Question[];
}

export interface ValidateOptions {
  /** Canonicals to check against besides `meta.profile` and the base definition. */
  profiles?: readonly string[];
  /** What the caller says it has; refused where it is another. */
  expectedType?: string;
  codes?: CodesAtHand;
  now?: Date;
}

/** The profiles that are at hand, compiled; base R4 is always there. */
export interface Profiles {
  has(canonical: string): boolean;
  /** Canonical and version of each, for the CapabilityStatement. */
  list(): { url: string; version?: string; type: string }[];
}

export type Validate = (resource: Json, profiles: Profiles, options?: ValidateOptions) => Walked;
