// Views over the record as one caller may export it: one snapshot for all views, decided by policy in the statement, its audit rows
// committed before anything is given out (src/record/export.ts).
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { membersOf } from '../bulk/operations.ts';
import type { ViewAsked, Which } from './contract.ts';
import type { RowFile } from './row-file.ts';
import type { Evaluator } from './thread.ts';

export interface Reading {
  caller: Caller;
  views: readonly ViewAsked[];
  /** One a view. */
  files: readonly RowFile[];
  /** Of these views, in their order. */
  evaluator: Evaluator;
  patients?: string[];
  since?: string;
  /** For the audit trail. */
  asked: string;
  limit?: number;
  once?: boolean;
  signal: AbortSignal;
  /** Told after each part; a problem that it answers ends the reading. */
  hear(done: number): Promise<Result<void>>;
}

class Ended extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export async function fromRecord(record: RecordStore, reading: Reading): Promise<Result<{ at: Date }>> {
  const { caller, views, files, evaluator, patients, since, asked, limit, once, signal, hear } = reading;
  const begin = async (): Promise<void> => {
    for (const file of files) await file.begin();
  };
  await begin();
  let done = 0;
  // While the thread works on one part the database reads the next.
  let working: Promise<Result<void>> = Promise.resolve(ok(undefined));
  const work = async (bodies: readonly string[]): Promise<Result<void>> => {
    const most = limit === undefined ? Number.MAX_SAFE_INTEGER : limit - Math.min(...files.map((file) => file.rows));
    const lines = await evaluator.lines(bodies, most);
    if (!lines.ok) return lines;
    for (const { view, text, rows } of lines.value) await files[view]!.write(text, rows);
    done += bodies.length;
    return hear(done);
  };
  const worked = async (): Promise<void> => {
    const go = await working;
    if (!go.ok) throw new Ended(go.problem);
  };
  try {
    const read = await record.exportAll(
      caller,
      {
        types: [...new Set(views.map(({ type }) => type))],
        filters: [],
        asked,
        ...(patients === undefined ? {} : { patients }),
        ...(since === undefined ? {} : { since: new Date(since) }),
        ...(limit === undefined ? {} : { atOnce: limit }),
        ...(once === true ? { once } : {}),
      },
      async ({ deleted, bodies }) => {
        // What is gone has no rows.
        if (deleted) return undefined;
        await worked();
        working = work(bodies);
        // A full disk is heard of where it is waited for.
        working.catch(() => {});
        if (limit === undefined) return undefined;
        await worked();
        return files.every((file) => file.rows >= limit) ? 'enough' : undefined;
      },
      signal,
      async () => {
        await working;
        working = Promise.resolve(ok(undefined));
        done = 0;
        await begin();
      },
    );
    await worked();
    return read;
  } catch (error) {
    if (error instanceof Ended) return { ok: false, problem: error.problem };
    throw error;
  } finally {
    // Nobody writes into a file that is being closed.
    await working.catch(() => {});
  }
}

/** Whose: the patients that are named, those of the groups, or where both are those in both. Undefined: everybody. */
export async function patientsOf(record: RecordStore, caller: Caller, { patients, groups }: Which): Promise<Result<string[] | undefined>> {
  if (groups === undefined) return ok(patients);
  const members = new Set<string>();
  for (const group of groups) {
    const found = await membersOf(record, caller, group);
    if (!found.ok) return found;
    for (const id of found.value) members.add(id);
  }
  const both = patients?.filter((id) => members.has(id)) ?? [...members];
  return patients !== undefined && both.length < patients.length
    ? fail('invalid', 'patient names somebody who is not a member of the group', 'patient')
    : ok(both);
}
