// Expected failures are values: every layer answers with a Result, only bugs are thrown.

export type ProblemKind =
  | 'invalid'
  | 'not-found'
  | 'gone'
  | 'conflict'
  | 'precondition'
  | 'forbidden'
  | 'unsupported'
  | 'too-costly'
  | 'busy';

/** Why something was not done, in a sentence that says what to do about it. Never holds patient data. */
export interface Problem {
  kind: ProblemKind;
  message: string;
  /** FHIRPath location, parameter name or `line:column`, whichever the reader can look up. */
  where?: string;
  /** Further findings of the same request, where there is more than one. */
  also?: Problem[];
}

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (kind: ProblemKind, message: string, where?: string): { ok: false; problem: Problem } => ({
  ok: false,
  problem: where === undefined ? { kind, message } : { kind, message, where },
});
