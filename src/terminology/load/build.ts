// Second half of a load: what was staged, code by code, becomes numbered concepts, the sets by which they are selected, and what is
// above and below each. Memory holds a piece of the release, never all of it.
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { foldToken } from '../../fhir/search/fold.ts';
import type { Said } from '../contract.ts';
import { textName } from '../posting-names.ts';
import { assemble } from './assemble.ts';
import { buildClosure } from './build-closure.ts';
import { Postings } from './postings.ts';
import { stageOf } from './stage.ts';

/** Behind which staged row the concepts and sets on disk end. */
export interface BuildPlace {
  key: string;
  seq: string;
  /** Number of the next concept. */
  at: number;
  /** Of the next sets. */
  part: number;
}

export interface BuildSteps {
  signal?: AbortSignal;
  concepts(count: number): void;
  save(place: BuildPlace): string;
  rest(): Promise<void>;
}

const rowsAtOnce = 10_000;

/** The number of concepts. */
export async function build(
  database: Database,
  release: number,
  caseSensitive: boolean,
  from: BuildPlace,
  steps: BuildSteps,
): Promise<Result<number>> {
  const table = stageOf(release);
  await database.transaction(async (session) => [
    session.query({ text: 'set local statement_timeout = 0' }),
    session.query({ text: `create index if not exists ${table}_order on ${table} (key, seq)` }),
    session.query({ text: 'delete from terminology_concept where release = $1 and at >= $2', values: [release, from.at] }),
    session.query({ text: 'delete from terminology_posting where release = $1 and part >= $2', values: [release, from.part] }),
    session.query({ text: 'delete from terminology_closure where release = $1', values: [release] }),
  ]);
  const fold = caseSensitive ? (code: string) => code : foldToken;
  const postings = new Postings();
  let { key, seq, at, part } = from;
  let group: Said[] = [];
  let groupKey = '';
  const written: { at: number; key: string; body: string }[] = [];
  const finish = (): void => {
    const concept = assemble(group);
    group = [];
    if (concept === undefined) return;
    written.push({ at, key: textName(fold(concept.code)), body: JSON.stringify(concept) });
    postings.add(at, concept);
    at += 1;
  };
  const flush = async (place: BuildPlace): Promise<void> => {
    await postings.write(database, release, part, steps.save(place));
    part = place.part;
  };
  const read = () => {
    const rows = database.query<{ key: string; seq: bigint; said: string }>({
      text: `select key, seq, said from ${table} where (key, seq) > ($1, $2) order by key, seq limit ${rowsAtOnce}`,
      values: [key, seq],
    });
    // A failure is met where it is awaited.
    rows.catch(() => {});
    return rows;
  };
  let coming = read();
  for (;;) {
    const { rows } = await coming;
    if (steps.signal?.aborted) return fail('busy', 'The load was stopped: give the same command again to go on');
    const last = rows.at(-1);
    if (last !== undefined) {
      ({ key, seq } = { key: last.key, seq: String(last.seq) });
      // The next rows are fetched while these are put together.
      coming = read();
    }
    for (const row of rows) {
      if (row.key !== groupKey && group.length > 0) {
        finish();
        if (postings.isLarge()) {
          await write(database, release, written.splice(0));
          // The rows of this key are read again after a kill.
          await flush({ key: groupKey, seq: String(2n ** 62n), at, part: part + 1 });
        }
      }
      groupKey = row.key;
      group.push(JSON.parse(row.said) as Said);
    }
    if (last === undefined) finish();
    steps.concepts(written.length);
    await write(database, release, written.splice(0));
    await steps.rest();
    if (last === undefined) break;
  }
  await flush({ key, seq, at, part: part + 1 });
  const closed = await buildClosure(database, release, at, fold, steps);
  return closed.ok ? ok(at) : closed;
}

async function write(database: Database, release: number, concepts: readonly { at: number; key: string; body: string }[]): Promise<void> {
  if (concepts.length === 0) return;
  await database.query({
    text: 'insert into terminology_concept (release, at, key, body) select $1, * from unnest($2::int[], $3::text[], $4::text[])',
    values: [release, concepts.map(({ at }) => at), concepts.map(({ key }) => key), concepts.map(({ body }) => body)],
  });
}
