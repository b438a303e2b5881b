// How many parameters a search may put into one statement. PostgreSQL allows 1,664 columns in a list; a client that needs more
// can split its search.
import { type Clause, clausesIn } from '../../fhir/search/contract.ts';
import { storedAs } from '../stored-as.ts';

export const parametersMax = 1400;

/** An upper bound of the parameters that a clause becomes. Equal comparisons travel in one list, ordered ones each for itself. */
export function costOf(clause: Clause): number {
  switch (clause.kind) {
    case 'value': {
      const { type } = clause.parameter;
      if (type === 'token' && clause.modifier !== 'text') return 2 * storedAs(clause.parameter).length;
      if (type === 'reference') return 4;
      const each = type === 'composite' ? 12 : 4;
      return 2 + clause.values.length * each * storedAs(clause.parameter).length;
    }
    case 'last-updated':
      return 6 * clause.values.length;
    default:
      return clausesIn(clause).reduce((sum, inner) => sum + 4 + costOf(inner), 2);
  }
}
