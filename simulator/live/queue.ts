// Events in the order of virtual time; those of one moment in the order in which they were asked for, so that a seed gives the same
// hospital every time. A binary heap: a year of a large hospital holds tens of thousands of events at once.

export interface Queue {
  at(ms: number, run: () => void): void;
  /** When the next event is due; undefined: there is none. */
  nextMs(): number | undefined;
  /** Takes the next event out. */
  take(): { ms: number; run(): void } | undefined;
  readonly size: number;
}

interface Entry {
  ms: number;
  order: number;
  run: () => void;
}

const before = (a: Entry, b: Entry): boolean => a.ms < b.ms || (a.ms === b.ms && a.order < b.order);

export function queueOf(): Queue {
  const heap: Entry[] = [];
  let order = 0;
  const swap = (i: number, j: number): void => {
    const one = heap[i] as Entry;
    heap[i] = heap[j] as Entry;
    heap[j] = one;
  };
  const earlier = (i: number, j: number): boolean => before(heap[i] as Entry, heap[j] as Entry);
  return {
    at(ms, run) {
      heap.push({ ms, order: order++, run });
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!earlier(i, parent)) break;
        swap(i, parent);
        i = parent;
      }
    },
    nextMs: () => heap[0]?.ms,
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        for (let i = 0; ; ) {
          const [left, right] = [2 * i + 1, 2 * i + 2];
          const least = right < heap.length && earlier(right, left) ? right : left;
          if (least >= heap.length || !earlier(least, i)) break;
          swap(i, least);
          i = least;
        }
      }
      return first;
    },
    get size() {
      return heap.length;
    },
  };
}
