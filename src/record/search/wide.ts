// A search over several types as one statement: every type is searched as it is alone, by its own indexes and with its own
// scope, and the first rows of each are put in one order. One `type = any(…)` would have no index for the order of ids and
// would go through the whole record for a page. Resources of two types may have one id, so the type is the last key.
import { fail, type Result } from '../../fhir/result.ts';
import type { Query, WideQuery } from '../../fhir/search/contract.ts';
import type { Caller, Page } from '../contract.ts';
import { asFarAsItFits } from '../heavy.ts';
import { typeNumber, typeOfNumber } from '../keys.ts';
import { show } from './audited.ts';
import { chainTargets, mostTargets } from './chain-targets.ts';
import { Compiler, type Known } from './compiler.ts';
import { costOf } from './cost.ts';
import type { Runner } from './lanes.ts';
import { withLists } from './lists.ts';
import { isNarrow } from './narrow.ts';
import { after, type Cursor, fingerprint, type Order, orderBy, orderOf, readCursor } from './order.ts';
import { type HitRow, hitColumns, type Limits, paged, searchNote, whereOf } from './search.ts';
import { shortHash } from './shapes.ts';
import { asResources, storedTerminology } from './stored-terminology.ts';
import { readTerms } from './terminology.ts';

/** Values of one statement; PostgreSQL takes 65,535, but planning them all takes seconds. */
const wideCostMax = 5_000;

const tooManyValues = fail(
  'too-costly',
  'The search compares too many values over all its types: name fewer types with _type, or split it',
  '_type',
);

interface Asking {
  runner: Runner;
  caller: Caller;
  query: WideQuery;
  known: Known;
}

/** One page of matches. The parts are those that the caller may search. */
export async function searchWide(runner: Runner, caller: Caller, asked: WideQuery, limits: Limits): Promise<Result<Page>> {
  const parts: Query[] = [];
  for (const part of asked.parts) {
    const listed = await withLists(runner, caller, part);
    if (!listed.ok) return listed;
    parts.push(listed.value);
  }
  const query = { ...asked, parts };
  const [first] = query.parts;
  if (first === undefined) throw new Error('a search over no type');
  const clauses = query.parts.flatMap((part) => part.where);
  if (clauses.reduce((sum, clause) => sum + costOf(clause), 0) > wideCostMax) return tooManyValues;
  const of = fingerprint({ ...query, type: '*' }, caller.person, shortHash);
  const order = orderOf(first.sort, 'all', 'r', new Compiler(caller));
  if (!order.ok) return order;
  const cursor = first.cursor === undefined ? undefined : readCursor(first.cursor, order.value, of);
  if (cursor?.ok === false) return cursor;
  const stored = storedTerminology(runner, caller);
  const terms = await readTerms(clauses, stored, limits.terminology?.(asResources(stored), runner));
  if (!terms.ok) return terms;
  const known = await chainTargets(runner, caller, clauses, terms.value, limits.chainTargetsMax ?? mostTargets);
  if (clauses.reduce((sum, clause) => sum + costOf(clause, known), 0) > wideCostMax) return tooManyValues;
  const asking: Asking = { runner, caller, query: query.named ? query : await present(runner, query), known };

  return paged(first, limits, cursor?.value, {
    count: () => count(asking),
    rows: (most) => pageOf(asking, cursor?.value, most),
    fitting: (rows) => asFarAsItFits(runner, rows),
    link: (last) => ({ of, id: last.id, type: last.type }),
  });
}

/** Only the types that the record has anything of: planning the search of 148 costs more than asking for these. */
async function present(runner: Runner, query: WideQuery): Promise<WideQuery> {
  const { rows } = await runner.query<{ type: number }>({
    name: 'present-types',
    text: 'select t.type from unnest($1::int2[]) as t(type) where exists (select 1 from directory d where d.type = t.type)',
    values: [`{${query.parts.map((part) => typeNumber(part.type)).join(',')}}`],
  });
  const found = new Set(rows.map((row) => typeOfNumber(row.type)));
  const parts = query.parts.filter((part) => found.has(part.type));
  return { ...query, parts: parts.length > 0 ? parts : query.parts.slice(0, 1) };
}

type Row = HitRow & Record<string, unknown>;

async function pageOf(asking: Asking, cursor: Cursor | undefined, most: number): Promise<Row[]> {
  const { caller, query, known } = asking;
  const compiler = new Compiler(caller, 'placeholders', known);
  const limit = compiler.parameters.add(most, 'int8');
  const branches = query.parts.map((part) => {
    const conditions = [whereOf({ query: part }, compiler)];
    const narrow = isNarrow(part, known, caller.person);
    const made = orderOf(part.sort, !narrow && part.sort[0]?.by === '_lastUpdated' ? 'present' : 'all', 'r', compiler);
    if (!made.ok) throw new Error(made.problem.message);
    const order = made.value;
    // Behind the last row come greater ids, and the same id in a later type.
    const from = cursor !== undefined && typeNumber(part.type) > (cursor.type ?? 0) ? '>=' : '>';
    if (cursor !== undefined) conditions.push(after(order, 'r', cursor, compiler, from));
    const keys = order.keys.map(({ sql }, i) => `, ${sql} as k${i}`).join('');
    // Few rows are gathered and put in order, see search.ts.
    const id = narrow ? 'coalesce(r.id, r.pat)' : 'r.id';
    return `(select ${hitColumns('r', limit)}${keys} from resource r${order.joins} where ${conditions.join(' and ')} order by ${orderBy(order, 'r', id)} limit ${limit})`;
  });
  const order = outerOrder(query, compiler);
  const hits = `select h.* from (${branches.join(' union all ')}) h order by ${order('h')} limit ${limit}`;
  return (await run(asking, compiler, hits, order('hit'))) as Row[];
}

/** The order of the whole, on the columns that the parts gave. */
function outerOrder({ parts }: WideQuery, compiler: Compiler): (alias: string) => string {
  const made = orderOf(parts[0]!.sort, 'all', 'r', compiler);
  if (!made.ok) throw new Error(made.problem.message);
  const { keys } = made.value;
  return (alias) => {
    const order: Order = { joins: '', keys: keys.map((key, i) => ({ ...key, sql: `${alias}.k${i}` })) };
    return `${orderBy(order, alias)}, ${alias}.type`;
  };
}

async function count(asking: Asking): Promise<number> {
  const compiler = new Compiler(asking.caller, 'placeholders', asking.known);
  const counts = asking.query.parts.map((part) => `(select count(*) from resource r where ${whereOf({ query: part }, compiler)})`);
  const [row] = await run(
    asking,
    compiler,
    `select null::uuid as pat, null::uuid[] as also, (${counts.join(' + ')})::int8 as total`,
    'total',
  );
  return Number(row!['total']);
}

/** Not prepared: such statements are long, and seldom the same. */
async function run(
  { runner, caller, query }: Asking,
  { parameters }: Compiler,
  hits: string,
  order: string,
): Promise<Record<string, unknown>[]> {
  return show(runner, { hits, values: parameters.values, order, note: searchNote(caller, query) });
}
