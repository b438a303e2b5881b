// Resources of the record as they were parsed last, by version: the chart of a patient is asked for again with the next change, and
// a version never says anything else. What is known of an object (an order that was read from it) is known of it the next time.
import type { Resource } from '../../fhir/generated/types.ts';
import { ofTheRecord, readJson, readJsonNow } from '../../fhir/json.ts';

/** About 30 MB of them; longer ones are parsed each time. */
const keptMax = 10_000;
const keptTextMax = 8 * 1024;
const shortText = 64 * 1024;

interface Held {
  type: string;
  id: string;
  version: number;
  body: string;
}

export class ParsedResources {
  readonly #kept = new Map<string, { version: number; resource: Resource }>();

  #get(key: string, version: number): Resource | undefined {
    const held = this.#kept.get(key);
    if (held === undefined || held.version !== version) return undefined;
    // Last asked for, last to go.
    this.#kept.delete(key);
    this.#kept.set(key, held);
    return held.resource;
  }

  /** Modules that follow the same change parse it once. */
  async of({ type, id, version, body }: Held): Promise<Resource> {
    const key = `${type}/${id}`;
    const known = this.#get(key, version);
    if (known !== undefined) return known;
    const resource = await resourceOf(body);
    this.#put(key, version, body, resource);
    return resource;
  }

  #put(key: string, version: number, body: string, resource: Resource): void {
    // Who follows behind others hears of versions that are not asked for any more.
    if (body.length > keptTextMax || (this.#kept.get(key)?.version ?? 0) > version) return;
    this.#kept.set(key, { version, resource });
    if (this.#kept.size <= keptMax) return;
    const [oldest] = this.#kept.keys();
    this.#kept.delete(oldest!);
  }
}

/** What the record holds was valid when it came in, so anything else is a bug. */
export async function resourceOf(body: string): Promise<Resource> {
  const read = body.length <= shortText ? readJsonNow(body, ofTheRecord) : await readJson(body, ofTheRecord);
  if (!read.ok || !isResource(read.value)) throw new Error('a stored body is no resource');
  return read.value;
}

const isResource = (value: unknown): value is Resource => typeof value === 'object' && value !== null && 'resourceType' in value;
