// _contained=true and both (http://hl7.org/fhir/R4/search.html#contained): what stands inside other resources is searched, and its
// container or itself is answered. What is inside may be seen by whoever may see the container: the rows of containers of all types
// are asked for, each with its own policy.
import type { Resource } from '../../fhir/generated/types.ts';
import { readJson, writeJson } from '../../fhir/json.ts';
import { fail, type Result } from '../../fhir/result.ts';
import { containedIn, namesOf } from '../../fhir/search/contained.ts';
import type { ContainedWish, Query } from '../../fhir/search/contract.ts';
import { decide } from '../../policy/decide.ts';
import type { Caller, Page, Stored } from '../contract.ts';
import { asFarAsItFits } from '../heavy.ts';
import { typeNumber } from '../keys.ts';
import { show } from './audited.ts';
import { chainTargets, mostTargets } from './chain-targets.ts';
import { Compiler, type Known } from './compiler.ts';
import { condition } from './conditions.ts';
import { costOf, parametersMax } from './cost.ts';
import type { Runner } from './lanes.ts';
import { after, type Cursor, fingerprint, type Order, orderBy, orderOf, readCursor } from './order.ts';
import { hitColumns, type Limits, paged, type Row, searchNote, storedOf, whereOf } from './search.ts';
import { shortHash } from './shapes.ts';
import { asResources, storedTerminology } from './stored-terminology.ts';
import { readTerms } from './terminology.ts';

export type ContainedQuery = Query & { contained: ContainedWish };

export const asksInside = (query: Query): query is ContainedQuery => query.contained !== undefined;

interface Asking {
  runner: Runner;
  caller: Caller;
  query: ContainedQuery;
  known: Known;
}

/** One page of matches. */
export async function searchContained(runner: Runner, caller: Caller, query: ContainedQuery, limits: Limits): Promise<Result<Page>> {
  if (!decide(caller.person, caller.purpose, 'search', query.type).allowed)
    return fail('forbidden', `This account may not search ${query.type}`);
  const order = orderOf(query.sort, 'all', 'r', new Compiler(caller));
  if (!order.ok) return order;
  const of = fingerprint(query, caller.person, shortHash);
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor, order.value, of);
  if (cursor?.ok === false) return cursor;
  const stored = storedTerminology(runner, caller);
  const terms = await readTerms(query.where, stored, limits.terminology?.(asResources(stored), runner));
  if (!terms.ok) return terms;
  const known = await chainTargets(runner, caller, query.where, terms.value, limits.chainTargetsMax ?? mostTargets);
  const cost = query.where.reduce((sum, clause) => sum + costOf(clause, known), 0);
  // Both halves of the search compare the same values.
  if (cost > parametersMax / 2) return fail('too-costly', 'The search compares too many values: split it, or name the types in its chains');
  const asking: Asking = { runner, caller, query, known };
  return paged(query, limits, cursor?.value, {
    count: () => count(asking),
    rows: (most) => pageOf(asking, cursor?.value, most),
    fitting: (rows) => asFarAsItFits(runner, rows),
    link: (last) => ({ of, id: last.id, type: last.type, piece: String(last['piece']) }),
    shown: shownAs,
  });
}

/** In the place of the key of a contained resource, where a whole one is answered. */
const whole = "'00000000-0000-0000-0000-000000000000'::uuid";

interface Half {
  from: string;
  where: string;
  /** SQL: key and id of the contained resource that is answered. */
  piece: string;
  local: string;
}

/** The rows of `resource` that are answered: because of what they contain, and with `both` by themselves. */
function halvesOf({ query }: Pick<Asking, 'query'>, compiler: Compiler): Half[] {
  const halves: Half[] = [];
  if (query.contained.search === 'both')
    halves.push({ from: 'resource r', where: whereOf({ query }, compiler), piece: whole, local: 'null::text' });
  const isInside = `c.container_type = r.type and c.container = r.id and c.pat = r.pat`;
  const visible = `not r.deleted and ${compiler.scopeOfAll('r')}`;
  compiler.note('c', query.type, 'searched');
  const matches = [`c.type = ${typeNumber(query.type)}`, ...query.where.map((clause) => condition(clause, 'c', compiler))].join(' and ');
  halves.push(
    query.contained.answer === 'contained'
      ? { from: `contained c join resource r on ${isInside}`, where: `${matches} and ${visible}`, piece: 'c.id', local: 'c.local' }
      : {
          from: 'resource r',
          where: `${visible} and exists (select 1 from contained c where ${isInside} and ${matches})`,
          piece: whole,
          local: 'null::text',
        },
  );
  return halves;
}

