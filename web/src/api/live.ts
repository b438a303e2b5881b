// What changes in the record, as it happens: one stream for the whole workbench, so that screens ask again for what has changed and
// for nothing else. Ends and comes back by itself (https://html.spec.whatwg.org/multipage/server-sent-events.html).
import type { QueryClient } from '@tanstack/react-query';

export interface Changed {
  type: string;
  id: string;
  patient?: string;
}

/** Queries whose key begins with a resource type, or that name several in `meta.types`, are asked again when one of it changes. */
export function followChanges(client: QueryClient, seen: (live: boolean) => void): () => void {
  const source = new EventSource('/feed?after=now');
  const touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = (): void => {
    timer = undefined;
    const types = new Set(touched);
    touched.clear();
    void client.invalidateQueries({
      predicate: ({ queryKey, meta }) => {
        const own = meta?.['types'];
        return types.has(String(queryKey[0])) || (Array.isArray(own) && own.some((type) => types.has(String(type))));
      },
    });
  };
  const hear = (event: MessageEvent<string>): void => {
    try {
      const { type } = JSON.parse(event.data) as Changed;
      touched.add(type);
    } catch {
      return;
    }
    // Many changes of one moment are one question.
    timer ??= setTimeout(refresh, 250);
  };
  source.addEventListener('change', hear);
  source.addEventListener('message', hear);
  source.addEventListener('open', () => seen(true));
  source.addEventListener('error', () => seen(false));
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
