// That something was chosen is shown at once, and what it brings as soon as it is laid out: a long table must not hold up the answer to
// the click that asked for it (https://web.dev/articles/inp).
import { type ReactNode, useDeferredValue } from 'react';

/** What is inside is drawn behind everything else. Not for fields whose value is handed down to it: a letter would be drawn late. */
export function Soon({ children }: { children: ReactNode }) {
  return useDeferredValue(children);
}
