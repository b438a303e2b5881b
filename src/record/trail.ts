// Reading the audit trail: "who has seen this chart?", "what did this account look at?" (docs/decisions/0006). Newest first,
// in pages that go on behind the last row. Looking at it leaves a row of its own, in the same transaction.
//
// The trail grows with every access, so it has no more indexes than its rows can pay for: by patient, and by time in blocks
// (BRIN). What is not about one patient is therefore sought backwards in widening spans of time, until the page is full.
//
// Invariant: whoever is bound to organisations learns nothing of other patients here. A row shows which of their own patients it
// concerned; the words of a search are shown only to the one who asked it, because they may name anybody: `name=Ann,Bob` stands in
// Ann's trail too, and a search for two patients may have found one.
import type { Database, Session } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Scope } from '../policy/contract.ts';
import { type AuditRow, auditInsert, auditRow, type StoredAudit } from './audit.ts';
import type { Caller, TrailPage, TrailRow, TrailWish } from './contract.ts';
import { isHashedKey, keyOfId, typeNumber, typeOfNumber } from './keys.ts';
import { rowScope } from './row-scope.ts';
import { Parameters } from './search/parameters.ts';

interface Found extends StoredAudit {
  name: string | null;
  patients: string[] | null;
}

/** Patients named in one row; a search may have shown a thousand. */
const mostNamed = 20;
const hourMs = 3_600_000;
/** A day's work is usually in the first two; the last span is all that is left. */
const spansMs = [hourMs, 24 * hourMs, 7 * 24 * hourMs, 30 * 24 * hourMs, Number.POSITIVE_INFINITY];

/** `scope`: of policy/trail.ts. The wish must be of one who may read the trail at all. */
export async function readTrail(database: Database, caller: Caller, scope: Scope, wish: TrailWish, now: Date): Promise<Result<TrailPage>> {
  const cursor = wish.cursor === undefined ? undefined : readCursor(wish.cursor);
  if (cursor === null)
    return fail('invalid', 'This page link does not belong to the audit trail: start again from its first page', 'cursor');
  const most = wish.count + 1;
  const found = await database.transaction(async (session) => {
    const rows: Found[] = [];
    for (const span of spansOf(wish, cursor, now)) {
      rows.push(...(await part(session, { caller, scope, wish }, cursor, span, most - rows.length)));
      if (rows.length >= most) break;
    }
    // Behind the reading, so that a page does not begin with itself.
    await session.query(auditInsert([ownRow(caller, wish, now)]));
    return rows;
  });
  const rows = found.slice(0, wish.count);
  const last = rows.at(-1);
  return ok({ rows: rows.map(rowOf), ...(found.length > wish.count && last !== undefined ? { next: writeCursor(last) } : {}) });
}

/** Asked about a patient, it is that patient's row: who looked at the trail of a chart stands in the trail of the chart. */
const ownRow = (caller: Caller, { patient, asked }: TrailWish, now: Date): AuditRow =>
  auditRow(caller, now, 'audit', {
    type: 'AuditEvent',
    query: asked,
    outcome: 200,
    ...(patient === undefined ? {} : { pat: keyOfId(patient) }),
  });

interface Span {
  from: Date | undefined;
  /** Not included. */
  to: Date | undefined;
}

function* spansOf({ patient, since, until }: TrailWish, cursor: Cursor | undefined, now: Date): Generator<Span> {
  // The index by patient finds all rows at once.
  if (patient !== undefined) return yield { from: since, to: until };
  const start = Math.min(until?.getTime() ?? Number.POSITIVE_INFINITY, cursor?.at.getTime() ?? Number.POSITIVE_INFINITY, now.getTime());
  let to = until;
  for (const ms of spansMs) {
    const first = start - ms;
    const last = since !== undefined && first <= since.getTime();
    const from = last || !Number.isFinite(first) ? since : new Date(first);
    yield { from, to };
    if (last) return;
    to = from;
  }
}

interface Asking {
  caller: Caller;
  scope: Scope;
  wish: TrailWish;
}

