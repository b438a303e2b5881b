// The statements that store a batch: one each for new resources, new versions, moves between compartments, index rows,
// organisations, audit and the feed. Values travel as parameters only; the texts never change, so each is prepared once.
import type { Statement } from '../database/contract.ts';
import { isShared } from '../policy/resource-classes.ts';
import { type AuditRow, auditInsert } from './audit.ts';
import type { ContainedRow, IndexRows, RangeRow, StringRow, TextRow } from './index-rows.ts';
import { typeNumber } from './keys.ts';
import { fingerprintOf } from './parameters/fingerprint.ts';
import { inParts } from './parts.ts';
import type { Prepared } from './prepare.ts';
import { RowSet } from './row-set.ts';

export interface PlacedRow extends Omit<Prepared, 'head' | 'tail'> {
  version: number;
  by: string;
  operation: 'create' | 'update' | 'delete';
  body: string;
  /** Compartment in which it stood; absent: it is new. */
  from: string | undefined;
  /** What stood in its place contained others. */
  contained: boolean;
}

const operations = { create: 1, update: 2, delete: 3 } as const;
export const operationOf = (number: number): 'create' | 'update' | 'delete' =>
  number === 1 ? 'create' : number === 2 ? 'update' : 'delete';

const resourceRows = new RowSet<PlacedRow>([
  { name: 'pat', type: 'uuid', of: (row) => row.pat },
  { name: 'id', type: 'uuid', of: (row) => row.key },
  { name: 'at', type: 'timestamptz', of: (row) => row.at },
  { name: 'version', type: 'int4', of: (row) => row.version },
  { name: 'type', type: 'int2', of: (row) => row.typeNumber },
  { name: 'deleted', type: 'bool', of: (row) => row.operation === 'delete' },
  { name: 'also', type: 'uuid[]', of: (row) => row.also },
  { name: 'name', type: 'text', of: (row) => row.name },
  { name: 'keys', type: 'int8[]', of: (row) => row.index.keys },
  // One empty body alone would be no array element at all; null says the same.
  { name: 'body', type: 'text', of: (row) => (row.body === '' ? null : row.body) },
  { name: 'indexed', type: 'int8', of: (row) => row.indexed },
]);
const storedColumns = 'pat, id, at, version, type, deleted, also, name, keys, body';
const fromPut = "p.pat, p.id, p.at, p.version, p.type, p.deleted, p.also::uuid[], p.name, p.keys::int8[], coalesce(p.body, '')";

const insertText = `
with p as materialized (select * from ${resourceRows.source('p', 1)}),
placed as (insert into directory (type, id, pat, indexed) select type, id, pat, indexed from p)
insert into resource (${storedColumns}) select ${fromPut} from p`;

const keepText = `
kept as (
  insert into history (pat, id, at, version, type, deleted, also, name, body)
  select r.pat, r.id, r.at, r.version, r.type, r.deleted, r.also, r.name, r.body
  from p join resource r on r.type = p.type and r.id = p.id
),
ranges as (
  delete from range_value v using p
  where v.id = p.id and v.parameter >= p.type::int8 << 32 and v.parameter < (p.type + 1)::int8 << 32
),
strings as (
  delete from string_value v using p
  where v.id = p.id and v.parameter >= p.type::int8 << 32 and v.parameter < (p.type + 1)::int8 << 32
)`;

const replaceText = `
with p as materialized (select * from ${resourceRows.source('p', 1)}),
${keepText},
marked as (
  update directory d set indexed = p.indexed from p where d.type = p.type and d.id = p.id and d.pat = p.pat and d.indexed is distinct from p.indexed
)
update resource r
set at = p.at, version = p.version, deleted = p.deleted, also = p.also::uuid[], keys = p.keys::int8[], body = coalesce(p.body, '')
from p where r.type = p.type and r.id = p.id and r.pat = p.pat`;

// Another patient: the row moves by copy and delete, `pat` itself is never updated.
const moveText = `
with p as materialized (select * from ${resourceRows.source('p', 1)}),
${keepText},
removed as (delete from resource r using p where r.type = p.type and r.id = p.id and r.pat <> p.pat),
placed as (update directory d set pat = p.pat, indexed = p.indexed from p where d.type = p.type and d.id = p.id)
insert into resource (${storedColumns}) select ${fromPut} from p`;

const mostResources = 500;
const mostNarrow = 2_000;

