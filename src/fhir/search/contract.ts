// What a search is: parameters compiled from the R4 definitions, the values they find in a resource, and a parsed query.
// Rules: http://hl7.org/fhir/R4/search.html. The record compiles a Query to SQL; `matches.ts` evaluates it plainly in
// memory; both must give the same answer, and a test with random data holds them to it.
//
// Example: `Observation?code=http://loinc.org|8867-4&date=ge2026&patient.family=Smith&_sort=-date`
//   where: [ { kind: 'value', parameter: Observation.code, values: [{ kind: 'token', system: 'http://loinc.org', code: '8867-4' }] },
//            { kind: 'value', parameter: Observation.date, values: [{ kind: 'date', prefix: 'ge', fromMs, toMs }] },
//            { kind: 'chain', parameter: Observation.patient, branches: [{ type: 'Patient', clause: { kind: 'value', … } }] } ]
//   sort:  [ { by: Observation.date, descending: true } ]
import type { Resource, ResourceType } from '../generated/types.ts';

/** `special`: Location.near (near.ts). */
export type ParameterType = 'string' | 'token' | 'reference' | 'date' | 'number' | 'quantity' | 'uri' | 'composite' | 'special';

export interface SearchParameter {
  /** The resource type that it is for; parameters of Resource and DomainResource exist once for each type. */
  base: ResourceType;
  code: string;
  type: ParameterType;
  /** Stable number within (base): used in index keys, so it never changes for a given `base` and `code` (a hash of both). */
  id: number;
  url: string;
  expression: string;
  /** reference: the types that it may point to; empty means any. */
  targets: ResourceType[];
  /** token on a `code` element with a required binding: the system that is implied; values found carry it, a query that names it asks for the code alone. */
  impliedSystem?: string;
  /** Never true where the element can repeat. Lets a composite over the root be evaluated as a plain AND. */
  single: boolean;
  /** token: only on elements without a system (boolean, uri, id, string, ContactPoint); `system|code` is refused. */
  systemless: boolean;
  /** reference: only on `canonical` and `uri` elements: values are URLs, which chains and includes do not follow. */
  canonical: boolean;
  /** string: names are compared by `phoneticKey` (fold.ts) instead of by their beginning. */
  phonetic: boolean;
  /** Defined by a site, not by R4 (custom.ts). */
  custom?: boolean;
  /** composite: its parts in order. `context: 'root'` means each part exists at most once in a resource. */
  composite?: { context: 'root' | 'element'; parts: SearchParameter[] };
  /** The values of this parameter in a resource. Pure; knows the reference type from the reference's text. */
  extract(resource: Resource): IndexValue[];
}

/** One value found in a resource. Text is as in the resource: folding and hashing is the index's work. */
export type IndexValue =
  | { kind: 'string'; text: string }
  | {
      kind: 'token';
      system?: string;
      code?: string;
      /** For `:text`: Coding.display, CodeableConcept.text, Identifier.type.text. */
      text?: string;
      /** For `:of-type` on Identifier: codings of Identifier.type. */
      ofType?: { system?: string; code: string }[];
    }
  | {
      kind: 'reference';
      /** Literal relative reference `type/id` (a version is dropped), or `url` for an absolute or canonical one. */
      type?: string;
      id?: string;
      url?: string;
      identifier?: { system?: string; value?: string };
      text?: string;
    }
  /** Half-open interval of the instant, the partial date or the Period; ±Infinity where open. Milliseconds since 1970 UTC. */
  | { kind: 'date'; fromMs: number; toMs: number }
  | { kind: 'number'; low: number; high: number }
  | {
      kind: 'quantity';
      /** Equal for a Quantity; a Range has two; ±Infinity where open (also for comparators < and >). */
      low: number;
      high: number;
      system?: string;
      code?: string;
      unit?: string;
      /** In UCUM base units, where the unit is UCUM and could be read. */
      canonical?: { low: number; high: number; unit: string };
    }
  | { kind: 'uri'; uri: string }
  /** Degrees, WGS 84. */
  | { kind: 'position'; latitude: number; longitude: number }
  /** One element of the context: the values of each part in it. `group` is the element's ordinal. */
  | { kind: 'composite'; group: number; parts: IndexValue[][] };

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';
/** `whole`, `ends`: of _filter only. */
export type Modifier =
  | 'whole'
  | 'ends'
  | 'exact'
  | 'contains'
  | 'text'
  | 'not'
  | 'in'
  | 'not-in'
  | 'above'
  | 'below'
  | 'of-type'
  | 'identifier';

