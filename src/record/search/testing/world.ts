// A record full of random resources, some of several versions and some deleted, beside the same resources for the plain
// evaluation; and one search asked of both.
import { migrate } from '../../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../../database/testing.ts';
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import type { Result } from '../../../fhir/result.ts';
import type { Query } from '../../../fhir/search/contract.ts';
import { parseQuery } from '../../../fhir/search/query.ts';
import { decide } from '../../../policy/decide.ts';
import type { Caller, RecordStore, Stored } from '../../contract.ts';
import { defaultRecordSettings, openRecord } from '../../record.ts';
import { recordMigrations } from '../../schema.ts';
import { asksInside } from '../contained.ts';
import { isBeyondTheRecord, plainTerminology, terminologyResources, valueSetUrls } from './known-terminology.ts';
import { type Holders, noteHolder, type PlainRecord, plainRecord } from './plain-search.ts';
import type { Known, RandomQuery } from './random-queries.ts';
import { makeIds, makeResource } from './random-resources.ts';
import { seeded } from './seeded.ts';

export const administrator: Caller = {
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator' },
  purpose: 'TREAT',
  from: 'test',
  request: 'r1',
};

export interface World {
  database: TestDatabase;
  record: RecordStore;
  /** The same data, opened so that hardly a chain is followed beforehand. */
  unfollowing: RecordStore;
  resources: readonly Resource[];
  holders: Holders;
  known: Known;
}

export const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.problem.kind}: ${result.problem.message}`);
  return result.value;
};

/** What nobody may change or remove (policy/role-table.ts). */
const unchanging = new Set<ResourceType>(['AuditEvent', 'Provenance']);

/** `each`: resources of every type. The same seed makes the same world. */
export async function makeWorld(seed: number, types: readonly ResourceType[], each: number): Promise<World> {
  const database = await testDatabase();
  must(await migrate(database.db, recordMigrations));
  const random = seeded(seed);
  let now = Date.UTC(2020, 1, 29, 10, 30, 15);
  const record = openRecord(database.db, { ...defaultRecordSettings, now: () => new Date(now) });
  const stored = new Map<string, Resource>();
  const holders: Holders = new Map();
  const store = async (resources: readonly Resource[]): Promise<void> => {
    now += 3_600_000 * random.below(2000) + random.below(1000);
    const written = must(
      await record.commit(
        administrator,
        resources.map((resource) => ({ kind: 'update', resource })),
      ),
    );
    for (const { stored: one } of written) {
      const resource = JSON.parse(one.body) as Resource;
      stored.set(`${one.type}/${one.id}`, resource);
      noteHolder(holders, resource);
    }
  };
  const ids = makeIds(random, types, each);
  for (let round = 0; round < 3; round++) {
    for (const [type, of] of ids) {
      const some = of.filter(() => round === 0 || (random.chance(0.3) && !unchanging.has(type)));
      await store(some.map((id) => makeResource(random, type, id, ids)));
    }
  }
  for (const [type, of] of ids) {
    if (unchanging.has(type)) continue;
    const id = random.pick(of);
    must(await record.commit(administrator, [{ kind: 'delete', type, id }]));
    stored.delete(`${type}/${id}`);
  }
  await store(terminologyResources);
  const resources = [...stored.values()];
  const known = { types, of: (type: ResourceType) => resources.filter((one) => one.resourceType === type), valueSets: valueSetUrls };
  const unfollowing = openRecord(database.db, { ...defaultRecordSettings, chainTargetsMax: 1 });
  return { database, record, unfollowing, resources, holders, known };
}

export const plainOf = ({ resources, holders }: World, caller?: Caller): PlainRecord =>
  plainRecord(resources, plainTerminology, holders, caller?.person);

/** The present of the queries, for `ap`. */
const nowMs = Date.UTC(2024, 0, 1);

export function parsed({ type, pairs, compartment }: RandomQuery): Query | undefined {
  const query = parseQuery(type, pairs, { compartment, baseUrl: 'http://me.org/fhir', nowMs });
  return query.ok ? query.value : undefined;
}

/** How a search is asked: page size, whether the total is wanted. */
export interface Asking {
  count: number;
  total: boolean;
}

interface Answer {
  ids: string[];
  total?: number;
}

const nameOf = ({ type, id, container }: Stored): string =>
  container === undefined ? `${type}/${id}` : `${container.type}/${container.id}#${id}`;

