// The write path: units of writes, each all or nothing, several of different callers in one transaction (group commit).
//
// Two round trips: lock what exists (in key order, so that batches never deadlock), decide in plain code, then write all
// of it (a large batch in parts), take the feed's lock as the last thing before COMMIT and give out positions. A unit that
// must not happen (other version, out of scope) is left out; the rest of its batch goes on.
import type { Session, Statement } from '../database/contract.ts';
import type { ResourceType } from '../fhir/generated/types.ts';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import { actionOf, checkScope, type HeldRow, type ScopeCheck } from './access.ts';
import { type AuditRow, auditRow } from './audit.ts';
import type { Caller, Stored, Written } from './contract.ts';
import { containsKey } from './index-rows.ts';
import { keyOfId, keyOfOwn, typeNumber } from './keys.ts';
import { fingerprintOf } from './parameters/fingerprint.ts';
import { definitionStatements } from './parameters/registry.ts';
import { bytesWithoutVersion, type Prepared, saysTheSame } from './prepare.ts';
import { inSlices, type Rest, slices } from './slices.ts';
import {
  auditStatements,
  changeStatements,
  compartmentStatements,
  containedStatements,
  type PlacedRow,
  resourceStatements,
  turnStatement,
  valueStatements,
  wordingStatements,
} from './write-statements.ts';

export type PlannedWrite =
  /** `fresh`: the id was made here, so nothing can be in its place. */
  | { kind: 'put'; row: Prepared; fresh: boolean; ifVersion?: number; ifNew?: boolean; imported?: Imported }
  /** `defined`: a SearchParameter that defined something. */
  | { kind: 'delete'; type: ResourceType; id: string; at: Date; ifVersion?: number; imported?: boolean; defined?: boolean };

/** Taken over from another record: the version that it had there, and when it came here. */
export interface Imported {
  version: number;
  now: Date;
}

export interface Unit {
  caller: Caller;
  writes: PlannedWrite[];
  /** Plans the same anew, where it was indexed by search parameters that are no longer those in force. */
  again?(): Promise<Result<PlannedWrite[]>>;
}

/** What stands in the place of a write now. */
export interface Held extends HeldRow {
  type: number;
  id: string;
  version: number;
  deleted: boolean;
  at: Date;
  /** It contains other resources. */
  contains: boolean;
  /** Its text, where that is as long as what is to take its place: only then can it be the same. */
  body: string | null;
}

const lockText = `
select r.type, r.id, r.pat, r.also, r.version, r.deleted, r.at, c.org, r.keys @> array[q.contains] as contains,
  case when octet_length(r.body) = q.bytes + length(r.version::text) then r.body end as body
from unnest($1::int2[], $2::uuid[], $3::int4[], $4::int8[]) as q(type, id, bytes, contains)
join resource r on r.type = q.type and r.id = q.id
left join compartment c on c.pat = r.pat
order by r.type, r.id
for update of r`;

const keyOf = (type: number, id: string): string => `${type}/${id}`;
const targetOf = (write: PlannedWrite): { type: number; id: string } =>
  write.kind === 'put' ? { type: write.row.typeNumber, id: write.row.key } : { type: typeNumber(write.type), id: keyOfId(write.id) };

export interface Batch {
  answers: Result<Written[]>[];
  /** What the audit trail says of the refused ones: it goes with the transaction where that is rolled back. */
  refused: AuditRow[];
  /** Wordings that are stored once the transaction has committed. */
  texts: bigint[];
}

/** Runs one batch in an open transaction; the answers are only true once it has committed. */
export async function writeBatch(session: Session, units: Unit[], known: { has(key: bigint): boolean }): Promise<Batch> {
  const held = await lock(session, units);
  const scopes = await checkScope(session, units, held);
  const rest = slices();
  const placed: PlacedRow[] = [];
  const audit: AuditRow[] = [];
  const answers: Result<Written[]>[] = [];
  const refused: AuditRow[] = [];
  for (const unit of units) answers.push(await inSlices(decideUnit(unit, held, scopes, placed, audit, refused), rest));
  return { answers, refused, texts: await place(session, placed, [...audit, ...refused], known, rest) };
}

async function lock(session: Session, units: Unit[]): Promise<Map<string, Held>> {
  const types: number[] = [];
  const ids: string[] = [];
  const bytes: string[] = [];
  const contains: bigint[] = [];
  for (const unit of units) {
    for (const write of unit.writes) {
      if (write.kind === 'put' && write.fresh) continue;
      const { type, id } = targetOf(write);
      types.push(type);
      ids.push(id);
      contains.push(containsKey(write.kind === 'put' ? write.row.type : write.type));
      bytes.push(write.kind === 'put' ? String(bytesWithoutVersion(write.row)) : 'NULL');
    }
  }
  if (ids.length === 0) return new Map();
  const values = [`{${types.join(',')}}`, `{${ids.join(',')}}`, `{${bytes.join(',')}}`, `{${contains.join(',')}}`];
  const { rows } = await session.query<Held>({ name: 'lock', text: lockText, values });
  return new Map(rows.map((row) => [keyOf(row.type, row.id), row]));
}

