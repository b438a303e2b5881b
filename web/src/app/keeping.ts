// Drafts and the outbox of whoever is signed in, in this browser, and how what was saved reaches the server.
import { useSyncExternalStore } from 'react';
import { ask, Refusal, writeJson } from '../api/http.ts';
import { type Drafts, openDrafts, type Shelf } from './drafts.ts';
import { type Letter, type Outbox, type Outcome, openOutbox } from './outbox.ts';
import { usePerson } from './session.tsx';

/** Longer than any save takes; a server that hangs counts as one that is away. */
const patienceMs = 10_000;
const again: readonly number[] = [0, 408, 429, 502, 503, 504];

const nothing: Shelf = { length: 0, key: () => null, getItem: () => null, setItem: refuse, removeItem() {} };
function refuse(): never {
  throw new Error('this browser keeps nothing');
}

function shelf(): Shelf {
  try {
    return window.localStorage;
  } catch {
    return nothing;
  }
}

interface Kept {
  drafts: Drafts;
  outbox: Outbox;
}

const kept = new Map<string, Kept>();

export function keptFor(account: string): Kept {
  let own = kept.get(account);
  if (own === undefined) {
    own = { drafts: openDrafts(shelf(), account), outbox: openOutbox(shelf(), account, deliver) };
    kept.set(account, own);
  }
  return own;
}

/** What waits to be sent, as it changes, in other tabs too. */
export function useLetters(): readonly Letter[] {
  const { outbox } = keptFor(usePerson().id);
  return useSyncExternalStore(
    (changed) => {
      const stop = outbox.watch(changed);
      window.addEventListener('storage', changed);
      return () => {
        stop();
        window.removeEventListener('storage', changed);
      };
    },
    () => outbox.all(),
  );
}

async function deliver(letter: Letter): Promise<Outcome> {
  const { method, path, body, headers = {} } = letter;
  try {
    await ask(path, { method, body, headers, signal: AbortSignal.timeout(patienceMs) });
    return { kind: 'done' };
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 0;
    // Signed out by time: it waits until its owner is back.
    if (again.includes(status) || status === 401) return { kind: 'away' };
    if (status === 412 && (await arrivedBefore(letter))) return { kind: 'done' };
    return { kind: 'refused', status, words: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether a refused letter is one that had arrived although its answer had not. */
async function arrivedBefore({ body, makes, method, headers = {} }: Letter): Promise<boolean> {
  try {
    const there = await ask<object>(`/fhir/${makes}`, { signal: AbortSignal.timeout(patienceMs) });
    // Its id is of our making: nobody else has written it first.
    if (method === 'POST' || headers['if-none-match'] === '*') return true;
    return content(there) === content(JSON.parse(body) as object);
  } catch {
    return false;
  }
}

const content = (resource: object): string => {
  const { meta: _, ...rest } = resource as { meta?: unknown };
  return writeJson(sorted(rest));
};

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, one]) => [name, sorted(one)]),
        )
      : value;
