// What one system has still to say, in order. One thing at a time; where nobody answers it waits and says the same again.

export interface Outbox<T> {
  put(item: T): void;
  readonly waiting: number;
}

export interface Said {
  sent: number;
  refused: number;
  /** Tries that met nobody. */
  away: number;
}

const longestMs = 30_000;

/** `say` answers what became of it; away: it is tried again after a pause that grows. */
export function outboxOf<T>(
  say: (item: T) => Promise<'taken' | 'refused' | 'away'>,
  said: Said,
  stopped: AbortSignal,
): Outbox<T> & { quiet(): Promise<void> } {
  const items: T[] = [];
  let working: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    for (let pauseMs = 250; items.length > 0 && !stopped.aborted; ) {
      const outcome = await say(items[0] as T);
      if (outcome === 'away') {
        said.away++;
        await new Promise<void>((done) => {
          const timer = setTimeout(done, pauseMs);
          stopped.addEventListener(
            'abort',
            () => {
              clearTimeout(timer);
              done();
            },
            { once: true },
          );
        });
        pauseMs = Math.min(longestMs, pauseMs * 2);
        continue;
      }
      pauseMs = 250;
      said[outcome === 'taken' ? 'sent' : 'refused']++;
      items.shift();
    }
    working = undefined;
  };
  return {
    put(item) {
      items.push(item);
      working ??= work();
    },
    get waiting() {
      return items.length;
    },
    quiet: () => working ?? Promise.resolve(),
  };
}
