// $run: rows of one view at once. They are written to a file of this server first, within bounds of rows, bytes and time, and sent from
// there: nothing large passes through memory, and what cannot be had is refused and not half of it sent.
import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import type { InstalledTables } from '../../warehouse/contract.ts';
import { Turns } from '../../warehouse/query/turns.ts';
import { identifier } from '../../warehouse/view/sql-text.ts';
import { rowsMost } from './asked.ts';
import type { RunAsked } from './contract.ts';
import { fromRecord, patientsOf } from './from-record.ts';
import { lineForm, RowFile } from './row-file.ts';
import { openEvaluator } from './thread.ts';

export interface Runs {
  run(caller: Caller, asked: RunAsked, address: string, gone: AbortSignal): Promise<Result<Ran>>;
}

/** A file to be sent, and removed. */
export interface Ran {
  path: string;
  rows: number;
  bytes: number;
  /** The moment it is of, where it is that of the tables. */
  asOf?: string;
  remove(): void;
}

export interface RunParts {
  record: RecordStore;
  /** Where there are tables. */
  tables?: InstalledTables;
  /** For files that are being sent. */
  work: string;
}

const bounds = { seconds: 60, bytes: 500_000_000 };

export function openRuns({ record, tables, work }: RunParts): Runs {
  rmSync(work, { recursive: true, force: true });
  // Each holds a connection to the database, and a core, for as long as it reads.
  const turns = new Turns({ atOnce: 2, atOnceOfOne: 1, waiting: 100, waitingOfOne: 20, patienceMs: 30_000 });
  return {
    async run(caller, asked, address, gone) {
      const { view, which } = asked;
      const may = await record.exportable(caller, { types: [view.type], asked: address });
      if (!may.ok) return may;
      if (tables !== undefined && isOfTables(asked)) return fromTables(tables, caller, asked, gone);
      const turn = await turns.take(caller.person.id, gone);
      if (!turn.ok) return turn;
      try {
        const patients = await patientsOf(record, caller, which);
        return patients.ok ? await written(record, work, caller, asked, address, gone, patients.value) : patients;
      } finally {
        turn.value();
      }
    },
  };
}

/** Parquet has the types of the tables, so they may as well answer: at once, and as of some seconds ago. */
const isOfTables = ({ view, which, format, resources }: RunAsked): boolean =>
  format === 'parquet' && view.installed && resources === undefined && Object.keys(which).length === 0;

async function fromTables(tables: InstalledTables, caller: Caller, { view, limit }: RunAsked, signal: AbortSignal): Promise<Result<Ran>> {
  const columns = view.compiled.columns.map(({ name }) => identifier(name)).join(', ');
  const asked = await tables.askFile(caller, `select ${columns} from ${identifier(view.name)}`, 'parquet', {
    detail: 'identified',
    signal,
    limits: { rows: limit ?? rowsMost, timeMs: bounds.seconds * 1000 },
  });
  if (!asked.ok || !asked.value.cut || limit !== undefined) return asked;
  asked.value.remove();
  return tooMany;
}

const tooMany = fail('too-costly', `There are more than ${rowsMost.toLocaleString('en')} rows: give _limit, or ask with $export`);
const tooLate = fail('too-costly', `The view took longer than ${bounds.seconds} s: choose patients, give _limit, or ask with $export`);
const tooLarge = fail('too-costly', `The rows are larger than ${bounds.bytes / 1e6} MB: give _limit, or ask with $export`);

async function written(
  record: RecordStore,
  work: string,
  caller: Caller,
  asked: RunAsked,
  address: string,
  gone: AbortSignal,
  patients: string[] | undefined,
): Promise<Result<Ran>> {
  const { view, format, header, limit, resources, which } = asked;
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const path = join(work, `${randomUUID()}.${format}`);
  const remove = (): void => {
    for (const one of [path, `${path}.lines`]) rmSync(one, { force: true });
  };
  const late = AbortSignal.timeout(bounds.seconds * 1000);
  const signal = AbortSignal.any([gone, late]);
  const file = new RowFile(path, format, view.compiled, header);
  const evaluator = openEvaluator({ views: [view.text], form: lineForm(format) }, signal);
  const within = (): Result<void> => {
    if (limit === undefined && file.rows > rowsMost) return tooMany;
    return file.bytes > bounds.bytes ? tooLarge : ok(undefined);
  };
  let done: Result<unknown> | undefined;
  try {
    if (resources === undefined) {
      const reading = { caller, views: [view], files: [file], evaluator, asked: address, once: true, signal, hear: async () => within() };
      done = await fromRecord(record, {
        ...reading,
        ...(patients === undefined ? {} : { patients }),
        ...(which.since === undefined ? {} : { since: which.since }),
        ...(limit === undefined ? {} : { limit }),
      });
    } else {
      await file.begin();
      const lines = await evaluator.lines(resources, limit ?? rowsMost + 1);
      for (const { text, rows } of lines.ok ? lines.value : []) await file.write(text, rows);
      done = lines.ok ? within() : lines;
    }
    if (done.ok) done = await file.end();
    if (done.ok) return ok({ path, rows: file.rows, bytes: statSync(path).size, remove });
    return late.aborted ? tooLate : { ok: false, problem: done.problem };
  } finally {
    await evaluator.close();
    await file.close();
    if (done?.ok !== true) remove();
  }
}

export const readOf = ({ path, remove }: Ran) => createReadStream(path).once('close', remove);

/** A view that does not fit a resource is no wrong request, and no fault of this program. */
export const statusOfRun = (problem: Problem, status: number): number =>
  problem.message.startsWith('A resource does not fit') ? 422 : status;
