// What a path of a view means, with types: the tree that both the closure and the SQL are made of. Only paths that R4's
// structure tables decide at once become terms (https://build.fhir.org/ig/FHIR/sql-on-fhir-v2/StructureDefinition-ViewDefinition.html,
// "required FHIRPath"); every other expression stays with the interpreter.
import type { Type } from '../../fhir/fhirpath/types.ts';

export type Comparison = '=' | '!=' | '<' | '>' | '<=' | '>=';
export type Logic = 'and' | 'or' | 'xor' | 'implies';
export type Arithmetic = '+' | '-' | '*' | '/';

/** `many`: it may find more than one item. `type`: of what it finds, undefined where only the resource can say. */
interface Found {
  type: Type | undefined;
  many: boolean;
}

export type Term = Found &
  (
    | { kind: 'focus' }
    | { kind: 'resource' }
    | { kind: 'member'; of: Term; json: string; list: boolean }
    /** `value[x]` whose type is not said: the first of its names that is there. */
    | { kind: 'choice'; of: Term; names: readonly string[] }
    | { kind: 'none' }
    | { kind: 'literal'; value: string | boolean | number }
    | { kind: 'decimal'; text: string }
    | { kind: 'rowIndex' }
    | { kind: 'item'; of: Term; index: number }
    | { kind: 'last'; of: Term }
    | { kind: 'where'; of: Term; test: Term }
    | { kind: 'exists'; of: Term; negated: boolean }
    | { kind: 'count'; of: Term }
    | { kind: 'not'; of: Term }
    | { kind: 'logic'; operator: Logic; left: Term; right: Term }
    | { kind: 'compare'; operator: Comparison; as: 'text' | 'number' | 'boolean' | 'temporal'; left: Term; right: Term }
    | { kind: 'arithmetic'; operator: Arithmetic; as: 'text' | 'number'; left: Term; right: Term }
    | { kind: 'join'; of: Term; separator: string }
    | { kind: 'boundary'; of: Term; side: 'low' | 'high' }
    | { kind: 'resourceKey' }
    | { kind: 'referenceKey'; of: Term; target: string | undefined }
    | { kind: 'interpreted'; text: string; focus: Type | undefined }
  );

export type TermOf<Kind extends Term['kind']> = Extract<Term, { kind: Kind }>;
