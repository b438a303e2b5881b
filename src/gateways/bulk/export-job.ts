// The work of an export: the record hands out its resources, and they become lines of files. Where it was interrupted it begins
// again: an export is of one moment, and half of one would be worth nothing.
import type { Resource } from '../../fhir/generated/types.ts';
import { readJsonNow, writeJson } from '../../fhir/json.ts';
import { ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import { subset } from '../../fhir/subset.ts';
import type { JobKind, RunningJob } from '../../jobs/contract.ts';
import type { ExportWish, RecordStore } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import { readPairs } from '../fhir-rest/pairs.ts';
import { type BulkResult, type ExportAsked, exportKind, keepHours } from './contract.ts';
import { freshFolder, LineFiles, removeFolder } from './files.ts';

const hearEveryMs = 1_000;

export const exportJob = (record: RecordStore, root: string): JobKind => ({
  name: exportKind,
  keepHours,
  run: (job) => run(record, root, job),
  clean: ({ id }) => removeFolder(root, id),
});

async function run(record: RecordStore, root: string, job: RunningJob): Promise<Result<string>> {
  const asked = JSON.parse(String(job.wish)) as ExportAsked;
  const folder = await freshFolder(root, job.id);
  const hear = async (done: number, note: string): Promise<void> => void (await job.save(null, { done, note }));
  const exported = await exportTo(record, asked, folder, job.signal, hear);
  return exported.ok ? ok(JSON.stringify(exported.value)) : exported;
}

/** Writes the files into the folder. `hear`: told about once a second. */
export async function exportTo(
  record: RecordStore,
  asked: ExportAsked,
  folder: string,
  signal: AbortSignal,
  hear: (done: number, note: string) => Promise<void>,
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
        await hear(done, `${done} resources, now ${part.type}`);
      },
      signal,
      async () => {
        await Promise.all([live.discard(), deleted.discard()]);
        [live, deleted, done] = [new LineFiles(folder), new LineFiles(folder, '.deleted'), 0];
      },
    );
    if (!exported.ok) return exported;
    await Promise.all([live.close(), deleted.close()]);
    await hear(done, `${done} resources`);
    return ok({
      transactionTime: exported.value.at.toISOString(),
      request: asked.request,
      output: live.files,
      deleted: deleted.files,
      error: [],
    });
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
