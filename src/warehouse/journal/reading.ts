// What journals have in common: who may, and the journals read on from a position, in spans that grow while little is in them.
import type { Session } from '../../database/contract.ts';
import type { Decision, Person } from '../../policy/contract.ts';
import type { Journal, Span, Told } from './contract.ts';

/** A journal says who did what to whom; which rows of it an account that is bound may see, policy cannot say in the tables. */
export function forWholeSite(person: Person, decision: Decision, what: string): Decision {
  if (!decision.allowed) return decision;
  const bound = person.organisations !== undefined || person.patients !== undefined || (person.restrictions ?? []).length > 0;
  return bound
    ? { allowed: false, why: `An account that is bound to some patients or organisations may not ask ${what} as a table` }
    : { allowed: true, scope: {} };
}

export const numbers = ({ from, to }: Span): string[] => [from.toString(), to.toString()];

/** Positions below 0 are times in milliseconds beside this, so that they go up to it: good until the year 2286. */
const timesFrom = -10_000_000_000_000n;
/** Where a journal begins that was never told. */
export const beginning = timesFrom;
export const timeOfPosition = (position: bigint): Date => new Date(Number(position - timesFrom));

export interface Page {
  journal: Journal;
  told: Told[];
}

/** `reached`: everything below it is told. */
export interface Pages {
  pages: Page[];
  reached: bigint;
}

/** Rows that a span is to have: more, and the next is smaller; fewer, and it is larger. */
const wanted = { few: 2_000, many: 20_000 };
const firstSpan = { times: 3_600_000n, transactions: 2_000n };

/** From a position to the oldest transaction that still runs, or up to `until`. */
export async function* readOn(session: Session, journals: readonly Journal[], from: bigint, until?: bigint): AsyncGenerator<Pages> {
  let at = from;
  if (at < 0n) {
    const bounds = (await Promise.all(journals.map((journal) => journal.before(session)))).filter((one) => one !== undefined);
    const [first, last] = [Math.min(...bounds.map((one) => one.first.getTime())), Math.max(...bounds.map((one) => one.last.getTime()))];
    const end = bounds.length === 0 ? at : timesFrom + BigInt(last) + 1n;
    if (bounds.length > 0 && timesFrom + BigInt(first) > at) at = timesFrom + BigInt(first);
    for await (const page of inSpans(at, end, firstSpan.times, (span) =>
      pagesOf(journals, (journal) => journal.toldBefore(session, { from: span.from - timesFrom, to: span.to - timesFrom })),
    ))
      yield page;
    at = 0n;
    yield { pages: [], reached: at };
  }
  const { rows } = await session.query<{ oldest: string }>({
    name: 'journal-oldest',
    text: 'select pg_snapshot_xmin(pg_current_snapshot())::text as oldest',
  });
  const oldest = BigInt(rows[0]!.oldest);
  const end = until === undefined || until > oldest ? oldest : until;
  // 0 is no transaction: it marks what was told by its time.
  yield* inSpans(at === 0n ? 1n : at, end, firstSpan.transactions, (span) => pagesOf(journals, (journal) => journal.told(session, span)));
}

async function* inSpans(from: bigint, end: bigint, first: bigint, read: (span: Span) => Promise<Page[]>): AsyncGenerator<Pages> {
  let [at, length] = [from, first];
  while (at < end) {
    const to = at + length < end ? at + length : end;
    const pages = await read({ from: at, to });
    at = to;
    yield { pages, reached: at };
    const rows = pages.reduce((sum, { told }) => sum + told.length, 0);
    if (rows < wanted.few) length *= 2n;
    else if (rows > wanted.many && length > 1n) length /= 2n;
  }
}

async function pagesOf(journals: readonly Journal[], read: (journal: Journal) => Promise<Told[]>): Promise<Page[]> {
  const pages: Page[] = [];
  for (const journal of journals) pages.push({ journal, told: await read(journal) });
  return pages;
}
