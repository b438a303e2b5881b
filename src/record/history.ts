// History of a resource, a type or the whole record, newest first (http://hl7.org/fhir/R4/http.html#history), read along
// the feed's positions: pages are pinned to them, so that they neither repeat nor skip while the record changes.
import type { ResourceType } from '../fhir/generated/types.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { auditRow, auditRows } from './audit.ts';
import type { Caller, HistoryPage, Page, Stored } from './contract.ts';
import { asFarAsItFits, lightBody } from './heavy.ts';
import { keyOfId, typeNumber } from './keys.ts';
import { audited } from './search/audited.ts';
import { Compiler } from './search/compiler.ts';
import type { Runner } from './search/lanes.ts';
import { type HitRow, storedOf } from './search/search.ts';
import { nameOf } from './search/shapes.ts';
import { operationOf } from './write-statements.ts';

interface HistoryRow extends HitRow {
  position: bigint;
  operation: number;
}

const columns = 'pat, also, type, id, name, version, at, deleted, body';
const everyVersion = (type: string, id: string): string =>
  `select ${columns} from resource where type = ${type} and id = ${id} union all select ${columns} from history where type = ${type} and id = ${id}`;

/** Versions along the feed; the subselects are keyed by what the feed names. */
const changes = `(
  select v.*, c.position, c.operation from change c join lateral (
    select ${columns} from resource where type = c.type and id = c.id and version = c.version
    union all
    select ${columns} from history where type = c.type and id = c.id and version = c.version
  ) v on true) v`;

/** Versions of one resource: its own key finds them, and their number is their order. */
function versionsOf(type: ResourceType, id: string, { parameters }: Compiler): string {
  const all = everyVersion(parameters.add(typeNumber(type), 'int2'), parameters.add(keyOfId(id), 'uuid'));
  return `(select v.*, v.version::int8 as position,
    case when v.deleted then 3 when coalesce(lag(v.deleted) over (order by v.version), true) then 1 else 2 end as operation
    from (${all}) v) v`;
}

/** `types`: those that the caller may read the history of; one of them where a type is named. */
export async function history(
  runner: Runner,
  caller: Caller,
  of: { type?: ResourceType; id?: string },
  types: { type: ResourceType; scoped: boolean }[],
  scopeOf: (compiler: Compiler, alias: string, types: { type: ResourceType; scoped: boolean }[]) => string,
  page: HistoryPage,
): Promise<Result<Page>> {
  const compiler = new Compiler(caller);
  const { parameters } = compiler;
  const from = of.type !== undefined && of.id !== undefined ? versionsOf(of.type, of.id, compiler) : changes;
  const conditions = [scopeOf(compiler, 'v', types)];
  if (of.type !== undefined) conditions.push(`v.type = ${parameters.add(typeNumber(of.type), 'int2')}`);
  if (page.since !== undefined) conditions.push(`v.at >= ${parameters.add(page.since.toISOString(), 'timestamptz')}`);
  if (page.at !== undefined) {
    const [start, end] = page.at.map((instant) => parameters.add(instant.toISOString(), 'timestamptz'));
    conditions.push(`v.at < ${end} and not exists (
      select 1 from (${everyVersion('v.type', 'v.id')}) n where n.version = v.version + 1 and n.at < ${start})`);
  }
  if (page.cursor !== undefined) {
    if (!/^\d{1,18}$/.test(page.cursor))
      return fail('invalid', 'This page link does not belong to this history: start again from its first page', '_cursor');
    conditions.push(`v.position < ${parameters.add(page.cursor, 'int8')}`);
  }
  const most = parameters.add(page.count + 1, 'int8');
  const hits = `
select v.pat, v.also, v.type, v.id, v.name, v.version, v.at, v.deleted, ${lightBody('v', most)} as body, v.position, v.operation
from ${from} where ${conditions.join(' and ')}
order by v.position desc limit ${most}`;
  const whole = of.id !== undefined && page.cursor === undefined && page.since === undefined && page.at === undefined;
  const outcome = whole ? 'case when p.pats is null then 404 else a.outcome end' : 'a.outcome';
  const text = audited(hits, parameters.values.length + 1, ' order by hit.position desc', outcome);
  const audit = auditRow(caller, new Date(), 'history', {
    type: of.type,
    target: of.id === undefined ? undefined : keyOfId(of.id),
    outcome: 200,
  });
  const { rows } = await runner.query<HistoryRow>({
    name: nameOf(text),
    text,
    values: [...parameters.values, ...auditRows.values([audit])],
  });
  const shown = await asFarAsItFits(runner, rows.slice(0, page.count));
  const matches: Stored[] = shown.map((row) => ({ ...storedOf(row), operation: operationOf(row.operation) }));
  if (whole && rows.length === 0) {
    return fail('not-found', `There is no ${of.type}/${of.id}, or this account may not see it`);
  }
  return ok({ matches, included: [], ...(rows.length > shown.length && shown.length > 0 ? { next: String(shown.at(-1)!.position) } : {}) });
}
