// What was refused, for people at the end and for programs in a file: one JSON object a line, as it comes.
import { closeSync, openSync, writeSync } from 'node:fs';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { placeText, type Refused } from './contract.ts';

export interface Report {
  add(one: Refused): void;
  /** The first ones, in words. */
  shown(): string[];
  /** How many more there are than are shown. */
  more(): number;
  close(): void;
}

const shownMost = 20;

/** `path`: of the file, which is written anew. */
export function openReport(path: string | undefined): Result<Report> {
  let file: number | undefined;
  try {
    file = path === undefined ? undefined : openSync(path, 'w', 0o600);
  } catch (error) {
    return fail('invalid', `The report ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  const words: string[] = [];
  let count = 0;
  return ok({
    add(one) {
      count += 1;
      if (words.length < shownMost) words.push(lineOf(one));
      if (file !== undefined) {
        const { place, ...rest } = one;
        writeSync(file, `${JSON.stringify({ ...place, ...rest })}\n`);
      }
    },
    shown: () => words,
    more: () => count - words.length,
    close() {
      if (file !== undefined) closeSync(file);
    },
  });
}

const lineOf = ({ place, resource, status, reason }: Refused): string =>
  `${placeText(place)}${resource === undefined ? '' : ` ${resource}`}: ${status === undefined ? '' : `${status} `}${reason}`;
