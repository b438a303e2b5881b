// transaction: all entries or none, in any order, links between them resolved. http://hl7.org/fhir/R4/http.html#trules
//
// 1 each entry becomes a write with the id that it will have; conditions and conditional references are searched inside
// the transaction, under locks; 2 links are replaced; 3 one commit; 4 reads are answered on the committed state.
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import type { Json } from '../../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../../fhir/result.ts';
import type { Query } from '../../../fhir/search/contract.ts';
import { isResourceType } from '../../../fhir/search/references.ts';
import type { Stored, Write, Written } from '../../../record/contract.ts';
import { conditionLock } from '../../../record/locks.ts';
import { slices } from '../../../record/slices.ts';
import { newId } from '../../../record/uuid7.ts';
import type { Entry } from '../bundle-entries.ts';
import { ResponseParts, responseBundle, responseEntry, tooMuch } from '../bundles.ts';
import { type Conditional, conditionOf, criteria, type Find, onlyMatch, planned } from '../conditional.ts';
import type { FhirContext, FhirRequest, FhirResponse, Interaction } from '../contract.ts';
import { checked, incoming, sameId, validId } from '../incoming.ts';
import { refusal } from '../outcome.ts';
import { readPairs } from '../pairs.ts';
import { baseOf, conditionalReferences, type Links, relinked } from '../references.ts';
import { ifMatch, ifNoneMatch, locationOf, preference, versionHeaders, written } from '../respond.ts';

/** An entry on its way to a write. */
interface Step {
  entry: Entry;
  type: ResourceType;
  /** What is written, or the condition that decides it. */
  write?: Write;
  wish?: Conditional;
  query?: Query;
  /** Found by the condition; nothing is written. */
  existing?: Stored;
  nothing?: boolean;
}

class Stop extends Error {
  readonly problem: Problem;
  readonly status: number | undefined;
  constructor(problem: Problem, index: number, status?: number) {
    super(problem.message);
    const inside = problem.where === undefined ? '' : ` (${problem.where})`;
    this.problem = { ...problem, where: `Bundle.entry[${index}]${inside}` };
    this.status = status;
  }
}

function must<T>(result: Result<T>, index: number, status?: number): T {
  if (result.ok) return result.value;
  throw new Stop(result.problem, index, status);
}

export async function transaction(
  request: FhirRequest,
  context: FhirContext,
  entries: Entry[],
  answer: Interaction,
): Promise<FhirResponse> {
  try {
    const isRead = ({ request: { method } }: Entry): boolean => method === 'GET' || method === 'HEAD';
    const reads = entries.filter(isRead);
    const steps: Step[] = [];
    const rest = slices();
    for (const entry of entries) {
      if (!isRead(entry)) {
        const step = await stepOf(entry, context.base);
        await checkStep(step, context);
        steps.push(step);
      }
      await rest();
    }
    const done = await commit(request, context, steps);
    if (!done.ok) return refusal(done.problem);
    const withResource = preference(request, 'return') === 'representation';
    const parts = new ResponseParts(entries.length);
    for (const [i, step] of steps.entries()) {
      parts.put(step.entry.index, responseEntry(responseOf(step, done.value[i], request, context), withResource));
      await rest();
    }
    for (const entry of reads) parts.put(entry.index, parts.full ? tooMuch : responseEntry(await answer(entry.request, context), true));
    return { status: 200, headers: {}, body: responseBundle('transaction-response', parts.all) };
  } catch (error) {
    if (error instanceof Stop) return refusal(error.problem, error.status);
    throw error;
  }
}