async function pageOf({ runner, caller, query, known }: Asking, cursor: Cursor | undefined, most: number): Promise<Row[]> {
  const compiler = new Compiler(caller, 'placeholders', known);
  const { parameters } = compiler;
  const limit = parameters.add(most, 'int8');
  let outer: Order = { joins: '', keys: [] };
  const halves = halvesOf({ query }, compiler).map(({ from, where, piece, local }) => {
    const made = orderOf(query.sort, 'all', 'r', compiler);
    if (!made.ok) throw new Error(made.problem.message);
    const order = made.value;
    outer = { joins: '', keys: order.keys.map((key, i) => ({ ...key, sql: `k${i}` })) };
    const beyond =
      cursor === undefined
        ? ''
        : ` and ${after(order, 'r', cursor, compiler, '>', () => {
            const last = [
              parameters.add(cursor.id, 'uuid'),
              parameters.add(cursor.type ?? 0, 'int2'),
              parameters.add(cursor.piece ?? '00000000-0000-0000-0000-000000000000', 'uuid'),
            ];
            return `(r.id, r.type, ${piece}) > (${last.join(', ')})`;
          })}`;
    const keys = order.keys.map(({ sql }, i) => `, ${sql} as k${i}`).join('');
    // Few rows are gathered and then put in order, see search.ts.
    return `(select ${hitColumns('r', limit)}, ${piece} as piece, ${local} as local${keys} from ${from} where ${where}${beyond} order by ${orderBy(order, 'r', 'coalesce(r.id, r.pat)')}, r.type, ${piece} limit ${limit})`;
  });
  const order = (alias: string): string => `${orderBy(onAlias(outer, alias), alias)}, ${alias}.type, ${alias}.piece`;
  // One that is found by itself and by what it contains is one.
  const hits = `select h.* from (${halves.join(' union ')}) h order by ${order('h')} limit ${limit}`;
  return show<Row>(runner, { hits, values: parameters.values, order: order('hit'), note: searchNote(caller, query) });
}

const onAlias = ({ joins, keys }: Order, alias: string): Order => ({
  joins,
  keys: keys.map((key) => ({ ...key, sql: `${alias}.${key.sql}` })),
});

async function count({ runner, caller, query, known }: Asking): Promise<number> {
  const compiler = new Compiler(caller, 'placeholders', known);
  const halves = halvesOf({ query }, compiler).map(
    ({ from, where, piece }) => `(select r.id, r.type, ${piece} as piece from ${from} where ${where})`,
  );
  const hits = `select null::uuid as pat, null::uuid[] as also, count(*)::int8 as total from (${halves.join(' union ')}) h`;
  const rows = await show<{ total: bigint }>(runner, {
    hits,
    values: compiler.parameters.values,
    order: 'total',
    note: searchNote(caller, query),
  });
  return Number(rows[0]!.total);
}

/** Contained resources with their own ids, cut out of the text of their containers without losing a digit. */
async function shownAs(rows: readonly (Row & { body: string })[]): Promise<Stored[]> {
  const containers = new Map<string, ReadonlyMap<string, Resource>>();
  const shown: Stored[] = [];
  for (const row of rows) {
    const { type, id, version, lastUpdated, body, ...stored } = storedOf(row);
    const local = row['local'];
    if (typeof local !== 'string') {
      shown.push({ type, id, version, lastUpdated, body, ...stored });
      continue;
    }
    const name = `${type}/${id}`;
    const contained = containers.get(name) ?? (await containedNames(body));
    containers.set(name, contained);
    const one = contained.get(`#${local}`);
    if (one === undefined) throw new Error('what is contained in a stored resource is not as its index says');
    const text = writeJson(one as object as Parameters<typeof writeJson>[0]);
    shown.push({ type: one.resourceType, id: local, version, lastUpdated, body: text, deleted: false, container: { type, id } });
  }
  return shown;
}

async function containedNames(body: string): Promise<ReadonlyMap<string, Resource>> {
  const read = await readJson(body);
  if (!read.ok) throw new Error('a stored resource cannot be read');
  return namesOf(containedIn(read.value as object as Resource));
}
