// _list (http://hl7.org/fhir/R4/search.html#list): the List is read first, as far as the caller may see it, and the search asks for
// the ids that it names. One that is not there, or may not be seen, names nothing.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Clause } from '../../fhir/search/contract.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import type { Caller } from '../contract.ts';
import { keyOfId, typeNumber } from '../keys.ts';
import { Compiler } from './compiler.ts';
import { fetchRows } from './fetch.ts';
import type { Runner } from './lanes.ts';

/** More ids are more than one statement should compare. */
const mostItems = 10_000;

/** The clauses with ids in the place of lists. */
export async function withLists<Q extends { type: ResourceType; where: Clause[] }>(
  runner: Runner,
  caller: Caller,
  query: Q,
): Promise<Result<Q>> {
  if (!query.where.some(({ kind }) => kind === 'list')) return ok(query);
  const where: Clause[] = [];
  for (const clause of query.where) {
    if (clause.kind !== 'list') {
      where.push(clause);
      continue;
    }
    const ids = await itemsOf(runner, caller, clause.id, query.type);
    if (ids.length > mostItems) return fail('too-costly', `_list: the list names more than ${mostItems} resources`, '_list');
    where.push({ kind: 'id', ids });
  }
  return ok({ ...query, where });
}

async function itemsOf(runner: Runner, caller: Caller, id: string, type: ResourceType): Promise<string[]> {
  const compiler = new Compiler(caller);
  const scope = compiler.scope('List', 'r');
  if (scope === undefined) return [];
  const where = `r.type = ${typeNumber('List')} and r.id = ${compiler.parameters.add(keyOfId(id), 'uuid')} and ${scope}`;
  const { found } = await fetchRows(runner, caller, compiler, 'search', 'List', where, 1);
  const item = parametersOf('List').get('item');
  return found.flatMap(({ body }) => {
    const values = item?.extract(JSON.parse(body) as Resource) ?? [];
    return values.flatMap((value) => (value.kind === 'reference' && value.type === type && value.id !== undefined ? [value.id] : []));
  });
}
