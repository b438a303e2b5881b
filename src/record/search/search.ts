// Runs a parsed query: one statement finds the page, asks policy and writes the audit row; includes follow page by page.
import type { Session } from '../../database/contract.ts';
import type { ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { decide } from '../../policy/decide.ts';
import type { TerminologyResources } from '../../terminology/resources.ts';
import { type AuditRow, auditRow } from '../audit.ts';
import type { Caller, Page, Stored } from '../contract.ts';
import { asFarAsItFits, lightBody } from '../heavy.ts';
import { typeNumber, typeOfNumber } from '../keys.ts';
import type { RowColumns } from '../row-text.ts';
import { show } from './audited.ts';
import { inOrderOfIds, valueClauses } from './by-values.ts';
import { chainTargets, mostTargets } from './chain-targets.ts';
import { Compiler, type Known } from './compiler.ts';
import { condition } from './conditions.ts';
import { costOf, parametersMax } from './cost.ts';
import type { Asked, Runner } from './lanes.ts';
import { withLists } from './lists.ts';
import { isFoundByKeys, isNarrow } from './narrow.ts';
import {
  after,
  askedOf,
  type Cursor,
  fingerprint,
  isWalkable,
  type Order,
  orderBy,
  orderOf,
  type Part,
  readCursor,
  sortValue,
  writeCursor,
} from './order.ts';
import { shortHash } from './shapes.ts';
import { asResources, storedTerminology } from './stored-terminology.ts';
import { type Expander, readTerms } from './terminology.ts';

export interface HitRow {
  type: number;
  id: string;
  name: string | null;
  version: number;
  at: Date;
  deleted?: boolean;
  /** Null: longer than its share of the page (heavy.ts). */
  body: string | null;
}

export const storedOf = (row: HitRow & { body: string }): Stored => ({
  type: typeOfNumber(row.type),
  id: row.name ?? row.id,
  version: row.version,
  lastUpdated: row.at,
  body: row.body,
  deleted: row.deleted === true,
});

/** `most`: SQL, the rows of a page. */
export const hitColumns = (r: string, most: string): string =>
  `${r}.pat, ${r}.also, ${r}.type, ${r}.id, ${r}.name, ${r}.version, ${r}.at, ${r}.deleted, ${lightBody(r, most)} as body`;

export interface Limits {
  /** Page size where the query names none, and the largest that is given. */
  count: number;
  countMax: number;
  /** A chain that leads to more resources is not followed beforehand (chain-targets.ts). */
  chainTargetsMax?: number;
  /** What is asked about codes where the resources of the record do not tell; over the connection of the search. */
  terminology?: (resources: TerminologyResources, session: Session) => Expander;
}

/** How the statements of a search are run: together with others where they wait, or inside an open transaction. */
export interface SearchRunner extends Runner {
  ask(asked: Asked): Promise<Record<string, unknown>[]>;
}

export type Row = HitRow & Record<string, unknown>;

/** What a page takes of a match, without the values that it is ordered by and its body. */
const matchColumns: RowColumns = [
  { name: 'type', kind: 'number' },
  { name: 'id', kind: 'text' },
  { name: 'name', kind: 'text' },
  { name: 'version', kind: 'number' },
  { name: 'at', kind: 'instant' },
];
const sortKinds = { float8: 'number', text: 'text', timestamptz: 'instant' } as const;

const tooManyValues = fail('too-costly', 'The search compares too many values: split it, or name the types in its chains');

/** One page of matches. */
export async function search(runner: SearchRunner, caller: Caller, asked: Query, limits: Limits): Promise<Result<Page>> {
  const listed = await withLists(runner, caller, asked);
  if (!listed.ok) return listed;
  const query = listed.value;
  const cost = query.where.reduce((sum, clause) => sum + costOf(clause), 0);
  if (cost > parametersMax) return tooManyValues;
  if (!decide(caller.person, caller.purpose, 'search', query.type).allowed)
    return fail('forbidden', `This account may not search ${query.type}`);
  const order = orderOf(query.sort, 'all', 'r', new Compiler(caller));
  if (!order.ok) return order;
  const of = (): string => fingerprint(query, caller.person, shortHash);
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor, order.value, of());
  if (cursor?.ok === false) return cursor;
  const stored = storedTerminology(runner, caller);
  const terms = await readTerms(query.where, stored, limits.terminology?.(asResources(stored), runner));
  if (!terms.ok) return terms;
  const known = await chainTargets(runner, caller, query.where, terms.value, limits.chainTargetsMax ?? mostTargets);
  if (query.where.reduce((sum, clause) => sum + costOf(clause, known), 0) > parametersMax) return tooManyValues;
  const asking: Asking = { runner, caller, query, known, narrow: isNarrow(query, known, caller.person) };

  return paged(query, limits, cursor?.value, {
    count: () => count(asking),
    rows: (most) => pageOf(asking, cursor?.value, most),
    fitting: (rows) => asFarAsItFits(runner, rows),
    link: (last) => ({ of: of(), id: last.id }),
  });
}

