// One clause of a query as a condition on a row of `resource`. Siblings of one form: (clause, alias, compiler) → SQL.
// Values become parameters; what stands in the text are names and operators of this folder, and the numbers of types, search
// parameters and seeds, which are this program's own: so PostgreSQL knows how many rows each of them has.
import type { Clause, SearchParameter } from '../../fhir/search/contract.ts';
import { containsKey, presentKey, referenceKey, referenceSeed } from '../index-rows.ts';
import { keyOfId, seedAsInt8, typeNumber } from '../keys.ts';
import { storedAs } from '../stored-as.ts';
import { anyOf } from './any-of.ts';
import type { Branch, Compiler } from './compiler.ts';
import { lastUpdatedCondition } from './last-updated.ts';
import { alternatives } from './values.ts';

type Of<K extends Clause['kind']> = Extract<Clause, { kind: K }>;

export function condition(clause: Clause, r: string, compiler: Compiler): string {
  switch (clause.kind) {
    case 'value':
      return valueCondition(clause, r, compiler);
    case 'missing':
      return missingCondition(clause, r, compiler);
    case 'chain':
      return chainCondition(clause, r, compiler);
    case 'has':
      return hasCondition(clause, r, compiler);
    case 'id':
      return idCondition(clause, r, compiler);
    case 'last-updated':
      // What is contained has no such date (http://hl7.org/fhir/R4/domainresource.html#invs, dom-4).
      if (compiler.insideOf(r) !== undefined) return 'false';
      return anyOf(clause.values.map((value) => lastUpdatedCondition(value, r, compiler)));
    case 'all':
      return clause.clauses.length === 0 ? 'true' : `(${clause.clauses.map((one) => condition(one, r, compiler)).join(' and ')})`;
    case 'any':
      return anyOf(clause.clauses.map((one) => condition(one, r, compiler)));
    case 'not':
      return `not coalesce(${condition(clause.clause, r, compiler)}, false)`;
    case 'list':
      throw new Error('a list was not read before the search was compiled');
    case 'compartment':
      return compartmentCondition(clause, r, compiler);
  }
}

/** An id inside a resource counts where such are searched: a chain asks for the ids of the record. */
function idCondition({ ids, not }: Of<'id'>, r: string, compiler: Compiler): string {
  const inside = compiler.insideOf(r);
  if (inside === 'reached') return not === true ? 'true' : 'false';
  const found =
    inside === 'searched'
      ? `${r}.local = any(${compiler.parameters.ids(ids)})`
      : `${r}.id = any(${compiler.parameters.list(ids.map(keyOfId), 'uuid')})`;
  return not === true ? `not ${found}` : found;
}

function missingCondition({ parameter, missing }: Of<'missing'>, r: string, compiler: Compiler): string {
  const stored = storedAs(parameter);
  const present = stored.length === 1 ? [presentKey(parameter)] : stored.map(presentKey);
  return `${missing ? 'not ' : ''}${r}.keys && ${compiler.keys(present)}`;
}

function valueCondition(clause: Of<'value'>, r: string, compiler: Compiler): string {
  const stored = storedAs(clause.parameter);
  const found = anyOf(stored.map((parameter) => alternatives(clause, parameter, r, compiler)));
  if (clause.modifier === 'not' || clause.modifier === 'not-in') return `not ${found}`;
  // What is found under `subject` by its identifier or URL counts for `patient` only where the subject is one.
  const byOtherMeans = stored[0] !== clause.parameter && stored.length === 1 && !clause.values.every((value) => 'id' in value);
  return byOtherMeans
    ? `(${found} and ${missingCondition({ kind: 'missing', parameter: clause.parameter, missing: false }, r, compiler)})`
    : found;
}

/** What points to the owner of the compartment, and the owner itself. */
function compartmentCondition(clause: Of<'compartment'>, r: string, compiler: Compiler): string {
  const pointing = `${r}.keys && ${compiler.keys(clause.parameters.map((parameter) => referenceKey(parameter, clause.compartment, clause.id)))}`;
  if (compiler.typeOf(r) !== clause.compartment) return pointing;
  return `(${pointing} or ${r}.id = ${compiler.parameters.add(keyOfId(clause.id), 'uuid')})`;
}

/** Whether a row that points to a Patient through this parameter is always in that patient's compartment (`pat` is its key). */
export const isHome = (parameter: SearchParameter): boolean =>
  parameter.single && (parameter.code === 'subject' || parameter.code === 'patient');

