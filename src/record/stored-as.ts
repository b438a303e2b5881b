// Parameters that say nothing of their own: their values are all held under others, so the index keeps them once.
// R4 defines Observation's combo-* as "either the observation itself or a component of it", and `patient` as those values
// of `subject` that are a Patient (http://hl7.org/fhir/R4/observation.html#search).

import type { SearchParameter } from '../fhir/search/contract.ts';
import { parametersOf } from '../fhir/search/parameters.ts';

const unions: Record<string, [root: string, component: string]> = {
  'combo-code': ['code', 'component-code'],
  'combo-data-absent-reason': ['data-absent-reason', 'component-data-absent-reason'],
  'combo-value-concept': ['value-concept', 'component-value-concept'],
  'combo-value-quantity': ['value-quantity', 'component-value-quantity'],
  'combo-code-value-concept': ['code-value-concept', 'component-code-value-concept'],
  'combo-code-value-quantity': ['code-value-quantity', 'component-code-value-quantity'],
};

const known = new WeakMap<SearchParameter, readonly SearchParameter[]>();

/** The parameters under which the values are stored: itself, or those whose union it is. */
export function storedAs(parameter: SearchParameter): readonly SearchParameter[] {
  let stored = known.get(parameter);
  if (stored === undefined) {
    stored = find(parameter);
    known.set(parameter, stored);
  }
  return stored;
}

function find(parameter: SearchParameter): readonly SearchParameter[] {
  const siblings = parametersOf(parameter.base);
  const union = parameter.base === 'Observation' && Object.hasOwn(unions, parameter.code) ? unions[parameter.code] : undefined;
  if (union !== undefined) return union.map((code) => siblings.get(code)!);
  const subject = siblings.get('subject');
  // With several subjects nothing would say which of them is the patient whose identifier or URL was found.
  if (
    parameter.code === 'patient' &&
    subject?.single === true &&
    parameter.expression === `${subject.expression}.where(resolve() is Patient)`
  )
    return [subject];
  return [parameter];
}
