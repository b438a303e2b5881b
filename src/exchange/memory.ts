// What was laid just now, kept for the messages behind it: most of what they name, the ones before them named too, so that it need
// neither be read again nor wait for the disk. What is laid over a memory is checked in the transaction that writes it (lay-down.ts).
import type { Standing } from './standing.ts';

/** A value in memory takes some ten times the bytes of the message that said it. */
const bytesMax = 5_000_000;

export class Memory {
  #standings = new Map<string, Standing>();
  #bytes = 0;
  /** Meanings of keys that the last batch gave: it may be on its way to the disk still. */
  #keys: ReadonlyMap<string, string> = new Map();

  standing(name: string): Standing | undefined {
    return this.#standings.get(name);
  }

  meaning(keyHash: string): string | undefined {
    return this.#keys.get(keyHash);
  }

  /** `bytes`: of the messages and of what was read for them. All that one batch leaves is kept at least until the next has been laid. */
  keep(standings: ReadonlyMap<string, Standing>, keys: ReadonlyMap<string, string>, bytes: number): void {
    if (this.#bytes + bytes > bytesMax) this.forget();
    this.#bytes += bytes;
    this.#keys = new Map(keys);
    for (const [name, standing] of standings) if (standing.stands) this.#standings.set(name, standing.settled());
  }

  forget(): void {
    this.#standings = new Map();
    this.#keys = new Map();
    this.#bytes = 0;
  }
}
