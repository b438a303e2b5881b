// The scope of a decision as a condition on a row of the record, in every statement that reads one.
import type { Scope } from '../policy/contract.ts';
import { rowPredicate } from '../policy/row-predicate.ts';
import { keyOfId } from './keys.ts';
import type { Parameters } from './search/parameters.ts';

/** SQL condition on the columns `pat` and `also` of `alias`. Types of class shared are decided by the caller: the type is known there. */
export function rowScope(scope: Scope, alias: string, parameters: Parameters): string {
  return rowPredicate(scope, alias, { key: keyOfId, uuids: (ids) => parameters.list(ids, 'uuid') });
}
