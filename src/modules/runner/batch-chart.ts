// The chart that a module sees while it works through a batch of changes: the record as it is now, with what the module
// has concluded in this batch and not committed yet laid over it. What was asked once is not asked again: every change of
// the batch was committed before the batch was read, so an answer got since then knows all of them.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { compareBy, matches, type World } from '../../fhir/search/matches.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Caller, RecordStore, Stored } from '../../record/contract.ts';
import type { Chart } from '../contract.ts';
import type { Concluded } from './concluded.ts';
import type { ParsedResources } from './parsed.ts';

/** A question that what is not committed yet could answer differently, and only the record itself can say how. */
export class CommitFirst extends Error {
  override readonly name = 'CommitFirst';
}

export interface Known {
  resource: Resource;
  /** 0: not in the record. */
  version: number;
}

const countMax = 1000;

interface Searched {
  query: Query;
  found: Resource[];
  /** Which conclusions match: most are another patient's, and the same is asked for many changes. */
  matching: Map<Resource, boolean>;
}

export class BatchChart implements Chart {
  readonly #record: Pick<RecordStore, 'read' | 'search' | 'history'>;
  readonly #caller: Caller;
  /** Concluded in this batch, by `Type/id`. */
  readonly #pending: Concluded<{ resource: Resource }>;
  readonly #parsed: ParsedResources;
  readonly #reads = new Map<string, Promise<Result<Known>>>();
  readonly #searches = new Map<string, Promise<Result<Searched>>>();
  /** Every current version that was met, by `Type/id`. */
  readonly #met = new Map<string, Known>();

  constructor(
    record: Pick<RecordStore, 'read' | 'search' | 'history'>,
    caller: Caller,
    pending: Concluded<{ resource: Resource }>,
    parsed: ParsedResources,
  ) {
    this.#record = record;
    this.#caller = caller;
    this.#pending = pending;
    this.#parsed = parsed;
  }

  async read(type: ResourceType, id: string): Promise<Result<Resource>> {
    const concluded = this.#pending.get(`${type}/${id}`);
    if (concluded !== undefined) return ok(concluded.resource);
    const found = await this.#readStored(type, id);
    return found.ok ? ok(found.value.resource) : found;
  }

  async search(type: ResourceType, text: string): Promise<Result<Resource[]>> {
    const key = `${type}?${text}`;
    let asked = this.#searches.get(key);
    if (asked === undefined) {
      asked = this.#searchStored(type, text);
      this.#searches.set(key, asked);
    }
    const answer = await asked;
    return answer.ok ? ok(this.#overlaid(answer.value)) : answer;
  }

  /** What stands in the record under this id now; version 0 where there was never anything. */
  async standing(type: ResourceType, id: string): Promise<{ version: number; resource?: Resource }> {
    const met = this.#met.get(`${type}/${id}`);
    if (met !== undefined) return met;
    const found = await this.#readStored(type, id);
    if (found.ok) return found.value;
    if (found.problem.kind === 'not-found') return { version: 0 };
    if (found.problem.kind !== 'gone') throw new Error(found.problem.message);
    const versions = await this.#record.history(this.#caller, { type, id }, { count: 1 });
    if (!versions.ok) throw new Error(versions.problem.message);
    return { version: versions.value.matches[0]?.version ?? 0 };
  }

  #readStored(type: ResourceType, id: string): Promise<Result<Known>> {
    const key = `${type}/${id}`;
    let asked = this.#reads.get(key);
    if (asked === undefined) {
      asked = this.#record.read(this.#caller, type, id).then(async (found) => (found.ok ? ok(await this.#meet(found.value)) : found));
      this.#reads.set(key, asked);
    }
    return asked;
  }

  async #searchStored(type: ResourceType, text: string): Promise<Result<Searched>> {
    const query = chartQuery(type, text);
    if (!query.ok) return query;
    const page = await this.#record.search(this.#caller, query.value);
    if (!page.ok) return page;
    // Who names no number takes the answer for all there is.
    if (page.value.next !== undefined && !/(?:^|&)_count=/.test(text))
      return fail('too-costly', `there are more than ${countMax} of ${type}: not all were read`);
    const found = await Promise.all(page.value.matches.map((stored) => this.#meet(stored)));
    return ok({ query: query.value, found: found.map((known) => known.resource), matching: new Map() });
  }

  async #meet(stored: Stored): Promise<Known> {
    const key = `${stored.type}/${stored.id}`;
    const met = this.#met.get(key);
    if (met !== undefined && met.version === stored.version) return met;
    const known = { resource: await this.#parsed.of(stored), version: stored.version };
    if (met === undefined || met.version < known.version) this.#met.set(key, known);
    return known;
  }

  /** The page as it would be if what is concluded were in the record. */
  #overlaid({ query, found, matching }: Searched): Resource[] {
    const concluded = this.#pending.candidates(query);
    if (concluded.length === 0) return found;
    const kept = found.filter((resource) => !this.#pending.has(`${resource.resourceType}/${resource.id}`));
    // Behind a full page there may be others that now belong on it.
    const full = found.length >= (query.count ?? countMax);
    if (!decidable(query) || (full && kept.length < found.length)) throw new CommitFirst();
    const added = concluded.flatMap(({ resource }) => {
      let matched = matching.get(resource);
      if (matched === undefined) {
        const answer = matches(query, resource, nowhere);
        if (!answer.ok) throw new CommitFirst();
        matched = answer.value;
        matching.set(resource, matched);
      }
      return matched ? [resource] : [];
    });
    if (added.length === 0 && kept.length === found.length) return found;
    return [...kept, ...added].sort(compareBy(query.sort)).slice(0, query.count);
  }
}

/** Whether one resource by itself decides every clause. */
const decidable = (query: Query): boolean =>
  query.where.every(({ kind }) => kind === 'value' || kind === 'missing' || kind === 'id' || kind === 'compartment') &&
  !query.sort.some((key) => key.by === '_lastUpdated');

const nowhere: World = { read: () => undefined, all: () => [] };

function chartQuery(type: ResourceType, text: string): Result<Query> {
  const query = parseQuery(type, [...new URLSearchParams(text)]);
  if (!query.ok) return query;
  const { include, revinclude, summary, elements, total, cursor, count } = query.value;
  const shapes =
    include.length + revinclude.length > 0 || summary !== undefined || elements !== undefined || total !== 'none' || cursor !== undefined;
  if (shapes)
    return fail(
      'unsupported',
      'A chart answers with whole resources that match: _include, _summary, _elements, _total and _cursor are not for it',
    );
  return ok({ ...query.value, count: Math.min(count ?? countMax, countMax) });
}
