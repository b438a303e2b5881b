// Long work in slices, so that a large Bundle never holds the event loop for long.
const sliceMs = 8;

/** Await the result after each piece of work: it gives way to others when the slice is used up. */
export function slices(): () => Promise<void> | undefined {
  let until = performance.now() + sliceMs;
  return () => {
    if (performance.now() < until) return undefined;
    return new Promise((resolve) =>
      setImmediate(() => {
        until = performance.now() + sliceMs;
        resolve();
      }),
    );
  };
}
