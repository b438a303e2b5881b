// Work in steps, so that whoever runs it may let others in between two of them: a generator that yields after each. What must be done at
// once runs the same steps to their end.

/** Runs steps to their end at once. */
export function atOnce<T>(steps: Generator<undefined, T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}
