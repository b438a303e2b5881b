// A whole search evaluated plainly over resources in memory: which match, in which order, what is included, and what of it
// all a person may see. The measure for the SQL; knows matches.ts and policy, no index.
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import { ok, type Result } from '../../../fhir/result.ts';
import type { Include, Query, SearchParameter, SortKey, WideQuery } from '../../../fhir/search/contract.ts';
import { containedMatches, matches, sortValue, type World } from '../../../fhir/search/matches.ts';
import { parametersOf } from '../../../fhir/search/parameters.ts';
import type { Person } from '../../../policy/contract.ts';
import { decide } from '../../../policy/decide.ts';
import { isShared } from '../../../policy/resource-classes.ts';
import { sees } from '../../../policy/row-predicate.ts';
import { keyOfContained, keyOfId, typeNumber } from '../../keys.ts';
import { prepare } from '../../prepare.ts';
import type { ContainedQuery } from '../contained.ts';

export type Terminology = Pick<World, 'valueSet' | 'subsumes'>;

export interface PlainRecord extends World {
  find(query: Query): Result<Resource[]>;
  /** Over several types: what each finds, in one order. */
  findWide(query: WideQuery): Result<Resource[]>;
  /** With `_contained`: names of what is answered, `Type/id` or `Type/id#local`. */
  findContained(query: ContainedQuery): Result<string[]>;
  included(found: readonly Resource[], query: Query): Set<string>;
}

const nameOf = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`;

/** Which organisation holds each compartment, by its key. A Patient says it; one that does not leaves it as it was. */
export type Holders = Map<string, string>;

export function noteHolder(holders: Holders, resource: Resource): void {
  const { pat, org } = prepare(resource, resource.id as string, new Date(0));
  if (org !== null) holders.set(pat, org);
}

/** The record as `person` may see it. */
export function plainRecord(resources: readonly Resource[], terminology: Terminology, holders: Holders, person?: Person): PlainRecord {
  const visible = resources.filter((resource) => person === undefined || maySee(person, resource, holders));
  const byType = new Map<ResourceType, Resource[]>();
  const byName = new Map<string, Resource>();
  for (const resource of visible) {
    byType.set(resource.resourceType, [...(byType.get(resource.resourceType) ?? []), resource]);
    byName.set(nameOf(resource), resource);
  }
  const world: World = {
    read: (type, id) => byName.get(`${type}/${id}`),
    all: (type) => byType.get(type) ?? [],
    ...terminology,
  };
  return {
    ...world,
    find: (query) => find(query, world),
    findWide: (query) => findWide(query, world),
    findContained: (query) => findContained(query, world, visible),
    included: (found, query) => included(found, query, world, byName),
  };
}

function maySee(person: Person, resource: Resource, holders: Holders): boolean {
  const decision = decide(person, 'TREAT', 'search', resource.resourceType);
  if (!decision.allowed) return false;
  const { pat, also } = prepare(resource, resource.id as string, new Date(0));
  return sees(decision.scope, { pat, also, org: holders.get(pat) ?? null, shared: isShared(resource.resourceType) }, keyOfId);
}

function find(query: Query, world: World): Result<Resource[]> {
  const found: Resource[] = [];
  // Also where there is nothing to look at, a search that cannot be evaluated is refused.
  const possible = matches(query, { resourceType: query.type } as Resource, world);
  if (!possible.ok) return possible;
  for (const resource of world.all(query.type)) {
    const match = matches(query, resource, world);
    if (!match.ok) return match;
    if (match.value) found.push(resource);
  }
  return ok(inOrder(found, query.sort));
}

function findWide({ parts }: WideQuery, world: World): Result<Resource[]> {
  const found: Resource[] = [];
  for (const part of parts) {
    const one = find(part, world);
    if (!one.ok) return one;
    found.push(...one.value);
  }
  return ok(inOrder(found, parts[0]?.sort ?? []));
}

function findContained(query: ContainedQuery, world: World, visible: readonly Resource[]): Result<string[]> {
  const direct = query.contained.search === 'both' ? find(query, world) : ok([]);
  if (!direct.ok) return direct;
  const answered = new Map<string, { container: Resource; piece: string }>();
  for (const one of direct.value) answered.set(nameOf(one), { container: one, piece: '' });
  for (const container of visible) {
    const inside = containedMatches(query, container, world);
    if (!inside.ok) return inside;
    for (const { id } of inside.value) {
      const name = nameOf(container);
      if (query.contained.answer === 'container') answered.set(name, { container, piece: '' });
      else
        answered.set(`${name}#${id}`, {
          container,
          piece: keyOfContained(container.resourceType, container.id as string, id as string),
        });
    }
  }
  const places = new Map(inOrder([...new Set([...answered.values()].map((one) => one.container))], query.sort).map((one, i) => [one, i]));
  const sorted = [...answered].sort(([, a], [, b]) => places.get(a.container)! - places.get(b.container)! || (a.piece < b.piece ? -1 : 1));
  return ok(sorted.map(([name]) => name));
}

