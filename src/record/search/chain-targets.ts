// Where chains lead, read before the search itself: `patient.identifier=…` means one patient, and with its reference in hand the
// index finds the rows at once. From the inside out, so that a chain of chains is a few short lists. A chain that leads to many
// is left to the statement, which looks for each row where it leads.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { type Clause, clausesIn } from '../../fhir/search/contract.ts';
import type { Caller } from '../contract.ts';
import { referenceSeed } from '../index-rows.ts';
import { seedAsInt8, typeNumber, typeOfNumber } from '../keys.ts';
import { type Branch, Compiler, type Known } from './compiler.ts';
import { insideTargets, targetCondition } from './conditions.ts';
import type { Runner } from './lanes.ts';
import type { Terms } from './terminology.ts';

/** Lists of hashes are compared each with each: a longer one costs more than it saves. */
export const mostTargets = 100;
/** Statements for one search. */
const mostBranches = 12;

type Chain = Extract<Clause, { kind: 'chain' }>;

export async function chainTargets(runner: Runner, caller: Caller, where: readonly Clause[], terms: Terms, most: number): Promise<Known> {
  const targets = new Map<Branch, readonly bigint[]>();
  const chains = chainsIn(where);
  if (chains.length === 0) return { terms, targets };
  if (chains.reduce((sum, { branches }) => sum + branches.length, 0) > mostBranches)
    return { terms, targets, contained: await containedTypes(runner, chains) };
  // Filled from the inside out, as the chains are read.
  const contained = new Set<ResourceType>();
  for (const chain of chains) {
    for (const branch of chain.branches) {
      const found = await targetsOf(runner, caller, chain, branch, { terms, targets, contained }, most);
      if (found !== undefined) targets.set(branch, found);
    }
  }
  return { terms, targets, contained };
}

/** Of the types that the chains lead to those of which something is contained in a resource: hardly ever any. */
async function containedTypes(runner: Runner, chains: readonly Chain[]): Promise<Set<ResourceType>> {
  const types = [...new Set(chains.flatMap(({ branches }) => branches.map(({ type }) => typeNumber(type))))];
  const { rows } = await runner.query<{ type: number }>({
    name: 'contained-types',
    text: 'select t.type from unnest($1::int2[]) as t(type) where exists (select 1 from contained c where c.type = t.type)',
    values: [`{${types.join(',')}}`],
  });
  return new Set(rows.map(({ type }) => typeOfNumber(type)));
}

/** Inner chains before the ones that they are in. */
function chainsIn(clauses: readonly Clause[]): Chain[] {
  return clauses.flatMap((clause) => {
    const inner = chainsIn(clausesIn(clause));
    return clause.kind === 'chain' ? [...inner, clause] : inner;
  });
}

type KnownSoFar = Known & { contained: Set<ResourceType> };

/** Only hashes come back, of what the caller may search; the search that they are for is audited with its whole text. */
async function targetsOf(
  runner: Runner,
  caller: Caller,
  chain: Chain,
  branch: Branch,
  known: KnownSoFar,
  most: number,
): Promise<bigint[] | undefined> {
  const compiler = new Compiler(caller, 'placeholders', known);
  const target = targetCondition(branch, 't', compiler);
  const pointer = seedAsInt8(referenceSeed(chain.parameter, branch.type));
  const limit = (): string => compiler.parameters.add(most + 1, 'int8');
  // One row without a key says that there are contained ones of the type too: they are asked for by themselves, where there are any.
  const inside = `select null::int8 where exists (select 1 from contained i where i.type = ${typeNumber(branch.type)})`;
  const outside = target && `(select uuid_hash_extended(t.id, ${pointer}) from resource t where ${target} limit ${limit()}) union all `;
  const { rows } = await runner.query<{ key: string | null }>({
    text: `select key::text from (${outside ?? ''}(${inside})) as found(key)`,
    values: compiler.parameters.values,
  });
  const keys = rows.flatMap(({ key }) => (key === null ? [] : [BigInt(key)]));
  if (keys.length < rows.length) {
    known.contained.add(branch.type);
    if (keys.length <= most) keys.push(...(await insideTargetsOf(runner, caller, chain, branch, known, most)));
  }
  return keys.length > most ? undefined : keys;
}

/** Whoever may see the container sees what is in it, and the search itself asks for that. */
async function insideTargetsOf(
  runner: Runner,
  caller: Caller,
  chain: Chain,
  branch: Branch,
  known: Known,
  most: number,
): Promise<bigint[]> {
  const compiler = new Compiler(caller, 'placeholders', known);
  const targets = insideTargets(chain.parameter, branch, 'i', compiler);
  const { rows } = await runner.query<{ key: string }>({
    text: `select key::text from (${targets}) as found(key) limit ${compiler.parameters.add(most + 1, 'int8')}`,
    values: compiler.parameters.values,
  });
  return rows.map(({ key }) => BigInt(key));
}
