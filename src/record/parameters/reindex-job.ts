// The reindex as a job (jobs/contract.ts): goes on where it stood, tells how far it is, and at the end counts what is not as it
// should be. A type whose count is zero has its parameters open for search from then on.
import type { Database } from '../../database/contract.ts';
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import type { JobKind, Progress, RunningJob } from '../../jobs/contract.ts';
import { typeNumber, typeOfNumber } from '../keys.ts';
import { completeAtOnce, type ParameterRegistry } from './registry.ts';
import { countOf, reindexContainers, reindexSome } from './reindex.ts';

/** A few milliseconds of a transaction, so that a writer of the same resource waits no longer. */
const mostAtOnce = 200;
/** Passes over a type: another process may go on for a while with the parameters it knows. */
const mostPasses = 5;

export interface ReindexWish {
  /** Absent: all. */
  types?: ResourceType[];
  /** Code of a parameter: the types that have it. */
  parameter?: string;
  /** Also what is indexed as it should be. */
  all?: boolean;
}

export interface ReindexResult {
  /** Resources whose index was looked at. */
  done: number;
  /** Resources that are not indexed as this program would, counted at the end. */
  stale: number;
  verified: boolean;
}

export const reindexKind = 'reindex';

interface Checkpoint {
  types: ResourceType[];
  /** Behind this key of the first of `types`. */
  after: string | null;
  pass: number;
  done: number;
  total: number;
  epoch: string;
}

export function reindexWish(wish: Json): Result<ReindexWish> {
  const { types, parameter, all } = (typeof wish === 'object' && wish !== null && !Array.isArray(wish) ? wish : {}) as {
    types?: unknown;
    parameter?: unknown;
    all?: unknown;
  };
  const named = Array.isArray(types) ? types.map(String) : undefined;
  const wrong = named?.find((type) => !isResourceType(type));
  if (wrong !== undefined) return fail('invalid', `${JSON.stringify(wrong.slice(0, 60))} is no resource type of FHIR R4`, 'type');
  const code = typeof parameter === 'string' ? parameter : undefined;
  if (code !== undefined && !(named ?? resourceTypes).some((type) => parametersOf(type as ResourceType).has(code)))
    return fail(
      'not-found',
      `There is no search parameter ${JSON.stringify(code.slice(0, 60))}${named === undefined ? '' : ` of ${named.join(', ')}`}`,
      'parameter',
    );
  return ok({
    ...(named === undefined ? {} : { types: named as ResourceType[] }),
    ...(code === undefined ? {} : { parameter: code }),
    ...(all === true ? { all } : {}),
  });
}

export function reindexJob(database: Database, registry: ParameterRegistry): JobKind {
  return {
    name: reindexKind,
    async run(job) {
      await registry.refresh();
      const wish = reindexWish(job.wish);
      if (!wish.ok) return wish;
      const at = job.checkpoint === null ? await begin(database, registry, wish.value) : (job.checkpoint as object as Checkpoint);
      while (at.types.length > 0) {
        const went = await walk(database, registry, job, at, wish.value.all === true);
        if (!went.ok) return went;
        if (job.signal.aborted) return fail('busy', 'It was stopped, and goes on where it stood');
      }
      const types = await typesOf(database, wish.value);
      let stale = 0;
      for (const type of types) {
        await completeAtOnce(database, type);
        stale += (await countOf(database, type)).stale;
      }
      const result: ReindexResult = { done: at.done, stale, verified: stale === 0 };
      if (stale > 0)
        return fail(
          'conflict',
          `${stale} resources are still indexed by other search parameters: another Lamplight of another version writes to this database`,
        );
      return ok(result as object as Json);
    },
  };
}

/** Types that there is something of, each at most once. */
async function typesOf(database: Pick<Database, 'query'>, { types, parameter }: ReindexWish): Promise<ResourceType[]> {
  const { rows } = await database.query<{ type: number }>({
    text: 'select t as type from unnest($1::int2[]) as t where exists (select 1 from directory d where d.type = t) or exists (select 1 from contained c where c.type = t)',
    values: [`{${(types ?? resourceTypes).map(typeNumber).join(',')}}`],
  });
  return rows.map(({ type }) => typeOfNumber(type)).filter((type) => parameter === undefined || parametersOf(type).has(parameter));
}

async function begin(database: Database, registry: ParameterRegistry, wish: ReindexWish): Promise<Checkpoint> {
  const types = await typesOf(database, wish);
  let total = 0;
  for (const type of types) {
    const { all, stale } = await countOf(database, type);
    total += wish.all === true ? all : stale;
  }
  return { types, after: null, pass: 1, done: 0, total, epoch: registry.epoch.toString() };
}

/** One step of the first type, or its end. */
async function walk(database: Database, registry: ParameterRegistry, job: RunningJob, at: Checkpoint, all: boolean): Promise<Result<void>> {
  const type = at.types[0]!;
  if (registry.epoch.toString() !== at.epoch) {
    // Other parameters are in force now: what was passed may need them too.
    Object.assign(at, { after: null, epoch: registry.epoch.toString() });
  }
  let lost: Result<void> = ok(undefined);
  const step = await reindexSome(database, { type, after: at.after }, all && at.pass === 1, mostAtOnce, async (session, { done, next }) => {
    if (next === undefined) return;
    lost = await job.save({ ...at, after: next.after, done: at.done + done } as object as Json, progressOf(at, at.done + done), session);
    if (!lost.ok) throw new Lost();
  }).catch((error: unknown) => {
    if (error instanceof Lost) return undefined;
    throw error;
  });
  if (step === undefined) return lost;
  at.done += step.done;
  if (step.next !== undefined) {
    at.after = step.next.after;
    return ok(undefined);
  }
  // Then what is contained in others, together with these.
  const containers = await reindexContainers(database, type, mostAtOnce);
  if (containers > 0) {
    at.done += containers;
    return job.save({ ...at } as object as Json, progressOf(at, at.done));
  }
  const { stale } = await countOf(database, type);
  if (stale > 0 && at.pass < mostPasses) {
    await registry.refresh();
    Object.assign(at, { after: null, pass: at.pass + 1, total: Math.max(at.total, at.done + stale) });
  } else {
    if (stale === 0) await completeAtOnce(database, type);
    at.types.shift();
    Object.assign(at, { after: null, pass: 1 });
  }
  return job.save({ ...at } as object as Json, progressOf(at, at.done));
}

class Lost extends Error {}

const progressOf = (at: Checkpoint, done: number): Progress => ({ done, total: Math.max(at.total, done), note: at.types[0] ?? '' });
