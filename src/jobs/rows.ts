// Jobs as they lie in the table.
import { type Json, readJsonNow, writeJson } from '../fhir/json.ts';
import type { Problem } from '../fhir/result.ts';
import type { Job, JobState } from './contract.ts';

export interface JobRow {
  id: string;
  kind: string;
  account: string;
  wish: string;
  state: JobState;
  done: string;
  total: string | null;
  note: string | null;
  checkpoint: string;
  result: string | null;
  problem: string | null;
  asked: Date;
  started: Date | null;
  ended: Date | null;
  failures: number;
}

export const jobColumns = 'id, kind, account, wish, state, done, total, note, checkpoint, result, problem, asked, started, ended, failures';

export function jobOf(row: JobRow): Job {
  const job: Job = {
    id: row.id,
    kind: row.kind,
    by: row.account,
    wish: json(row.wish),
    state: row.state,
    progress: { done: Number(row.done) },
    checkpoint: json(row.checkpoint),
    asked: row.asked,
  };
  if (row.total !== null) job.progress.total = Number(row.total);
  if (row.note !== null) job.progress.note = row.note;
  if (row.result !== null) job.result = json(row.result);
  if (row.problem !== null) job.problem = JSON.parse(row.problem) as Problem;
  if (row.started !== null) job.started = row.started;
  if (row.ended !== null) job.ended = row.ended;
  return job;
}

export const textOf = (value: Json): string => writeJson(value);

function json(text: string): Json {
  const read = readJsonNow(text);
  if (!read.ok) throw new Error(`a job holds text that is not JSON: ${read.problem.message}`);
  return read.value;
}
