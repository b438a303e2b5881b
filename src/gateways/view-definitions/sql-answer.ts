// The answer to a query as it goes out: the file as DuckDB wrote it, or its lines as a list of JSON or of FHIR's rows, one at a time.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { Cells } from './fhir-rows.ts';
import { around } from './row-file.ts';
import type { SqlAnswer } from './sqlquery-run.ts';

export interface Sent {
  stream: Readable;
  /** Where it is known before. */
  bytes?: number;
}

export function sentOf(answer: SqlAnswer): Sent {
  const { path, format, header, bytes, remove } = answer;
  const file = createReadStream(path);
  file.once('close', remove);
  const list = around[format];
  if (list !== undefined) return { stream: Readable.from(listed(answer, file)) };
  return format === 'csv' && !header ? { stream: Readable.from(withoutFirst(file)) } : { stream: file, bytes };
}

async function* listed({ format, row }: SqlAnswer, file: Readable): AsyncGenerator<string> {
  const { before, first, after, none } = around[format]!;
  yield before;
  let any = false;
  for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
    const said = row === undefined ? line : row((JSON.parse(line) as { r: Cells }).r);
    yield `${any ? ',\n' : first}${said}`;
    any = true;
  }
  yield any ? after : none;
}

/** Without the line of names; a name may hold an end of line within quotes. */
async function* withoutFirst(file: Readable): AsyncGenerator<Buffer> {
  let [quoted, over] = [false, false];
  for await (const part of file as AsyncIterable<Buffer>) {
    let from = 0;
    while (!over && from < part.length) {
      const byte = part[from++];
      if (byte === 0x22) quoted = !quoted;
      else if (byte === 0x0a && !quoted) over = true;
    }
    if (over && from < part.length) yield part.subarray(from);
  }
}
