// Who works on a job: taken, renewed, given back in one statement each, by the clock of the database, which all processes share.
import type { Session } from '../database/contract.ts';
import type { Json } from '../fhir/json.ts';
import type { Problem } from '../fhir/result.ts';
import type { Progress } from './contract.ts';
import { type JobRow, jobColumns, textOf } from './rows.ts';

/** Takes the job of these kinds that has waited longest, or whose worker has not been heard of. */
export async function take(session: Session, kinds: readonly string[], holder: string, leaseMs: number): Promise<JobRow | undefined> {
  const { rows } = await session.query<JobRow>({
    name: 'job take',
    text: `update job set holder = $2, lease = now() + $3 * interval '1 millisecond', state = 'running', started = coalesce(started, now())
where id = (
  select id from job where kind = any($1::text[]) and state in ('waiting', 'running') and due <= now() and (lease is null or lease < now())
  order by asked limit 1 for update skip locked)
returning ${jobColumns}`,
    values: [kinds, holder, leaseMs],
  });
  return rows[0];
}

/** False: the job is no longer this worker's. */
export async function renew(session: Session, id: string, holder: string, leaseMs: number): Promise<boolean> {
  const { rowCount } = await session.query({
    name: 'job renew',
    text: `update job set lease = now() + $3 * interval '1 millisecond' where id = $1 and holder = $2 and state = 'running'`,
    values: [id, holder, leaseMs],
  });
  return rowCount === 1;
}

/**
 * Answers the errors since it last came further; undefined: the job is no longer this worker's. Further means another checkpoint: work
 * that would begin at the same place again has gained nothing, however long it took.
 */
export async function keep(
  session: Session,
  id: string,
  holder: string,
  checkpoint: Json,
  progress: Progress,
): Promise<number | undefined> {
  const { rows } = await session.query<{ failures: number }>({
    name: 'job keep',
    text: `update job set checkpoint = $3, done = $4, total = $5, note = $6, failures = case when checkpoint = $3 then failures else 0 end
where id = $1 and holder = $2 and state = 'running' returning failures`,
    values: [id, holder, textOf(checkpoint), Math.round(progress.done), progress.total ?? null, progress.note ?? null],
  });
  return rows[0]?.failures;
}

export async function finish(session: Session, id: string, holder: string, end: { result: Json } | { problem: Problem }): Promise<boolean> {
  const done = 'result' in end;
  const { rowCount } = await session.query({
    name: 'job finish',
    text: `update job set state = $3, result = $4, problem = $5, ended = now(), holder = null, lease = null
where id = $1 and holder = $2 and state = 'running'`,
    values: [id, holder, done ? 'done' : 'failed', done ? textOf(end.result) : null, done ? null : JSON.stringify(end.problem)],
  });
  return rowCount === 1;
}

/** Lets others go on with it, at once or after a pause. `failed`: counts as an error without progress. */
export async function giveBack(session: Session, id: string, holder: string, pauseMs: number, failed: boolean): Promise<void> {
  await session.query({
    name: 'job give back',
    text: `update job set state = 'waiting', holder = null, lease = null, due = now() + $3 * interval '1 millisecond', failures = failures + $4
where id = $1 and holder = $2 and state = 'running'`,
    values: [id, holder, pauseMs, failed ? 1 : 0],
  });
}
