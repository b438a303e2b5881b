// Reads by id. Requests that arrive together are answered by one statement, which also writes their audit rows: a read
// is audited in the same transaction and still costs less than one statement each.
import type { Database } from '../database/contract.ts';
import type { ResourceType } from '../fhir/generated/types.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Scope } from '../policy/contract.ts';
import { type AuditRow, auditRow, auditRows } from './audit.ts';
import type { Caller, Stored } from './contract.ts';
import { bodyOf, lightBody } from './heavy.ts';
import { keyOfId, typeNumber } from './keys.ts';
import { promptly, type ReadAudit } from './promptly.ts';
import { rowScope } from './row-scope.ts';
import { type RowColumns, readRow, rowText } from './row-text.ts';
import { Parameters } from './search/parameters.ts';

interface Waiting {
  caller: Caller;
  type: ResourceType;
  id: string;
  version: number | null;
  done(answer: Result<Stored>): void;
  failed(error: unknown): void;
}
interface Found {
  n: number;
  version: number;
  at: Date;
  /** Empty for a version that deleted it; null where it is long and read by itself. */
  body: string | null;
}

const columns: RowColumns = [
  { name: 'n', kind: 'number' },
  { name: 'version', kind: 'number' },
  { name: 'at', kind: 'instant' },
  { name: 'body', kind: 'text' },
];

const mostPerStatement = 128;
const mostUnderWay = 2;
const mostWaiting = 20_000;

/** Reads of one scope. Scopes are few: one for each distinct restriction of the people who are signed in. */
class Lane {
  waiting: Waiting[] = [];
  underWay = 0;
  scheduled = false;
  readonly text: string;
  readonly name: string;
  readonly scopeValues: unknown[];

  constructor(scope: Scope, shared: boolean, ofVersion: boolean, readAudit: ReadAudit) {
    const parameters = new Parameters();
    // Placeholders: the reads first, then their audit rows, then the scope.
    parameters.reserve(4 + auditRows.width);
    const visible = shared ? 'true' : rowScope(scope, 'r', parameters);
    this.scopeValues = parameters.values;
    const from = ofVersion
      ? `join lateral (
           select pat, also, type, id, version, at, deleted, body from resource where type = q.type and id = q.id and version = q.version
           union all
           select pat, also, type, id, version, at, deleted, body from history where type = q.type and id = q.id and version = q.version
         ) r on true`
      : 'join resource r on r.type = q.type and r.id = q.id';
    this.text = `
with q as materialized (select * from unnest($1::int2[], $2::int2[], $3::uuid[], $4::int4[]) as q(n, type, id, version)${promptly(readAudit)}),
hit as materialized (select q.n, r.pat, r.also, r.version, r.at, r.deleted, ${lightBody('r', '16')} as body, (${visible}) as visible from q ${from}),
seen as (
  insert into audit (${auditRows.names}, seen)
  select coalesce(h.pat, a.pat), a.id, a.at, a.account, a.who, a.role, a.purpose, a.origin, a.action,
    case when h.pat is null then 404 when not h.visible then 403 when h.deleted then 410 else 200 end, a.type, a.target, a.query, a.request,
    case when h.visible and h.also is not null then h.pat || h.also end
  from ${auditRows.source('a', 5, true)} left join hit h on h.n = a.n
)
select ${rowText(columns, 'hit')} as row from hit where visible`;
    this.name = `read-${readAudit}-${ofVersion ? 'version' : 'current'}-${shared ? 'shared' : scope.patients === undefined ? (scope.organisations === undefined ? 'all' : 'organisations') : scope.organisations === undefined ? 'patients' : 'both'}`;
  }
}

export class Reader {
  readonly #database: Database;
  readonly #readAudit: ReadAudit;
  readonly #lanes = new Map<string, Lane>();

  constructor(database: Database, readAudit: ReadAudit) {
    this.#database = database;
    this.#readAudit = readAudit;
  }

  /** `version`: null for the current one. Not there and not allowed give the same answer. */
  read(caller: Caller, scope: Scope, shared: boolean, type: ResourceType, id: string, version: number | null): Promise<Result<Stored>> {
    const key = `${version === null}|${shared ? 'shared' : JSON.stringify([scope.organisations, scope.patients])}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      if (this.#lanes.size > 500) this.#lanes.clear();
      lane = new Lane(scope, shared, version !== null, this.#readAudit);
      this.#lanes.set(key, lane);
    }
    if (lane.waiting.length >= mostWaiting) return Promise.resolve(fail('busy', 'Too many reads are waiting: try again in a moment'));
    return new Promise((done, failed) => {
      lane.waiting.push({ caller, type, id, version, done, failed });
      this.#schedule(lane);
    });
  }

  #schedule(lane: Lane): void {
    if (lane.scheduled || lane.underWay >= mostUnderWay || lane.waiting.length === 0) return;
    lane.scheduled = true;
    setImmediate(() => {
      lane.scheduled = false;
      const batch = lane.waiting.splice(0, mostPerStatement);
      if (batch.length > 0) void this.#run(lane, batch);
      this.#schedule(lane);
    });
  }

  async #run(lane: Lane, batch: Waiting[]): Promise<void> {
    lane.underWay++;
    try {
      const at = new Date();
      const audit: AuditRow[] = batch.map(({ caller, type, id, version }) =>
        auditRow(caller, at, version === null ? 'read' : 'vread', { type, target: keyOfId(id), outcome: 200 }),
      );
      const { rows } = await this.#database.query<{ row: string }>({
        name: lane.name,
        text: lane.text,
        values: [
          `{${batch.map((_, i) => i + 1).join(',')}}`,
          `{${batch.map((one) => typeNumber(one.type)).join(',')}}`,
          `{${batch.map((one) => keyOfId(one.id)).join(',')}}`,
          `{${batch.map((one) => one.version ?? 0).join(',')}}`,
          ...auditRows.values(audit),
          ...lane.scopeValues,
        ],
      });
      const found: (Found | undefined)[] = batch.map(() => undefined);
      for (const { row } of rows) {
        const one = readRow<Found>(row, columns);
        found[one.n - 1] = one;
      }
      for (const [i, one] of batch.entries()) {
        const { version, body } = found[i] ?? {};
        // One after the other, so that no batch of them fills the memory.
        if (version !== undefined && body === null)
          found[i]!.body = await bodyOf(this.#database, typeNumber(one.type), keyOfId(one.id), version);
        one.done(answer(one, found[i]));
      }
    } catch (error) {
      for (const one of batch) one.failed(error);
    } finally {
      lane.underWay--;
      this.#schedule(lane);
    }
  }
}

function answer({ type, id, version }: Waiting, found: Found | undefined): Result<Stored> {
  const name = version === null ? `${type}/${id}` : `${type}/${id}/_history/${version}`;
  if (found === undefined) return fail('not-found', `There is no ${name}, or this account may not see it`);
  if (found.body === '') return fail('gone', `${type}/${id} was deleted${version === null ? '' : ` in version ${version}`}`);
  return ok({ type, id, version: found.version, lastUpdated: found.at, body: found.body!, deleted: false });
}
