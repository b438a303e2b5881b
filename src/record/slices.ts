// Long work in slices, so that a large Bundle or resource never holds the event loop for long, nor several of them together:
// between two turns of the loop only one such piece of work goes on.

/** A piece of work that has just begun has used none of the turn yet, but many may begin in one. */
const firstSliceMs = 2;
const sliceMs = 8;

const waiting: (() => void)[] = [];

function wakeNext(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(wakeNext);
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(wakeNext);
  });

export type Rest = () => Promise<void> | undefined;

/** Call the result after each step, and await what it gives: nothing while the slice lasts, otherwise a turn for others. */
export function slices(): Rest {
  let until = performance.now() + firstSliceMs;
  return () => {
    if (performance.now() < until) return undefined;
    return turn().then(() => {
      until = performance.now() + sliceMs;
    });
  };
}

const gentleSliceMs = 4;
const gentlePauseMs = 6;

/** For long work that nobody waits for, such as a file of a million rows: more than half of the time is others'. */
export function gently(): Rest {
  let until = performance.now() + firstSliceMs;
  return () => {
    if (performance.now() < until) return undefined;
    return new Promise<void>((resolve) => setTimeout(resolve, gentlePauseMs)).then(turn).then(() => {
      until = performance.now() + gentleSliceMs;
    });
  };
}

/** Runs steps to their end, with rests between them. */
export async function inSlices<T>(steps: Generator<undefined, T>, rest: Rest = slices()): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const pause = rest();
    if (pause !== undefined) await pause;
  }
}

/** Runs steps to their end at once. */
export function atOnce<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
