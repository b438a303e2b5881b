// A run of a report as a job: asked with the rights that its account has at that moment, written as files, noted in the audit trail.
// A run has ended once: whoever did it a second time, after a lease was lost, finds it ended.
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { JobKind, RunningJob } from '../../jobs/contract.ts';
import { decideKeeping } from '../../policy/analytics.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import type { Shelf } from '../questions/shelf.ts';
import type { Report } from './contract.ts';
import { filesOf } from './drawn.ts';
import { putFiles, removeRunFiles, stampOf } from './files.ts';
import type { MailServer } from './mail/contract.ts';
import { Letters } from './mail/letters.ts';
import { lettersOf } from './mail/tell.ts';
import { type Making, type MakingParts, makeReport } from './make.ts';
import { type Run, type RunFile, Runs } from './runs.ts';
import { localTime } from './schedule.ts';

export const reportKind = 'report';

export interface ReportJobParts extends MakingParts {
  reports: Shelf<Report>;
  database: Database;
  record: Pick<RecordStore, 'note'>;
  /** Folder of the files. */
  root: string;
  /** Absent where no e-mail is sent. */
  mail?: MailServer;
  rightsNow(id: string): Promise<Result<Person>>;
}

export const reportJob = (parts: ReportJobParts): JobKind => ({ name: reportKind, run: (job) => run(parts, job) });

async function run(parts: ReportJobParts, job: RunningJob): Promise<Result<string>> {
  const runs = new Runs(parts.database);
  const due = await runs.get(String(job.wish));
  if (due === undefined || due.state !== 'waiting') return ok('It has ended before');
  const person = await parts.rightsNow(due.account);
  // Nobody could be asked: that is tried again, and says nothing about the account.
  if (!person.ok && person.problem.kind === 'busy') throw new Error('the rights of the account could not be read');
  const caller: Caller = {
    person: person.ok ? person.value : { id: due.account, name: due.name, role: 'analyst' },
    purpose: 'HOPERAT',
    from: `report:${due.report}`,
    request: `report:${due.id}`,
  };
  const kept = await parts.reports.get(due.report);
  const making = !person.ok ? refused(due, person.problem.message) : await made(parts, caller, due, kept?.value, kept?.problem, job.signal);
  if (!making.ok && making.problem.kind === 'busy') throw new Error('the tables could not be asked');
  const report = kept?.value;
  let files: RunFile[] = [];
  if (making.ok && report !== undefined) {
    const written = await filesOf(making.value.made, report, stampOf(localTime(due.due, parts.timeZone), due), parts.now());
    if (job.signal.aborted) return fail('busy', 'stopped');
    await putFiles(parts.root, due.report, job.id, written);
    files = written.map(({ name, type, bytes }) => ({ name, type, bytes }));
  }
  // Before anybody can take the files.
  await parts.record.note(caller, 'report-run', { outcome: making.ok ? 200 : (statuses[making.problem.kind] ?? 422), query: due.report });
  const ended = await parts.database.transaction(async (session) => {
    const at = parts.now();
    const end = making.ok
      ? {
          state: 'done' as const,
          outcome: outcomeOf(making.value),
          summary: making.value.summary,
          journals: making.value.journals,
          files,
          at,
        }
      : { state: 'failed' as const, outcome: making.problem.message, at };
    if (!(await runs.end(session, due.id, end))) return false;
    if (making.ok && report !== undefined && parts.mail !== undefined)
      await new Letters(parts.database).write(session, lettersOf(parts.mail, due, report, making.value, files, parts.timeZone), at);
    return true;
  });
  if (!ended) return ok('It has ended before');
  if (report !== undefined)
    for (const old of await runs.beyond(due.report, report.keep)) await removeRunFiles(parts.root, old.report, old.files);
  return making.ok ? ok(outcomeOf(making.value)) : making;
}

const statuses: Partial<Record<Problem['kind'], number>> = { forbidden: 403, 'not-found': 404 };

const refused = ({ name }: Run, why: string): Result<Making> =>
  fail(
    'forbidden',
    `It runs with the rights of ${name}, which do not suffice any more: ${why}. Somebody who may keep reports opens it and keeps it`,
  );

async function made(
  parts: ReportJobParts,
  caller: Caller,
  due: Run,
  report: Report | undefined,
  mistake: string | undefined,
  signal: AbortSignal,
): Promise<Result<Making>> {
  const decision = decideKeeping(caller.person, { summary: false });
  if (!decision.allowed) return refused(due, decision.why);
  if (report === undefined)
    return mistake === undefined
      ? fail('not-found', 'The file of the report is gone')
      : fail('invalid', `The file of the report has a mistake: ${mistake}`);
  const making = await makeReport(parts, caller, report, { signal });
  return !making.ok && making.problem.kind === 'forbidden' ? refused(due, making.problem.message) : making;
}

function outcomeOf({ problems, made }: Making): string {
  const answers = made.parts.filter((part) => 'answer' in part).length;
  const asked = `${answers} ${answers === 1 ? 'question' : 'questions'} answered`;
  return problems === 0 ? asked : `${asked}, ${problems} could not be: the report says why in their place`;
}
