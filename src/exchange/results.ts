// What became of messages, as rows: their states and ledgers, what they made, what of them has no home, what is passed on to others.
import type { Problem } from '../fhir/result.ts';
import type { LedgerRow } from '../formats/contract.ts';
import { keyOfId } from '../record/keys.ts';
import { RowSet } from '../record/row-set.ts';
import type { Channel } from './channel.ts';
import type { LaidDown } from './lay-down.ts';
import { writeLedger } from './ledger.ts';
import { passOn } from './pass-on.ts';
import type { Work } from './queue.ts';

export interface Outcome {
  work: Work;
  state: 'done' | 'failed' | 'dropped';
  problem?: Problem;
  laid?: Omit<LaidDown, 'ledger'>;
  /** The message as it is passed on to others. */
  mended?: Uint8Array;
  ledger?: LedgerAtRest;
}

/** A ledger as it is kept: hundreds of rows a message are text, and given up, long before they are written. */
export interface LedgerAtRest {
  text: string;
  /** Leaves without a home, each once, whichever repetition it was. */
  kept: ReadonlySet<string>;
}

export const atRest = (rows: readonly LedgerRow[]): LedgerAtRest => ({
  text: writeLedger(rows),
  kept: new Set(rows.flatMap((row) => (row.state === 'kept' ? [withoutNumbers(row.path)] : []))),
});

/** An outcome with the resources as they are named in it, `Type/id/_history/version`. */
type Shown = Outcome & { resources: readonly string[] };

const resultRows = new RowSet<Shown>([
  { name: 'id', type: 'uuid', of: ({ work }) => work.id },
  { name: 'state', type: 'text', of: ({ state }) => state },
  { name: 'problem', type: 'text', of: ({ problem }) => (problem === undefined ? null : JSON.stringify(problem)) },
  { name: 'ledger', type: 'text', of: ({ ledger }) => ledger?.text ?? null },
  { name: 'pats', type: 'uuid[]', of: ({ laid }) => (laid?.patients ?? []).map((name) => keyOfId(name.slice('Patient/'.length))) },
  { name: 'resources', type: 'text', of: ({ resources }) => resources.join(' ') },
]);
const madeRows = new RowSet<readonly [name: string, message: string]>([
  { name: 'target', type: 'text', of: ([name]) => name },
  { name: 'id', type: 'uuid', of: ([, message]) => message },
]);

/** For the transaction that lays them; what waits for them in the queue goes with it. */
export function* resultStatements(channel: Channel, outcomes: readonly Outcome[], versions: ReadonlyMap<string, number>, at: Date) {
  const shown = outcomes.map((outcome): Shown => {
    const names = outcome.laid?.resources ?? [];
    return {
      ...outcome,
      resources: names.map((name) => (versions.get(name) === undefined ? name : `${name}/_history/${versions.get(name)}`)),
    };
  });
  yield {
    name: 'message-result',
    text: `
insert into message_result (channel, at, tries, id, state, problem, ledger, pats, resources)
select $1, $2, w.tries + 1, g.id, g.state, g.problem, g.ledger, g.pats::uuid[], coalesce(string_to_array(nullif(g.resources, ''), ' '), '{}')
from ${resultRows.source('g', 3)}
join message_work w on w.id = g.id
on conflict (id) do update set state = excluded.state, at = excluded.at, tries = excluded.tries, problem = excluded.problem,
  ledger = excluded.ledger, resources = excluded.resources, pats = excluded.pats, written_by = excluded.written_by`,
    values: [channel.name, at, ...resultRows.values(shown)],
  };
  const made = outcomes.flatMap(({ work, laid }) =>
    (laid?.resources ?? []).flatMap((name) => (laid?.inPassing.has(name) === true ? [] : [[name, work.id] as const])),
  );
  if (made.length > 0)
    yield {
      name: 'message-made',
      text: `insert into message_made (target, id) select g.target, g.id from ${madeRows.source('g', 1)} on conflict do nothing`,
      values: madeRows.values(made),
    };
  const counted = new Map<string, { sender: string; kind: string; path: string; messages: number }>();
  const count = (sender: string, kind: string, path: string): void => {
    const key = `${sender}\u0000${kind}\u0000${path}`;
    const row = counted.get(key);
    if (row === undefined) counted.set(key, { sender, kind, path, messages: 1 });
    else row.messages++;
  };
  for (const { work, ledger, state } of outcomes) {
    if (ledger === undefined || state !== 'done') continue;
    count(work.sender, work.kind, '');
    for (const path of ledger.kept) count(work.sender, work.kind, path);
  }
  if (counted.size > 0) {
    // In one order, so that two channels never wait for each other.
    const rows = [...counted].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
    yield {
      name: 'message-unmapped',
      text: `
insert into message_unmapped (sender, kind, path, messages) select * from unnest($1::text[], $2::text[], $3::text[], $4::int8[])
on conflict (sender, kind, path) do update set messages = message_unmapped.messages + excluded.messages`,
      values: [
        rows.map(({ sender }) => sender),
        rows.map(({ kind }) => kind),
        rows.map(({ path }) => path),
        rows.map(({ messages }) => messages),
      ],
    };
  }
  yield* passOn(
    channel,
    outcomes.flatMap(({ work, state, mended }) => (state === 'done' && mended !== undefined ? [{ work, mended }] : [])),
  );
  yield { name: 'work-done', text: 'delete from message_work where id = any($1::uuid[])', values: [outcomes.map(({ work }) => work.id)] };
}

/** Which repetition it is makes no other place of it. */
const withoutNumbers = (path: string): string => (path.includes('[') ? path.replace(/\[\d+\]/g, '') : path);
