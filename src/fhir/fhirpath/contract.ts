// FHIRPath for R4 (http://hl7.org/fhirpath/N1, http://hl7.org/fhir/R4/fhirpath.html): an expression is compiled once and
// evaluated on resources as `readJson` gives them. Never throws on what an expression or a resource says.
//
//   const expression = compile('name.where(use = "official").given.first()', { type: 'Patient' });
//   if (expression.ok) expression.value.evaluate({ type: 'Patient', value: patient });
import type { Decimal } from '../decimal.ts';
import type { Json } from '../json.ts';
import type { Result } from '../result.ts';

/** A place in a resource to begin at. */
export interface Focus {
  /** `Observation`, `Quantity`, `Observation.component`, `code`: a name of the generated structure tables. */
  type: string;
  value: Json;
  /** Of a primitive: its id and extensions (`_birthDate`). */
  sibling?: Json;
}

/** One item of a result. */
export interface Item {
  /** `FHIR.Patient`, `FHIR.string`, `System.Integer` …: what `type()` would say. */
  type: string;
  /** Of a FHIR element its JSON as it stands; of a System type a boolean, number, Decimal or text in FHIRPath's own notation. */
  value: Json | Decimal;
  /** FHIRPath location where the item is an element of the input, `Patient.name[0].given[1]`. */
  path?: string;
}

export interface Environment {
  /** `%resource`; absent: the focus, where it is a resource. */
  resource?: Focus;
  /** `%rootResource`: what contains `%resource`; absent: `%resource`. */
  rootResource?: Focus;
  /** Other variables, named without `%`. */
  variables?: Readonly<Record<string, readonly Focus[]>>;
  /** What `resolve()` finds outside the resource; contained resources and entries of a Bundle it finds by itself. */
  resolve?(reference: string): Focus | undefined;
  /** `memberOf()`: undefined where it cannot be said. */
  memberOf?(valueSet: string, codes: readonly { system?: string; code: string }[]): boolean | undefined;
  /** `conformsTo()`. */
  conformsTo?(profile: string, focus: Focus): boolean | undefined;
  /** `now()`, `today()`, `timeOfDay()`. */
  now?: Date;
  /** What `trace()` says. */
  trace?(name: string, items: readonly Item[]): void;
  /** Evaluation steps before it is given up as too costly. Default 100,000, which take some 50 ms at most. */
  maxSteps?: number;
  /** Steps that several evaluations have together: each takes from it what it uses, and is given up where nothing is left. */
  budget?: { steps: number };
}

export interface Expression {
  readonly text: string;
  /** A failure is an error in the sense of the specification, or the bound on steps. */
  evaluate(focus: Focus, environment?: Environment): Result<Item[]>;
  /** For invariants: the result as one boolean (a single item that is no boolean counts as true); undefined where it is empty. */
  test(focus: Focus, environment?: Environment): Result<boolean | undefined>;
}

/** `type`: of the focus, where it is known before; names that it cannot have are then refused at once when `strict`. */
export interface CompileOptions {
  type?: string;
  strict?: boolean;
}

export type Compile = (text: string, options?: CompileOptions) => Result<Expression>;
