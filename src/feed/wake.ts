// Wakes whoever waits for changes: PostgreSQL says that something was committed, and nobody has to ask all the time.
// A notification can be lost with its connection, so each waiter also looks after a while (its own timeout).

export class Wake {
  #heard = 0;
  readonly #waiting = new Set<() => void>();

  get heard(): number {
    return this.#heard;
  }

  call(): void {
    this.#heard++;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when more was heard than `heard`, after `timeoutMs`, or when aborted. */
  next(heard: number, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#heard > heard || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
      signal?.addEventListener('abort', done);
    });
  }
}

/** A wait that nothing but an abort shortens. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => new Wake().next(0, ms, signal);
