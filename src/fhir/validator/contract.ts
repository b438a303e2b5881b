// Validation of a resource against R4 and profiles (http://hl7.org/fhir/R4/validation.html): what it is given and what it says.
//
//   const walked = validate(resource, profiles, { codes: codesAtHand });          validate.ts, synchronous and pure
//   const findings = await settle(walked, terminology, lookUp);                   settle.ts
//   const { refused, findings: shown } = decide(findings, policy);                policy.ts
//
// The walk itself is synchronous and pure. What needs a look elsewhere (a code of a large code system, whether a reference
// leads anywhere) comes back as an open question, and `settle` asks those together.
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
  /** The profile that asks for it, where the resource says that it keeps to one (meta.profile); absent: R4 itself does. */
  profile?: string;
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
  /** Canonicals to check against besides `meta.profile` and the base definition. One that is not here is an error. */
  profiles?: readonly string[];
  /** What the caller says it has; refused where it is another. */
  expectedType?: string;
  codes?: CodesAtHand;
  /** For `now()` in invariants. */
  now?: Date;
  /** Best practices as information: a narrative in each resource (dom-6), codes of preferred value sets. */
  bestPractice?: boolean;
  /** Left out where the resource has passed the structural walk already (`asResource`). */
  structure?: boolean;
}

/** The profiles that are at hand, compiled; base R4 is always there. `ProfileSet` (profiles.ts) is one. */
export interface Profiles {
  has(canonical: string): boolean;
  /** Canonical and version of each, for the CapabilityStatement. */
  list(): { url: string; version?: string; type: string }[];
}
