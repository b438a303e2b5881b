// How commands speak: data to stdout, words to stderr, "error:" and "hint:" lines, exit status 1 (clig.dev).
import type { Problem } from '../fhir/result.ts';

/** Prints what went wrong and returns the exit status. */
export function printProblem(problem: Problem): number {
  console.error(`error: ${problem.message}${problem.where === undefined ? '' : ` (${problem.where})`}`);
  for (const other of problem.also ?? []) console.error(`error: ${other.message}${other.where === undefined ? '' : ` (${other.where})`}`);
  return 1;
}

export const printHint = (hint: string): void => console.error(`hint: ${hint}`);
