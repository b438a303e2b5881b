// The work of an import: NDJSON from the places that the site allows, line by line into the record. It goes on from the line that
// it has reached; a line that was taken already is the same again and makes no version. The places may be named by another server's
// manifest, whose export is then part of the work (from-server.ts).
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { JobKind, RunningJob } from '../../jobs/contract.ts';
import type { RecordStore } from '../../record/contract.ts';
import type { ValidationParts } from '../fhir-rest/validation.ts';
import { type BulkFile, type BulkResult, type ImportAsked, type ImportSource, importKind, keepHours } from './contract.ts';
import { type Attempt, LineFiles, newAttempt, removeFiles } from './files.ts';
import { ask, type ExportFrom, isAllowed, kickOff, manifestOf, removeExport } from './from-server.ts';
import type { ServerSignIn } from './from-server-sign-in.ts';
import { linesOf } from './lines-of.ts';
import { lineBytesMax, refusedLine, takeLines } from './take-lines.ts';

const linesAtOnce = 512;
/** And bytes: a line may be long. */
const bytesAtOnce = 16 * 1024 * 1024;
/** Refusals that are written down; the rest are counted. */
const refusalsMax = 10_000;

/** What the lines are written into, what they are held to, and where they may come from. */
export interface ImportTools {
  record: RecordStore;
  validation: ValidationParts;
  /** Folder for the files of refusals. */
  root: string;
  /** Prefixes of addresses. */
  allowed: readonly string[];
  signIn: ServerSignIn;
}

interface Place {
  source: number;
  line: number;
  /** Bytes of the source up to there; absent where they could not be counted. */
  bytes?: number;
  done: number;
  refused: number;
  files: BulkFile[];
  /** Of another server's export: where it is asked for, and what its manifest named. */
  status?: string;
  sources?: ImportSource[];
  transactionTime?: string;
  exportErrors?: number;
}

/** `name`: the command line does its own imports under another. */
export const importJob = (tools: ImportTools, name: string = importKind): JobKind => ({
  name,
  keepHours,
  run: (job) => run(tools, job),
  clean: ({ id }) => removeFiles(tools.root, id),
});

async function run(tools: ImportTools, job: RunningJob): Promise<Result<string>> {
  const asked = JSON.parse(String(job.wish)) as ImportAsked;
  const place: Place = (job.checkpoint as Place | null) ?? { source: 0, line: 0, done: 0, refused: 0, files: [] };
  const started = new Date();
  const from: ExportFrom = { url: asked.exportUrl ?? '', allowed: tools.allowed, signIn: tools.signIn, signal: job.signal };
  const sources = asked.exportUrl === undefined ? ok(asked.sources) : await exportedBy(from, place, job);
  if (!sources.ok) return sources;
  const attempt = await newAttempt(tools.root, job.id);
  for (; place.source < sources.value.length; place.source++, place.line = 0, delete place.bytes) {
    const source = sources.value[place.source]!;
    if (!isAllowed(source.url, tools.allowed))
      return fail('forbidden', `Data may not be fetched from ${shown(source.url)}: LAMPLIGHT_IMPORT_FROM names the places`);
    const errors = new LineFiles(attempt.folder, `.errors${'abcdefghijklmnopqrstuvwxyz'[place.source % 26]}`);
    const taken = await takeSource(tools, asked, { ...source, from }, place, job, { attempt, errors });
    await errors.close();
    place.files.push(...attempt.named(errors.files));
    if (!taken.ok) return taken;
  }
  if (place.status !== undefined) await removeExport(from, place.status);
  const result: BulkResult = {
    transactionTime: place.transactionTime ?? started.toISOString(),
    request: asked.request,
    output: [],
    deleted: [],
    error: place.files,
  };
  const { exportErrors = 0 } = place;
  return ok(JSON.stringify({ ...result, taken: place.done, refused: place.refused, ...(exportErrors > 0 ? { exportErrors } : {}) }));
}

/** The files of the other server's export, asked for once: where it is asked and what it named is kept with the place. */
async function exportedBy(from: ExportFrom, place: Place, job: RunningJob): Promise<Result<ImportSource[]>> {
  if (place.sources !== undefined) return ok(place.sources);
  const keep = (note: string): Promise<Result<void>> => job.save(jsonOf(place), { done: place.done, note });
  try {
    if (place.status === undefined) {
      const status = await kickOff(from);
      if (!status.ok) return status;
      place.status = status.value;
      const kept = await keep('the other server has begun its export');
      if (!kept.ok) return kept;
    }
    const exported = await manifestOf(from, place.status, keep);
    if (!exported.ok) return exported;
    const { sources, errors, transactionTime } = exported.value;
    place.sources = sources;
    place.exportErrors = errors;
    if (transactionTime !== undefined) place.transactionTime = transactionTime;
    const kept = await keep(`${sources.length} files of the other server`);
    return kept.ok ? ok(sources) : kept;
  } catch (error) {
    if (job.signal.aborted) return fail('conflict', 'The import was stopped');
    throw error;
  }
}