function inOrder(found: readonly Resource[], sort: readonly SortKey[]): Resource[] {
  const keyed = found.map((resource) => ({
    resource,
    id: keyOfId(resource.id as string),
    keys: sort.map((key) => sortValue(resource, key)),
  }));
  keyed.sort((a, b) => {
    for (let i = 0; i < sort.length; i++) {
      const order = compareKeys(a.keys[i], b.keys[i], sort[i]?.descending === true);
      if (order !== 0) return order;
    }
    if (a.id !== b.id) return a.id < b.id ? -1 : 1;
    return typeNumber(a.resource.resourceType) - typeNumber(b.resource.resourceType);
  });
  return keyed.map(({ resource }) => resource);
}

function compareKeys(a: string | number | undefined, b: string | number | undefined, descending: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const less = typeof a === 'string' && typeof b === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 : a < b;
  return less === descending ? 1 : -1;
}

/** Names of what comes with the matches: what they point to and what points to them, step by step where `:iterate` says so. */
function included(found: readonly Resource[], query: Query, world: World, byName: ReadonlyMap<string, Resource>): Set<string> {
  const matched = new Set(found.map(nameOf));
  const seen = new Set(matched);
  let from = [...found];
  for (let round = 0; from.length > 0; round++) {
    const next = new Map<string, Resource>();
    const add = (resource: Resource | undefined): void => {
      if (resource !== undefined && !seen.has(nameOf(resource))) next.set(nameOf(resource), resource);
    };
    for (const include of query.include.filter((one) => round === 0 || one.iterate))
      for (const resource of from) for (const name of targetsOf(include, resource)) add(byName.get(name));
    for (const include of query.revinclude.filter((one) => round === 0 || one.iterate)) {
      const names = new Set(from.filter((one) => include.target === undefined || one.resourceType === include.target).map(nameOf));
      for (const other of world.all((include.parameter?.base ?? include.base) as ResourceType))
        if (targetsOf({ ...include, target: undefined }, other).some((name) => names.has(name))) add(other);
    }
    for (const name of next.keys()) seen.add(name);
    from = [...next.values()];
  }
  return new Set([...seen].filter((name) => !matched.has(name)));
}

function targetsOf(include: Include, resource: Resource): string[] {
  const parameters: SearchParameter[] = include.parameter
    ? [include.parameter]
    : [...parametersOf(resource.resourceType).values()].filter((one) => one.type === 'reference' && !one.canonical);
  if (
    include.parameter
      ? include.parameter.base !== resource.resourceType
      : include.base !== undefined && include.base !== resource.resourceType
  )
    return [];
  return parameters.flatMap((parameter) =>
    parameter
      .extract(resource)
      .flatMap((value) =>
        value.kind === 'reference' && value.id !== undefined && (include.target === undefined || value.type === include.target)
          ? [`${value.type}/${value.id}`]
          : [],
      ),
  );
}
