// Looks for reports that are due and asks for their runs. A time has one run whoever of several processes sees it; after a stop the last
// time that was missed is made up for, once. A run that nobody works on any more is asked for again.

import type { Database } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Jobs } from '../../jobs/contract.ts';
import type { Shelf } from '../questions/shelf.ts';
import type { Report } from './contract.ts';
import { reportKind } from './job.ts';
import { type NewRun, type Run, Runs } from './runs.ts';
import { lastDue } from './schedule.ts';

export interface ClockParts {
  reports: Shelf<Report>;
  database: Database;
  jobs: Jobs;
  timeZone: string;
  now(): Date;
}

/** Between a run that is written down and its job lies a moment; longer, and whoever asked was stopped there. */
const forgottenMs = 60_000;

export async function lookForDue(parts: ClockParts): Promise<void> {
  const { reports, database, timeZone, now } = parts;
  const runs = new Runs(database);
  const keepers = await runs.keepers();
  for (const { name, version, value } of await reports.list()) {
    const keeper = keepers.get(name);
    if (value?.schedule === undefined || keeper === undefined || keeper.version !== version) continue;
    const due = lastDue(value.schedule, now(), timeZone);
    if (due <= keeper.at) continue;
    const { account, name: by } = keeper;
    await begin(parts, { report: name, due, byHand: false, account, name: by, asked: now() });
  }
  for (const run of await runs.waiting()) await askAgain(parts, runs, run);
}

/** Writes the run down and asks for its job. Conflict: that time has its run. */
export async function begin({ database, jobs }: Pick<ClockParts, 'database' | 'jobs'>, wanted: NewRun): Promise<Result<Run>> {
  const runs = new Runs(database);
  const run = await runs.begin(wanted);
  if (run === undefined) return fail('conflict', 'It is being made: look at it again in a moment');
  const job = await jobs.ask(reportKind, run.id, run.account);
  await runs.given(run.id, job.id, null);
  return ok({ ...run, job: job.id });
}

async function askAgain({ database, jobs, now }: ClockParts, runs: Runs, run: Run): Promise<void> {
  if (now().getTime() - run.asked.getTime() < forgottenMs) return;
  const job = run.job === null ? undefined : await jobs.get(run.job);
  if (job?.state === 'waiting' || job?.state === 'running') return;
  if (job?.state === 'failed' || job?.state === 'cancelled') {
    const outcome = job.problem?.message ?? 'It was cancelled';
    await database.transaction((session) => runs.end(session, run.id, { state: 'failed', outcome, at: now() }));
    return;
  }
  const again = await jobs.ask(reportKind, run.id, run.account);
  await runs.given(run.id, again.id, run.job);
}

const lookEveryMs = 20_000;

/** Until it is stopped. What goes wrong is told and tried again. */
export function watchClock(parts: ClockParts, failed: (error: unknown) => void): { stop(): Promise<void> } {
  let looking = Promise.resolve();
  const look = (): void => {
    looking = looking.then(() => lookForDue(parts)).catch(failed);
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
