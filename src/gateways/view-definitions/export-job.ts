// $export: views over the record as files, one a view, of one moment. Asked for as a bulk export is, told at the same addresses, and like
// it ended where the rights of who asked have changed meanwhile (src/gateways/bulk/export-job.ts).
import { join } from 'node:path';
import type { ResourceType } from '../../fhir/generated/types.ts';
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { JobKind, Jobs, RunningJob } from '../../jobs/contract.ts';
import type { Caller } from '../../record/contract.ts';
import { compileView } from '../../warehouse/view/closure.ts';
import { readView } from '../../warehouse/view/read.ts';
import { type BulkResult, exportKind, keepHours, viewExportKind } from '../bulk/contract.ts';
import { type ExportParts, hearing } from '../bulk/export-job.ts';
import { newAttempt, removeFiles, removeFolder } from '../bulk/files.ts';
import type { ExportAsked, Format, ViewAsked } from './contract.ts';
import { fromRecord, patientsOf } from './from-record.ts';
import { lineForm, RowFile } from './row-file.ts';
import { openEvaluator } from './thread.ts';

/** What of a wish is kept: views as text, to be compiled where they are run. */
interface Kept {
  caller: Caller;
  request: string;
  views: { name: string; text: string }[];
  format: Format;
  header: boolean;
  patients?: string[];
  since?: string;
}

/** Exports of one account that wait or run, with those of resources. */
const mostAtOnce = 5;
const hearEveryMs = 1_000;

/** The job that does it, when policy allows it as far as can be said before. */
export async function askForExport(
  jobs: Jobs,
  record: ExportParts['record'],
  caller: Caller,
  asked: ExportAsked,
  request: string,
): Promise<Result<{ id: string }>> {
  const { views, which, format, header } = asked;
  const patients = await patientsOf(record, caller, which);
  const types = [...new Set(views.map(({ type }) => type))];
  const may = await record.exportable(caller, {
    types,
    asked: request,
    ...(patients.ok && patients.value !== undefined ? { patients: patients.value } : {}),
  });
  if (!may.ok) return may;
  if (!patients.ok) return patients;
  const all = [...(await jobs.list(exportKind)), ...(await jobs.list(viewExportKind))];
  const open = all.filter((job) => job.by === caller.person.id && job.ended === undefined);
  if (open.length >= mostAtOnce)
    return fail('busy', `${open.length} exports of this account are under way: wait for one, or cancel it with DELETE`);
  const kept: Kept = {
    caller,
    request,
    views: views.map(({ name, text }) => ({ name, text })),
    format,
    header,
    ...(patients.value === undefined ? {} : { patients: patients.value }),
    ...(which.since === undefined ? {} : { since: which.since }),
  };
  return ok(await jobs.ask(viewExportKind, JSON.stringify(kept), caller.person.id));
}

export const viewExportJob = (parts: ExportParts): JobKind => ({
  name: viewExportKind,
  keepHours,
  run: (job) => run(parts, job),
  clean: ({ id }) => removeFiles(parts.root, id),
});

async function run(parts: ExportParts, job: RunningJob): Promise<Result<string>> {
  const { record, root } = parts;
  const asked = JSON.parse(String(job.wish)) as Kept;
  const views = viewsOf(asked);
  if (!views.ok) return views;
  const attempt = await newAttempt(root, job.id);
  const hear = hearing(parts, job, asked);
  const ending = new AbortController();
  const evaluator = openEvaluator(
    { views: asked.views.map(({ text }) => text), form: lineForm(asked.format) },
    AbortSignal.any([job.signal, ending.signal]),
  );
  const named = views.value.map(({ name }) => `${name}.${asked.format}`);
  const files = views.value.map(({ compiled }, at) => new RowFile(join(attempt.folder, named[at]!), asked.format, compiled, asked.header));
  let result: BulkResult | undefined;
  try {
    const others = await attempt.others();
    const begun = await hear(0, 'begins');
    if (!begun.ok) return begun;
    await Promise.all(others.map(removeFolder));
    let heardMs = performance.now();
    const read = await fromRecord(record, {
      caller: asked.caller,
      views: views.value,
      files,
      evaluator,
      asked: asked.request,
      signal: job.signal,
      ...(asked.patients === undefined ? {} : { patients: asked.patients }),
      ...(asked.since === undefined ? {} : { since: asked.since }),
      async hear(done) {
        if (performance.now() - heardMs < hearEveryMs) return ok(undefined);
        heardMs = performance.now();
        return hear(done, `${done} resources read`);
      },
    });
    if (!read.ok) return read;
    for (const file of files) {
      const whole = await file.end();
      if (!whole.ok) return whole;
    }
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const last = await hear(rows, `${rows} rows`);
    if (!last.ok) return last;
    const output = views.value.map(({ name, type }, at) => ({ type, name, file: named[at]!, count: files[at]!.rows }));
    result = {
      transactionTime: read.value.at.toISOString(),
      request: asked.request,
      output: attempt.named(output),
      deleted: [],
      error: [],
    };
    return ok(JSON.stringify(result));
  } finally {
    ending.abort();
    await evaluator.close();
    for (const file of files) await file.close();
    if (result === undefined) await attempt.remove();
  }
}

function viewsOf({ views }: Kept): Result<ViewAsked[]> {
  const asked: ViewAsked[] = [];
  for (const { name, text } of views) {
    const json = readJsonNow(text);
    const view = json.ok ? readView(json.value) : json;
    const compiled = view.ok ? compileView(view.value, { strict: true }) : view;
    if (!compiled.ok) return compiled;
    asked.push({ name, type: compiled.value.view.resource as ResourceType, text, compiled: compiled.value, installed: false });
  }
  return ok(asked);
}
