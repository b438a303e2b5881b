// A resource made ready to be stored: its text as it will be returned, its compartments, its index rows. Pure and the
// same for every write; costs most of what a write costs this process (see docs/measurements.md).
import type { Meta, Resource, ResourceType, SearchParameter } from '../fhir/generated/types.ts';
import { type Json, writeJson } from '../fhir/json.ts';
import { JsonReader } from '../fhir/json-reader.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { patientsOf } from '../fhir/search/parameters.ts';
import { isShared } from '../policy/resource-classes.ts';
import { type IndexRows, indexing, TooMuchToIndex } from './index-rows.ts';
import { isOwnKey, keyOfId, keyOfOwn, typeNumber } from './keys.ts';
import { fingerprintOf } from './parameters/fingerprint.ts';
import type { Defined, ParameterRegistry } from './parameters/registry.ts';
import { atOnce } from './slices.ts';

/** How long one step may hold the event loop. */
const sliceMs = 5;

export interface Prepared {
  type: ResourceType;
  typeNumber: number;
  id: string;
  key: string;
  /** The id as text, where it is not its own key. */
  name: string | null;
  pat: string;
  /** Further patients in whose compartment it is. */
  also: string[] | null;
  at: Date;
  /** The stored text is head + version + tail: only the database knows the version of an update. */
  head: string;
  tail: string;
  index: IndexRows;
  /** What `index` was made by (parameters/fingerprint.ts), and the epoch of definitions in which (parameters/registry.ts). */
  indexed: bigint | null;
  epoch: bigint | null;
  /** SearchParameter: what it defines, and its text; absent: it never defined anything. */
  defines?: { all: readonly Defined[]; definition: string };
  /** Patient: the organisation that holds the compartment (key of Patient.managingOrganization). */
  org: string | null;
}

/** In steps with a rest after each; a problem where it would cost too much to index. */
export function* preparing(resource: Resource, id: string, at: Date, registry?: ParameterRegistry): Generator<undefined, Result<Prepared>> {
  for (;;) {
    const epoch = registry?.epoch ?? null;
    const prepared = yield* preparingOnce(resource, id, at, registry);
    // Between two steps this process may have learnt of another definition.
    if (epoch === (registry?.epoch ?? null)) return prepared;
  }
}

function* preparingOnce(
  resource: Resource,
  id: string,
  at: Date,
  registry: ParameterRegistry | undefined,
): Generator<undefined, Result<Prepared>> {
  const { resourceType: type, id: _id, meta, ...rest } = resource;
  const patients = type === 'Patient' ? [keyOfId(id)] : [...new Set(patientsOf(resource).map((patient) => keyOfId(patient)))];
  // Kept with a patient, it would still be shown to everyone: of R4 that is Schedule.actor, where a Patient is possible.
  if (patients.length > 0 && isShared(type))
    return fail('unsupported', `Everyone may see a ${type} here, so it cannot be about a patient: leave out the reference to one`, type);
  const defined = type === 'SearchParameter' ? registry?.definedBy(resource as SearchParameter, id) : undefined;
  if (defined?.ok === false) return defined;
  yield;
  let index: IndexRows;
  try {
    index = yield* indexing(resource, id);
  } catch (error) {
    if (error instanceof TooMuchToIndex) return { ok: false, problem: error.problem };
    throw error;
  }
  // A Binary may be one text of many megabytes: writing it out is a step of its own.
  yield;
  const tail = `","lastUpdated":"${at.toISOString()}"${continued(otherMeta(meta))}${continued(rest)}`;
  yield;
  const readable = yield* readableAgain(type, `{"resourceType":"${type}","id":"${id}","meta":{"versionId":"1${tail}`);
  if (!readable.ok) return readable;
  return ok({
    type,
    typeNumber: typeNumber(type),
    id,
    key: keyOfId(id),
    name: isOwnKey(id) ? null : id,
    pat: patients[0] ?? keyOfOwn(type, id),
    also: patients.length > 1 ? patients.slice(1) : null,
    at,
    head: `{"resourceType":"${type}","id":"${id}","meta":{"versionId":"`,
    tail,
    index,
    indexed: fingerprintOf(type),
    epoch: registry?.epoch ?? null,
    ...(defined?.value === undefined
      ? {}
      : { defines: { all: defined.value, definition: writeJson({ ...resource, id } as object as Json) } }),
    org: organisationOf(resource),
  });
}

/** What holds more values than a body may hold is longer than this. */
const surelyReadable = 100_000;

/**
 * What comes over HTTP was read within the bounds of a body (json.ts); what a message, a file or a patch makes was not. Whatever follows
 * the record reads it by the same bounds, and would stand still before a resource that it could not read.
 */
function* readableAgain(type: ResourceType, text: string): Generator<undefined, Result<void>> {
  // One long text.
  if (text.length <= surelyReadable || type === 'Binary') return ok(undefined);
  const reader = new JsonReader(text, {});
  while (!reader.read(performance.now() + sliceMs)) yield;
  const read = reader.result();
  if (read.ok) return ok(undefined);
  return fail('too-costly', `This ${type} is larger than one resource may be: ${read.problem.message}`, type);
}

/** All of it at once, for a resource that is known to be small. */
export function prepare(resource: Resource, id: string, at: Date): Prepared {
  const prepared = atOnce(preparing(resource, id, at));
  if (!prepared.ok) throw new Error(prepared.problem.message);
  return prepared.value;
}

/** Of the text, in UTF-8. */
export const bytesWithoutVersion = ({ head, tail }: Prepared): number => Buffer.byteLength(head) + Buffer.byteLength(tail);

/** What stands between the version and the rest: only the time in it differs from one version to the next. */
const lengthOfTime = `","lastUpdated":"0000-00-00T00:00:00.000Z"`.length;

/** Whether a stored text is this resource but for its version and time. */
export const saysTheSame = ({ head, tail }: Prepared, stored: string, version: number): boolean =>
  stored.startsWith(head) && stored.slice(head.length + String(version).length + lengthOfTime) === tail.slice(lengthOfTime);

function otherMeta(meta: Meta | undefined): object {
  if (meta === undefined) return {};
  const { versionId: _v, _versionId: _pv, lastUpdated: _l, _lastUpdated: _pl, ...others } = meta;
  return others;
}

/** The members of an object as the continuation of an object that is already open, with its closing brace. */
function continued(object: object): string {
  const text = writeJson(object as Parameters<typeof writeJson>[0]);
  return text === '{}' ? '}' : `,${text.slice(1)}`;
}

function organisationOf(resource: Resource): string | null {
  if (resource.resourceType !== 'Patient') return null;
  const reference = /^Organization\/([A-Za-z0-9.-]{1,64})$/.exec(resource.managingOrganization?.reference ?? '');
  return reference === null ? null : keyOfId(reference[1]!);
}
