// Narrow searches name a patient, a name, an identifier: few rows, whatever the value, so one plan serves all and searches of
// one shape can be answered together. Wide ones ask for a code, a date, a status, a place: one value finds three rows and another
// half of the record, and PostgreSQL has to see it to choose between gathering and walking; for a common code among 100,000
// observations the difference was 25 ms to 0.2 ms.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { type Clause, clausesIn, type Query } from '../../fhir/search/contract.ts';
import type { Person } from '../../policy/contract.ts';
import { isShared } from '../../policy/resource-classes.ts';
import { hasCodeOrder } from '../index-rows.ts';
import type { Known } from './compiler.ts';

/**
 * `person`: one who sees the rows of a few patients only asks for few whatever is asked. A chain that leads to many needs a
 * statement of its own too: only there its targets are gathered once.
 */
export const isNarrow = ({ type, where }: Query, known: Known, person: Person): boolean =>
  (where.some((clause) => namesFew(clause, known)) || (person.patients !== undefined && isOfFew(type))) &&
  !where.some((clause) => leadsToMany(clause, known));

function leadsToMany(clause: Clause, known: Known): boolean {
  if (clausesIn(clause).some((inner) => leadsToMany(inner, known))) return true;
  return clause.kind === 'chain' && clause.branches.some((branch) => !known.targets.has(branch));
}

/** A patient or an encounter has so many rows; half of the record can be of one laboratory. */
const isOfFew = (type: ResourceType): boolean => !isShared(type);

function namesFew(clause: Clause, known: Known): boolean {
  if (clause.kind === 'id') return clause.not !== true;
  if (clause.kind === 'all') return clause.clauses.some((inner) => namesFew(inner, known));
  if (clause.kind === 'any') return clause.clauses.every((inner) => namesFew(inner, known));
  if (clause.kind === 'compartment') return isOfFew(clause.compartment);
  if (clause.kind === 'chain') return clause.branches.every((branch) => isOfFew(branch.type) && known.targets.has(branch));
  if (clause.kind !== 'value' || clause.modifier === 'not' || clause.modifier === 'not-in') return false;
  const { parameter, modifier, values } = clause;
  switch (parameter.type) {
    case 'reference':
      return values.every((value) => {
        if (value.kind !== 'reference' || value.id === undefined) return true;
        return value.type === undefined ? parameter.targets.length > 0 && parameter.targets.every(isOfFew) : isOfFew(value.type);
      });
    case 'string':
      return modifier !== 'contains' && modifier !== 'ends';
    case 'uri':
      return modifier !== 'below' && parameter.code === 'url';
    case 'token':
      return modifier !== 'text' && !hasCodeOrder(parameter);
    default:
      return false;
  }
}

/**
 * Whether the rows of a narrow search are found by their keys alone. A key says for which type it was made, so no index need be asked
 * for the type: in a record of a million PostgreSQL would otherwise gather all rows of the type to set them against the two that
 * the key finds.
 */
export const isFoundByKeys = ({ where }: Query, known: Known): boolean =>
  where.some((clause) => namesFew(clause, known) && (clause.kind === 'compartment' || clause.kind === 'chain' || isOfKeys(clause)));

const isOfKeys = (clause: Clause): boolean =>
  clause.kind === 'value' && (clause.parameter.type === 'reference' || clause.parameter.type === 'token');
