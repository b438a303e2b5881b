// What changes in the record, as it happens: one stream for the whole workbench, so that screens ask again for what has changed and
// for nothing else. Ends and comes back by itself (https://html.spec.whatwg.org/multipage/server-sent-events.html).
import type { QueryClient } from '@tanstack/react-query';
import { ask } from './http.ts';
import { type Changed, Touched } from './touched.ts';

const againMs = 5000;

export function followChanges(client: QueryClient, seen: (live: boolean) => void): () => void {
  let touched = new Touched();
  let source: EventSource | undefined;
  let telling: ReturnType<typeof setTimeout> | undefined;
  let coming: ReturnType<typeof setTimeout> | undefined;
  const refresh = (): void => {
    telling = undefined;
    const found = touched;
    touched = new Touched();
    void client.invalidateQueries({ predicate: ({ queryKey, meta }) => found.concerns(queryKey, meta) });
  };
  const hear = (event: MessageEvent<string>): void => {
    try {
      touched.add(JSON.parse(event.data) as Changed);
    } catch {
      return;
    }
    // Many changes of one moment are one question.
    telling ??= setTimeout(refresh, 250);
  };
  const open = (again: boolean): void => {
    clearTimeout(coming);
    source?.close();
    const stream = new EventSource('/feed?after=now');
    source = stream;
    stream.addEventListener('change', hear);
    stream.addEventListener('message', hear);
    stream.addEventListener('open', () => {
      seen(true);
      // What happened between the two streams was told to nobody.
      if (again) void client.invalidateQueries();
      again = false;
    });
    stream.addEventListener('error', () => {
      seen(false);
      // Refused, and not only interrupted: the browser gives up. Where the session has ended, asking who is here opens the door.
      if (stream.readyState !== EventSource.CLOSED) return;
      void ask('/auth/me').catch(() => undefined);
      coming = setTimeout(() => open(true), againMs);
    });
  };
  const back = (): void => open(true);
  window.addEventListener('lamplight:signed-in', back);
  open(false);
  return () => {
    clearTimeout(telling);
    clearTimeout(coming);
    window.removeEventListener('lamplight:signed-in', back);
    source?.close();
  };
}
