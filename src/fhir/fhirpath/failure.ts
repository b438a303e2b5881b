// How a failure leaves the depths of reading or evaluating an expression: thrown inside this folder only, caught by `compile`,
// `evaluate` and `test`, which answer with its problem. Messages never repeat values of a resource.
import type { Problem, ProblemKind, Result } from '../result.ts';

export class Failure extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function refuse(kind: ProblemKind, message: string, where?: string): never {
  throw new Failure(where === undefined ? { kind, message } : { kind, message, where });
}

/** The value, or the failure met on the way; anything else that is thrown is a bug and goes on. */
export function attempt<T>(work: () => T): Result<T> {
  // A stack trace nobody reads would be the greater part of the cost of a failure.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof Failure) return { ok: false, problem: error.problem };
    throw error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}