/** New rows, new versions, moves. */
export function* resourceStatements(rows: PlacedRow[]): Generator<Statement> {
  const kinds: [string, string, (row: PlacedRow) => boolean][] = [
    ['insert', insertText, (row) => row.from === undefined],
    ['replace', replaceText, (row) => row.from === row.pat],
    ['move', moveText, (row) => row.from !== undefined && row.from !== row.pat],
  ];
  for (const [name, text, is] of kinds)
    for (const part of inParts(rows.filter(is), mostResources, ({ body, index }) => body.length + 20 * index.keys.size))
      yield { name, text, values: resourceRows.values(part) };
}

/** An index row and the resource that it belongs to; not a copy with both, of which there are twenty for a resource. */
interface Of<Row> {
  row: Row;
  of: Pick<PlacedRow, 'pat' | 'key'>;
}
const rangeRows = new RowSet<Of<RangeRow>>([
  { name: 'parameter', type: 'int8', of: ({ row }) => row.parameter },
  { name: 'low', type: 'float8', of: ({ row }) => row.low },
  { name: 'high', type: 'float8', of: ({ row }) => row.high },
  { name: 'pat', type: 'uuid', of: ({ of }) => of.pat },
  { name: 'id', type: 'uuid', of: ({ of }) => of.key },
  { name: 'part', type: 'int2', of: ({ row }) => Math.min(row.part, 32767) },
  { name: 'units', type: 'int8[]', of: ({ row }) => row.units },
  { name: 'canonical_unit', type: 'int8', of: ({ row }) => row.canonicalUnit },
  { name: 'canonical_low', type: 'float8', of: ({ row }) => row.canonicalLow },
  { name: 'canonical_high', type: 'float8', of: ({ row }) => row.canonicalHigh },
]);
const stringRows = new RowSet<Of<StringRow>>([
  { name: 'parameter', type: 'int8', of: ({ row }) => row.parameter },
  { name: 'pat', type: 'uuid', of: ({ of }) => of.pat },
  { name: 'id', type: 'uuid', of: ({ of }) => of.key },
  { name: 'part', type: 'int2', of: ({ row }) => Math.min(row.part, 32767) },
  { name: 'folded', type: 'text', of: ({ row }) => row.folded },
  { name: 'exact', type: 'text', of: ({ row }) => row.exact },
]);
const textRows = new RowSet<TextRow>([
  { name: 'parameter', type: 'int8', of: (row) => row.parameter },
  { name: 'folded', type: 'text', of: (row) => row.folded },
  { name: 'key', type: 'int8', of: (row) => row.key },
]);

const insertInto = <Row>(table: string, rows: RowSet<Row>, end = ''): string =>
  `insert into ${table} (${rows.names}) select ${rows.select('v')} from ${rows.source('v', 1)}${end}`;
const rangeText = insertInto('range_value', rangeRows);
const stringText = insertInto('string_value', stringRows).replace('v.folded', "coalesce(v.folded, '')");
const wordingText = insertInto('concept_text', textRows, ' order by v.parameter, v.key on conflict do nothing');

/** One that contains others, or did. */
interface Container {
  typeNumber: number;
  key: string;
  pat: string;
  index: IndexRows;
}
const containedRows = new RowSet<{ row: ContainedRow; of: Container }>([
  { name: 'pat', type: 'uuid', of: ({ of }) => of.pat },
  { name: 'id', type: 'uuid', of: ({ row }) => row.key },
  { name: 'type', type: 'int2', of: ({ row }) => typeNumber(row.type) },
  { name: 'container_type', type: 'int2', of: ({ of }) => of.typeNumber },
  { name: 'container', type: 'uuid', of: ({ of }) => of.key },
  { name: 'local', type: 'text', of: ({ row }) => row.local },
  { name: 'indexed', type: 'int8', of: ({ row }) => fingerprintOf(row.type) },
  { name: 'keys', type: 'int8[]', of: ({ row }) => row.rows.keys },
]);
const containedText = insertInto('contained', containedRows);
// Wherever it stood: a container may have moved to another compartment.
const emptyText = `
with gone as (
  delete from contained c using unnest($1::uuid[], $2::int2[]) as p(id, type)
  where c.container = p.id and c.container_type = p.type returning c.id, c.pat
),
ranges as (delete from range_value v using gone g where v.id = g.id and v.pat = g.pat)
delete from string_value v using gone g where v.id = g.id and v.pat = g.pat`;

/** What is contained, in the place of what was; nothing where neither is. Before the rows of `valueStatements`. */
export function* containedStatements(rows: readonly PlacedRow[]): Generator<Statement> {
  yield* emptied(rows.filter(({ contained }) => contained));
  yield* filled(rows);
}

function* emptied(rows: readonly Container[]): Generator<Statement> {
  for (const part of inParts(rows, mostNarrow, () => 1))
    yield {
      name: 'empty',
      text: emptyText,
      values: [`{${part.map(({ key }) => key).join(',')}}`, `{${part.map((row) => row.typeNumber).join(',')}}`],
    };
}