/** One value that was asked for. */
export type QueryValue =
  | { kind: 'string'; text: string }
  /** `code` → any system; `|code` → system ''; `system|` → no code. For `:text` the text, for `:in` and `:not-in` the value set's URL stand in `code`. */
  | { kind: 'token'; system?: string; code?: string }
  | { kind: 'of-type'; system?: string; code: string; value: string }
  /** `type` absent: any of the parameter's targets. `url`: absolute reference or canonical, version kept in the text; beside an id: another form of the same. */
  | { kind: 'reference'; type?: ResourceType; id?: string; url?: string }
  /** `ap`: the interval is already widened by 10 % of the distance from now. */
  | { kind: 'date'; prefix: Prefix; fromMs: number; toMs: number }
  /** `low`/`high`: the literal with its implicit precision, 5.40 → [5.395, 5.405); for `ap` the value ± 10 %. */
  | { kind: 'number'; prefix: Prefix; value: number; low: number; high: number }
  | {
      kind: 'quantity';
      prefix: Prefix;
      value: number;
      low: number;
      high: number;
      /** `value|system|code`; `value||code` leaves system undefined and matches code or unit text. */
      system?: string;
      code?: string;
      canonical?: { value: number; low: number; high: number; unit: string };
    }
  | { kind: 'uri'; uri: string }
  | { kind: 'near'; latitude: number; longitude: number; km: number }
  | { kind: 'composite'; parts: QueryValue[] };

export type Clause =
  /** Values are alternatives (comma); clauses of a query must all hold. */
  | { kind: 'value'; parameter: SearchParameter; modifier?: Modifier; values: QueryValue[] }
  | { kind: 'missing'; parameter: SearchParameter; missing: boolean }
  /** `subject:Patient.name=…`; without a type there is one branch for each target that has the next parameter; any may hold. */
  | { kind: 'chain'; parameter: SearchParameter; branches: { type: ResourceType; clause: Clause }[] }
  /** `_has:Observation:patient:code=…`: some resource of `parameter.base` points here through `parameter` and satisfies `clause`. */
  | { kind: 'has'; parameter: SearchParameter; clause: Clause }
  | { kind: 'id'; ids: string[]; not?: boolean }
  | { kind: 'last-updated'; values: Extract<QueryValue, { kind: 'date' }>[] }
  /** `_list`: what the List of this id names. */
  | { kind: 'list'; id: string }
  /** Of _filter (filter.ts): all of them hold, any of them, or it does not. */
  | { kind: 'all' | 'any'; clauses: Clause[] }
  | { kind: 'not'; clause: Clause }
  | { kind: 'compartment'; compartment: ResourceType; id: string; parameters: SearchParameter[] };

/** The clauses directly inside one. */
export function clausesIn(clause: Clause): Clause[] {
  switch (clause.kind) {
    case 'chain':
      return clause.branches.map((branch) => branch.clause);
    case 'has':
    case 'not':
      return [clause.clause];
    case 'all':
    case 'any':
      return clause.clauses;
    default:
      return [];
  }
}

export interface Include {
  /** The reference parameter followed; `undefined` for the wildcard `*`. `parameter.base` is where it starts (revinclude: the type that comes in). */
  parameter?: SearchParameter;
  base?: ResourceType;
  target?: ResourceType;
  iterate: boolean;
}

export interface SortKey {
  by: SearchParameter | '_id' | '_lastUpdated';
  descending: boolean;
}

/** `_contained=true` or `both`, and `_containedType`: what is searched and what is answered for a match inside a resource. */
export interface ContainedWish {
  search: 'true' | 'both';
  answer: 'container' | 'contained';
}

export interface Query {
  type: ResourceType;
  where: Clause[];
  sort: SortKey[];
  /** Page size as asked for; absent: the server's default. 0 means count only. */
  count?: number;
  total: 'none' | 'accurate';
  include: Include[];
  revinclude: Include[];
  summary?: 'true' | 'text' | 'data' | 'count' | 'false';
  elements?: string[];
  /** Absent: resources that stand by themselves. */
  contained?: ContainedWish;
  /** Opaque position of the page, from a `next` link. */
  cursor?: string;
  /** What was understood, in canonical order, for the self link. */
  understood: [name: string, value: string][];
  /** Where only one compartment was searched; `where` has it as its first clause. */
  compartment?: { type: ResourceType; id: string };
  /** With `Prefer: handling=lenient`, what was passed over. */
  ignored: string[];
}

/** One search over several types (wide.ts). Order, page, total and form are the same in all parts. */
export interface WideQuery {
  /** One for each type, at least one. */
  parts: Query[];
  /** Whether `_type` named the types: one that may not be searched is then refused, otherwise it is left out. */
  named: boolean;
  understood: Query['understood'];
  compartment?: Query['compartment'];
  ignored: string[];
}
