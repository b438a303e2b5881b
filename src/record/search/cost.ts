// How many parameters a search may put into one statement. PostgreSQL allows 1,664 columns in a list; a client that needs more
// can split its search.
import { type Clause, clausesIn } from '../../fhir/search/contract.ts';
import { storedAs } from '../stored-as.ts';
import type { Known } from './compiler.ts';

export const parametersMax = 1400;

/** An upper bound of the parameters that a clause becomes. Equal comparisons travel in one list, ordered ones each for itself. */
export function costOf(clause: Clause, known?: Known): number {
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
    case 'chain':
      // What a chain leads to is asked of resources, and once more of what is contained.
      return clause.branches.reduce((sum, branch) => {
        if (known?.targets.has(branch) === true) return sum + 1;
        const times = known?.contained?.has(branch.type) === true ? 2 : 1;
        return sum + times * (4 + costOf(branch.clause, known));
      }, 2);
    default:
      return clausesIn(clause).reduce((sum, inner) => sum + 4 + costOf(inner, known), 2);
  }
}