function* filled(rows: readonly Container[]): Generator<Statement> {
  const inside = rows.filter(({ index }) => index.inside !== undefined).flatMap((of) => of.index.inside!.map((row) => ({ row, of })));
  for (const part of inParts(inside, mostResources, ({ row }) => 20 * row.rows.keys.size))
    yield { name: 'contained', text: containedText, values: containedRows.values(part) };
}

/** What has an order. */
export function* valueStatements(rows: readonly Pick<PlacedRow, 'pat' | 'key' | 'index'>[]): Generator<Statement> {
  for (const part of inParts(valuesOf(rows, 'ranges'), mostNarrow, () => 1))
    yield { name: 'ranges', text: rangeText, values: rangeRows.values(part) };
  for (const part of inParts(valuesOf(rows, 'strings'), mostNarrow, ({ row: { folded, exact } }) => folded.length + (exact?.length ?? 0)))
    yield { name: 'strings', text: stringText, values: stringRows.values(part) };
}

function* valuesOf<Kind extends 'ranges' | 'strings'>(
  rows: readonly Pick<PlacedRow, 'pat' | 'key' | 'index'>[],
  kind: Kind,
): Generator<Of<IndexRows[Kind][number]>> {
  for (const of of rows) {
    for (const row of of.index[kind]) yield { row, of };
    for (const { key, rows: own } of of.index.inside ?? []) for (const row of own[kind]) yield { row, of: { pat: of.pat, key } };
  }
}

/** `known`: keys of wordings that are surely stored; the caller adds those of `texts` once the transaction has committed. */
export function* wordingStatements(
  rows: readonly Pick<PlacedRow, 'index'>[],
  known: { has(key: bigint): boolean },
  texts: Set<bigint>,
): Generator<Statement> {
  const fresh = new Map<bigint, TextRow>();
  for (const { index } of rows) for (const row of index.texts) if (!known.has(row.key)) fresh.set(row.key, row);
  for (const key of fresh.keys()) texts.add(key);
  // In key order over all parts, so that two batches that bring the same new words never wait for each other in a circle.
  const inOrder = [...fresh.values()].sort((a, b) => order(a.parameter, b.parameter) || order(a.key, b.key));
  for (const part of inParts(inOrder, mostNarrow, ({ folded }) => folded.length))
    yield { name: 'wordings', text: wordingText, values: textRows.values(part) };
}

const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const holderRows = new RowSet<PlacedRow>([
  { name: 'pat', type: 'uuid', of: (row) => row.pat },
  { name: 'org', type: 'uuid', of: (row) => row.org },
]);
// A Patient decides who holds its compartment; anything else only opens one that is not there yet. What everyone may see is nobody's:
// an organisation that once changed a Practitioner would else read in the audit trail who looked at that one.
const holderText = `${insertInto('compartment', holderRows, ' order by v.pat')} on conflict (pat) do update set org = excluded.org where compartment.org is distinct from excluded.org and excluded.org is not null`;
const openText = `${insertInto('compartment', holderRows, ' order by v.pat')} on conflict (pat) do nothing`;

export function* compartmentStatements(rows: PlacedRow[]): Generator<Statement> {
  const alive = rows.filter((row) => row.operation !== 'delete');
  const holders = oneEach(alive.filter((row) => row.type === 'Patient'));
  const held = new Set(holders.map((row) => row.pat));
  const opened = oneEach(alive.filter((row) => row.type !== 'Patient' && !isShared(row.type) && row.org !== null && !held.has(row.pat)));
  for (const part of inParts(holders, mostNarrow, () => 1)) yield { name: 'holders', text: holderText, values: holderRows.values(part) };
  for (const part of inParts(opened, mostNarrow, () => 1)) yield { name: 'opened', text: openText, values: holderRows.values(part) };
}

/** The last row of each compartment, in their order: two batches never wait for each other in a circle. */
const oneEach = (rows: PlacedRow[]): PlacedRow[] =>
  [...new Map(rows.map((row) => [row.pat, row])).values()].sort((a, b) => (a.pat < b.pat ? -1 : 1));

export function* auditStatements(rows: AuditRow[]): Generator<Statement> {
  for (const part of inParts(rows, mostNarrow, ({ query }) => query?.length ?? 0)) yield auditInsert(part);
}

