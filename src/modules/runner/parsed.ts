// Resources of the record as they were parsed last, by version: the chart of a patient is asked for again with the next change, and
// a version never says anything else. What is known of an object (an order that was read from it) is known of it the next time.
import type { Resource } from '../../fhir/generated/types.ts';

/** About 30 MB of them; longer ones are parsed each time. */
const keptMax = 10_000;
const keptTextMax = 8 * 1024;

export class ParsedResources {
  readonly #kept = new Map<string, { version: number; resource: Resource }>();

  get(key: string, version: number): Resource | undefined {
    const held = this.#kept.get(key);
    if (held === undefined || held.version !== version) return undefined;
    // Last asked for, last to go.
    this.#kept.delete(key);
    this.#kept.set(key, held);
    return held.resource;
  }

  put(key: string, version: number, body: string, resource: Resource): void {
    if (body.length > keptTextMax) return;
    this.#kept.set(key, { version, resource });
    if (this.#kept.size <= keptMax) return;
    const [oldest] = this.#kept.keys();
    this.#kept.delete(oldest!);
  }
}