async function part(
  session: Session,
  { caller, scope, wish }: Asking,
  cursor: Cursor | undefined,
  { from, to }: Span,
  most: number,
): Promise<Found[]> {
  const parameters = new Parameters();
  const instant = (at: Date): string => parameters.add(at.toISOString(), 'timestamptz');
  const patient = wish.patient === undefined ? undefined : parameters.add(keyOfId(wish.patient), 'uuid');
  const conditions = ['true'];
  if (patient !== undefined) conditions.push(`(a.pat = ${patient} or a.seen @> array[${patient}])`);
  if (from !== undefined) conditions.push(`a.at >= ${instant(from)}`);
  if (to !== undefined) conditions.push(`a.at < ${instant(to)}`);
  if (cursor !== undefined) conditions.push(`(a.at, a.id) < (${instant(cursor.at)}, ${parameters.add(cursor.id, 'uuid')})`);
  if (wish.account !== undefined) {
    const name = parameters.add(wish.account, 'text');
    conditions.push(`(a.who = ${name} or a.account::text = ${name})`);
  }
  if (wish.actions !== undefined)
    conditions.push(`a.action = any(string_to_array(${parameters.add(wish.actions.join(','), 'text')}, ','))`);
  if (wish.outcomes !== undefined) conditions.push(`a.outcome = any(${parameters.list(wish.outcomes.map(BigInt), 'int2')})`);
  const bounded = isBounded(scope);
  const concerned = bounded ? concernedSurely('a') : concernedAtAll('a');
  if (bounded) {
    // The patient who is asked about must be one of theirs: a row that concerned another as well would tell that it did.
    const same = patient === undefined ? '' : `c.pat = ${patient} and `;
    conditions.push(`exists (select 1 from (${concerned}) c(pat, also) where ${same}${rowScope(scope, 'c', parameters)})`);
  }
  const query = bounded ? `case when a.account = ${parameters.add(caller.person.id, 'uuid')} then a.query end` : 'a.query';
  const target = bounded ? `case when ${mayBeNamed(rowScope(scope, 'v', parameters))} then a.target end` : 'a.target';
  const patients = `
    select array_agg(p.id order by p.id) from (
      select coalesce(r.name, r.id::text) as id from (${concerned}) c(pat, also)
      join resource r on r.type = ${typeNumber('Patient')} and r.id = c.pat and r.pat = c.pat
      where ${rowScope(scope, 'r', parameters)} order by ${patient === undefined ? '' : `r.id <> ${patient}, `}r.id limit ${mostNamed + 1}
    ) p`;
  const text = `
with a as materialized (
  select * from audit a where ${conditions.join(' and ')} order by a.at desc, a.id desc limit ${parameters.add(most, 'int8')}
)
select a.id, a.at, a.account, a.who, a.role, a.purpose, a.origin, a.action, a.outcome, a.type, ${target} as target, ${query} as query, a.request,
  (select coalesce(r.name, r.id::text) from resource r where r.type = a.type and r.id = a.target limit 1) as name,
  (${patients}) as patients
from a order by a.at desc, a.id desc`;
  return (await session.query<Found>({ text, values: parameters.values })).rows;
}

/** The patients whom a row concerned, as rows that a scope can be asked of. */
const concernedAtAll = (a: string): string => `select unnest(coalesce(${a}.seen, array[${a}.pat])), null::uuid[]`;
/**
 * Without the account itself, which stands there where nobody was concerned: a Patient who is given an account's id (whoever makes
 * one chooses it) would open to its organisation all that this account was refused and all that it counted.
 */
const concernedSurely = (a: string): string => `select unnest(coalesce(${a}.seen, array[nullif(${a}.pat, ${a}.account)])), null::uuid[]`;

/** Whether the row's resource may be named: of one that never stood in their patients' charts, but concerns theirs too, only the type is. */
const mayBeNamed = (scoped: string): string => `(
    select coalesce(bool_or(${scoped}), true) from (
      select pat, also from resource where type = a.type and id = a.target
      union all
      select pat, also from history where type = a.type and id = a.target
    ) v)`;

const isBounded = ({ organisations, patients }: Scope): boolean => organisations !== undefined || patients !== undefined;

function rowOf(row: Found): TrailRow {
  const type = row.type === null ? undefined : typeOfNumber(row.type);
  const patients = row.patients ?? [];
  return {
    at: row.at,
    who: row.who,
    account: row.account,
    role: row.role,
    purpose: row.purpose,
    from: row.origin,
    action: row.action,
    ...(type === undefined ? {} : { type }),
    ...(row.target === null ? {} : idOf(row.name, row.target)),
    patients: patients.slice(0, mostNamed),
    morePatients: patients.length > mostNamed,
    outcome: row.outcome,
    ...(row.query === null ? {} : { query: row.query }),
    request: row.request,
  };
}

/** `name`: the id, where there is such a resource. Of what was never here the id is known only where it is its own key. */
const idOf = (name: string | null, key: string): { id?: string } => (name !== null ? { id: name } : isHashedKey(key) ? {} : { id: key });

interface Cursor {
  at: Date;
  id: string;
}

const writeCursor = ({ at, id }: Found): string => Buffer.from(`${at.toISOString()} ${id}`).toString('base64url');

function readCursor(text: string): Cursor | null {
  const [, at, id] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at)) || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    return null;
  return { at: new Date(at), id };
}
