// What a format makes of the files of a release: which code system and version it is, and how its files are read, in which order.
import type { Result } from '../../fhir/result.ts';
import type { About, Said } from '../contract.ts';
import type { ReleaseFile } from './release-file.ts';

export interface Batch {
  /** Everything up to this line has been said, with what stands here. */
  line: number;
  said: Said[];
  /** Bytes read for it, for the progress. */
  bytes: number;
}

/** One walk through one file. */
export interface Pass {
  file: ReleaseFile;
  /** Also after a restart from its begin: it only notes down what later passes need. */
  remembers?: boolean;
  /** Throws BrokenFile. */
  read(): AsyncIterable<Batch>;
}

export interface ReleasePlan {
  system: string;
  version: string;
  about: About;
  passes: Pass[];
  /** Concepts are shown in the order of the file; otherwise in that of their codes. */
  inFileOrder?: boolean;
}

/** A file with its begin. */
export interface Peeked {
  file: ReleaseFile;
  begin: string;
}

export interface ReleaseFormat {
  name: string;
  /** How it is published, for who asks what can be loaded. */
  published: string;
  /** undefined: not of this format. `version`: what the person says it is. */
  recognise(files: readonly Peeked[], version: string | undefined): Result<ReleasePlan> | undefined;
}
