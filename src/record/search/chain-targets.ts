// Where chains lead, read before the search itself: `patient.identifier=…` means one patient, and with its reference in hand the
// index finds the rows at once. From the inside out, so that a chain of chains is a few short lists. A chain that leads to many
// is left to the statement, which looks for each row where it leads.
import { type Clause, clausesIn } from '../../fhir/search/contract.ts';
import type { Caller } from '../contract.ts';
import { referenceSeed } from '../index-rows.ts';
import { seedAsInt8 } from '../keys.ts';
import { type Branch, Compiler, type Known } from './compiler.ts';
import { targetCondition } from './conditions.ts';
import type { Runner } from './lanes.ts';
import type { Terms } from './terminology.ts';

/** Lists of hashes are compared each with each: a longer one costs more than it saves. */
export const mostTargets = 100;
/** Statements for one search. */
const mostBranches = 12;

type Chain = Extract<Clause, { kind: 'chain' }>;

export async function chainTargets(runner: Runner, caller: Caller, where: readonly Clause[], terms: Terms, most: number): Promise<Known> {
  const targets = new Map<Branch, readonly bigint[]>();
  const known = { terms, targets };
  const chains = chainsIn(where);
  if (chains.reduce((sum, { branches }) => sum + branches.length, 0) > mostBranches) return known;
  for (const chain of chains) {
    for (const branch of chain.branches) {
      const found = await targetsOf(runner, caller, chain, branch, known, most);
      if (found !== undefined) targets.set(branch, found);
    }
  }
  return known;
}

/** Inner chains before the ones that they are in. */
function chainsIn(clauses: readonly Clause[]): Chain[] {
  return clauses.flatMap((clause) => {
    const inner = chainsIn(clausesIn(clause));
    return clause.kind === 'chain' ? [...inner, clause] : inner;
  });
}

/** Only hashes come back, of what the caller may search; the search that they are for is audited with its whole text. */
async function targetsOf(
  runner: Runner,
  caller: Caller,
  chain: Chain,
  branch: Branch,
  known: Known,
  most: number,
): Promise<bigint[] | undefined> {
  const compiler = new Compiler(caller, 'placeholders', known);
  const target = targetCondition(branch, 't', compiler);
  if (target === undefined) return [];
  const pointer = seedAsInt8(referenceSeed(chain.parameter, branch.type));
  const { rows } = await runner.query<{ key: string }>({
    text: `select uuid_hash_extended(t.id, ${pointer})::text as key from resource t where ${target} limit ${compiler.parameters.add(most + 1, 'int8')}`,
    values: compiler.parameters.values,
  });
  return rows.length > most ? undefined : rows.map(({ key }) => BigInt(key));
}