async function stepOf(entry: Entry, base: string): Promise<Step> {
  const { index, request } = entry;
  const [type, id, ...more] = request.path;
  if (type === undefined || !isResourceType(type) || more.length > 0 || (id !== undefined && !validId(id))) {
    throw new Stop(
      fail(
        'invalid',
        `${request.method} ${request.path.join('/').slice(0, 100)} is not possible in a transaction: name a resource type, or a type and an id`,
      ).problem,
      index,
    );
  }
  const ifVersion = must(ifMatch(request), index);
  switch (request.method) {
    case 'POST': {
      if (id !== undefined) throw new Stop(fail('invalid', `POST goes to the type: ${type}`).problem, index);
      const resource = must(await incoming(request.body, type), index, 422);
      const condition = request.headers['if-none-exist'];
      if (condition === undefined) return { entry, type, write: { kind: 'create', resource, id: newId() } };
      return conditionalStep(entry, base, type, { kind: 'create-unless', type, resource, condition, id: newId() });
    }
    case 'PUT': {
      const resource = must(await incoming(request.body, type), index, 422);
      if (id === undefined)
        return conditionalStep(entry, base, type, { kind: 'update-where', type, resource, query: request.query, ifVersion });
      const wrongId = sameId(resource, id);
      if (wrongId !== undefined) throw new Stop(wrongId, index);
      const ifNew = must(ifNoneMatch(request), index);
      return { entry, type, write: { kind: 'update', resource, ifVersion, ifNew } };
    }
    case 'PATCH':
      return conditionalStep(entry, base, type, {
        kind: 'patch-where',
        type,
        query: id === undefined ? request.query : [['_id', id]],
        patch: request.body,
      });
    case 'DELETE':
      if (id === undefined) return conditionalStep(entry, base, type, { kind: 'delete-where', type, query: request.query });
      return { entry, type, write: { kind: 'delete', type, id, ifVersion } };
    default:
      throw new Stop(fail('invalid', `${request.method} is not possible in a transaction`).problem, index);
  }
}

/** What is written as it was sent; a patch is checked when what it makes is known. */
async function checkStep({ entry, write, wish }: Step, context: FhirContext): Promise<void> {
  const sent = write ?? wish;
  if (sent !== undefined && 'resource' in sent) must(await checked(sent.resource, entry.request, context), entry.index, 422);
}

function conditionalStep(entry: Entry, base: string, type: ResourceType, wish: Conditional): Step {
  return { entry, type, wish, query: must(conditionOf(wish, base), entry.index) };
}

/** Each is a search inside the transaction, one after the other. */
const mostConditionalReferences = 1_000;

/** Answers in the order of the steps; undefined where nothing was written. */
async function commit(request: FhirRequest, context: FhirContext, steps: Step[]): Promise<Result<(Written | undefined)[]>> {
  const { record, base } = context;
  const found = new Set<string>();
  const rest = slices();
  for (const step of steps) {
    conditionalReferences((step.entry.request.body ?? null) as Json, found);
    await rest();
  }
  if (found.size > mostConditionalReferences) {
    const words = `A transaction may hold at most ${mostConditionalReferences} different conditional references, and this one has ${found.size}: send it in parts`;
    return fail('too-costly', words, 'Bundle.entry');
  }
  const targets = new Map<string, Query>();
  for (const text of found) {
    targets.set(text, targetOf(text, base));
    await rest();
  }
  const conditional = steps.some((step) => step.wish !== undefined) || targets.size > 0;
  const finish = async (links: Links['conditional']): Promise<Write[]> => linked(steps, links, base);
  let results: Result<Written[]>;
  if (conditional) {
    const locks = steps.flatMap((step) => (step.query === undefined ? [] : [conditionLock(step.query)]));
    results = await record.transact(request.caller, locks, async (find) => {
      try {
        for (const step of steps) await decide(step, find, context);
        return ok(await finish(await resolve(targets, find)));
      } catch (error) {
        // As a value, so that the record can note what was asked and refused.
        if (error instanceof Stop) return { ok: false, problem: error.problem };
        throw error;
      }
    });
  } else {
    results = await record.commit(request.caller, await finish(new Map()));
  }
  if (!results.ok) return results;
  const answers = results.value[Symbol.iterator]();
  return ok(steps.map((step) => (step.write === undefined ? undefined : answers.next().value)));
}

