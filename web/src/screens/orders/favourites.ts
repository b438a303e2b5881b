// Orders that an account likes to begin with, kept in this browser. They name drugs, never patients.
import { useSyncExternalStore } from 'react';
import { usePerson } from '../../app/session.tsx';

const most = 50;
const listeners = new Set<() => void>();
const read = new Map<string, { text: string; list: readonly string[] }>();

const keyOf = (account: string): string => `lamplight:favourite-orders:${encodeURIComponent(account)}`;

function listOf(account: string): readonly string[] {
  let text = '[]';
  try {
    text = window.localStorage.getItem(keyOf(account)) ?? '[]';
  } catch {
    // A browser that keeps nothing has no favourites.
  }
  const before = read.get(account);
  if (before?.text === text) return before.list;
  let list: string[] = [];
  try {
    const kept: unknown = JSON.parse(text);
    if (Array.isArray(kept)) list = kept.filter((one) => typeof one === 'string').slice(0, most);
  } catch {
    // Cut off by a crash: begun anew.
  }
  read.set(account, { text, list });
  return list;
}

export function useFavourites(): { favourites: readonly string[]; toggle(text: string): void } {
  const account = usePerson().id;
  const favourites = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      window.addEventListener('storage', changed);
      return () => {
        listeners.delete(changed);
        window.removeEventListener('storage', changed);
      };
    },
    () => listOf(account),
  );
  return {
    favourites,
    toggle(text) {
      const own = text.trim();
      const next = favourites.includes(own) ? favourites.filter((one) => one !== own) : [own, ...favourites].slice(0, most);
      try {
        window.localStorage.setItem(keyOf(account), JSON.stringify(next));
      } catch {
        return;
      }
      for (const listener of listeners) listener();
    },
  };
}
