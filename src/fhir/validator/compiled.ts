// What a StructureDefinition becomes: plain data, so that it can be made at build time and read when it is first needed. It holds
// only what the base definition of the type does not say already, because the base rules are checked for every resource anyway.
import type { Json } from '../json.ts';

export interface TypeRule {
  /** `Quantity`, `Reference`, `Patient`. */
  code: string;
  /** Profiles of which the value must conform to one. */
  profiles?: string[];
  /** Profiles of which the target of a Reference or canonical must conform to one. */
  targets?: string[];
  /** `contained`, `referenced`, `bundled`: how the target may be given. */
  aggregation?: string[];
}

export interface Binding {
  /** `example` only with `max` or `min`. */
  strength: 'required' | 'extensible' | 'preferred' | 'example';
  valueSet: string;
  /** maxValueSet: every code must be in it. */
  max?: string;
  /** minValueSet: codes that every system must understand; others may be used. */
  min?: string;
  /** The structural walk has refused wrong codes already: only displays are looked at. */
  checked?: true;
}

export interface Constraint {
  key: string;
  severity: 'error' | 'warning';
  human: string;
  expression: string;
  /** Best practice: never more than information. */
  best?: true;
}

export interface Discriminator {
  type: string;
  path: string;
}

export interface Slicing {
  discriminators: Discriminator[];
  rules: 'open' | 'closed' | 'openAtEnd';
  ordered: boolean;
}

/** An element of a profile, or a slice of one. */
export interface Node {
  /** As in the base definition: `component`, `value[x]`. */
  name: string;
  slice?: string;
  min?: number;
  max?: number;
  types?: TypeRule[];
  fixed?: Json;
  pattern?: Json;
  binding?: Binding;
  constraints?: Constraint[];
  minValue?: Json;
  maxValue?: Json;
  maxLength?: number;
  slicing?: Slicing;
  slices?: Node[];
  children?: Node[];
}

export interface CompiledProfile {
  url: string;
  version?: string;
  /** The type of R4 that it constrains. */
  type: string;
  /** Profile or type that it is derived from. */
  base?: string;
  root: Node;
  /** Of an extension: where it may stand. */
  context?: { type: string; expression: string }[];
  contextInvariants?: string[];
  /** An extension that changes the meaning of what it stands on. */
  modifier?: true;
}

/** Rules of the base definition of one type beside its structure: invariants of the whole and of single elements, bindings. */
export interface TypeRules {
  own?: Constraint[];
  elements?: Record<string, { constraints?: Constraint[]; binding?: Binding }>;
}

/** What the compiler asks about R4 itself. */
export interface BaseElement {
  min: number;
  max: number;
  /** Type names as in the structure tables: a backbone element by its path. */
  types: { code: string; targets?: string[] }[];
}

export interface BaseTypes {
  has(type: string): boolean;
  /** Undefined where the type has no such element; `name` as in definitions (`value[x]`). */
  element(type: string, name: string): BaseElement | undefined;
  elements(type: string): Iterable<string>;
  rules(type: string): TypeRules | undefined;
}
