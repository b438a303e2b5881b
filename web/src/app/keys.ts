// Keys of actions: `?`, `mod+k` (Ctrl or Command), or two after each other: `g p`. Nothing is taken from somebody who is typing.
import { useEffect, useRef } from 'react';

export interface Keyed {
  keys?: string;
  run(): void;
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

export function useKeys(actions: readonly Keyed[]): void {
  const now = useRef(actions);
  now.current = actions;
  useEffect(() => {
    let first = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (event: KeyboardEvent): void => {
      const together = event.ctrlKey || event.metaKey;
      // At the door nothing behind it listens.
      if (document.documentElement.classList.contains('session-ended')) return;
      if (event.altKey || (typing(event.target) && !together)) return;
      const pressed = together ? `mod+${event.key.toLowerCase()}` : event.key;
      const found = now.current.find(({ keys }) => keys === pressed || (first !== '' && keys === `${first} ${pressed}`));
      first = together ? '' : pressed;
      clearTimeout(timer);
      timer = setTimeout(() => {
        first = '';
      }, 1000);
      if (found === undefined) return;
      event.preventDefault();
      first = '';
      found.run();
    };
    window.addEventListener('keydown', hear);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', hear);
    };
  }, []);
}
