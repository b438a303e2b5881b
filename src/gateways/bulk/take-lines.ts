// Lines of NDJSON into the record, each by itself: a resource, or a Bundle that only deletes, as exports have them. A line that
// cannot be taken is told with its number and reason, and the others go on.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import type { Caller, ImportWrite, RecordStore, Write, Written } from '../../record/contract.ts';
import { incoming, validId } from '../fhir-rest/incoming.ts';
import { checkWrite, type ValidationParts } from '../fhir-rest/validation.ts';

export interface TakenLine {
  /** Of the source, from 1. */
  line: number;
  /** `Patient/1`, as far as it could be read. */
  what: string;
  result: Result<Written['outcome']>;
}

/** As long as a line may be. */
export const lineBytesMax = 32 * 1024 * 1024;
/** Lines under way at once: the record commits together what waits together. */
const together = 64;

type Planned =
  | { kind: 'import'; write: Extract<ImportWrite, { kind: 'import' }>; plain: Write }
  | { kind: 'deleted'; writes: ImportWrite[]; plain: Write[] };

export interface TakeWish {
  /** Versions and times as they stand in the lines. Otherwise each is an update of today, or a create with its id. */
  keepVersions: boolean;
  /** What the site checks writes for; what is taken over as it was elsewhere is checked for its structure only. */
  validation?: ValidationParts;
  /** What every line must be. */
  type?: ResourceType;
}

/** Answers in the order of the lines; empty lines are passed over, undefined was too long to be kept. `first`: number of the first of them. */
export async function takeLines(
  record: RecordStore,
  caller: Caller,
  lines: readonly (string | undefined)[],
  first: number,
  wish: TakeWish,
): Promise<TakenLine[]> {
  const taken: TakenLine[] = [];
  for (let from = 0; from < lines.length; from += together) {
    const part = lines.slice(from, from + together);
    const done = await Promise.all(part.map((text, i) => takeLine(record, caller, text, first + from + i, wish)));
    for (const one of done) if (one !== undefined) taken.push(one);
  }
  return taken;
}

async function takeLine(
  record: RecordStore,
  caller: Caller,
  text: string | undefined,
  line: number,
  wish: TakeWish,
): Promise<TakenLine | undefined> {
  if (text === undefined) return { line, what: '', result: fail('too-costly', `A line may have ${lineBytesMax / 1024 / 1024} MB`) };
  if (text.trim() === '') return undefined;
  const planned = await plan(text, wish);
  if (!planned.ok) return { line, what: '', result: planned };
  const { value } = planned;
  const what = value.kind === 'import' ? nameOf(value.plain) : value.plain.map(nameOf).join(', ').slice(0, 200);
  if (!wish.keepVersions && wish.validation !== undefined && value.kind === 'import') {
    const checked = await checkWrite(value.write.resource, caller, wish.validation);
    if (!checked.ok) return { line, what, result: checked };
  }
  const written = wish.keepVersions
    ? await record.takeOver(caller, value.kind === 'import' ? [value.write] : value.writes)
    : await record.commit(caller, value.kind === 'import' ? [value.plain] : value.plain);
  // Nothing to delete is what was asked for.
  if (!written.ok && value.kind === 'deleted' && written.problem.kind === 'not-found') return { line, what, result: ok('nothing') };
  return { line, what, result: written.ok ? ok(written.value[0]?.outcome ?? 'nothing') : written };
}

const nameOf = (write: Write): string =>
  write.kind === 'delete' ? `${write.type}/${write.id}` : `${write.resource.resourceType}/${write.resource.id ?? ''}`;

async function plan(text: string, { keepVersions, type }: TakeWish): Promise<Result<Planned>> {
  const read = await readJson(text, { maxValues: 200_000 });
  if (!read.ok) return read;
  const body = read.value;
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('resourceType' in body))
    return fail('invalid', 'The line is no resource');
  const named = body['resourceType'];
  if (typeof named !== 'string' || !isResourceType(named)) return fail('invalid', '"resourceType" must be a resource type of R4');
  const resource = await incoming(body, named);
  if (!resource.ok) return resource;
  const deletions = deletionsOf(resource.value);
  if (deletions !== undefined)
    return ok({
      kind: 'deleted',
      writes: deletions.map((one) => ({ kind: 'import-deleted', ...one })),
      plain: deletions.map((one) => ({ kind: 'delete', ...one })),
    });
  if (type !== undefined && named !== type) return fail('invalid', `This source was said to hold ${type}, and the line is a ${named}`);
  if (resource.value.id === undefined)
    return fail('invalid', 'The resource has no id: load it with "lamplight load", which gives one', `${named}.id`);
  const plain: Write = { kind: 'update', resource: asleep(resource.value) };
  if (!keepVersions) return ok({ kind: 'import', plain, write: { kind: 'import', resource: resource.value, version: 1, at: new Date() } });
  const { versionId, lastUpdated } = resource.value.meta ?? {};
  const at = new Date(lastUpdated ?? Number.NaN);
  if (versionId === undefined || !/^[1-9]\d{0,8}$/.test(versionId) || Number.isNaN(at.getTime()))
    return fail(
      'invalid',
      'To be taken over as it was, a resource needs meta.versionId (a whole number) and meta.lastUpdated',
      `${named}.meta`,
    );
  if (at.getTime() > Date.now() + 60_000) return fail('invalid', 'meta.lastUpdated lies in the future', `${named}.meta.lastUpdated`);
  return ok({ kind: 'import', plain, write: { kind: 'import', resource: resource.value, version: Number(versionId), at } });
}

/** What comes along with other data must not begin to tell others of it: somebody asks for that here. */
const asleep = (resource: Resource): Resource => (resource.resourceType === 'Subscription' ? { ...resource, status: 'off' } : resource);

/** A Bundle with nothing but deletions, as an export tells of them. */
function deletionsOf(resource: Resource): { type: ResourceType; id: string }[] | undefined {
  if (resource.resourceType !== 'Bundle' || resource.type !== 'transaction' || resource.id !== undefined) return undefined;
  const deletions: { type: ResourceType; id: string }[] = [];
  for (const { request, resource: inside } of resource.entry ?? []) {
    const [type = '', id = '', ...more] = (request?.url ?? '').split('/');
    if (request?.method !== 'DELETE' || inside !== undefined || more.length > 0 || !isResourceType(type) || !validId(id)) return undefined;
    deletions.push({ type, id });
  }
  return deletions.length > 0 ? deletions : undefined;
}

/** A refusal as a line of an error file. */
export const refusedLine = ({ line, what }: TakenLine, problem: Problem, source: string): string =>
  JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: 'processing',
        diagnostics: `${source}, line ${line}${what === '' ? '' : ` (${what})`}: ${problem.message}`,
        ...(problem.where === undefined ? {} : { expression: [problem.where] }),
      },
    ],
  });

/** A line as it is answered. */
export interface ShownLine {
  line: number;
  what: string;
  outcome?: string;
  problem?: Problem;
}

export const shownLine = ({ line, what, result }: TakenLine): ShownLine =>
  result.ok ? { line, what, outcome: result.value } : { line, what, problem: result.problem };
