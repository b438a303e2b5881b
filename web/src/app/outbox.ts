// What was saved and has not arrived: sent in the order in which it was saved, again and again until the server is back. A request
// that is sent twice does nothing twice: what is new has an id of ours and is refused where it exists (If-None-Match: *), what is
// changed names the version that it was made from (If-Match; http://hl7.org/fhir/R4/http.html#concurrency).
import type { Shelf } from './drafts.ts';

export interface Letter {
  id: string;
  account: string;
  /** ISO 8601: when it was saved. */
  at: string;
  label: string;
  /** Where it was typed. */
  address: string;
  method: 'PUT' | 'POST';
  path: string;
  /** JSON, with the digits as they were typed. */
  body: string;
  headers?: Record<string, string>;
  /** What there is once it has arrived: `Type/id`, the first of a transaction. */
  makes: string;
  tried: number;
  /** Why the server does not take it. It stays until somebody has read that. */
  refused?: { status: number; words: string };
}

/** What came of an attempt. */
export type Outcome = { kind: 'done' } | { kind: 'away' } | { kind: 'refused'; status: number; words: string };

export interface Outbox {
  /** Keeps it first, then sends what waits, in order, with this as the last. */
  post(letter: Omit<Letter, 'account' | 'at' | 'tried' | 'id' | 'refused'>): Promise<Outcome>;
  flush(): Promise<void>;
  /** The account's own, oldest first; the same array until something changes. */
  all(): readonly Letter[];
  drop(id: string): void;
  dropAll(): void;
  watch(listener: () => void): () => void;
}

const prefix = 'lamplight:outbox:';

export function openOutbox(
  shelf: Shelf,
  account: string,
  send: (letter: Letter) => Promise<Outcome>,
  now: () => Date = () => new Date(),
): Outbox {
  const key = prefix + encodeURIComponent(account);
  const listeners = new Set<() => void>();
  let seen = '';
  let letters: readonly Letter[] = [];
  // Another tab writes to the same place: what stands there counts, not what is remembered.
  const all = (): readonly Letter[] => {
    const text = shelf.getItem(key) ?? '[]';
    if (text !== seen) {
      seen = text;
      letters = readLetters(text);
    }
    return letters;
  };
  const write = (next: readonly Letter[]): void => {
    shelf.setItem(key, JSON.stringify(next));
    for (const listener of listeners) listener();
  };
  const drop = (id: string): void => write(all().filter((letter) => letter.id !== id));
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    // Nothing overtakes what was saved before it about the same thing.
    const held = new Set(all().flatMap(({ refused, makes }) => (refused === undefined ? [] : [makes])));
    for (;;) {
      const next = all().find(({ refused, makes }) => refused === undefined && !held.has(makes));
      if (next === undefined) return;
      const outcome = await send(next);
      if (outcome.kind === 'done') drop(next.id);
      else if (outcome.kind === 'refused') {
        held.add(next.makes);
        write(
          all().map((letter) =>
            letter.id === next.id
              ? { ...letter, refused: { status: outcome.status, words: outcome.words }, tried: letter.tried + 1 }
              : letter,
          ),
        );
      } else {
        write(all().map((letter) => (letter.id === next.id ? { ...letter, tried: letter.tried + 1 } : letter)));
        return;
      }
    }
  };
  const flush = async (): Promise<void> => {
    running ??= run().finally(() => {
      running = undefined;
    });
    await running;
  };
  return {
    all,
    drop,
    flush,
    dropAll() {
      shelf.removeItem(key);
      for (const listener of listeners) listener();
    },
    async post(letter) {
      const id = `${now().getTime()}-${Math.random().toString(36).slice(2)}`;
      const kept: Letter = { ...letter, id, account, at: now().toISOString(), tried: 0 };
      try {
        write([...all(), kept]);
      } catch {
        // No room on this device: it is sent at once or the form keeps it.
        return send(kept);
      }
      await running;
      await flush();
      const left = all().find((one) => one.id === id);
      if (left === undefined) return { kind: 'done' };
      if (left.refused === undefined) return { kind: 'away' };
      // Whoever saved it is still there to read why.
      drop(id);
      return { kind: 'refused', ...left.refused };
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function readLetters(text: string): Letter[] {
  try {
    const letters = JSON.parse(text) as unknown;
    return Array.isArray(letters) ? (letters as Letter[]) : [];
  } catch {
    return [];
  }
}
