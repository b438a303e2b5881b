// The record as tables: what a view is, what it becomes, and what may be asked of the tables. Views are ViewDefinitions of
// SQL on FHIR v2 (https://build.fhir.org/ig/FHIR/sql-on-fhir-v2/StructureDefinition-ViewDefinition.html).
//
//   const view = readView(json);                       // checked; wrong paths and columns are refused with a sentence
//   const compiled = compileView(view.value);          // once
//   compiled.value.rows(patient);                      // [{ id: 'pt1', family: 'Smith' }], no interpreter on the way
//   viewSql(view.value, 'resources');                  // the same rows, for DuckDB: { ok: true, value: 'select …' }
import type { Decimal } from '../fhir/decimal.ts';
import type { Json } from '../fhir/json.ts';
import type { Problem, Result } from '../fhir/result.ts';

/** One value of a row. A decimal whose digits a JavaScript number would not print is a Decimal; `collection` columns are arrays. */
export type Cell = Json;

/** By column name, in the order of the columns; null where the path finds nothing. */
export type Row = Record<string, Cell>;

export interface Column {
  name: string;
  path: string;
  /** FHIR type of the values; where the view names none, the type that the path has. */
  type: string;
  collection: boolean;
  description?: string;
  /** What of a person it would give away; absent: nothing by itself. Says what stands in its place where tables are de-identified. */
  identifies?: Identifies;
}

/**
 * Safe harbor of 45 CFR 164.514(b)(2): `direct` (names, numbers, addresses) and `text` (free text may hold anything) are left out, a
 * `key` becomes a pseudonym, of a `date` the year stays, of a `birth` date the year for whoever is below 90, of a `postal` code the first
 * three digits.
 */
export const identifying = ['direct', 'text', 'key', 'date', 'birth', 'postal'] as const;
export type Identifies = (typeof identifying)[number];

/** One level of a view: its own columns, once for each item that `each` finds, times the rows of what is below it. */
export interface Select {
  columns: Column[];
  each?: { kind: 'forEach' | 'forEachOrNull'; path: string } | { kind: 'repeat'; paths: string[] };
  selects: Select[];
  /** Alternatives with the same columns; their rows come one after the other. */
  union: Select[];
}

export interface Constant {
  name: string;
  /** FHIR type, from `value[x]`. */
  type: string;
  value: string | number | boolean | Decimal;
}

export interface View {
  name: string;
  resource: string;
  title?: string;
  description?: string;
  constants: Constant[];
  /** Paths that must all be true. */
  where: string[];
  select: Select;
  /** Every column, in order, as rows have them. */
  columns: Column[];
}

export interface CompiledView {
  view: View;
  columns: readonly Column[];
  /**
   * Of one resource as `readJson` gives it; none where it is of another type. Throws a ViewFault where the resource does not
   * fit the view: two values in a column that is no collection.
   */
  rows(resource: Json): Row[];
  /** What is probably not meant: a path to an element that the type does not have, so that the column is always empty. */
  notes: readonly Problem[];
  /** Paths that the interpreter of FHIRPath evaluates, because they are not among those that become code. */
  interpreted: readonly string[];
}

/** A resource does not fit a view. Names the column, never what it holds. */
export class ViewFault extends Error {
  override readonly name = 'ViewFault';
}

export type ReadView = (json: Json) => Result<View>;
/** `strict`: what would be a note is refused. */
export type CompileView = (view: View, options?: { strict?: boolean }) => Result<CompiledView>;
