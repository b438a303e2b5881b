// lamplight reindex: makes the search index anew, of what is not as it should be or of everything, while the server runs or
// without it. Works together with a running Lamplight: the job is done by whichever process is free.
import { setTimeout as pause } from 'node:timers/promises';
import cliProgress from 'cli-progress';
import type { Database } from '../../database/contract.ts';
import { compile } from '../../fhir/fhirpath/compile.ts';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Job } from '../../jobs/contract.ts';
import { openJobs } from '../../jobs/jobs.ts';
import { ParameterRegistry } from '../../record/parameters/registry.ts';
import { type ReindexResult, reindexJob, reindexKind, reindexWish } from '../../record/parameters/reindex-job.ts';
import { printNote, printProblem } from '../print.ts';
import { ownAccount } from '../search-parameters.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface ReindexOptions {
  type?: string[];
  parameter?: string;
  all?: boolean;
  json?: boolean;
  quiet?: boolean;
}

const lookEveryMs = 200;
const lineEveryMs = 10_000;

export async function reindexCommand(settings: Settings, options: ReindexOptions): Promise<number> {
  const done = await withDatabase(settings, (database) => reindexed(database, options), { make: false, connections: 4 });
  if (!done.ok) return printProblem(done.problem);
  if (options.json === true) console.log(JSON.stringify(done.value));
  else
    printNote(
      `${done.value.done.toLocaleString('en')} resources indexed anew; counted afterwards: none is left that is not as it should be`,
    );
  return 0;
}

async function reindexed(database: Database, { type, parameter, all, quiet }: ReindexOptions): Promise<Result<ReindexResult>> {
  const registry = new ParameterRegistry(database, compile);
  await registry.refresh();
  const asked: Json = {
    ...(type === undefined ? {} : { types: type }),
    ...(parameter === undefined ? {} : { parameter }),
    ...(all === true ? { all } : {}),
  };
  const wish = reindexWish(asked);
  if (!wish.ok) return wish;
  const jobs = openJobs(database);
  jobs.work([reindexJob(database, registry)]);
  try {
    const { id } = await jobs.ask(reindexKind, asked, ownAccount);
    return await followed(jobs, id, showing(quiet === true));
  } finally {
    await jobs.close();
  }
}

async function followed(jobs: ReturnType<typeof openJobs>, id: string, show: Shown): Promise<Result<ReindexResult>> {
  try {
    for (;;) {
      const job = await jobs.get(id);
      if (job === undefined || job.state === 'cancelled') return fail('conflict', 'The reindex was cancelled: start it again');
      show.look(job);
      if (job.state === 'done') return ok(job.result as object as ReindexResult);
      if (job.state === 'failed') return { ok: false, problem: job.problem ?? fail('conflict', 'The reindex failed').problem };
      await pause(lookEveryMs);
    }
  } finally {
    show.end();
  }
}

interface Shown {
  look(job: Job): void;
  end(): void;
}

/** A bar on a terminal, otherwise a line now and then. */
function showing(quiet: boolean, stream: NodeJS.WriteStream = process.stderr): Shown {
  let bar: cliProgress.SingleBar | undefined;
  let lineAt = performance.now();
  return {
    look({ progress: { done, total, note } }) {
      if (quiet || total === undefined) return;
      if (stream.isTTY === true) {
        bar ??= new cliProgress.SingleBar({
          stream,
          format: '{bar} {percentage} % | {value} of {total} resources | {note}',
          hideCursor: true,
        });
        if (!bar.isActive) bar.start(total, done, { note: note ?? '' });
        bar.setTotal(total);
        bar.update(done, { note: note ?? '' });
      } else if (performance.now() - lineAt >= lineEveryMs) {
        lineAt = performance.now();
        stream.write(`${done.toLocaleString('en')} of ${total.toLocaleString('en')} resources\n`);
      }
    },
    end: () => bar?.stop(),
  };
}
