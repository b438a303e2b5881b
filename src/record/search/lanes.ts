// Searches of one shape that are waiting at the same time are answered by one statement: their parameters are its rows.
// Under load that halves what a search costs both processes; a search that comes alone waits for nobody.
import type { Rows, Statement } from '../../database/contract.ts';
import { type AuditRow, auditRows, patientsOf } from '../audit.ts';
import { promptly, type ReadAudit } from '../promptly.ts';
import { type RowColumns, readRow, rowText } from '../row-text.ts';
import { nameOf } from './shapes.ts';

/** One search: what it asks in the words of its shape, and its audit row. */
export interface Asked {
  /** Select on `q` (see Parameters 'rows') of `pat`, `also` and these columns, one row a hit. */
  hits: string;
  columns: RowColumns;
  /** Order of the hits by their own columns. */
  order: string;
  values: string[];
  types: string[];
  audit: AuditRow;
}

export interface Runner {
  /** Where set, the statements go to a server that cannot write: what was shown is noted here, to be committed before the answer. */
  notes?: AuditRow[];
  query<R = Record<string, unknown>>(statement: Statement): Promise<Rows<R>>;
}

export type Hit = Record<string, unknown>;

/**
 * Holds for every row, and PostgreSQL takes it for rare. It would else expect ten rows of arrays that it does not see, find a plan for
 * any values ten times as dear as one for these, and plan each search anew, which takes longer than most of them: though what a
 * search asks stands in rows, where planning does not see it, so that both plans are the same.
 */
const asOne = ' where coalesce(q.n, 0) = coalesce(q.n, 1)';

/** Rows of several searches of one shape, in the order asked. `readAudit`: durable inside a transaction that does more. */
export async function runTogether(runner: Runner, asked: Asked[], readAudit: ReadAudit): Promise<Hit[][]> {
  const answers = await runSets(
    runner,
    asked.map((one) => [one]),
    readAudit,
  );
  return answers.map(([hits]) => hits!);
}

/**
 * The same of sets of searches, the first of each of one shape, the second of each of one, and so on: what is always asked
 * together costs one round trip. Each search keeps its own audit row.
 */
async function runSets(runner: Runner, sets: Asked[][], readAudit: ReadAudit): Promise<Hit[][][]> {
  const [shapes] = sets as [Asked[]];
  const types = shapes.flatMap((one) => one.types);
  const columns = types.map((type, i) => `q.p${i + 1}::${type} as p${i + 1}`);
  const raw = types.map((_, i) => `$${i + 1}::text[]`);
  const width = types.length;
  const text = `
with q as materialized (
  select q.n::int4 as n, ${columns.join(', ')} from unnest(${raw.join(', ')}) with ordinality as q(${types.map((_, i) => `p${i + 1}`).join(', ')}, n)${promptly(readAudit)}${asOne}
),
${shapes.length === 1 ? hitsOfOne(shapes[0]!) : hitsOfSet(shapes)},
patients as materialized (select h.n, ${patientsOf('hit', 'hit.n = h.n')} as pats from hit h group by h.n),
seen as (
  insert into audit (${auditRows.names}, seen)
  select case when cardinality(p.pats) = 1 then p.pats[1] else a.pat end, a.id, a.at, a.account, a.who, a.role, a.purpose, a.origin, a.action, a.outcome,
    a.type, a.target, a.query, a.request, case when cardinality(p.pats) > 1 then p.pats end
  from ${auditRows.source('a', width + 1, true)} left join patients p on p.n = a.n
)
${shapes.length === 1 ? rowsOfOne(shapes[0]!) : rowsOfSet(shapes)}`;
  const values = shapes.flatMap((shape, part) => shape.types.map((_, i) => textArray(sets.map((set) => set[part]!.values[i]!))));
  const { rows } = await runner.query<{ row: string }>({
    name: nameOf(text),
    text,
    values: [...values, ...auditRows.values(sets.flatMap((set) => set.map((one) => one.audit)))],
  });
  const answers: Hit[][][] = sets.map(() => shapes.map(() => []));
  for (const { row } of rows) {
    const at = row.indexOf('\u0001');
    const n = Number(row.slice(0, at)) - 1;
    const part = n % shapes.length;
    answers[Math.floor(n / shapes.length)]![part]!.push(readRow(row, shapes[part]!.columns, at + 1));
  }
  return answers;
}

const hitsOfOne = ({ hits }: Asked): string => `hit as materialized (select q.n, h.* from q cross join lateral (${hits}) h)`;
const rowsOfOne = ({ columns, order }: Asked): string =>
  `select n || E'\\x01' || ${rowText(columns, 'hit')} as row from hit order by n, ${order}`;

