// Which rows a scope covers, said twice: as an SQL condition for the tables of the record, and as a plain function. A test
// with random rows holds the two to each other.
//
// A row has `pat` (uuid: the patient compartment it is in, or its own key outside any), `also` (uuid[] or null: further
// compartments, for a resource about two patients); the table `compartment (pat, org)` says which organisation holds one.
// Rows of shared types (resource-classes.ts) pass every scope.
import type { Scope } from './contract.ts';

export interface PredicateTerms {
  /** uuid under which the record keeps a FHIR id. */
  key(id: string): string;
  /** Adds a uuid[] parameter to the statement and answers with the text that stands for it, for example `$3::uuid[]`. */
  uuids(keys: string[]): string;
  /** SQL condition for the rows of shared types, where the statement reads rows of several types. */
  shared?: string;
}

/** SQL condition on the columns of `alias`; `true` for a scope without bounds. Ids become parameters, never text. */
export function rowPredicate(scope: Scope, alias: string, terms: PredicateTerms): string {
  const conditions: string[] = [];
  if (scope.patients !== undefined) {
    const own = terms.uuids(scope.patients.map(terms.key));
    conditions.push(`(${alias}.pat = any(${own}) or coalesce(${alias}.also && ${own}, false))`);
  }
  if (scope.organisations !== undefined) {
    const held = terms.uuids(scope.organisations.map(terms.key));
    conditions.push(`exists (select 1 from compartment held where held.pat = ${alias}.pat and held.org = any(${held}))`);
  }
  if (conditions.length === 0) return 'true';
  const bound = `(${conditions.join(' and ')})`;
  return terms.shared === undefined ? bound : `(${terms.shared} or ${bound})`;
}

/** What the predicate reads of a row. `org`: the organisation that holds the compartment `pat`, null where none does. */
export interface SeenRow {
  pat: string;
  also: string[] | null;
  org: string | null;
  shared: boolean;
}

export function sees(scope: Scope, row: SeenRow, key: (id: string) => string): boolean {
  if (row.shared) return true;
  if (scope.patients !== undefined) {
    const own = scope.patients.map(key);
    if (!own.includes(row.pat) && !(row.also ?? []).some((pat) => own.includes(pat))) return false;
  }
  return scope.organisations === undefined || (row.org !== null && scope.organisations.map(key).includes(row.org));
}
