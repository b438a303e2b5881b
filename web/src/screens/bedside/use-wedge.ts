// Listens for a scanner on the whole page. A code never ends up where somebody types: outside fields its characters are held back until
// it is clear that a person typed them, and then they go on to the shortcuts; in a field, what it wrote there is taken out again.
import { useEffect, useRef } from 'react';
import { gapMsMax, WedgeReader } from './wedge.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;
const withoutText = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'file'];

const fieldOf = (target: EventTarget | null): Field | undefined =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !withoutText.includes(target.type)) ? target : undefined;

/** As if it had been typed, so that React hears of it. */
function write(field: Field, text: string): void {
  const owner = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(owner, 'value')?.set?.call(field, text);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

export function useWedge(scanned: (raw: string) => void): void {
  const latest = useRef(scanned);
  latest.current = scanned;
  useEffect(() => {
    const reader = new WedgeReader();
    const again = new WeakSet<Event>();
    let held: KeyboardEvent[] = [];
    let before: { field: Field; value: string } | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = (raw: string): void => {
      if (before !== undefined) write(before.field, before.value);
      held = [];
      before = undefined;
      latest.current(raw);
    };
    const settle = (): void => {
      const raw = reader.pause(performance.now());
      if (raw !== undefined) return take(raw);
      const typed = held;
      held = [];
      before = undefined;
      for (const { key, code, shiftKey, target } of typed) {
        const event = new KeyboardEvent('keydown', { key, code, shiftKey, bubbles: true, cancelable: true });
        again.add(event);
        (target ?? window).dispatchEvent(event);
      }
    };
    const hear = (event: KeyboardEvent): void => {
      // At the door a password is typed, and what is behind it hears nothing.
      if (again.has(event) || event.isComposing || document.documentElement.classList.contains('session-ended')) return;
      // A password is never taken for a code, which would be sent and kept.
      if (event.target instanceof HTMLInputElement && event.target.type === 'password') return;
      const field = fieldOf(event.target);
      const heard = reader.hear({
        key: event.key,
        ctrl: event.ctrlKey || event.metaKey,
        alt: event.altKey,
        repeat: event.repeat,
        atMs: event.timeStamp,
      });
      if (heard.is === 'not-mine') {
        if (reader.held === 0 && held.length > 0) settle();
        return;
      }
      clearTimeout(timer);
      if (heard.is === 'end' || field === undefined) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      if (heard.is === 'end') return take(heard.raw);
      if (reader.held === 1 && field !== undefined) before = { field, value: field.value };
      if (field === undefined) held.push(event);
      timer = setTimeout(settle, gapMsMax * 2);
    };
    window.addEventListener('keydown', hear, true);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', hear, true);
    };
  }, []);
}