function chainCondition(clause: Of<'chain'>, r: string, compiler: Compiler): string {
  return anyOf(
    clause.branches.flatMap((branch) => {
      const known = compiler.targetsOf(branch);
      if (known !== undefined) return known.length === 0 ? [] : `${r}.keys && ${compiler.keys(known)}`;
      const outside = outsideCondition(clause.parameter, branch, r, compiler);
      const inside = compiler.mayBeInside(branch.type) ? insideCondition(clause.parameter, branch, r, compiler) : undefined;
      return [outside, inside].filter((one) => one !== undefined);
    }),
  );
}

/** That a resource of the record is pointed to which is as the branch says; undefined where the caller may not search the type. */
function outsideCondition(parameter: SearchParameter, branch: Branch, r: string, compiler: Compiler): string | undefined {
  const t = compiler.alias('t');
  const target = targetCondition(branch, t, compiler);
  if (target === undefined) return undefined;
  const pointer = seedAsInt8(referenceSeed(parameter, branch.type));
  // What is contained in something points to whom it likes: only the container is in a compartment.
  if (branch.type === 'Patient' && isHome(parameter) && compiler.insideOf(r) === undefined) {
    return `(${likely(`${r}.keys @> array[uuid_hash_extended(${r}.pat, ${pointer})]`)} and (select true from resource ${t} where ${t}.id = ${r}.pat and ${t}.pat = ${r}.pat and ${target}))`;
  }
  // Many targets: a hash table of them is made once. The overlap of two long arrays would compare each with each.
  const k = compiler.alias('k');
  return `(select bool_or(${k} in (select uuid_hash_extended(${t}.id, ${pointer}) from resource ${t} where ${target})) from unnest(${r}.keys) as ${k})`;
}

/** The same of what is contained where the reference stands: it may be seen by whoever may see its container, which is this row's. */
function insideCondition(parameter: SearchParameter, branch: Branch, r: string, compiler: Compiler): string {
  const [k, t] = [compiler.alias('k'), compiler.alias('t')];
  const found = `(select bool_or(${k} in (${insideTargets(parameter, branch, t, compiler)})) from unnest(${r}.keys) as ${k})`;
  if (compiler.insideOf(r) !== undefined) return found;
  // Nearly all contain nothing: one look at their keys tells.
  return `(${likely(`${r}.keys @> array[${containsKey(compiler.typeOf(r))}]`)} and ${found})`;
}

/** Select of the keys by which contained resources are pointed to that are as the branch says. */
export function insideTargets(parameter: SearchParameter, { type, clause }: Branch, t: string, compiler: Compiler): string {
  compiler.note(t, type, 'reached');
  const pointer = seedAsInt8(referenceSeed(parameter, type));
  return `select uuid_hash_extended(${t}.id, ${pointer}) from contained ${t} where ${t}.type = ${typeNumber(type)} and ${condition(clause, t, compiler)}`;
}

/** What a branch of a chain means: condition on the alias `t`; undefined where the caller may not search the type. */
export function targetCondition({ type, clause }: Branch, t: string, compiler: Compiler): string | undefined {
  const scope = compiler.scope(type, t);
  return scope && `${t}.type = ${typeNumber(type)} and not ${t}.deleted and ${scope} and ${condition(clause, t, compiler)}`;
}

function hasCondition(clause: Of<'has'>, r: string, compiler: Compiler): string {
  const s = compiler.alias('s');
  const scope = compiler.scope(clause.parameter.base, s);
  if (scope === undefined) return 'false';
  const pointer = seedAsInt8(referenceSeed(clause.parameter, compiler.typeOf(r)));
  const target = `${s}.type = ${typeNumber(clause.parameter.base)} and not ${s}.deleted and ${scope}`;
  const points = `${s}.keys @> array[uuid_hash_extended(${r}.id, ${pointer})]`;
  const isAtHome = compiler.typeOf(r) === 'Patient' && isHome(clause.parameter);
  const pointing = isAtHome ? `${s}.pat = ${r}.pat and ${likely(points)}` : points;
  return `exists (select 1 from resource ${s} where ${target} and ${pointing} and ${condition(clause.clause, s, compiler)})`;
}

/**
 * A condition that nearly always holds beside the others. PostgreSQL cannot know that and would take it for rare; it knows
 * nothing of what stands in a coalesce, and looks for no index for it.
 */
const likely = (sql: string): string => `coalesce(${sql}, false)`;
