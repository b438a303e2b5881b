// lamplight load: NDJSON, Bundles and single resources from files, folders or standard input into the record.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { withDestination } from '../destination/choose.ts';
import type { Destination } from '../destination/contract.ts';
import { askPatiently, type Patience } from '../load/ask-patiently.ts';
import { checkOnly } from '../load/check-only.ts';
import type { LoadSummary, Source } from '../load/contract.ts';
import { findFiles } from '../load/find-files.ts';
import { openJournal } from '../load/journal.ts';
import { type LoadResult, type LoadWish, load } from '../load/load.ts';
import { logicalReferences } from '../load/logical-references.ts';
import { duration, type Progress, showProgress } from '../load/progress.ts';
import { openReport, type Report } from '../load/report.ts';
import { makeSender } from '../load/send.ts';
import { printHint, printMisuse, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';

export interface LoadOptions {
  url?: string;
  token?: string;
  jobs: string;
  patience: string;
  report?: string;
  restart?: boolean;
  dryRun?: boolean;
  logicalReferences: boolean;
  json?: boolean;
  quiet?: boolean;
}

/** Best of 50 to 1,000 on the machine it was measured on; larger ones only wait longer for their answer. */
const groupResources = 200;
const groupBytes = 1024 * 1024;
const sayEveryMs = 10_000;

export async function loadCommand(settings: Settings, paths: string[], options: LoadOptions): Promise<number> {
  const jobs = Number(options.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64) return printMisuse('--jobs takes a whole number from 1 to 64');
  const patienceSeconds = Number(options.patience);
  if (!(patienceSeconds >= 0 && patienceSeconds <= 86_400)) return printMisuse('--patience takes seconds, from 0 to 86400');
  const found = findFiles(paths);
  if (!found.ok) return printProblem(found.problem);
  const { sources, leftOut } = found.value;
  const report = openReport(options.report);
  if (!report.ok) return printProblem(report.problem);

  const progress = showProgress(
    sources.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    options.quiet === true,
  );
  if (leftOut > 0) progress.note(`${leftOut} other ${leftOut === 1 ? 'file was' : 'files were'} left out (not .ndjson, .jsonl or .json)`);
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(1);
    progress.note('stopping after what is under way; once more stops at once');
    interrupt.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  try {
    const parts = {
      settings,
      options,
      sources,
      jobs,
      patienceMs: patienceSeconds * 1000,
      report: report.value,
      progress,
      signal: interrupt.signal,
    };
    const result = await run(parts);
    progress.end();
    report.value.close();
    if (!result.ok) return printProblem(result.problem);
    return conclude(result.value, report.value, options);
  } finally {
    progress.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

interface Parts {
  settings: Settings;
  options: LoadOptions;
  sources: Source[];
  jobs: number;
  patienceMs: number;
  report: Report;
  progress: Progress;
  signal: AbortSignal;
}

function run(parts: Parts): Promise<Result<LoadResult>> {
  const { settings, options, sources, jobs, report, progress, signal } = parts;
  const wish: Omit<LoadWish, 'sender'> = {
    jobs,
    groupResources: Math.min(groupResources, settings.bundleEntriesMax),
    groupBytes: Math.min(groupBytes, (settings.bodyMegabytesMax * 1024 * 1024) / 2),
    lineBytesMax: settings.bodyMegabytesMax * 1024 * 1024,
    signal,
    hear: {
      bytes: progress.bytes,
      resources: progress.resources,
      note: progress.note,
      refused(one) {
        progress.refused();
        report.add(one);
      },
    },
  };
  if (options.dryRun === true) return load(sources, { ...wish, sender: checkOnly }).then(ok);
  return withDestination(settings, { url: options.url, token: options.token, make: true, jobs }, (destination) =>
    loadInto(destination, parts, wish),
  );
}

async function loadInto(destination: Destination, parts: Parts, wish: Omit<LoadWish, 'sender'>): Promise<Result<LoadResult>> {
  const { options, sources, progress, signal } = parts;
  // Patience is for a server that goes away, not for an address that was never right.
  const first = await destination.fhir({ method: 'GET', target: 'metadata' });
  if (!first.ok) return first;
  const journal = openJournal(destination.journal);
  if (!journal.ok) return journal;
  // All requests under way meet the same absence: one sentence is enough.
  let saidAt = Number.NEGATIVE_INFINITY;
  const patience: Patience = {
    forMs: parts.patienceMs,
    say: (why, pauseMs) => {
      if (pauseMs < 1000 || performance.now() - saidAt < sayEveryMs) return;
      saidAt = performance.now();
      progress.note(`${why}; trying again`);
    },
    signal,
  };
  const result = await load(sources, {
    ...wish,
    sender: makeSender(destination, patience),
    memory: {
      journal: journal.value,
      into: destination.key,
      restart: options.restart === true,
      async holds(witness) {
        const answer = await askPatiently(destination, { method: 'GET', target: `${witness}?_elements=id` }, patience);
        if (!answer.ok) return answer;
        const { status } = answer.value;
        return status === 200 || status === 404 || status === 410
          ? ok(status !== 404)
          : fail('forbidden', `${destination.name} answered ${status} when it was asked for ${witness}`);
      },
    },
    ...(options.logicalReferences ? { keepReferences: logicalReferences((ask) => askPatiently(destination, ask, patience)) } : {}),
  });
  return ok(result);
}

/** Says how it went; the exit status. */
function conclude(result: LoadResult, report: Report, options: LoadOptions): number {
  const { stopped, interrupted, ...summary } = result;
  if (options.json === true) console.log(JSON.stringify({ ...summary, complete: stopped === undefined && !interrupted }));
  if (options.quiet !== true) printNote(sentence(summary, options.dryRun === true));
  for (const line of report.shown()) printNote(`refused: ${line}`);
  if (report.more() > 0) printNote(`refused: and ${report.more()} more`);
  if (summary.refused > 0 && options.report === undefined) printHint('--report FILE writes every refusal as a line of JSON');
  if (stopped !== undefined) printProblem(stopped);
  if (stopped !== undefined || interrupted) {
    printHint('give the same command again to go on: what was acknowledged is passed over');
    return 1;
  }
  return summary.refused > 0 ? 1 : 0;
}

function sentence(summary: LoadSummary, trial: boolean): string {
  const { loaded, already, refused, files, filesSkipped, logicalReferences: logical, seconds } = summary;
  const number = (value: number): string => value.toLocaleString('en');
  const rate = seconds >= 1 ? `, ${number(Math.round(loaded / seconds))}/s` : '';
  const parts = [
    `${number(loaded)} ${loaded === 1 ? 'resource' : 'resources'} ${trial ? 'would be loaded' : 'loaded'} from ${number(files)} ${files === 1 ? 'file' : 'files'} in ${duration(seconds)}${rate}`,
  ];
  if (already > 0)
    parts.push(
      `${number(already)} were there from an earlier load${filesSkipped > 0 ? ` (${number(filesSkipped)} files passed over; --restart loads them again)` : ''}`,
    );
  if (refused > 0) parts.push(`${number(refused)} refused`);
  if (logical > 0) parts.push(`${number(logical)} references whose target is not in the record were kept by their identifier`);
  return parts.join('; ');
}