/** Decides a unit against what stands there; on success its rows join the batch, otherwise only the refusal is recorded. */
function* decideUnit(
  unit: Unit,
  held: Map<string, Held>,
  scopes: ScopeCheck,
  placed: PlacedRow[],
  audit: AuditRow[],
  refused: AuditRow[],
): Generator<undefined, Result<Written[]>> {
  const rows: PlacedRow[] = [];
  const notes: AuditRow[] = [];
  const written: Written[] = [];
  for (const write of unit.writes) {
    const { type, id } = targetOf(write);
    const now = held.get(keyOf(type, id));
    const about = {
      type: write.kind === 'put' ? write.row.type : write.type,
      target: id,
      pat: now?.pat ?? (write.kind === 'put' ? write.row.pat : undefined),
      seen: concerned(write, now),
    };
    const at = write.kind === 'put' ? (write.imported?.now ?? write.row.at) : write.at;
    const barred = scopes.refuses(unit.caller, write, now);
    const problem =
      barred === undefined ? conflictOf(write, now) : ((barred.unseen ? conflictOf(write, undefined) : undefined) ?? barred.problem);
    if (problem !== undefined) {
      // Who may not know that it is there is told that it is not; the trail says what was so.
      const outcome = barred === undefined ? statusOf(problem) : 403;
      refused.push(auditRow(unit.caller, at, actionOf(write, now), { ...about, outcome }));
      return { ok: false, problem };
    }
    const same = unchanged(write, now);
    const row = same === undefined ? placedRow(unit.caller, write, now) : undefined;
    written.push(same ?? answerOf(write, now, row));
    notes.push(auditRow(unit.caller, at, actionOf(write, now), { ...about, outcome: 200 }));
    if (row !== undefined) rows.push(row);
    yield;
  }
  for (const row of rows) placed.push(row);
  for (const note of notes) audit.push(note);
  return ok(written);
}

/** All patients whom a write concerns, where there are several: those of what stood there and of what will. */
function concerned(write: PlannedWrite, now: Held | undefined): string[] | undefined {
  const row = write.kind === 'put' ? write.row : undefined;
  if ((now?.also ?? null) === null && (row?.also ?? null) === null && (now === undefined || row === undefined || now.pat === row.pat))
    return undefined;
  const all = new Set([
    ...(now === undefined ? [] : [now.pat, ...(now.also ?? [])]),
    ...(row === undefined ? [] : [row.pat, ...(row.also ?? [])]),
  ]);
  return all.size > 1 ? [...all] : undefined;
}

function conflictOf(write: PlannedWrite, now: Held | undefined): Problem | undefined {
  const live = now !== undefined && !now.deleted;
  if (write.ifVersion !== undefined && (now === undefined || now.version !== write.ifVersion)) {
    const is = now === undefined ? 'there is no such resource' : `the current version is ${now.version}`;
    return fail('precondition', `If-Match asked for version ${write.ifVersion}, but ${is}: read it again and repeat the change on that`)
      .problem;
  }
  if (write.kind === 'put' && write.ifNew === true && live) {
    return fail('precondition', `If-None-Match: * asked for no such resource, but version ${now.version} exists`).problem;
  }
  if (write.imported !== undefined && write.imported !== false && now !== undefined && !isThere(write, now)) {
    const what = write.kind === 'put' ? `${write.row.type}/${write.row.id}` : `${write.type}/${write.id}`;
    return fail('conflict', `${what} is here already and says something else: it is not taken over`).problem;
  }
  if (write.kind === 'delete' && now === undefined && write.imported !== true)
    return fail('not-found', `There is no ${write.type}/${write.id}`).problem;
  return undefined;
}

/** Whether what is to be taken over stands here already. */
const isThere = (write: PlannedWrite, now: Held): boolean => (write.kind === 'put' ? unchanged(write, now) !== undefined : now.deleted);

/** The answer to an update that says what stands there already: it makes no version (docs/decisions/0007). */
function unchanged(write: PlannedWrite, now: Held | undefined): Written | undefined {
  if (write.kind === 'delete' || now === undefined || now.deleted || now.body === null) return undefined;
  if (!saysTheSame(write.row, now.body, now.version)) return undefined;
  const { type, id } = write.row;
  return { outcome: 'unchanged', stored: { type, id, version: now.version, lastUpdated: now.at, body: now.body, deleted: false } };
}

