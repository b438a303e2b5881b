// A form whose content survives: kept within two seconds of the last key and whenever the page is hidden; when it opens again it is
// there. Only one tab edits one form: the others say so and can take it over (BroadcastChannel; a tab that crashed does not answer).
import { useCallback, useEffect, useRef, useState } from 'react';
import { keptFor } from './keeping.ts';
import { usePerson } from './session.tsx';

const pauseMs = 700;

/** Said to the window whenever a draft was kept or dropped. */
export const draftsChanged = 'lamplight:drafts';

interface Word {
  says: 'who' | 'here' | 'mine' | 'yours';
  key: string;
  tab: string;
}

const tab = Math.random().toString(36).slice(2);

export interface Typed<T> {
  value: T;
  set(change: Partial<T>): void;
  /** ISO 8601; undefined: nothing was typed. */
  keptAt: string | undefined;
  /** It was there when the form opened. */
  restored: boolean;
  /** This browser keeps nothing. */
  lost: boolean;
  /** It is being edited in another tab. */
  elsewhere: boolean;
  takeOver(): void;
  /** It has been saved, or is not wanted: back to what it was. */
  done(): void;
}

export function useDraft<T extends object>(patient: string, form: string, label: string, address: string, first: T): Typed<T> {
  const account = usePerson().id;
  const { drafts } = keptFor(account);
  const key = `${account} ${patient} ${form}`;
  const [found] = useState(() => drafts.read(patient, form));
  const [value, setValue] = useState<T>(() => ({ ...first, ...((found?.value ?? {}) as Partial<T>) }));
  const [keptAt, setKeptAt] = useState(found?.keptAt);
  const [restored, setRestored] = useState(found !== undefined);
  const [lost, setLost] = useState(false);
  const [elsewhere, setElsewhere] = useState(false);
  const now = useRef({ value, dirty: false, label, address });
  now.current = { ...now.current, label, address };
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const channel = useRef<BroadcastChannel>(undefined);

  const keep = useCallback((): void => {
    clearTimeout(timer.current);
    timer.current = undefined;
    if (!now.current.dirty) return;
    now.current.dirty = false;
    const { value: typed, label: named, address: where } = now.current;
    const done = drafts.keep({ patient, form, label: named, address: where, value: typed });
    setLost(!done);
    window.dispatchEvent(new Event(draftsChanged));
    if (done) setKeptAt(new Date().toISOString());
  }, [drafts, patient, form]);

  useEffect(() => {
    const hidden = (): void => {
      if (document.visibilityState === 'hidden') keep();
    };
    window.addEventListener('pagehide', keep);
    document.addEventListener('visibilitychange', hidden);
    return () => {
      keep();
      window.removeEventListener('pagehide', keep);
      document.removeEventListener('visibilitychange', hidden);
    };
  }, [keep]);

  const reread = useCallback((): void => {
    const there = drafts.read(patient, form);
    if (there === undefined) return;
    now.current.value = { ...now.current.value, ...(there.value as Partial<T>) };
    setValue(now.current.value);
    setKeptAt(there.keptAt);
  }, [drafts, patient, form]);

  useEffect(() => {
    if (typeof BroadcastChannel === 'undefined') return;
    const line = new BroadcastChannel('lamplight-drafts');
    channel.current = line;
    let mine = true;
    const say = (says: Word['says']): void => line.postMessage({ says, key, tab } satisfies Word);
    line.onmessage = ({ data }: MessageEvent<Word>) => {
      if (data.key !== key || data.tab === tab) return;
      if (data.says === 'who' && mine) say('here');
      else if (data.says === 'here') {
        mine = false;
        setElsewhere(true);
      } else if (data.says === 'mine') {
        keep();
        mine = false;
        setElsewhere(true);
        say('yours');
      } else if (data.says === 'yours') {
        mine = true;
        reread();
      }
    };
    say('who');
    return () => {
      line.close();
      channel.current = undefined;
    };
  }, [key, keep, reread]);

  return {
    value,
    keptAt,
    restored,
    lost,
    elsewhere,
    set(change) {
      now.current.value = { ...now.current.value, ...change };
      now.current.dirty = true;
      setValue(now.current.value);
      timer.current ??= setTimeout(keep, pauseMs);
    },
    takeOver() {
      reread();
      setElsewhere(false);
      channel.current?.postMessage({ says: 'mine', key, tab } satisfies Word);
    },
    done() {
      clearTimeout(timer.current);
      timer.current = undefined;
      now.current = { ...now.current, value: first, dirty: false };
      drafts.drop(patient, form);
      window.dispatchEvent(new Event(draftsChanged));
      setValue(first);
      setKeptAt(undefined);
      setRestored(false);
    },
  };
}
