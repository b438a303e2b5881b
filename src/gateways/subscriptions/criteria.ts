// Searches that decide whether a change is an event: "Observation?code=…". They are answered from the resource itself, as it was when it
// was written, so they may ask for its own values and not for what other resources or a terminology say.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, type Result } from '../../fhir/result.ts';
import { type Clause, clausesIn, type Query } from '../../fhir/search/contract.ts';
import { matches, type World } from '../../fhir/search/matches.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { isResourceType } from '../../fhir/search/references.ts';

const lengthMax = 8_000;
const nowhere: World = { read: () => undefined, all: () => [] };

/** `Observation?code=x` or `Observation` alone. */
export function criteriaOf(text: string, where: string): Result<Query> {
  if (text.length > lengthMax) return fail('too-costly', `The search is longer than ${lengthMax} characters`, where);
  const at = text.indexOf('?');
  const type = at < 0 ? text : text.slice(0, at);
  if (!isResourceType(type))
    return fail(
      'invalid',
      'Criteria are a resource type and a search, such as Observation?code=http://loinc.org|8480-6, or the address of a topic',
      where,
    );
  return queryOf(type, at < 0 ? '' : text.slice(at + 1), where);
}

/** `text`: without the question mark. */
export function queryOf(type: ResourceType, text: string, where: string): Result<Query> {
  const query = parseQuery(type, [...new URLSearchParams(text)]);
  if (!query.ok) return { ok: false, problem: { ...query.problem, where } };
  const { where: clauses, sort, include, revinclude, contained, cursor, summary, elements, total } = query.value;
  const shapes = sort.length + include.length + revinclude.length > 0 || contained !== undefined || cursor !== undefined;
  if (shapes || summary !== undefined || elements !== undefined || total !== 'none' || query.value.count !== undefined)
    return fail('unsupported', 'Criteria say which resources; order, page, includes and form of an answer have no meaning in them', where);
  if (clauses.some(leaves))
    return fail('unsupported', 'Criteria ask for values of the resource itself: chains, _has and _list would ask other resources', where);
  const answered = matches(query.value, { resourceType: type } as Resource, nowhere);
  return answered.ok ? query : fail('unsupported', `${answered.problem.message}: criteria are answered without terminology`, where);
}

const leaves = (clause: Clause): boolean => ['chain', 'has', 'list'].includes(clause.kind) || clausesIn(clause).some(leaves);

/** A query of `queryOf` is always answered. */
export function isMatch(query: Query, resource: Resource): boolean {
  const answer = matches(query, resource, nowhere);
  if (!answer.ok) throw new Error('criteria were not checked');
  return answer.value;
}
