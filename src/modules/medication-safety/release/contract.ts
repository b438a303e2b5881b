// Lists of drugs as they are published (RxNorm, the NDC directory) become knowledge files of a site: names, brands, codes and classes
// of drugs, never a rule. Lines come in from whoever opened the files; what cannot be read is told by file and line and left out.
import type { FileHead, KnowledgeFile } from '../knowledge/contract.ts';

/** Lines of a file in pieces, as they are read. */
export interface ReleaseLines {
  /** For messages. */
  name: string;
  /** `first`: number of the first line of a piece, from 1. */
  read(): AsyncIterable<{ first: number; lines: string[] }>;
}

export type ReleaseHead = Pick<FileHead, 'version' | 'date' | 'licence'> & { source: string };

export interface Rejected {
  file: string;
  line: number;
  why: string;
}

export interface Loaded {
  files: KnowledgeFile[];
  /** The first of them; `rejectedCount` counts all. */
  rejected: Rejected[];
  rejectedCount: number;
  /** What was read and is not used, by reason, with some examples. */
  leftOut: Map<string, { count: number; examples: string[] }>;
}

const toldMost = 200;
const examplesMost = 12;

/** What a load says of what it does not use. */
export class Account {
  readonly rejected: Rejected[] = [];
  rejectedCount = 0;
  readonly leftOut: Loaded['leftOut'] = new Map();

  reject(file: string, line: number, why: string): void {
    this.rejectedCount++;
    if (this.rejected.length < toldMost) this.rejected.push({ file, line, why });
  }

  leave(reason: string, what: string): void {
    const held = this.leftOut.get(reason) ?? { count: 0, examples: [] };
    held.count++;
    if (held.examples.length < examplesMost) held.examples.push(what.slice(0, 80));
    this.leftOut.set(reason, held);
  }
}

/** Every row is unreviewed until a clinician of the site has signed; source, date, status and licence stand in the head for all of them. */
export const headOf = <K extends FileHead['kind']>(kind: K, name: string, { source, ...release }: ReleaseHead) => ({
  kind,
  name,
  ...release,
  status: 'active' as const,
  reviewer: 'unreviewed',
  sources: { release: source },
});
