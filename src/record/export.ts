// Everything that a caller may export, at one moment, in order (https://hl7.org/fhir/uv/bulkdata/STU2/export.html).
//
// One transaction with one snapshot: what commits while it runs is not in it, and is in the next one that asks for what came
// since. That is decided by the feed's position and not by a clock: a write may carry an earlier time than the snapshot and
// commit after it (docs/decisions/0005). The audit rows are committed before anything can be fetched: on the primary with the
// snapshot itself, from a replica after it (docs/decisions/0011).
import type { Database, Session } from '../database/contract.ts';
import { type Replica, ReplicaFailed } from '../database/replica.ts';
import { type ResourceType, resourceTypes } from '../fhir/generated/types.ts';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import type { Query } from '../fhir/search/contract.ts';
import { compartmentParameters } from '../fhir/search/parameters.ts';
import { decide } from '../policy/decide.ts';
import { isShared } from '../policy/resource-classes.ts';
import { type AuditRow, auditInsert, auditRow } from './audit.ts';
import type { Caller, Exported, ExportPart, ExportSink, ExportWish } from './contract.ts';
import { bodyOf } from './heavy.ts';
import { keyOfId, typeNumber } from './keys.ts';
import { rowScope } from './row-scope.ts';
import { chainTargets, mostTargets } from './search/chain-targets.ts';
import { Compiler } from './search/compiler.ts';
import { condition } from './search/conditions.ts';
import { costOf, parametersMax } from './search/cost.ts';
import type { Runner } from './search/lanes.ts';
import { storedTerminology } from './search/stored-terminology.ts';
import { readTerms } from './search/terminology.ts';

/** Rows of one fetch, and bytes of a body that comes with them; longer ones are read one by one. */
const rowsAtOnce = 1_000;
const lightBytes = 16_384;

/** Types that may be exported and were asked for, in alphabetical order; a problem where a named one may not. */
export function exportedTypes(caller: Caller, { types, patients }: Pick<ExportWish, 'types' | 'patients'>): Result<ResourceType[]> {
  const allowed = (type: ResourceType): boolean => decide(caller.person, caller.purpose, 'export', type).allowed;
  const refused = types?.find((type) => !allowed(type));
  if (refused !== undefined) return fail('forbidden', `This account may not export ${refused}`, '_type');
  // Of a patient is what can be in a patient's compartment.
  const found = (types ?? resourceTypes).filter((type) => allowed(type) && (patients === undefined || isOfPatients(type)));
  if (found.length > 0) return ok([...new Set(found)].sort());
  return types === undefined
    ? fail('forbidden', 'This account may not export')
    : fail('invalid', 'None of these types belongs to patients', '_type');
}

const isOfPatients = (type: ResourceType): boolean => type === 'Patient' || compartmentParameters('Patient', type).length > 0;

class Stopped extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export interface ExportRun {
  sink: ExportSink;
  signal: AbortSignal;
  /** Read where it may be, and given up for the primary where it fails: the sink forgets what it was given then. */
  replica?: Replica | undefined;
  startOver?: (() => Promise<void>) | undefined;
}

