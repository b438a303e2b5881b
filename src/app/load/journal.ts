// What was loaded already, so that a load goes on where it was stopped: one JSON line each time a file has come further,
// the newest of a file counts. Lines are only ever appended, so a kill at any moment costs at most the last one.
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail, ok, type Result } from '../../fhir/result.ts';

/** How far one file has come in one record. */
export interface Mark {
  /** SHA-256 of the file, and the form in which it is read: a changed file is another one. */
  sha256: string;
  /** See Destination.key. */
  into: string;
  /** All units up to this one were dealt with … */
  upTo: number;
  /** … but for these, which were refused: ranges of units, both ends included. */
  again: [from: number, to: number][];
  complete: boolean;
  loaded: number;
  /** `Type/id` of something that it wrote: where that is missing, the record is another one by now. */
  witness?: string;
}

export interface Journal {
  find(sha256: string, into: string): Mark | undefined;
  write(mark: Mark): void;
}

const linesMax = 20_000;
const keyOf = ({ sha256, into }: { sha256: string; into: string }): string => `${sha256} ${into}`;

export function openJournal(path: string): Result<Journal> {
  const marks = new Map<string, Mark>();
  let count = 0;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    for (const line of readLines(path)) {
      count += 1;
      const mark = markOf(line);
      if (mark !== undefined) marks.set(keyOf(mark), mark);
    }
    if (count > linesMax && count > 4 * marks.size) {
      writeFileSync(`${path}.new`, [...marks.values()].map((mark) => `${JSON.stringify(mark)}\n`).join(''), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
    appendFileSync(path, '', { mode: 0o600 });
  } catch (error) {
    return fail('forbidden', `The journal of loads ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  return ok({
    find: (sha256, into) => marks.get(keyOf({ sha256, into })),
    write(mark) {
      marks.set(keyOf(mark), mark);
      // The line break comes first: after a torn line the next one is whole.
      appendFileSync(path, `\n${JSON.stringify(mark)}`);
    },
  });
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function markOf(line: string): Mark | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isMark(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isMark = (value: unknown): value is Mark =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'sha256') === 'string' &&
  typeof Reflect.get(value, 'into') === 'string' &&
  typeof Reflect.get(value, 'upTo') === 'number' &&
  Array.isArray(Reflect.get(value, 'again'));

/** Sorted numbers as ranges. */
export function rangesOf(numbers: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 >= number) last[1] = Math.max(last[1], number);
    else ranges.push([number, number]);
  }
  return ranges;
}

export function* numbersOf(ranges: [number, number][]): Generator<number> {
  for (const [from, to] of ranges) for (let number = from; number <= to; number += 1) yield number;
}
