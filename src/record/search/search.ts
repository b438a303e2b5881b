// Runs a parsed query: one statement finds the page, asks policy and writes the audit row; includes follow page by page.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import type { Action } from '../../policy/contract.ts';
import { type AuditRow, auditRow, auditRows } from '../audit.ts';
import type { Caller, Page, Stored } from '../contract.ts';
import { typeNumber, typeOfNumber } from '../keys.ts';
import { uuid7 } from '../uuid7.ts';
import { Compiler } from './compiler.ts';
import { condition } from './conditions.ts';
import { costOf, parametersMax } from './cost.ts';
import type { Asked, Runner } from './lanes.ts';
import { after, fingerprint, type Order, orderBy, orderOf, readCursor, sortValue, writeCursor } from './order.ts';
import { shortHash } from './shapes.ts';
import { storedTerminology } from './stored-terminology.ts';
import { readTerms, type Terms } from './terminology.ts';

export interface HitRow {
  type: number;
  id: string;
  name: string | null;
  version: number;
  at: Date;
  deleted: boolean;
  body: string;
}

export const storedOf = (row: HitRow): Stored => ({
  type: typeOfNumber(row.type),
  id: row.name ?? row.id,
  version: row.version,
  lastUpdated: row.at,
  body: row.body,
  deleted: row.deleted,
});

export const hitColumns = (r: string): string => `${r}.pat, ${r}.type, ${r}.id, ${r}.name, ${r}.version, ${r}.at, ${r}.deleted, ${r}.body`;

/** Wraps a select of rows (with \`pat\`) so that the same statement writes who saw which patients. Takes \`auditRows.width\` values from \`from\`. */
export function audited(hits: string, from: number, order: string): string {
  return `
with hit as materialized (${hits}),
patients as (select array_agg(distinct pat) as pats from hit),
seen as (
  insert into audit (${auditRows.names}, seen)
  select case when cardinality(p.pats) = 1 then p.pats[1] else a.pat end, a.id, a.at, a.account, a.who, a.role, a.purpose, a.origin, a.action, a.outcome,
    a.type, a.target, a.query, a.request, case when cardinality(p.pats) > 1 then p.pats end
  from ${auditRows.source('a', from)}, patients p
)
select * from hit${order}`;
}

export interface Limits {
  /** Page size where the query names none, and the largest that is given. */
  count: number;
  countMax: number;
}

interface Compiled {
  compiler: Compiler;
  where: string;
  /** How many values belong to `where`: those of the order come behind. */
  whereValues: number;
  order: Order;
}

/** How the statements of a search are run: together with others where they wait, or inside an open transaction. */
export interface SearchRunner extends Runner {
  ask(asked: Asked): Promise<Record<string, unknown>[]>;
}

/** One page of matches. */
export async function search(runner: SearchRunner, caller: Caller, query: Query, limits: Limits): Promise<Result<Page>> {
  const terms = await readTerms(query.where, storedTerminology(runner, caller));
  if (!terms.ok) return terms;
  const compiled = compile(caller, query, terms.value);
  if (!compiled.ok) return compiled;
  const { compiler, where, order } = compiled.value;
  const { parameters } = compiler;
  // Only pages that continue or are continued need it.
  const of = (): string => fingerprint(query, shortHash);
  let continued = '';
  let total: number | undefined;
  if (query.cursor !== undefined) {
    const cursor = readCursor(query.cursor, order, of());
    if (!cursor.ok) return cursor;
    continued = ` and ${after(order, 'r', cursor.value, compiler)}`;
    total = cursor.value.total;
  }
  const audit = auditOf(caller, 'search', query.type, query);
  const countOnly = query.summary === 'count' || query.count === 0;
  if (countOnly || (query.total === 'accurate' && total === undefined)) {
    total = await count(runner, compiled.value, audit);
    if (countOnly) return ok({ matches: [], included: [], total });
  }
  const size = Math.min(query.count ?? limits.count, limits.countMax);
  const keys = order.keys.map(({ sql }, i) => `, ${sql} as k${i}`).join('');
  const limit = parameters.add(size + 1, 'int8');
  const hits = `select ${hitColumns('r')}${keys} from resource r${order.joins} where ${where}${continued} order by ${orderBy(order, 'r')} limit ${limit}`;
  // What an outer select returns has no order of its own, so it is asked for again.
  const outer: Order = { joins: '', keys: order.keys.map((key, i) => ({ ...key, sql: `hit.k${i}` })) };
  const rows = (await runner.ask({
    hits,
    order: orderBy(outer, 'hit'),
    values: parameters.values,
    types: parameters.types,
    audit,
  })) as (HitRow & Record<string, unknown>)[];
  const page: Page = { matches: rows.slice(0, size).map(storedOf), included: [] };
  if (total !== undefined) page.total = total;
  const last = rows[size - 1];
  if (rows.length > size && last !== undefined) {
    page.next = writeCursor({
      of: of(),
      id: last.id,
      values: order.keys.map((_, i) => sortValue(last[`k${i}`])),
      ...(total === undefined ? {} : { total }),
    });
  }
  return ok(page);
}

function compile(caller: Caller, query: Query, terms: Terms): Result<Compiled> {
  const cost = query.where.reduce((sum, clause) => sum + costOf(clause), 0);
  if (cost > parametersMax) return fail('too-costly', 'The search compares too many values: split it, or name the types in its chains');
  const compiler = new Compiler(caller, 'rows', terms);
  const scope = compiler.scope(query.type, 'r');
  if (scope === undefined) return fail('forbidden', `This account may not search ${query.type}`);
  const type = compiler.parameters.add(typeNumber(query.type), 'int2');
  const conditions = query.where.map((clause) => condition(clause, 'r', compiler));
  const whereValues = compiler.parameters.values.length;
  const order = orderOf(query.sort, 'r', compiler);
  if (!order.ok) return order;
  return ok({
    compiler,
    whereValues,
    order: order.value,
    where: [`r.type = ${type}`, 'not r.deleted', scope, ...conditions].join(' and '),
  });
}

async function count(runner: SearchRunner, { compiler, where, whereValues }: Compiled, audit: AuditRow): Promise<number> {
  const { values, types } = compiler.parameters;
  const hits = `select null::uuid as pat, count(*)::int8 as total from resource r where ${where}`;
  const [row] = await runner.ask({
    hits,
    order: 'total',
    values: values.slice(0, whereValues),
    types: types.slice(0, whereValues),
    audit: { ...audit, id: uuid7() },
  });
  return Number(row!['total']);
}

function auditOf(caller: Caller, action: Action, type: ResourceType, query: Query): AuditRow {
  return auditRow(caller, new Date(), action, {
    type,
    query: query.understood.map(([name, value]) => `${name}=${value}`).join('&'),
    outcome: 200,
  });
}
