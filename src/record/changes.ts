// The feed as the record gives it: changes after a position, in order. Positions become visible in their own order
// (they are given out under a lock that is held to the end of the commit), so a follower never has to look back.
import type { Database } from '../database/contract.ts';
import type { ResourceType } from '../fhir/generated/types.ts';
import { type AuditRow, auditRows } from './audit.ts';
import type { Caller, Change, Changes, SeenChange, SeenChanges } from './contract.ts';
import { asFarAsItFits, lightBody } from './heavy.ts';
import { typeNumber, typeOfNumber } from './keys.ts';
import { Compiler } from './search/compiler.ts';
import { nameOf } from './search/shapes.ts';
import { operationOf } from './write-statements.ts';

type Asked = Pick<Database, 'query'>;

interface ChangeRow {
  position: bigint;
  at: Date;
  account: string;
  operation: number;
  type: number;
  id: string;
  name: string | null;
  version: number;
  pat: string;
  body: string | null;
}

const version = (columns: string): string => `(
  select ${columns} from resource where type = c.type and id = c.id and version = c.version
  union all
  select ${columns} from history where type = c.type and id = c.id and version = c.version
)`;

const afterText = `
select c.position, c.at, c.account, c.operation, c.type, c.id, v.name, c.version, c.pat, ${lightBody('v', '$2::int8')} as body
from change c left join lateral ${version('name, body')} v on true
where c.position > $1 order by c.position limit $2`;

/** Oldest first, at most `limit`; fewer where they weigh too much together. */
export async function changesAfter(database: Asked, after: bigint, limit: number): Promise<Change[]> {
  const { rows } = await database.query<ChangeRow>({ name: 'changes-after', text: afterText, values: [after.toString(), limit] });
  return (await asFarAsItFits(database, rows)).map(changeOf);
}

const changeOf = (row: ChangeRow): Change => ({
  position: row.position,
  at: row.at,
  by: row.account,
  operation: operationOf(row.operation),
  type: typeOfNumber(row.type),
  id: row.name ?? row.id,
  version: row.version,
  pat: row.pat,
  body: row.body ?? '',
});

// How far it looked must come from the same snapshot as what it found: a change that commits in between would be skipped.
const amongText = `
with wanted as materialized (
  select s.* from (select * from change where position > $1 order by position limit $2) s
  where $3::int2[] is null or s.type = any($3) order by s.position limit $4
)
select case when (select count(*) from wanted) < $4 then
    (select max(position) from (select position from change where position > $1 order by position limit $2) s) end as reached,
  c.position, c.at, c.account, c.operation, c.type, c.id, v.name, c.version, c.pat, ${lightBody('v', '$4::int8')} as body
from (values (1)) one(n) left join wanted c on true left join lateral ${version('name, body')} v on true
order by c.position`;

export async function changesAmong(
  database: Asked,
  after: bigint,
  limits: { span: number; limit: number },
  types: readonly ResourceType[] | undefined,
): Promise<Changes> {
  const numbers = types === undefined ? null : `{${types.map(typeNumber).join(',')}}`;
  const values = [after.toString(), limits.span, numbers, limits.limit];
  const { rows } = await database.query<{ reached: bigint | null } & (ChangeRow | { position: null })>({
    name: 'changes-among',
    text: amongText,
    values,
  });
  const found = rows.flatMap((row) => (row.position === null ? [] : [row]));
  const changes = (await asFarAsItFits(database, found)).map(changeOf);
  // A page that would weigh too much ends early, and the next one begins behind it.
  const reached = changes.length < found.length ? undefined : rows[0]?.reached;
  return { changes, reached: reached ?? changes.at(-1)?.position ?? after };
}

/** Position of the newest change; 0 where there is none. */
export async function headOf(database: Asked): Promise<bigint> {
  const { rows } = await database.query<{ head: bigint }>({
    name: 'head',
    text: 'select coalesce(max(position), 0)::int8 as head from change',
  });
  return rows[0]!.head;
}

/** Changes looked through for one page: bounds what a page costs somebody who may see little. */
const spanSeen = 5_000;

interface SeenRow {
  reached: bigint | null;
  position: bigint | null;
  at: Date;
  operation: number;
  type: number;
  id: string;
  name: string | null;
  version: number;
  patient: string | null;
}

/** `scopeOf`: the rows of `v` that the caller may see. `always`: audit the page also where it shows nobody. */
export async function changesSeen(
  database: Asked,
  caller: Caller,
  after: bigint,
  limit: number,
  scopeOf: (compiler: Compiler, alias: string) => string,
  audit: { row: AuditRow; always: boolean },
): Promise<SeenChanges> {
  const compiler = new Compiler(caller);
  const { parameters } = compiler;
  const span = `select * from change where position > ${parameters.add(after, 'int8')} order by position limit ${parameters.add(spanSeen, 'int8')}`;
  const scope = scopeOf(compiler, 'v');
  const most = parameters.add(limit, 'int8');
  const always = parameters.add(audit.always, 'bool');
  const text = `
with span as materialized (${span}),
hit as materialized (
  select c.position, c.at, c.operation, c.type, c.id, c.version, v.name, v.pat, v.also
  from span c join lateral ${version('type, name, pat, also')} v on true
  where ${scope} order by c.position limit ${most}
),
patients as (select array_agg(distinct pat) as pats from hit),
seen as (
  insert into audit (${auditRows.names}, seen)
  select case when cardinality(p.pats) = 1 then p.pats[1] else a.pat end, a.id, a.at, a.account, a.who, a.role, a.purpose, a.origin, a.action,
    a.outcome, a.type, a.target, a.query, a.request, case when cardinality(p.pats) > 1 then p.pats end
  from ${auditRows.source('a', parameters.values.length + 1)}, patients p where ${always} or p.pats is not null
)
select (select max(position) from span) as reached, hit.position, hit.at, hit.operation, hit.type, hit.id, hit.name, hit.version,
  coalesce(p.name, p.id::text) as patient
from (values (1)) one(n) left join hit on true
  left join resource p on hit.also is null and p.type = ${typeNumber('Patient')} and p.id = hit.pat and p.pat = hit.pat
order by hit.position`;
  const values = [...parameters.values, ...auditRows.values([audit.row])];
  const { rows } = await database.query<SeenRow>({ name: nameOf(text), text, values });
  const changes = rows.flatMap((row) => (row.position === null ? [] : [seenOf(row, row.position)]));
  // A full page may have left out changes of its span: the next one begins behind what was shown.
  const next = changes.length === limit ? changes.at(-1)!.position : (rows[0]?.reached ?? after);
  return { changes, next };
}

const seenOf = (row: SeenRow, position: bigint): SeenChange => ({
  position,
  at: row.at,
  operation: operationOf(row.operation),
  type: typeOfNumber(row.type),
  id: row.name ?? row.id,
  version: row.version,
  ...(row.patient === null ? {} : { patient: row.patient }),
});
