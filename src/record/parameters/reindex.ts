// Making index rows anew, while the record is read and written: by a parameter that was defined, by one that is gone, or because
// a new version of the program indexes otherwise. Walks along the keys in small transactions.
//
// Why it never puts older rows over newer ones: a resource is locked, and written to, only in the version that its rows were made
// from; whoever wrote a newer one has indexed it (the epoch, registry.ts). Why its answer can be trusted: every resource carries
// the fingerprint of what its rows were made by, and at the end those are counted that carry another. What a writer commits
// meanwhile carries the one in force, or is turned back. docs/decisions/0010
import type { Database, Session } from '../../database/contract.ts';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { ofTheRecord, readJson } from '../../fhir/json.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import { asFarAsItFits, lightBody } from '../heavy.ts';
import { type IndexRows, indexing, TooMuchToIndex } from '../index-rows.ts';
import { typeNumber } from '../keys.ts';
import { inSlices, slices } from '../slices.ts';
import { type IndexedRow, indexStatements, wordingsOf } from '../write-statements.ts';
import { fingerprintOf, membersOf, rowNumbersOf, signatureOf } from './fingerprint.ts';

/** Where it stands: behind this key of this type. */
export interface Place {
  type: ResourceType;
  after: string | null;
}

export interface Step {
  /** Resources looked at. */
  done: number;
  next: Place | undefined;
}

const firstKey = '00000000-0000-0000-0000-000000000000';

interface Row {
  type: number;
  id: string;
  pat: string;
  version: number;
  deleted: boolean;
  was: bigint | null;
  body: string | null;
}

/** How many resources of a type there are, contained ones among them, and how many are not indexed as this process would. */
export async function countOf(session: Pick<Session, 'query'>, type: ResourceType): Promise<{ all: number; stale: number }> {
  const { rows } = await session.query<{ all: bigint; stale: bigint }>({
    text: `select count(*)::int8 as all, count(*) filter (where indexed is distinct from $2::int8)::int8 as stale
from (select indexed from directory where type = $1::int2 union all select indexed from contained where type = $1::int2) as rows`,
    values: [typeNumber(type), fingerprintOf(type).toString()],
  });
  return { all: Number(rows[0]!.all), stale: Number(rows[0]!.stale) };
}

const nextText = `
select r.type, r.id, r.pat, r.version, r.deleted, d.indexed as was, ${lightBody('r', '$5::int8')} as body
from (select * from directory where type = $1::int2 and id > $2::uuid and ($4::bool or indexed is distinct from $3::int8) order by id limit $5) d
join resource r on r.type = d.type and r.id = d.id and r.pat = d.pat
order by r.id`;

// FOR NO KEY UPDATE: a writer of the same resource waits for this short transaction, and nobody else does.
const lockText = `
select r.id from unnest($1::uuid[], $2::int4[]) as q(id, version) join resource r on r.id = q.id and r.version = q.version
where r.type = $3::int2 order by r.id for no key update of r`;

const markText = `
update directory d set indexed = $4::int8 from unnest($1::uuid[], $2::text[]) as q(id, was)
where d.type = $3::int2 and d.id = q.id and coalesce(d.indexed::text, '') = q.was`;

/**
 * The next `most` resources behind `place`; with `all` also those that are indexed as they should be. `kept` runs in the same
 * transaction: how far it came is put down with what was done.
 */
export async function reindexSome(
  database: Database,
  { type, after }: Place,
  all: boolean,
  most: number,
  kept: (session: Session, step: Step) => Promise<void>,
): Promise<Step> {
  const fingerprint = fingerprintOf(type);
  const values = [typeNumber(type), after ?? firstKey, fingerprint.toString(), all, most];
  const { rows: found } = await database.query<Row>({ name: 'reindex-next', text: nextText, values });
  const rows = await asFarAsItFits(database, found);
  const made = await remade(rows, changesOf(type));
  const last = rows.at(-1);
  const step: Step = { done: rows.length, next: last === undefined ? undefined : { type, after: last.id } };
  await database.transaction(async (session) => {
    const mine = await put(session, typeNumber(type), made);
    // One that somebody has written in between carries that writer's mark, and is left with it.
    const marked = made.filter(({ row, index }) => index === undefined || mine.has(row.id)).map(({ row }) => row);
    if (marked.length > 0)
      await session.query({
        name: 'reindex-mark',
        text: markText,
        values: [
          `{${marked.map(({ id }) => id).join(',')}}`,
          marked.map(({ was }) => was?.toString() ?? ''),
          typeNumber(type),
          fingerprint.toString(),
        ],
      });
    await kept(session, step);
  });
  return step;
}

