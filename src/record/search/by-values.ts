// Searches that the tables of strings and ranges answer by themselves, such as a family name, or one with a birth date: their ids
// first, in the order of the page, and then the rows, until the page is full. Otherwise all matches are fetched before the first
// page is taken: of a name that 120 patients have 361 blocks for 20 patients, and the more the larger the record.
import type { Clause, Query } from '../../fhir/search/contract.ts';
import type { Person } from '../../policy/contract.ts';
import { parameterKey, typeNumber } from '../keys.ts';
import { storedAs } from '../stored-as.ts';
import { anyOf } from './any-of.ts';
import type { Compiler } from './compiler.ts';
import { ordered } from './ordered.ts';
import { alternatives, type ValueClause } from './values.ts';

/**
 * The clauses, a string the first of them; undefined where others are among them, which the index of keys may answer better, where
 * another order is asked for, or where the asker's own few rows are the better start.
 */
export function valueClauses({ where, sort }: Pick<Query, 'where' | 'sort'>, person: Person): ValueClause[] | undefined {
  if (sort.length > 0 || person.patients !== undefined || !where.every(isOfValues)) return undefined;
  // The longest text is found least often.
  const [first] = where.filter(isOfStrings).sort((a, b) => shortest(b) - shortest(a));
  return first && [first, ...where.filter((clause) => clause !== first)];
}

const isOfValues = (clause: Clause): clause is ValueClause =>
  clause.kind === 'value' &&
  storedAs(clause.parameter)[0] === clause.parameter &&
  clause.values.every(
    ({ kind }) => kind === 'date' || kind === 'number' || kind === 'quantity' || (kind === 'string' && !isHashed(clause)),
  );

/** Names by their sound are compared for equality (values.ts). */
const isHashed = ({ parameter, modifier }: ValueClause): boolean => parameter.phonetic && modifier === undefined;

const isOfStrings = (clause: ValueClause): boolean =>
  clause.parameter.type === 'string' && clause.modifier !== 'contains' && clause.modifier !== 'ends';

const shortest = ({ values }: ValueClause): number => Math.min(...values.map((value) => (value.kind === 'string' ? value.text.length : 0)));

/**
 * `from …` of the rows `r` that the clauses find and the caller may see, ordered by `i.id`. LIMIT over it reads no more rows than it
 * shows. `after`: key of the last row of the page before.
 */
export function inOrderOfIds(
  { type }: Pick<Query, 'type'>,
  [first, ...others]: readonly ValueClause[],
  after: string | undefined,
  compiler: Compiler,
): string {
  if (first === undefined) throw new Error('no clause');
  // The scope comes first: it notes the type of the rows.
  const scope = compiler.scope(type, 'r') ?? 'false';
  const wanted = anyOf(first.values.map((value) => ordered(first.parameter, first.modifier, value, 'v', compiler)));
  const conditions = [`v.parameter = ${parameterKey(first.parameter)}`, wanted];
  if (after !== undefined) conditions.push(`v.id > ${compiler.parameters.add(after, 'uuid')}`);
  // They ask for the row's id and pat only, which the row of a value has too.
  for (const clause of others) conditions.push(alternatives(clause, clause.parameter, 'v', compiler));
  const ids = `select distinct v.id, v.pat from string_value v where ${conditions.join(' and ')} order by v.id, v.pat`;
  // The limit keeps PostgreSQL from a join of another kind, which would lose the order of the ids.
  const row = `select * from resource r where r.type = ${typeNumber(type)} and r.id = i.id and r.pat = i.pat and not r.deleted and ${scope} limit 1`;
  return `from (${ids}) i cross join lateral (${row}) r`;
}
