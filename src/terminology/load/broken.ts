// What is wrong with a release file, where exactly: thrown by readers of files, answered as a problem by the load.
import type { Problem } from '../../fhir/result.ts';

export class BrokenFile extends Error {
  readonly problem: Problem;

  /** `line`: from 1; absent where the whole file is meant. */
  constructor(file: string, line: number | undefined, reason: string) {
    const where = line === undefined ? file : `${file}:${line}`;
    super(`${where}: ${reason}`);
    this.name = 'BrokenFile';
    this.problem = { kind: 'invalid', message: this.message, where };
  }
}

/** Text of a file in a message: a few characters of it, on one line. */
export const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
