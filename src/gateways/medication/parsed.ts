// Resources of the record as they were parsed, by type, id and version: a chart is asked for many times while its orders are
// written, and what stands in it seldom changes. Whether somebody may see them was decided before, by the search itself.
import type { Resource } from '../../fhir/generated/types.ts';

const entriesMax = 20_000;
const lettersMax = 48 * 1024 * 1024;

export class Parsed {
  readonly #held = new Map<string, { resource: Resource; letters: number }>();
  #letters = 0;

  get(key: string): Resource | undefined {
    const found = this.#held.get(key);
    if (found === undefined) return undefined;
    // Last used is last to go.
    this.#held.delete(key);
    this.#held.set(key, found);
    return found.resource;
  }

  set(key: string, resource: Resource, letters: number): void {
    if (letters > lettersMax / 100) return;
    this.#held.set(key, { resource, letters });
    this.#letters += letters;
    while (this.#held.size > entriesMax || this.#letters > lettersMax) {
      const [oldest, held] = this.#held.entries().next().value!;
      this.#held.delete(oldest);
      this.#letters -= held.letters;
    }
  }
}