async function allPages(
  record: RecordStore,
  caller: Caller,
  query: Query,
  { count, total }: Asking,
): Promise<Answer | { refused: string }> {
  const ids: string[] = [];
  for (let cursor: string | undefined, page = 0; page < 200; page++) {
    const found = await record.search(caller, { ...query, count, cursor, total: total ? 'accurate' : 'none' });
    if (!found.ok) return { refused: found.problem.kind };
    ids.push(...found.value.matches.map((one) => (query.contained === undefined ? one.id : nameOf(one))));
    cursor = found.value.next;
    if (cursor === undefined) return { ids, total: found.value.total };
  }
  throw new Error('pages without end');
}

/** What differs between the record and the plain evaluation, or undefined. */
export async function difference(
  record: RecordStore,
  plain: PlainRecord,
  caller: Caller,
  asked: RandomQuery,
  asking: Asking,
): Promise<string | undefined> {
  const query = parsed(asked);
  if (query === undefined) return undefined;
  const expected = asksInside(query) ? plain.findContained(query) : plain.find(query);
  let actual: Awaited<ReturnType<typeof allPages>>;
  try {
    actual = await allPages(record, caller, query, asking);
  } catch (error) {
    return `threw ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!decide(caller.person, caller.purpose, 'search', asked.type).allowed)
    return 'refused' in actual && actual.refused === 'forbidden' ? undefined : 'answered although it is forbidden';
  const beyond = isBeyondTheRecord(query);
  if ('refused' in actual) return actual.refused === 'unsupported' && (beyond || !expected.ok) ? undefined : `refused: ${actual.refused}`;
  if (beyond || !expected.ok) return 'answered although it cannot know';
  const want = expected.value.map((one) => (typeof one === 'string' ? one : (one.id as string)));
  const missing = want.find((id) => !actual.ids.includes(id));
  if (missing !== undefined) return `not found: ${JSON.stringify(plain.read(asked.type, missing))}`;
  const extra = actual.ids.find((id) => !want.includes(id));
  if (extra !== undefined) return `found too much: ${JSON.stringify(plain.read(asked.type, extra)) ?? extra}`;
  if (want.join() !== actual.ids.join()) return `order: expected ${want.join()}, got ${actual.ids.join()}`;
  return asking.total && actual.total !== want.length ? `total: expected ${want.length}, got ${actual.total}` : undefined;
}

/** The smallest search that still differs, with what differs: parameters and alternatives are left out one by one. */
export async function smallest(asked: RandomQuery, differs: (asked: RandomQuery) => Promise<string | undefined>): Promise<string> {
  for (const smaller of reductions(asked)) {
    const isSomething = smaller.pairs.length > 0 || smaller.compartment !== undefined;
    if (isSomething && (await differs(smaller)) !== undefined) return smallest(smaller, differs);
  }
  const { type, pairs, compartment } = asked;
  const path = compartment ? `${compartment.type}/${compartment.id}/${type}` : type;
  return `${path}?${pairs.map((pair) => pair.join('=')).join('&')} ${await differs(asked)}`.slice(0, 3000);
}

function* reductions(asked: RandomQuery): Generator<RandomQuery> {
  if (asked.compartment) yield { ...asked, compartment: undefined };
  for (let i = 0; i < asked.pairs.length; i++) {
    const [name, value] = asked.pairs[i] as [string, string];
    yield { ...asked, pairs: asked.pairs.toSpliced(i, 1) };
    const parts = value.split(/(?<!\\),/);
    for (let at = 0; parts.length > 1 && at < parts.length; at++)
      yield { ...asked, pairs: asked.pairs.with(i, [name, parts.toSpliced(at, 1).join(',')]) };
  }
}