function placedRow(caller: Caller, write: PlannedWrite, now: Held | undefined): PlacedRow | undefined {
  const imported = write.kind === 'put' && now === undefined ? write.imported?.version : undefined;
  const version = imported ?? (now?.version ?? 0) + 1;
  const by = caller.person.id;
  if (write.kind === 'put') {
    const { row } = write;
    const operation = now === undefined || now.deleted ? 'create' : 'update';
    const org = row.org ?? caller.person.organisations?.[0] ?? null;
    // Member by member: what a spread copies is kept where only a full collection finds it.
    return {
      type: row.type,
      typeNumber: row.typeNumber,
      id: row.id,
      key: row.key,
      name: row.name,
      pat: row.pat,
      also: row.also,
      at: row.at,
      index: row.index,
      indexed: row.indexed,
      epoch: row.epoch,
      ...(row.defines === undefined ? {} : { defines: row.defines }),
      version,
      by,
      operation,
      body: `${row.head}${version}${row.tail}`,
      from: now?.pat,
      contained: now?.contains === true,
      org: org === null || row.org !== null ? row.org : keyOfId(org),
    };
  }
  if (now === undefined ? write.imported !== true : now.deleted) return undefined;
  const key = keyOfId(write.id);
  return {
    type: write.type,
    typeNumber: typeNumber(write.type),
    id: write.id,
    key,
    name: key === write.id ? null : write.id,
    // Of what was never here nobody knows whose it was.
    pat: now?.pat ?? keyOfOwn(write.type, write.id),
    also: now?.also ?? null,
    at: write.at,
    index: { keys: new Set(), ranges: [], strings: [], texts: [] },
    // There is nothing to index, by whatever parameters.
    indexed: fingerprintOf(write.type),
    epoch: null,
    // It may have been a definition: where it was none, nothing goes.
    ...(write.type === 'SearchParameter' && write.defined === true ? { defines: { all: [], definition: '' } } : {}),
    version,
    by,
    operation: 'delete',
    body: '',
    from: now?.pat,
    contained: now?.contains === true,
    org: null,
  };
}

function answerOf(write: PlannedWrite, now: Held | undefined, row: PlacedRow | undefined): Written {
  if (row === undefined) {
    const gone = write as Extract<PlannedWrite, { kind: 'delete' }>;
    return {
      outcome: 'nothing',
      stored: { type: gone.type, id: gone.id, version: now!.version, lastUpdated: now!.at, body: '', deleted: true },
    };
  }
  const stored: Stored = {
    type: row.type,
    id: row.id,
    version: row.version,
    lastUpdated: row.at,
    body: row.body,
    deleted: row.operation === 'delete',
  };
  return { outcome: row.operation === 'create' ? 'created' : row.operation === 'update' ? 'updated' : 'deleted', stored };
}

const statuses: Partial<Record<Problem['kind'], number>> = {
  forbidden: 403,
  'not-found': 404,
  gone: 410,
  conflict: 409,
  precondition: 412,
};
export const statusOf = (problem: Problem): number => statuses[problem.kind] ?? 400;

/** Characters that may be on their way at once; the usual batch has far fewer and is sent without waiting. */
const mostUnderWay = 8_000_000;

/**
 * Sends everything; the last statements take the feed's lock, which is held only until the commit is on disk. What is on its
 * way at the end is not awaited here: COMMIT travels with it, and the transaction fails where one of them did.
 */
async function place(
  session: Session,
  placed: PlacedRow[],
  audit: AuditRow[],
  known: { has(key: bigint): boolean },
  rest: Rest,
): Promise<bigint[]> {
  const texts = new Set<bigint>();
  const changes: Statement[] = [];
  let underWay = 0;
  const send = async (statements: Iterable<Statement>): Promise<void> => {
    for (const statement of statements) {
      underWay += lengthOf(statement);
      // A long text is copied once when its statement is made, and once more when it is sent.
      const before = rest();
      if (before !== undefined) await before;
      const sent = session.query(statement);
      if (underWay > mostUnderWay) {
        await sent;
        underWay = 0;
      }
      const pause = rest();
      if (pause !== undefined) await pause;
    }
  };
  await send(resourceStatements(placed));
  await send(containedStatements(placed));
  await send(valueStatements(placed));
  await send(wordingStatements(placed, known, texts));
  await send(compartmentStatements(placed));
  await send(auditStatements(audit));
  const definitions = placed.filter((row) => row.defines !== undefined);
  for (const row of definitions) await send(definitionStatements(row.key, row.defines!.all, row.defines!.definition));
  for (const statement of changeStatements(placed, epochOf(placed, definitions.length))) {
    changes.push(statement);
    const pause = rest();
    if (pause !== undefined) await pause;
  }
  if (changes.length > 0) for (const statement of [turnStatement, ...changes]) void session.query(statement);
  return [...texts];
}

/** The oldest epoch that any of the rows was indexed in, and what this transaction itself adds to it. */
function epochOf(rows: readonly PlacedRow[], own: number): bigint | null {
  let oldest: bigint | null = null;
  for (const { epoch } of rows) if (epoch !== null && (oldest === null || epoch < oldest)) oldest = epoch;
  return oldest === null ? null : oldest + BigInt(own);
}

const lengthOf = ({ values = [] }: Statement): number =>
  values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