interface Paging {
  count(): Promise<number>;
  rows(most: number): Promise<Row[]>;
  fitting(rows: Row[]): Promise<(Row & { body: string })[]>;
  /** How rows are shown; absent: as they are stored. */
  shown?(rows: readonly (Row & { body: string })[]): Promise<Stored[]>;
  /** Where the next page begins, without the values that it is ordered by. */
  link(last: Row): Pick<Cursor, 'of' | 'id' | 'type' | 'piece'>;
}

/** One page as the query wishes: counted, counted only, or rows and a link to the rest. */
export async function paged(
  query: Pick<Query, 'summary' | 'count' | 'total' | 'sort'>,
  limits: Limits,
  cursor: Cursor | undefined,
  paging: Paging,
): Promise<Result<Page>> {
  let total = cursor?.total;
  const countOnly = query.summary === 'count' || query.count === 0;
  if (countOnly || (query.total === 'accurate' && total === undefined)) total = await paging.count();
  if (countOnly) return ok({ matches: [], included: [], total });
  const size = Math.min(query.count ?? limits.count, limits.countMax);
  // One more than fits tells whether there is a next page.
  const rows = await paging.rows(size + 1);
  const shown = await paging.fitting(rows.slice(0, size));
  const page: Page = { matches: (await paging.shown?.(shown)) ?? shown.map(storedOf), included: [] };
  if (total !== undefined) page.total = total;
  const last = shown.at(-1);
  if (rows.length > shown.length && last !== undefined) {
    const values = query.sort.map((_, i) => sortValue(last[`k${i}`]));
    page.next = writeCursor({ ...paging.link(last), values, ...(total === undefined ? {} : { total }) });
  }
  return ok(page);
}

interface Asking {
  runner: SearchRunner;
  caller: Caller;
  query: Query;
  known: Known;
  /** See narrow.ts. */
  narrow: boolean;
}

/** The rows of one page. A wide search in the order of dates, numbers or changes walks along their index, then comes what has none. */
async function pageOf(asking: Asking, cursor: Cursor | undefined, most: number): Promise<Row[]> {
  if (asking.narrow || !isWalkable(asking.query.sort)) return part(asking, 'all', cursor, most);
  if (cursor?.values[0] === null) return part(asking, 'missing', cursor, most);
  const present = await part(asking, 'present', cursor, most);
  // Every resource was changed at some time: there are none without.
  if (asking.query.sort[0]!.by === '_lastUpdated') return present;
  return present.length === most ? present : [...present, ...(await part(asking, 'missing', undefined, most - present.length))];
}

