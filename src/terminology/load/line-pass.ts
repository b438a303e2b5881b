// A pass over a file of lines: most formats are one line a fact.

import type { Said } from '../contract.ts';
import { BrokenFile } from './broken.ts';
import { linesOf } from './lines.ts';
import type { Pass } from './plan.ts';
import type { ReleaseFile } from './release-file.ts';

/** What a line says; a string: why it cannot be. `number` from 1. */
export type LineReader = (line: string, number: number) => readonly Said[] | string;

/** `make`: a new reader for each walk. Empty lines are passed over. */
export const linePass = (file: ReleaseFile, make: () => LineReader, remembers = false): Pass => ({
  file,
  ...(remembers ? { remembers } : {}),
  async *read() {
    const read = make();
    for await (const { first, lines, bytes } of linesOf(file)) {
      const said: Said[] = [];
      for (let i = 0; i < lines.length; i += 1) {
        const line = lines[i]!;
        if (line === '') continue;
        const found = read(line, first + i);
        if (typeof found === 'string') throw new BrokenFile(file.name, first + i, found);
        for (const one of found) said.push(one);
      }
      yield { line: first + lines.length - 1, said, bytes };
    }
  },
});
