// What went through of one table: rows, bytes and their hash, counted by the writer and again by every reader.
import { createHash } from 'node:crypto';
import type { TableEnd } from './contract.ts';

export interface Tally {
  add(rows: Buffer): number;
  end(): TableEnd;
}

const newline = 0x0a;

/** COPY's text format writes a line feed inside a value as \n, so each one ends a row. `add` answers with the rows that ended. */
export function makeTally(): Tally {
  const hash = createHash('sha256');
  let rows = 0;
  let bytes = 0;
  return {
    add(block) {
      let ended = 0;
      for (let at = block.indexOf(newline); at >= 0; at = block.indexOf(newline, at + 1)) ended += 1;
      hash.update(block);
      rows += ended;
      bytes += block.length;
      return ended;
    },
    end: () => ({ rows, bytes, sha256: hash.digest('hex') }),
  };
}
