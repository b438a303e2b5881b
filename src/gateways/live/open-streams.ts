// The streams that are open: how many each account has, and an end for all of them when the server stops.

export interface OpenStream {
  /** Aborted with a sentence for the client when the stream is to end. */
  readonly signal: AbortSignal;
  end(why: string): void;
  /** Frees its place; may be called again. */
  closed(): void;
}

export class OpenStreams {
  readonly #open = new Map<string, Set<OpenStream>>();
  readonly #bounds: { streamsPerAccount: number; streamsMax: number };
  #count = 0;

  constructor(bounds: { streamsPerAccount: number; streamsMax: number }) {
    this.#bounds = bounds;
  }

  get count(): number {
    return this.#count;
  }

  /** undefined: the account, or the server, has as many as it may. */
  open(account: string): OpenStream | undefined {
    const own = this.#open.get(account) ?? new Set<OpenStream>();
    if (own.size >= this.#bounds.streamsPerAccount || this.#count >= this.#bounds.streamsMax) return undefined;
    const ending = new AbortController();
    const stream: OpenStream = {
      signal: ending.signal,
      end: (why) => ending.abort(why),
      closed: () => {
        if (!own.delete(stream)) return;
        this.#count--;
        if (own.size === 0) this.#open.delete(account);
      },
    };
    own.add(stream);
    this.#open.set(account, own);
    this.#count++;
    return stream;
  }

  endAll(why: string): void {
    for (const own of this.#open.values()) for (const stream of own) stream.end(why);
  }
}
