// The record as one caller may see it, while a message is made of it: what was read once is not read again, and what a message may
// gather is bounded.
import type { Resource, ResourceType } from '../fhir/generated/types.ts';
import { ofTheRecord, readJson } from '../fhir/json.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { isResourceType } from '../fhir/search/references.ts';
import { asResource } from '../fhir/structure/validate.ts';
import type { Caller, RecordStore } from '../record/contract.ts';

export type ChartRecord = Pick<RecordStore, 'read' | 'readVersion' | 'search'>;

/** Read together, in one search. */
const together = 50;

/** Throws where the record holds what is no resource. */
export async function resourceOf(body: string): Promise<Resource> {
  const json = await readJson(body, ofTheRecord);
  const resource = json.ok ? asResource(json.value) : json;
  if (!resource.ok) throw new Error('the record holds what is no resource');
  return resource.value;
}

/** `Type/id` of a reference into this record; undefined: it leads elsewhere. */
export function nameIn(reference: string | undefined): string | undefined {
  const [type = '', id = ''] = (reference ?? '').split('/');
  return isResourceType(type) && /^[A-Za-z0-9.-]{1,64}$/.test(id) ? `${type}/${id}` : undefined;
}

export class RecordChart {
  readonly #record: ChartRecord;
  readonly #caller: Caller;
  readonly #met = new Map<string, Promise<Result<Resource>>>();

  constructor(record: ChartRecord, caller: Caller) {
    this.#record = record;
    this.#caller = caller;
  }

  read(name: string): Promise<Result<Resource>> {
    const met = this.#met.get(name);
    if (met !== undefined) return met;
    const [type = '', id = ''] = name.split('/');
    if (!isResourceType(type)) return Promise.resolve(fail('invalid', `${JSON.stringify(name.slice(0, 80))} is no Type/id`));
    const read = this.#record
      .read(this.#caller, type, id)
      .then(async (found) => (found.ok ? ok(await resourceOf(found.value.body)) : found));
    this.#met.set(name, read);
    return read;
  }

  /** A version of the past; undefined where there is none that this caller may see. */
  async before(type: ResourceType, id: string, version: number): Promise<Resource | undefined> {
    if (version < 1) return undefined;
    const found = await this.#record.readVersion(this.#caller, type, id, String(version));
    return found.ok && !found.value.deleted ? resourceOf(found.value.body) : undefined;
  }

  /** Those of the names that are there and that the caller may see, in the order of the names. */
  async readAll(names: readonly string[]): Promise<Resource[]> {
    const byType = new Map<ResourceType, string[]>();
    for (const name of new Set(names)) {
      const [type = '', id = ''] = name.split('/');
      if (!this.#met.has(name) && isResourceType(type)) byType.set(type, [...(byType.get(type) ?? []), id]);
    }
    for (const [type, ids] of byType)
      for (let from = 0; from < ids.length; from += together) {
        const some = ids.slice(from, from + together);
        if (some.length === 1) await this.read(`${type}/${some[0]}`);
        else for (const one of await this.search(type, [['_id', some.join(',')]], together)) this.put(one);
      }
    const found = await Promise.all([...new Set(names)].map((name) => this.#met.get(name)));
    return found.flatMap((one) => (one?.ok === true ? [one.value] : []));
  }

  /** What a type or caller does not allow is not there. */
  async search(type: ResourceType, where: [name: string, value: string][], count: number): Promise<Resource[]> {
    const found = await this.find(type, where, count);
    return found.ok ? found.value : [];
  }

  /** As `search`, for what must not leave out in silence what could not be read. */
  async find(type: ResourceType, where: [name: string, value: string][], count: number): Promise<Result<Resource[]>> {
    const query = parseQuery(type, [...where, ['_count', String(count)]]);
    if (!query.ok) throw new Error(query.problem.message);
    const page = await this.#record.search(this.#caller, query.value);
    return page.ok ? ok(await Promise.all(page.value.matches.map(({ body }) => resourceOf(body)))) : page;
  }

  /** Known without being read: the state that a change left. */
  put(resource: Resource): void {
    this.#met.set(`${resource.resourceType}/${resource.id ?? ''}`, Promise.resolve(ok(resource)));
  }
}