function targetOf(text: string, base: string): Query {
  const [type, query] = [text.slice(0, text.indexOf('?')), text.slice(text.indexOf('?') + 1)];
  const pairs = readPairs(query);
  const problem = isResourceType(type) ? undefined : fail('invalid', `${type} is not a resource type`).problem;
  if (problem !== undefined || !pairs.ok || !isResourceType(type))
    throw new Stop(problem ?? (pairs.ok ? fail('invalid', 'malformed').problem : pairs.problem), 0);
  const criteria_ = criteria(type, pairs.value, base);
  if (!criteria_.ok) throw new Stop(criteria_.problem, 0);
  return criteria_.value;
}

async function decide(step: Step, find: Find, context: FhirContext): Promise<void> {
  if (step.wish === undefined || step.query === undefined) return;
  const { index } = step.entry;
  const plan = must(await planned(step.wish, must(await onlyMatch(find, step.query), index), step.entry.request, context), index);
  // The transaction may be decided again from the start: nothing of an earlier try may stay.
  step.write = 'write' in plan ? plan.write : undefined;
  step.existing = 'existing' in plan ? plan.existing : undefined;
  if (step.write?.kind === 'create' && step.write.id === undefined) step.write = { ...step.write, id: newId() };
}

async function resolve(targets: ReadonlyMap<string, Query>, find: Find): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const [text, query] of targets) {
    const match = await onlyMatch(find, query);
    if (!match.ok) throw new Stop(match.problem, 0);
    if (match.value === undefined)
      throw new Stop(fail('precondition', `The conditional reference ${query.type}?… matches nothing`).problem, 0);
    links.set(text, `${match.value.type}/${match.value.id}`);
  }
  return links;
}

/** What each step will be called, then the writes with every link replaced. */
async function linked(steps: Step[], conditional: Links['conditional'], own: string): Promise<Write[]> {
  const names = new Map<string, string>();
  const touched = new Set<string>();
  const rest = slices();
  for (const step of steps) {
    await rest();
    const name = nameOf(step);
    if (name === undefined) continue;
    if (touched.has(name))
      throw new Stop(fail('invalid', `Two entries concern ${name}: a transaction may touch a resource once`).problem, step.entry.index);
    if (step.write !== undefined) touched.add(name);
    if (step.entry.fullUrl !== undefined && step.write?.kind !== 'delete') names.set(step.entry.fullUrl, name);
  }
  const writes: Write[] = [];
  for (const step of steps) {
    const { write, entry } = step;
    await rest();
    if (write === undefined) continue;
    if (write.kind === 'delete') {
      writes.push(write);
      continue;
    }
    const unresolved: string[] = [];
    const resource = relinked(
      write.resource as unknown as Json,
      { names, conditional, base: baseOf(entry.fullUrl), own },
      unresolved,
    ) as unknown as Resource;
    if (unresolved[0] !== undefined) {
      throw new Stop(fail('invalid', `The reference ${unresolved[0]} names no entry of this Bundle by its fullUrl`).problem, entry.index);
    }
    writes.push({ ...write, resource });
  }
  return writes;
}

function nameOf({ type, write, existing }: Step): string | undefined {
  if (existing !== undefined) return `${type}/${existing.id}`;
  if (write === undefined) return undefined;
  const id = write.kind === 'update' ? write.resource.id : write.id;
  return `${type}/${id}`;
}

function responseOf(step: Step, done: Written | undefined, request: FhirRequest, context: FhirContext): FhirResponse {
  if (step.existing !== undefined)
    return {
      status: 200,
      headers: { ...versionHeaders(step.existing), location: locationOf(step.existing, context) },
      body: step.existing.body,
      lastUpdated: step.existing.lastUpdated,
    };
  if (done === undefined || done.outcome === 'nothing' || done.outcome === 'deleted') {
    return { status: 204, headers: done === undefined ? {} : { etag: `W/"${done.stored.version}"` } };
  }
  const response = written(done, request, context);
  response.headers['location'] ??= locationOf(done.stored, context);
  return response;
}
