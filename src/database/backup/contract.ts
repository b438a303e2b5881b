// A backup as the rest of Lamplight sees it: pieces in one order, of one moment of the database. How they lie in a file is
// said in file-format.ts; docs/upgrade.md is for whoever makes and restores them.
import type { Statement } from '../contract.ts';

/** A step of the schema as the migration log has it. */
export interface AppliedStep {
  name: string;
  /** SHA-256 of its text, hexadecimal. */
  hash: string;
}

export interface BackupHeader {
  /** Version of Lamplight that made the backup. */
  lamplight: string;
  /** The moment of the snapshot, ISO 8601 in UTC. */
  made: string;
  /** Version of PostgreSQL, for a person. */
  postgres: string;
  /** Where the feed stood. */
  position: string;
  /** In the order in which they were applied. */
  migrations: AppliedStep[];
}

export interface TableStart {
  table: string;
  columns: string[];
}

/** `bytes` and `sha256` are those of the rows in COPY's text format, before compression. */
export interface TableEnd {
  rows: number;
  bytes: number;
  sha256: string;
}

export interface SequenceValue {
  name: string;
  /** As setval takes them. */
  value: string;
  called: boolean;
}

/** Header; for each table its start, its rows, its end; the sequences. Rows are cut anywhere, at most `blockBytes` each. */
export type BackupPiece =
  | { kind: 'header'; header: BackupHeader }
  | { kind: 'table'; table: TableStart }
  | { kind: 'rows'; rows: Buffer }
  | { kind: 'table-end' }
  | { kind: 'sequences'; sequences: SequenceValue[] };

/** The same as read back: `ended` is how many rows end in a block, every end says what was checked. `end` comes when the whole file is known to be right. */
export type CheckedPiece =
  | Exclude<BackupPiece, { kind: 'rows' | 'table-end' }>
  | { kind: 'rows'; rows: Buffer; ended: number }
  | ({ kind: 'table-end'; table: string } & TableEnd)
  | { kind: 'end'; summary: BackupSummary };

export interface BackupSummary {
  header: BackupHeader;
  tables: ({ table: string } & TableEnd)[];
  rows: number;
  /** Before compression. */
  bytes: number;
}

export interface BackupAbout {
  lamplight: string;
  /** Answers one row with `position`: the schema is not known here. */
  position: Statement;
}

/** Hears how far the work is. */
export interface BackupEars {
  /** Once it is known: how many rows there are about. */
  expect?(rows: number): void;
  rows?(count: number): void;
  note?(text: string): void;
}
