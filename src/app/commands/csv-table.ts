// A CSV file that a command is given: its rows, and the column that was named or looks as if it were meant.
import { readFile, stat } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isBlank, rowAt } from '../../formats/csv/rows.ts';

const bytesMax = 100_000_000;

/** The text of a file, or of standard input for "-". */
export async function fileText(file: string): Promise<Result<string>> {
  try {
    if (file === '-') return ok(await textOf(process.stdin));
    if ((await stat(file)).size > bytesMax)
      return fail('too-costly', `${file} is larger than ${bytesMax / 1e6} MB; give only the two columns that are needed`);
    return ok(await readFile(file, 'utf8'));
  } catch {
    return fail('not-found', `${file} cannot be read; give the path of a CSV file, or - for standard input`);
  }
}

/** Cells as they are written, with the line that each row stands on. */
export interface Table {
  names: string[];
  rows: { line: number; cells: string[] }[];
}

/** The first line has the names; commas, semicolons or tabs between cells. */
export function tableOf(text: string): Table {
  const bare = text.startsWith('\u{feff}') ? text.slice(1) : text;
  const head = bare.slice(0, bare.indexOf('\n') < 0 ? bare.length : bare.indexOf('\n'));
  const delimiter = [';', '\t', ','].find((each) => head.includes(each)) ?? ',';
  const rows: Table['rows'] = [];
  let line = 1;
  for (let at = 0; at < bare.length; ) {
    const row = rowAt(bare, at, { delimiter, quote: '"' }, true);
    if (row === undefined || row.end <= at) break;
    if (!isBlank(row)) rows.push({ line, cells: row.cells.map((cell) => cell.bytes) });
    line += row.lines;
    at = row.end;
  }
  const [first, ...rest] = rows;
  return { names: (first?.cells ?? []).map((name) => name.trim()), rows: rest };
}

/** The column that is named, or that looks as if it were meant. */
export function columnIn(
  { names, rows }: Table,
  named: string | undefined,
  looks: (texts: string[], at: number) => boolean,
  what: string,
  option: string,
): Result<number> {
  if (named !== undefined) {
    const at = names.indexOf(named);
    return at >= 0 ? ok(at) : fail('invalid', `there is no column "${named}"; the file has ${names.join(', ')}`);
  }
  const at = names.findIndex((_, i) =>
    looks(
      rows.slice(0, 50).map((row) => row.cells[i] ?? ''),
      i,
    ),
  );
  return at >= 0 ? ok(at) : fail('invalid', `no column looks like ${what}; name it with ${option}`);
}
