// What can be done on what is shown just now: a part offers its actions here, and the shell puts them into the palette, the keyboard
// and its map for as long as that part is on the screen.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Action } from '../screens/contract.ts';

const offers = new Map<object, readonly Action[]>();
const listeners = new Set<() => void>();
let all: readonly Action[] = [];

function changed(): void {
  all = [...offers.values()].flat();
  for (const listener of listeners) listener();
}

/** Names and keys are looked at when they change; what they run is always the latest. */
export function useOffer(actions: readonly Action[]): void {
  const [own] = useState(() => ({}));
  const latest = useRef(actions);
  latest.current = actions;
  const names = actions.map(({ name, keys }) => `${name} ${keys ?? ''}`).join('\n');
  useEffect(() => {
    if (names === '') return;
    offers.set(
      own,
      latest.current.map(({ name, keys }, at) => ({ name, ...(keys === undefined ? {} : { keys }), run: () => latest.current[at]?.run() })),
    );
    changed();
    return () => {
      offers.delete(own);
      changed();
    };
  }, [own, names]);
}

export const useOffered = (): readonly Action[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