/** Writes the rows of those that are still in the version that they were made from; their keys. */
async function put(session: Session, type: number, made: readonly Remade[]): Promise<Set<string>> {
  const changing = made.filter(({ index }) => index !== undefined);
  if (changing.length === 0) return new Set();
  const { rows: locked } = await session.query<{ id: string }>({
    name: 'reindex-lock',
    text: lockText,
    values: [`{${changing.map(({ row }) => row.id).join(',')}}`, `{${changing.map(({ row }) => row.version).join(',')}}`, type],
  });
  const mine = new Set(locked.map(({ id }) => id));
  const placed = changing.flatMap(({ row, index, numbers }): IndexedRow[] =>
    mine.has(row.id) ? [{ type, key: row.id, pat: row.pat, index: index as IndexRows, numbers }] : [],
  );
  for (const statement of indexStatements(type, placed)) await session.query(statement);
  for (const statement of wordingsOf(placed)) await session.query(statement);
  return mine;
}

const containersText = `
select r.type, r.id, r.pat, r.version, r.deleted, null::int8 as was, ${lightBody('r', '$3::int8')} as body
from (select distinct container_type, container, pat from contained where type = $1::int2 and indexed is distinct from $2::int8 limit $3) c
join resource r on r.type = c.container_type and r.id = c.container and r.pat = c.pat
order by r.type, r.id`;

/**
 * The next resources that contain such of `type` as are not indexed as this process would: made anew with all that they contain.
 * How many; 0 where there are none, or where they are being written by others, who index them.
 */
export async function reindexContainers(database: Database, type: ResourceType, most: number): Promise<number> {
  const values = [typeNumber(type), fingerprintOf(type).toString(), most];
  const { rows: found } = await database.query<Row>({ name: 'reindex-containers', text: containersText, values });
  const rows = await asFarAsItFits(database, found);
  let done = 0;
  for (const of of new Set(rows.map((row) => row.type))) {
    const made = await remade(
      rows.filter((row) => row.type === of),
      new Map(),
    );
    await database.transaction(async (session) => {
      done += (await put(session, of, made)).size;
    });
  }
  return done;
}

interface Remade {
  row: Row;
  /** Absent: nothing of it changes but the mark. */
  index?: IndexRows;
  /** Parameters whose rows are made anew; absent: all of the type. */
  numbers?: readonly bigint[];
}

/** In slices: reading and indexing a resource takes a fraction of a millisecond, a large one many. */
async function remade(rows: readonly (Row & { body: string })[], changes: ReadonlyMap<string, readonly string[]>): Promise<Remade[]> {
  const rest = slices();
  const made: Remade[] = [];
  for (const row of rows) {
    if (row.deleted) {
      made.push({ row });
      continue;
    }
    const json = await readJson(row.body, ofTheRecord);
    if (!json.ok) throw new Error('a stored resource cannot be read');
    const resource = json.value as object as Resource;
    const codes = row.was === null ? undefined : changes.get(row.was.toString());
    const pause = rest();
    if (pause !== undefined) await pause;
    const known = parametersOf(resource.resourceType);
    // Rows of a parameter that finds nothing here are the same as before: none.
    if (codes?.every((code) => known.get(code)?.extract(resource).length === 0) === true) {
      made.push({ row });
      continue;
    }
    const numbers = codes?.flatMap((code) => rowNumbersOf(resource.resourceType, code) ?? []);
    made.push({ row, index: await indexOf(resource, rest), ...(numbers === undefined ? {} : { numbers }) });
  }
  return made;
}

async function indexOf(resource: Resource, rest: ReturnType<typeof slices>): Promise<IndexRows> {
  try {
    return await inSlices(indexing(resource), rest);
  } catch (error) {
    if (error instanceof TooMuchToIndex) throw new Error(`${resource.resourceType}/${resource.id}: ${error.problem.message}`);
    throw error;
  }
}

/** Fingerprints that lack parameters of this site, with the codes of these: such resources need the rows of these only. */
function changesOf(type: ResourceType): Map<string, readonly string[]> {
  const members = membersOf(type);
  const custom = [...parametersOf(type).values()].filter((one) => one.custom === true).map(({ code }) => code);
  const without = (codes: readonly string[]): string =>
    signatureOf(Object.fromEntries(Object.entries(members).filter(([code]) => !codes.includes(code)))).toString();
  const changes = new Map<string, readonly string[]>(custom.map((code) => [without([code]), [code]]));
  if (custom.length > 1) changes.set(without(custom), custom);
  return changes;
}