async function part(asking: Asking, which: Part, cursor: Cursor | undefined, most: number): Promise<Row[]> {
  const { query } = asking;
  const compiler = compilerOf(asking);
  const clauses = asking.narrow ? valueClauses(query, asking.caller.person) : undefined;
  if (clauses !== undefined) {
    const from = inOrderOfIds(query, clauses, cursor?.id, compiler);
    const limit = compiler.parameters.add(most, 'int8');
    const hits = `select ${columnsOfHit(limit)} ${from} order by i.id limit ${limit}`;
    return (await run(asking, compiler, hits, [...matchColumns, { name: 'body', kind: 'text' }], 'hit.id')) as Row[];
  }
  // The policy's scope comes first: it notes the type of the rows.
  const conditions = [whereOf(asking, compiler)];
  const [first] = query.sort;
  if (which === 'missing' && first !== undefined && typeof first.by !== 'string')
    conditions.push(condition({ kind: 'missing', parameter: first.by, missing: true }, 'r', compiler));
  const made = orderOf(query.sort, which, 'r', compiler);
  if (!made.ok) throw new Error(made.problem.message);
  const order = made.value;
  if (cursor !== undefined) conditions.push(after(order, 'r', cursor, compiler));
  const keys = order.keys.map(({ sql }, i) => `, ${sql} as k${i}`).join('');
  const limit = compiler.parameters.add(most, 'int8');
  // Few rows are gathered and then put in order: said so, PostgreSQL does not walk through all ids in their order to find them.
  const id = asking.narrow ? 'coalesce(r.id, r.pat)' : 'r.id';
  const hits = `select ${columnsOfHit(limit)}${keys} from resource r${order.joins} where ${conditions.join(' and ')} order by ${orderBy(order, 'r', id)} limit ${limit}`;
  // What an outer select returns has no order of its own, so it is asked for again.
  const outer: Order = { joins: '', keys: order.keys.map((key, i) => ({ ...key, sql: `hit.k${i}` })) };
  const columns: RowColumns = [
    ...matchColumns,
    ...order.keys.map(({ type }, i) => ({ name: `k${i}`, kind: sortKinds[type] })),
    { name: 'body', kind: 'text' },
  ];
  return (await run(asking, compiler, hits, columns, orderBy(outer, 'hit'))) as Row[];
}

const columnsOfHit = (limit: string): string => `r.pat, r.also, r.type, r.id, r.name, r.version, r.at, ${lightBody('r', limit)} as body`;

async function count(asking: Asking): Promise<number> {
  const compiler = compilerOf(asking);
  const hits = `select null::uuid as pat, null::uuid[] as also, count(*)::int8 as total from resource r where ${whereOf(asking, compiler)}`;
  const [row] = await run(asking, compiler, hits, [{ name: 'total', kind: 'number' }], 'total');
  return Number(row!['total']);
}

const compilerOf = ({ caller, narrow, known }: Asking): Compiler => new Compiler(caller, narrow ? 'rows' : 'placeholders', known);

/** Which rows match and may be seen. */
export function whereOf({ query, narrow, known }: Pick<Asking, 'query'> & Partial<Asking>, compiler: Compiler): string {
  const type = narrow === true && known !== undefined && isFoundByKeys(query, known) ? 'r.type + 0' : 'r.type';
  // Whether the type may be searched at all has been decided.
  const scope = compiler.scope(query.type, 'r') ?? 'false';
  const conditions = query.where.map((clause) => condition(clause, 'r', compiler));
  return [`${type} = ${typeNumber(query.type)}`, 'not r.deleted', scope, ...conditions].join(' and ');
}

/** A wide search is not prepared: it is planned for the values that it has. One without any value has nothing to be put together by. */
async function run(
  { runner, caller, query, narrow }: Asking,
  { parameters }: Compiler,
  hits: string,
  columns: RowColumns,
  order: string,
): Promise<Record<string, unknown>[]> {
  const audit = searchNote(caller, query);
  if (narrow && parameters.values.length > 0)
    return runner.ask({ hits, columns, order, values: parameters.values, types: parameters.types, audit });
  return show(runner, { hits, values: parameters.values, order, note: audit });
}

/** What the audit trail says of a search: whose compartment it was in too, also where nothing was found there. */
export const searchNote = (caller: Caller, query: Pick<Query, 'understood' | 'compartment'> & { type?: ResourceType }): AuditRow =>
  auditRow(caller, new Date(), 'search', {
    type: query.type,
    query: askedOf(query)
      .map(([name, value]) => `${name}=${value}`)
      .join('&'),
    outcome: 200,
  });
