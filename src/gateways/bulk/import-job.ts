// The work of an import: NDJSON from the places that the site allows, line by line into the record. It goes on from the line that
// it has reached; a line that was taken already is the same again and makes no version.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { JobKind, RunningJob } from '../../jobs/contract.ts';
import type { RecordStore } from '../../record/contract.ts';
import type { ValidationParts } from '../fhir-rest/validation.ts';
import { type BulkFile, type BulkResult, type ImportAsked, importKind, keepHours } from './contract.ts';
import { type Attempt, LineFiles, newAttempt, removeFiles } from './files.ts';
import { refusedLine, takeLines } from './take-lines.ts';

const linesAtOnce = 512;
const lineBytesMax = 32 * 1024 * 1024;
/** Refusals that are written down; the rest are counted. */
const refusalsMax = 10_000;

/** What the lines are written into, and what they are held to. */
interface Into {
  record: RecordStore;
  validation: ValidationParts;
}

interface Place {
  source: number;
  line: number;
  done: number;
  refused: number;
  files: BulkFile[];
}

export const importJob = (record: RecordStore, root: string, allowed: readonly string[], validation: ValidationParts): JobKind => ({
  name: importKind,
  keepHours,
  run: (job) => run({ record, validation }, root, allowed, job),
  clean: ({ id }) => removeFiles(root, id),
});

/** Whether the site lets data come from this address: one of its prefixes, up to a slash. */
export const isAllowed = (url: string, allowed: readonly string[]): boolean =>
  URL.canParse(url) &&
  /^https?:$/.test(new URL(url).protocol) &&
  allowed.some((prefix) => new URL(url).href.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`));

async function run(into: Into, root: string, allowed: readonly string[], job: RunningJob): Promise<Result<string>> {
  const asked = JSON.parse(String(job.wish)) as ImportAsked;
  const place: Place = (job.checkpoint as Place | null) ?? { source: 0, line: 0, done: 0, refused: 0, files: [] };
  const started = new Date();
  const attempt = await newAttempt(root, job.id);
  for (; place.source < asked.sources.length; place.source++, place.line = 0) {
    const source = asked.sources[place.source]!;
    if (!isAllowed(source.url, allowed))
      return fail('forbidden', `Data may not be fetched from ${shown(source.url)}: LAMPLIGHT_IMPORT_FROM names the places`);
    const errors = new LineFiles(attempt.folder, `.errors${'abcdefghijklmnopqrstuvwxyz'[place.source % 26]}`);
    const taken = await takeSource(into, asked, source, place, job, { attempt, errors });
    await errors.close();
    place.files.push(...attempt.named(errors.files));
    if (!taken.ok) return taken;
  }
  const result: BulkResult = {
    transactionTime: started.toISOString(),
    request: asked.request,
    output: [],
    deleted: [],
    error: place.files,
  };
  return ok(JSON.stringify({ ...result, taken: place.done, refused: place.refused }));
}

const shown = (url: string): string => JSON.stringify(url.slice(0, 200));

async function takeSource(
  { record, validation }: Into,
  asked: ImportAsked,
  { url, type }: ImportAsked['sources'][number],
  place: Place,
  job: RunningJob,
  { attempt, errors }: { attempt: Attempt; errors: LineFiles },
): Promise<Result<void>> {
  const response = await fetch(url, { signal: job.signal, redirect: 'error', headers: { accept: 'application/fhir+ndjson' } }).catch(
    () => undefined,
  );
  if (response?.body == null || !response.ok)
    return fail('invalid', `${shown(url)} could not be fetched${response === undefined ? '' : `: it answered ${response.status}`}`);
  let lines: string[] = [];
  let number = 0;
  const flush = async (): Promise<Result<void>> => {
    const first = number - lines.length + 1;
    const outcomes = await takeLines(record, asked.caller, lines, first, {
      validation,
      keepVersions: asked.keepVersions,
      ...(type === undefined ? {} : { type }),
    });
    lines = [];
    const refused = outcomes.flatMap((one) => (one.result.ok ? [] : [refusedLine(one, one.result.problem, url)]));
    if (place.refused < refusalsMax) await errors.write('OperationOutcome', refused);
    place.refused += refused.length;
    place.done += outcomes.length - refused.length;
    place.line = number;
    return job.save(
      { ...place, files: [...place.files, ...attempt.named(errors.files)].map((file) => ({ ...file })) },
      { done: place.done, note: `${place.done} taken, ${place.refused} refused` },
    );
  };
  const reached = place.line;
  try {
    for await (const line of linesOf(response.body)) {
      if (line === undefined)
        return fail('too-costly', `${shown(url)}, line ${number + 1}: a line may have ${lineBytesMax / 1024 / 1024} MB`);
      number++;
      if (number <= reached) continue;
      lines.push(line);
      if (lines.length < linesAtOnce) continue;
      const kept = await flush();
      if (!kept.ok) return kept;
    }
  } catch (error) {
    if (job.signal.aborted) return fail('conflict', 'The import was stopped');
    throw error;
  }
  return lines.length === 0 ? ok(undefined) : flush();
}

/** Lines of a stream; undefined, and the end, where one is too long. */
async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const parts = rest.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
    if (rest.length > lineBytesMax) return yield undefined;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
