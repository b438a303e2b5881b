// How commands speak: data to stdout, words to stderr, "error:" and "hint:" lines, exit status 1 (clig.dev).
import { once } from 'node:events';
import { styleText } from 'node:util';
import type { Problem } from '../fhir/result.ts';

type Style = 'red' | 'green' | 'yellow' | 'bold' | 'dim';

/** Colour only where a person looks and did not ask for none (https://no-color.org). */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  const wanted = stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  return wanted ? styleText(style, text) : text;
}

const where = (problem: Problem): string => (problem.where === undefined ? '' : ` (${problem.where})`);

/** Prints what went wrong and returns the exit status. */
export function printProblem(problem: Problem): number {
  for (const one of [problem, ...(problem.also ?? [])]) console.error(`${styled('red', 'error:')} ${one.message}${where(one)}`);
  return 1;
}

/** For a command that was not understood: status 2. */
export function printMisuse(message: string, hint?: string): number {
  printProblem({ kind: 'invalid', message });
  if (hint !== undefined) printHint(hint);
  return 2;
}

export const printHint = (hint: string): void => console.error(`${styled('dim', 'hint:')} ${hint}`);

/** Words for the person at the terminal, never data. */
export const printNote = (note: string): void => console.error(note);

/** A line of data; waits while the reader is slower than we are. */
export async function printData(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
}

/** Columns of equal width, the last one open. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((title, at) => Math.max(width(title), ...rows.map((row) => width(row[at] ?? ''))));
  const line = (cells: string[]): string =>
    cells
      .map((cell, at) => (at === head.length - 1 ? cell : cell + ' '.repeat(widths[at]! - width(cell))))
      .join('  ')
      .trimEnd();
  console.log(styled('bold', line(head), process.stdout));
  for (const row of rows) console.log(line(row));
}

const width = (text: string): number => [...text].length;