const changeRows = new RowSet<PlacedRow>([
  { name: 'pat', type: 'uuid', of: (row) => row.pat },
  { name: 'id', type: 'uuid', of: (row) => row.key },
  { name: 'at', type: 'timestamptz', of: (row) => row.at },
  { name: 'account', type: 'uuid', of: (row) => row.by },
  { name: 'version', type: 'int4', of: (row) => row.version },
  { name: 'type', type: 'int2', of: (row) => row.typeNumber },
  { name: 'operation', type: 'int2', of: (row) => operations[row.operation] },
]);
/** Name of the one lock under which positions are given out; held from here to the end of the commit. */
export const positionLock = 4_711_001;
const turnText = `select pg_advisory_xact_lock(${positionLock})`;
const changeText = `
with placed as (
  insert into change (position, ${changeRows.names})
  select nextval('change_position'), q.* from (select ${changeRows.select('v')} from ${changeRows.source('v', 1, true)} order by v.n) q
)
select pg_notify('lamplight_change', ''), 1 / (case when e.epoch = coalesce($${changeRows.width + 1}::int8, e.epoch) then 1 else 0 end) from parameter_epoch e`;

/** Take the lock: from here on no other commit can come between. */
export const turnStatement: Statement = { name: 'turn', text: turnText };

/**
 * Must be the last of a transaction, behind the turn; put together before it, so that nobody waits for that. `epoch`: of the
 * search parameters by which the rows were indexed; where others are in force by now, the division by zero takes all of it back
 * (isOfOldParameters), without a round trip under the lock.
 */
export function* changeStatements(rows: PlacedRow[], epoch: bigint | null): Generator<Statement> {
  for (const part of inParts(rows, mostNarrow, () => 1))
    yield { name: 'changes', text: changeText, values: [...changeRows.values(part), epoch === null ? null : epoch.toString()] };
}

/** SQLSTATE division_by_zero: nothing else divides. */
export const isOfOldParameters = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '22012';

/** A resource whose index rows are made anew (parameters/reindex.ts). */
export interface IndexedRow {
  type: number;
  key: string;
  pat: string;
  index: IndexRows;
  /** Parameters whose range and string rows change; absent: all of the type. */
  numbers?: readonly bigint[] | undefined;
}

const keyRows = new RowSet<IndexedRow>([
  { name: 'pat', type: 'uuid', of: (row) => row.pat },
  { name: 'id', type: 'uuid', of: (row) => row.key },
  { name: 'keys', type: 'int8[]', of: (row) => row.index.keys },
]);
const keysText = `
with p as materialized (select * from ${keyRows.source('p', 1)})
update resource r set keys = p.keys::int8[] from p
where r.type = $${keyRows.width + 1}::int2 and r.id = p.id and r.pat = p.pat and r.keys <> p.keys::int8[]`;
const forgetText = (table: string): string => `
delete from ${table} v using unnest($1::uuid[], $2::uuid[]) as p(id, pat)
where v.id = p.id and v.pat = p.pat and v.parameter >= $3::int8 and v.parameter < $4::int8 and ($5::int8[] is null or v.parameter = any($5::int8[]))`;

/** Index rows in the place of what the rows of `type` had. The rows are locked by the transaction. */
export function* indexStatements(type: number, rows: readonly IndexedRow[]): Generator<Statement> {
  for (const part of inParts(rows, mostResources, ({ index }) => 20 * index.keys.size))
    yield { name: 'reindex-keys', text: keysText, values: [...keyRows.values(part), type] };
  const groups = new Map<string, IndexedRow[]>();
  for (const row of rows) {
    const group = row.numbers?.join(',') ?? '';
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  for (const [group, some] of groups) {
    const ids = [`{${some.map(({ key }) => key).join(',')}}`, `{${some.map(({ pat }) => pat).join(',')}}`];
    const bounds = [(BigInt(type) << 32n).toString(), (BigInt(type + 1) << 32n).toString(), group === '' ? null : `{${group}}`];
    for (const table of ['range_value', 'string_value'])
      yield { name: `reindex-forget-${table}`, text: forgetText(table), values: [...ids, ...bounds] };
    if (group === '') {
      const containers = some.map((row) => ({ ...row, typeNumber: type }));
      yield* emptied(containers);
      yield* filled(containers);
    }
    const kept = group === '' ? some : some.map((row) => ({ ...row, index: onlyOf(row.index, new Set(row.numbers)) }));
    yield* valueStatements(kept);
  }
}

/** What it contains has not changed by that. */
const onlyOf = ({ inside: _, ...index }: IndexRows, numbers: ReadonlySet<bigint>): IndexRows => ({
  ...index,
  ranges: index.ranges.filter(({ parameter }) => numbers.has(parameter)),
  strings: index.strings.filter(({ parameter }) => numbers.has(parameter)),
});

/** The wordings and codes of rows that are indexed anew. */
export const wordingsOf = (rows: readonly IndexedRow[]): Generator<Statement> => wordingStatements(rows, { has: () => false }, new Set());