const jsonOf = (place: Place): Json => JSON.parse(JSON.stringify(place)) as Json;
const shown = (url: string): string => JSON.stringify(url.slice(0, 200));

async function takeSource(
  { record, validation }: ImportTools,
  asked: ImportAsked,
  { url, type, from }: ImportSource & { from: ExportFrom },
  place: Place,
  job: RunningJob,
  { attempt, errors }: { attempt: Attempt; errors: LineFiles },
): Promise<Result<void>> {
  const opened = await openSource(url, from, asked, place);
  if (!opened.ok) return opened;
  const { body, countsBytes } = opened.value;
  let lines: (string | undefined)[] = [];
  let bytes = 0;
  // Of what comes now, the number of the line and the bytes before it.
  let { number } = opened.value;
  let end = opened.value.bytes;
  const flush = async (): Promise<Result<void>> => {
    const first = number - lines.length + 1;
    const outcomes = await takeLines(record, asked.caller, lines, first, {
      validation,
      keepVersions: asked.keepVersions,
      ...(type === undefined ? {} : { type }),
    });
    lines = [];
    bytes = 0;
    const refused = outcomes.flatMap((one) => (one.result.ok ? [] : [refusedLine(one, one.result.problem, url)]));
    if (place.refused < refusalsMax) await errors.write('OperationOutcome', refused);
    place.refused += refused.length;
    place.done += outcomes.length - refused.length;
    place.line = number;
    if (countsBytes) place.bytes = end;
    return job.save(jsonOf({ ...place, files: [...place.files, ...attempt.named(errors.files)] }), {
      done: place.done,
      note: `${place.done} taken, ${place.refused} refused`,
    });
  };
  const reached = place.line;
  try {
    for await (const line of linesOf(body, lineBytesMax, end)) {
      number++;
      bytes += line.text?.length ?? 0;
      end = line.end;
      if (number <= reached) continue;
      lines.push(line.text);
      if (lines.length < linesAtOnce && bytes < bytesAtOnce) continue;
      const kept = await flush();
      if (!kept.ok) return kept;
    }
  } catch (error) {
    if (job.signal.aborted) return fail('conflict', 'The import was stopped');
    throw error;
  }
  return lines.length === 0 ? ok(undefined) : flush();
}

interface Opened {
  body: AsyncIterable<Uint8Array>;
  /** Where it begins: lines and bytes before it. */
  number: number;
  bytes: number;
  countsBytes: boolean;
}

/** The file from where it was left, where its server can give a part of it (RFC 9110, section 14), otherwise from its beginning. */
async function openSource(url: string, from: ExportFrom, { exportUrl }: ImportAsked, place: Place): Promise<Result<Opened>> {
  const headers: Record<string, string> = { accept: 'application/fhir+ndjson', 'accept-encoding': 'identity' };
  const range = place.bytes !== undefined && place.bytes > 0;
  if (range) headers['range'] = `bytes=${place.bytes}-`;
  const init = { headers, signal: from.signal };
  const away = (why: string): Result<Opened> => fail('invalid', `${shown(url)} could not be fetched${why}`);
  let answered: Result<Response>;
  if (exportUrl === undefined) {
    const answer = await fetch(url, { ...init, redirect: 'error' }).catch(() => undefined);
    if (answer === undefined) return away('');
    answered = ok(answer);
  } else answered = await ask(from, url, init);
  if (!answered.ok) return answered;
  const { value: answer } = answered;
  // Of an export: in a moment, as the job is tried again.
  if (exportUrl !== undefined && (answer.status === 429 || answer.status >= 500))
    throw new Error(`the other server answered ${answer.status}`);
  const { status, body } = answer;
  const countsBytes = (answer.headers.get('content-encoding') ?? 'identity') === 'identity';
  const part = status === 206 && answer.headers.get('content-range')?.startsWith(`bytes ${place.bytes}-`) === true;
  if (body === null || (status !== 200 && !part)) {
    // Nothing stands behind the last line that was taken.
    if (range && status === 416) return ok({ body: nothing(), number: place.line, bytes: place.bytes ?? 0, countsBytes: false });
    return away(`: it answered ${status}`);
  }
  return ok(part ? { body, number: place.line, bytes: place.bytes ?? 0, countsBytes } : { body, number: 0, bytes: 0, countsBytes });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