/** Each search finds its parameters under the names it knows them by; its number counts all searches of all sets. */
function hitsOfSet(shapes: readonly Asked[]): string {
  let before = 0;
  const parts = shapes.map(({ hits, types }, part) => {
    const own = types.map((_, i) => `p${before + i + 1} as p${i + 1}`).join(', ');
    before += types.length;
    return `hit${part} as materialized (select (q.n - 1) * ${shapes.length} + ${part + 1} as n, h.* from (select n, ${own} from q) q cross join lateral (${hits}) h)`;
  });
  const all = shapes.map((_, part) => `select n, pat, also from hit${part}`).join(' union all ');
  return `${parts.join(',\n')},\nhit as materialized (${all})`;
}

/** They are ordered by columns of their own, so each is numbered first. */
function rowsOfSet(shapes: readonly Asked[]): string {
  const parts = shapes.map(
    ({ columns, order }, part) =>
      `select hit.n, row_number() over (partition by hit.n order by ${order}) as o, ${rowText(columns, 'hit')} as row from hit${part} hit`,
  );
  return `select n || E'\\x01' || row as row from (${parts.join('\nunion all ')}) s order by n, o`;
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
const textArray = (texts: string[]): string =>
  `{${texts.map((text) => (/["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`)).join(',')}}`;

interface Waiting {
  /** One search, or those that go in one statement. */
  set: Asked[];
  done(rows: Hit[][]): void;
  failed(error: unknown): void;
}

const mostTogether = 32;
/** A statement that takes longer than this gives its place to another: the quick ones do not wait behind the slow. */
const slowMs = 20;
const mostSlow = 4;
const mostWaiting = 5_000;

export class TooManyWaiting extends Error {}

/** Puts together what waits. Slow shapes never hold up others: each has a lane, and lanes share the connections fairly. */
export class Lanes {
  readonly #runner: Runner;
  readonly #underWayMax: number;
  readonly #readAudit: ReadAudit;
  readonly #lanes = new Map<string, Waiting[]>();
  /** When the statements that are under way began. */
  readonly #underWay = new Set<{ since: number }>();
  #looking = false;
  #waiting = 0;
  #scheduled = false;

  constructor(runner: Runner, underWayMax: number, readAudit: ReadAudit) {
    this.#runner = runner;
    this.#underWayMax = underWayMax;
    this.#readAudit = readAudit;
  }

  async ask(asked: Asked): Promise<Hit[]> {
    const [hits] = await this.#wait([asked]);
    return hits!;
  }

  /** Searches of several shapes in one statement. Where that fails, each is asked by itself, and answers for itself. */
  askSet(set: Asked[]): Promise<Hit[]>[] {
    const [first] = set;
    if (first === undefined || set.length === 1) return set.map((asked) => this.ask(asked));
    const together = this.#wait(set);
    return set.map((asked, i) =>
      together.then(
        (rows) => rows[i]!,
        () => this.ask(asked),
      ),
    );
  }

  #wait(set: Asked[]): Promise<Hit[][]> {
    if (this.#waiting >= mostWaiting) return Promise.reject(new TooManyWaiting());
    return new Promise((done, failed) => {
      const key = set.length === 1 ? set[0]!.hits : set.map(({ hits }) => hits).join('\n');
      const lane = this.#lanes.get(key);
      if (lane === undefined) this.#lanes.set(key, [{ set, done, failed }]);
      else lane.push({ set, done, failed });
      this.#waiting++;
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting === 0) return;
    if (!this.#hasRoom()) return this.#lookAgain();
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#waiting > 0 && this.#hasRoom()) void this.#run(this.#take());
      this.#schedule();
    });
  }

  #hasRoom(): boolean {
    if (this.#underWay.size < this.#underWayMax) return true;
    const old = performance.now() - slowMs;
    let slow = 0;
    for (const { since } of this.#underWay) if (since < old) slow++;
    return this.#underWay.size - Math.min(slow, mostSlow) < this.#underWayMax;
  }

  /** What waits now may have a place before any statement ends. */
  #lookAgain(): void {
    if (this.#looking) return;
    this.#looking = true;
    setTimeout(() => {
      this.#looking = false;
      this.#schedule();
    }, slowMs).unref();
  }

  /** From the lane that has waited longest; a lane with more left goes to the end of the queue. */
  #take(): Waiting[] {
    const [key, lane] = this.#lanes.entries().next().value!;
    this.#lanes.delete(key);
    const batch = lane.splice(0, Math.max(1, Math.floor(mostTogether / lane[0]!.set.length)));
    if (lane.length > 0) this.#lanes.set(key, lane);
    this.#waiting -= batch.length;
    return batch;
  }

  async #run(batch: Waiting[]): Promise<void> {
    const mark = { since: performance.now() };
    this.#underWay.add(mark);
    try {
      const rows = await runSets(
        this.#runner,
        batch.map((one) => one.set),
        this.#readAudit,
      );
      batch.forEach((one, i) => void one.done(rows[i]!));
    } catch (error) {
      // What one of them asked may be too costly: each answers for itself then.
      if (batch.length === 1) batch[0]!.failed(error);
      else for (const one of batch) await runSets(this.#runner, [one.set], this.#readAudit).then(([rows]) => one.done(rows!), one.failed);
    } finally {
      this.#underWay.delete(mark);
      this.#schedule();
    }
  }
}