/** Hands everything to `sink`, type by type, each in the order of ids. A sink that throws, or the signal, ends it with nothing written. */
export async function exportAll(database: Database, caller: Caller, wish: ExportWish, run: ExportRun): Promise<Result<Exported>> {
  const types = exportedTypes(caller, wish);
  if (!types.ok) return types;
  const asked: Asked = { caller, wish, types: types.value, sink: run.sink, signal: run.signal };
  try {
    return ok((await fromReplica(database, asked, run)) ?? (await fromPrimary(database, asked)));
  } catch (error) {
    if (error instanceof Stopped) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** An export that may be done. */
interface Asked {
  caller: Caller;
  wish: ExportWish;
  types: readonly ResourceType[];
  sink: ExportSink;
  signal: AbortSignal;
}

/** All that was read, and what has to be committed before it is told. */
interface Read {
  /** Of the snapshot. */
  at: Date;
  position: bigint;
  resources: number;
  notes: AuditRow[];
}

const fromPrimary = (database: Database, asked: Asked): Promise<Exported> =>
  database.transaction(async (session) => {
    return written(session, asked, await inSnapshot(session, asked));
  });

/** Undefined: it has to be asked of the primary, and the sink has nothing. */
async function fromReplica(database: Database, asked: Asked, { replica, startOver }: ExportRun): Promise<Exported | undefined> {
  if (replica?.usable() !== true || startOver === undefined) return undefined;
  let read: Read | undefined;
  try {
    const at = await replayedAt(replica);
    read = at === undefined ? undefined : await replica.transaction((session) => inSnapshot(session, asked, { at, marks: database }));
  } catch (error) {
    if (!(error instanceof ReplicaFailed)) throw error;
    await startOver();
  }
  if (read === undefined) return undefined;
  const done = read;
  return database.transaction((session) => written(session, asked, done));
}

/**
 * When the last transaction was committed that the replica has replayed, by the clock of the primary: asked before the snapshot is
 * taken, so that everything until then is in it. Undefined: it has replayed none since its start.
 */
async function replayedAt(replica: Session): Promise<Date | undefined> {
  const { rows } = await replica.query<{ at: Date | null }>({
    text: `select date_trunc('milliseconds', pg_last_xact_replay_timestamp()) as at`,
  });
  return rows[0]!.at ?? undefined;
}

/** The audit rows and the mark for the next one, in one transaction. */
async function written(session: Session, { wish }: Asked, { at, position, resources, notes }: Read): Promise<Exported> {
  await session.query(auditInsert(notes));
  // Two of one moment would be in each other's way, and whoever waits for rows at once does not try again.
  if (wish.once === true) return { at, resources };
  // A row each: of two that end in one millisecond the second would otherwise meet a row that its snapshot does not see, and fail.
  await session.query({
    text: 'insert into export_mark (at, position) values ($1, $2)',
    values: [at.toISOString(), position.toString()],
  });
  return { at, resources };
}

/**
 * `behind`: the snapshot is of a replica, so its time is not that of the clock, and the end of the export before is on the primary
 * earlier than here.
 */
async function inSnapshot(session: Session, asked: Asked, behind?: { at: Date; marks: Session }): Promise<Read> {
  await session.query({ text: 'set transaction isolation level repeatable read' });
  await session.query({ text: 'set local statement_timeout = 0' });
  const { rows } = await session.query<{ at: Date; position: bigint }>({
    text: `select date_trunc('milliseconds', clock_timestamp()) as at, (select coalesce(max(position), 0)::int8 from change) as position`,
  });
  const { position } = rows[0]!;
  const { wish } = asked;
  const since = wish.since === undefined ? undefined : await startOf(behind?.marks ?? session, wish.since);
  if (behind !== undefined && since !== undefined && 'position' in since && since.position > position)
    throw new ReplicaFailed('It has not yet replayed the end of the export before');
  const read: Read = { at: behind?.at ?? rows[0]!.at, position, resources: 0, notes: [] };
  const runner: Runner & { notes: AuditRow[] } = { notes: read.notes, query: (statement) => session.query(statement) };
  for (const type of asked.types) {
    for (const deleted of wish.since === undefined ? [false] : [false, true]) {
      // What is deleted says nothing any more that a filter could ask for.
      if (deleted && wish.filters.some((filter) => filter.type === type)) continue;
      const { done, enough } = await ofType(runner, asked, { type, deleted, since });
      read.resources += done;
      if (enough) return read;
    }
  }
  return read;
}

/** Where the export that gave this time ended; a time that none gave is taken as it is. */
async function startOf(session: Session, at: Date): Promise<Since> {
  const { rows } = await session.query<{ position: bigint | null }>({
    text: 'select min(position)::int8 as position from export_mark where at = $1',
    values: [at.toISOString()],
  });
  const position = rows[0]?.position ?? null;
  return position === null ? { at } : { position };
}

type Since = { position: bigint } | { at: Date };

/** One type, what there is of it or what was deleted. */
interface Slice {
  type: ResourceType;
  deleted: boolean;
  since: Since | undefined;
}

interface ExportRow {
  id: string;
  name: string | null;
  pat: string;
  also: string[] | null;
  version: number;
  body: string | null;
}

async function ofType(
  runner: Runner & { notes: AuditRow[] },
  { caller, wish, sink, signal }: Asked,
  slice: Slice,
): Promise<{ done: number; enough: boolean }> {
  const { type, deleted } = slice;
  const { text, values } = await selection(runner, caller, wish, slice);
  await runner.query({ text: `declare export_rows no scroll cursor for ${text}`, values });
  const seen = new Set<string>();
  const atOnce = Math.min(wish.atOnce ?? rowsAtOnce, rowsAtOnce);
  let [done, enough] = [0, false];
  while (!enough) {
    if (signal.aborted) throw new Stopped(fail('conflict', 'The export was stopped').problem);
    const { rows } = await runner.query<ExportRow>({ name: `export-fetch-${atOnce}`, text: `fetch ${atOnce} from export_rows` });
    if (rows.length === 0) break;
    const part: ExportPart = { type, deleted, bodies: [] };
    for (const row of rows) {
      if (!isShared(type)) for (const pat of [row.pat, ...(row.also ?? [])]) seen.add(pat);
      if (deleted) part.bodies.push(row.name ?? row.id);
      else part.bodies.push(row.body ?? (await bodyOf(runner, typeNumber(type), row.id, row.version)));
    }
    done += rows.length;
    enough = (await sink(part)) === 'enough';
    if (rows.length < atOnce) break;
  }
  await runner.query({ text: 'close export_rows' });
  const patients = [...seen];
  runner.notes.push(
    auditRow(caller, new Date(), 'export', {
      type,
      outcome: 200,
      query: wish.asked,
      ...(patients.length === 1 ? { pat: patients[0] } : {}),
      ...(patients.length > 1 ? { seen: patients } : {}),
    }),
  );
  return { done, enough };
}

/** The rows of one type: in scope, of the patients asked for, changed since, and matching one of the filters of their type. */
async function selection(
  runner: Runner,
  caller: Caller,
  wish: ExportWish,
  { type, deleted, since }: Slice,
): Promise<{ text: string; values: unknown[] }> {
  const decision = decide(caller.person, caller.purpose, 'export', type);
  if (!decision.allowed) throw new Stopped(fail('forbidden', decision.why).problem);
  const filters = wish.filters.filter((filter) => filter.type === type);
  const clauses = filters.flatMap(({ where }) => where);
  if (clauses.reduce((sum, clause) => sum + costOf(clause), 0) > parametersMax)
    throw new Stopped(fail('too-costly', 'The filters compare too many values: export in several runs', '_typeFilter').problem);
  const terms = await readTerms(clauses, storedTerminology(runner, caller));
  if (!terms.ok) throw new Stopped(terms.problem);
  const compiler = new Compiler(caller, 'placeholders', {
    terms: terms.value,
    targets: (await chainTargets(runner, caller, clauses, terms.value, mostTargets)).targets,
  });
  const { parameters } = compiler;
  compiler.note('r', type);
  const conditions = [`r.type = ${typeNumber(type)}`, deleted ? 'r.deleted' : 'not r.deleted'];
  if (!isShared(type)) conditions.push(rowScope(decision.scope, 'r', parameters));
  if (wish.patients === 'all')
    conditions.push(`exists (select 1 from directory p where p.type = ${typeNumber('Patient')} and p.id = r.pat and p.pat = r.pat)`);
  else if (wish.patients !== undefined) {
    const of = parameters.list(wish.patients.map(keyOfId), 'uuid');
    conditions.push(`(r.pat = any(${of}) or coalesce(r.also && ${of}, false))`);
  }
  if (since !== undefined && 'position' in since) {
    const from = parameters.add(since.position, 'int8');
    conditions.push(`r.id = any(array(select c.id from change c where c.type = ${typeNumber(type)} and c.position > ${from}))`);
  } else if (since !== undefined) conditions.push(`r.at > ${parameters.add(since.at.toISOString(), 'timestamptz')}`);
  if (filters.length > 0) conditions.push(`(${filters.map((filter) => matching(filter, compiler)).join(' or ')})`);
  const body = deleted ? 'null' : `case when octet_length(r.body) <= ${lightBytes} then r.body end`;
  return {
    text: `select r.id, r.name, r.pat, r.also, r.version, ${body} as body from resource r where ${conditions.join(' and ')} order by r.id`,
    values: parameters.values,
  };
}

const matching = ({ where }: Query, compiler: Compiler): string =>
  where.length === 0 ? 'true' : `(${where.map((clause) => condition(clause, 'r', compiler)).join(' and ')})`;
