// Lines of a file of text: UTF-8 with or without a byte order mark (other bytes as Windows-1252, in which older American releases are
// written), ended by LF or CRLF, none longer than a line of a release can be.
import { BrokenFile } from './broken.ts';
import type { ReleaseFile } from './release-file.ts';

export interface Lines {
  /** Number of the first of them, from 1. */
  first: number;
  lines: string[];
  /** Bytes that were read for them. */
  bytes: number;
}

const lineBytesUsual = 1024 * 1024;

export async function* linesOf(file: ReleaseFile, lineBytesMax = lineBytesUsual): AsyncGenerator<Lines> {
  let held: Buffer = Buffer.alloc(0);
  let number = 1;
  for await (const chunk of file.open()) {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = all.lastIndexOf(0x0a);
    if (end < 0) {
      if (all.length > lineBytesMax) throw new BrokenFile(file.name, number, `the line is longer than ${lineBytesMax} bytes`);
      held = all;
      continue;
    }
    const lines = split(all.subarray(0, end), number);
    held = Buffer.from(all.subarray(end + 1));
    if (held.length > lineBytesMax) throw new BrokenFile(file.name, number + lines.length, `the line is longer than ${lineBytesMax} bytes`);
    yield { first: number, lines, bytes: chunk.length };
    number += lines.length;
  }
  if (held.length > 0) yield { first: number, lines: split(held, number), bytes: 0 };
}

function split(bytes: Buffer, first: number): string[] {
  const text = textOf(bytes);
  const lines = (first === 1 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).split('\n');
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const windows = new TextDecoder('windows-1252');

/** Lines are whole here, so a character is never cut in two. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return windows.decode(bytes);
  }
}
