// The work of an export: the record hands out its resources, and they become lines of files. Where it was interrupted it begins
// again: an export is of one moment, and half of one would be worth nothing. It goes on as long as its asker may have it: whoever was
// disabled, or given other rights, before the end gets no files.
import type { Resource } from '../../fhir/generated/types.ts';
import { readJsonNow, writeJson } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { subset } from '../../fhir/subset.ts';
import type { JobKind, RunningJob } from '../../jobs/contract.ts';
import type { Person } from '../../policy/contract.ts';
import type { Caller, ExportWish, RecordStore } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import { readPairs } from '../fhir-rest/pairs.ts';
import { type BulkResult, type ExportAsked, exportKind, keepHours } from './contract.ts';
import { LineFiles, newAttempt, removeFiles, removeFolder } from './files.ts';

const hearEveryMs = 1_000;

export interface ExportParts {
  record: RecordStore;
  /** Folder for the files of jobs. */
  root: string;
  /** What the account of this id may do now. */
  rightsNow(id: string): Promise<Result<Person>>;
}

export const exportJob = (parts: ExportParts): JobKind => ({
  name: exportKind,
  keepHours,
  run: (job) => run(parts, job),
  clean: ({ id }) => removeFiles(parts.root, id),
});

async function run(parts: ExportParts, job: RunningJob): Promise<Result<string>> {
  const { record, root } = parts;
  const asked = JSON.parse(String(job.wish)) as ExportAsked;
  const attempt = await newAttempt(root, job.id);
  const hear = hearing(parts, job, asked);
  let files: Result<BulkResult> | undefined;
  try {
    const others = await attempt.others();
    const begun = await hear(0, 'begins');
    if (!begun.ok) return begun;
    // Whoever holds the lease after it has looked saw only attempts that were before its own, and none of them can end any more.
    await Promise.all(others.map(removeFolder));
    files = await exportTo(record, asked, attempt.folder, job.signal, hear);
  } finally {
    if (files?.ok !== true) await attempt.remove();
  }
  if (!files.ok) return files;
  const { output, deleted } = files.value;
  return ok(JSON.stringify({ ...files.value, output: attempt.named(output), deleted: attempt.named(deleted) }));
}

/** Told how far an export is: keeps it, and ends the export where who asked may no longer have it, which is audited. */
export const hearing =
  ({ record, rightsNow }: ExportParts, job: RunningJob, { caller, request }: { caller: Caller; request: string }) =>
  async (done: number, note: string): Promise<Result<void>> => {
    const still = stillHas(caller.person, await rightsNow(caller.person.id));
    if (still.ok) return job.save(null, { done, note });
    await record.refuse(caller, 'export', { outcome: 403, query: request });
    return still;
  };

/** Whether who asked may still have all that was asked then. Wider rights do no harm; another role decides anew, when it asks anew. */
function stillHas(then: Person, now: Result<Person>): Result<void> {
  if (!now.ok) {
    // Nobody could be asked: that is tried again, and says nothing about the account.
    if (now.problem.kind === 'busy') throw new Error('the rights of the account could not be read');
    return fail('forbidden', `The export was ended before it was finished. ${now.problem.message}`);
  }
  const { role, organisations, patients } = now.value;
  const within = (before: string[] | undefined, after: string[] | undefined): boolean =>
    after === undefined || before?.every((id) => after.includes(id)) === true;
  return role === then.role && within(then.organisations, organisations) && within(then.patients, patients)
    ? ok(undefined)
    : fail('forbidden', 'The export was ended before it was finished: the rights of the account have changed since. Ask for it again');
}

class Ended extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Writes the files into the folder. `hear`: told about once a second, and at the end; a problem that it answers ends the export. */
export async function exportTo(
  record: RecordStore,
  asked: ExportAsked,
  folder: string,
  signal: AbortSignal,
  hear: (done: number, note: string) => Promise<Result<void>>,
): Promise<Result<BulkResult>> {
  const wish = exportWish(asked);
  if (!wish.ok) return wish;
  let live = new LineFiles(folder);
  let deleted = new LineFiles(folder, '.deleted');
  const shape = shaping(asked);
  let done = 0;
  let heardMs = performance.now();
  try {
    const exported = await record.exportAll(
      asked.caller,
      wish.value,
      async (part) => {
        if (part.deleted) await deleted.write('Bundle', deletions(part.type, part.bodies));
        else await live.write(part.type, shape === undefined ? part.bodies : await shape(part.bodies));
        done += part.bodies.length;
        if (performance.now() - heardMs < hearEveryMs) return;
        heardMs = performance.now();
        const go = await hear(done, `${done} resources, now ${part.type}`);
        if (!go.ok) throw new Ended(go.problem);
      },
      signal,
      async () => {
        await Promise.all([live.discard(), deleted.discard()]);
        [live, deleted, done] = [new LineFiles(folder), new LineFiles(folder, '.deleted'), 0];
      },
    );
    if (!exported.ok) return exported;
    await Promise.all([live.close(), deleted.close()]);
    const last = await hear(done, `${done} resources`);
    if (!last.ok) return last;
    return ok({
      transactionTime: exported.value.at.toISOString(),
      request: asked.request,
      output: live.files,
      deleted: deleted.files,
      error: [],
    });
  } catch (error) {
    if (error instanceof Ended) return { ok: false, problem: error.problem };
    throw error;
  } finally {
    await Promise.all([live.close(), deleted.close()]);
  }
}

/** The filters were checked when they were asked; what changed since then is said as it was then. */
export function exportWish(asked: ExportAsked): Result<ExportWish> {
  const filters: Query[] = [];
  for (const { type, query } of asked.filters) {
    const pairs = readPairs(query);
    if (!pairs.ok) return pairs;
    const parsed = parseQuery(type, pairs.value, {});
    if (!parsed.ok) return parsed;
    filters.push(parsed.value);
  }
  return ok({
    filters,
    asked: asked.request,
    ...(asked.types === undefined ? {} : { types: asked.types }),
    ...(asked.since === undefined ? {} : { since: new Date(asked.since) }),
    ...(asked.patients === undefined ? {} : { patients: asked.patients }),
  });
}

/** Deletions travel as transactions that would delete once more (Bulk Data Access, "deleted"). */
const deletions = (type: string, ids: readonly string[]): string[] =>
  ids.map((id) =>
    JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: `${type}/${id}` } }] }),
  );

/** `_elements`: a part of each resource. */
function shaping({ elements }: ExportAsked): ((bodies: readonly string[]) => Promise<string[]>) | undefined {
  if (elements === undefined) return undefined;
  return async (bodies) => {
    const rest = slices();
    const shaped: string[] = [];
    for (const body of bodies) {
      const read = readJsonNow(body, { maxValues: 50_000_000, maxEntryValues: 50_000_000 });
      if (!read.ok) throw new Error('a stored resource is not JSON');
      shaped.push(writeJson(partOf(read.value as unknown as Resource, elements)));
      const pause = rest();
      if (pause !== undefined) await pause;
    }
    return shaped;
  };
}

function partOf(resource: Resource, elements: [type: string, element: string][]): unknown {
  const wanted = elements.filter(([type]) => type === '*' || type === resource.resourceType).map(([, element]) => element);
  if (wanted.length === 0) return resource;
  // An element of every type that this type does not have is none of its own.
  const known = wanted.filter((element) => subset({ resourceType: resource.resourceType }, { elements: [element] }).ok);
  const part = subset(resource, { elements: known.length === 0 ? ['id'] : known });
  return part.ok ? part.value : resource;
}
