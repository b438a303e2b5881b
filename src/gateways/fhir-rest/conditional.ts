// Conditional create, update, patch and delete: the search and the write happen in one transaction, under a lock named by
// the condition, so that a hundred of the same at once make one resource. http://hl7.org/fhir/R4/http.html#ccreate
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Page, Stored, Write } from '../../record/contract.ts';
import { conditionLock } from '../../record/locks.ts';
import type { FhirContext, FhirRequest, FhirResponse } from './contract.ts';
import { removed } from './interactions/delete.ts';
import { patched } from './interactions/patch.ts';
import { refusal } from './outcome.ts';
import { readPairs } from './pairs.ts';
import { preference, versionHeaders, written } from './respond.ts';

export type Conditional =
  | { kind: 'create-unless'; type: ResourceType; resource: Resource; condition: string; id?: string }
  | { kind: 'update-where'; type: ResourceType; resource: Resource; query: [string, string][]; ifVersion?: number }
  | { kind: 'patch-where'; type: ResourceType; query: [string, string][]; patch: Json | undefined }
  | { kind: 'delete-where'; type: ResourceType; query: [string, string][] };

export type Find = (query: Query) => Promise<Result<Page>>;

/** The search that a condition stands for. Parameters that only shape an answer are no condition. */
export function criteria(type: ResourceType, pairs: [string, string][], baseUrl: string): Result<Query> {
  const shaping = pairs.find(([name]) =>
    /^_(count|sort|summary|elements|include|revinclude|total|cursor|contained|containedType)(:|$)/.test(name),
  );
  if (shaping !== undefined) return fail('invalid', `A condition cannot hold ${shaping[0]}`, shaping[0]);
  const asked = pairs.filter(([name]) => name !== '_format' && name !== '_pretty');
  if (asked.length === 0) return fail('precondition', `A conditional write needs a condition: add search parameters of ${type}`);
  const query = parseQuery(type, asked, { lenient: false, baseUrl });
  return query.ok ? ok({ ...query.value, count: 2 }) : query;
}

/** The one match of a condition; undefined where there is none; a problem where there are several. */
export async function onlyMatch(find: Find, query: Query): Promise<Result<Stored | undefined>> {
  const page = await find(query);
  if (!page.ok) return page;
  const { matches } = page.value;
  if (matches.length > 1) return fail('precondition', `The condition on ${query.type} matches more than one resource: make it narrower`);
  return ok(matches[0]);
}

/** What a conditional write comes to, once it is known what matches. `existing`: a create that found what it would have made. */
export async function planned(
  wish: Conditional,
  match: Stored | undefined,
  request: FhirRequest,
  context: FhirContext,
): Promise<Result<{ write: Write } | { existing: Stored } | { nothing: true }>> {
  switch (wish.kind) {
    case 'create-unless':
      return ok(match === undefined ? { write: { kind: 'create', resource: wish.resource, id: wish.id } } : { existing: match });
    case 'update-where': {
      const { resource, ifVersion } = wish;
      if (match === undefined) {
        if (resource.id === undefined) return ok({ write: { kind: 'create', resource } });
        return ok({ write: { kind: 'update', resource, ifVersion } });
      }
      if (resource.id !== undefined && resource.id !== match.id) {
        return fail(
          'invalid',
          `The condition matches ${match.type}/${match.id}, but the resource has the id "${resource.id}"`,
          `${match.type}.id`,
        );
      }
      return ok({ write: { kind: 'update', resource: { ...resource, id: match.id }, ifVersion } });
    }
    case 'patch-where': {
      if (match === undefined) return fail('not-found', `The condition matches no ${wish.type}`);
      const resource = await patched(match, wish.patch, request, context);
      return resource.ok ? ok({ write: { kind: 'update', resource: resource.value, ifVersion: match.version } }) : resource;
    }
    case 'delete-where':
      return ok(match === undefined ? { nothing: true } : { write: { kind: 'delete', type: match.type, id: match.id } });
  }
}

export function conditionOf(wish: Conditional, baseUrl: string): Result<Query> {
  if (wish.kind !== 'create-unless') return criteria(wish.type, wish.query, baseUrl);
  const text = wish.condition.replace(/^[^?]*\?/, '');
  const pairs = readPairs(text);
  return pairs.ok ? criteria(wish.type, pairs.value, baseUrl) : pairs;
}

/** One conditional write from search to answer. */
export async function writePlan(request: FhirRequest, context: FhirContext, wish: Conditional): Promise<FhirResponse> {
  const query = conditionOf(wish, context.base);
  if (!query.ok) return refusal(query.problem);
  let existing: Stored | undefined;
  const done = await context.record.transact(request.caller, [conditionLock(query.value)], async (find) => {
    const match = await onlyMatch(find, query.value);
    if (!match.ok) return match;
    const plan = await planned(wish, match.value, request, context);
    if (!plan.ok) return plan;
    existing = 'existing' in plan.value ? plan.value.existing : undefined;
    return ok('write' in plan.value ? [plan.value.write] : []);
  });
  if (!done.ok) return refusal(done.problem);
  if (wish.kind === 'delete-where') {
    return removed(
      request,
      done.value.length === 0 ? 'The condition matched nothing: nothing was deleted' : 'What the condition matched was deleted',
    );
  }
  if (existing !== undefined) {
    const minimal = preference(request, 'return') === 'minimal';
    const location = `${context.base}/${existing.type}/${existing.id}/_history/${existing.version}`;
    return { status: 200, headers: { ...versionHeaders(existing), location }, ...(minimal ? {} : { body: existing.body }) };
  }
  return written(done.value[0]!, request, context);
}
