// Answers that many look at are kept for a while, each for who asked it and as of one position of the record: what somebody else may see is never among them.
import type { Result } from '../../fhir/result.ts';

const keptMs = 60_000;
const mostKept = 300;

export class Kept {
  readonly #found = new Map<string, { untilMs: number; value: Promise<Result<unknown>> }>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** What `work` gave for this key within the last minute, or gives now. A refusal is not kept. `again`: it was kept. */
  async ask<T>(key: string, work: () => Promise<Result<T>>): Promise<{ answer: Result<T>; again: boolean }> {
    const nowMs = this.#now().getTime();
    const known = this.#found.get(key);
    // One key is always asked with one kind of work.
    if (known !== undefined && known.untilMs > nowMs) return { answer: (await known.value) as Result<T>, again: true };
    for (const [old, { untilMs }] of this.#found) if (untilMs <= nowMs || this.#found.size >= mostKept) this.#found.delete(old);
    const value = work();
    this.#found.set(key, { untilMs: nowMs + keptMs, value });
    try {
      const answer = await value;
      if (!answer.ok) this.#found.delete(key);
      return { answer, again: false };
    } catch (error) {
      this.#found.delete(key);
      throw error;
    }
  }
}
