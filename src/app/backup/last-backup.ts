// What the data folder remembers of the last backup, for doctor. A note, not a promise: the file may have been moved since.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LastBackup {
  /** ISO 8601. */
  made: string;
  /** `-`: it went to standard output. */
  file: string;
}

const noteIn = (dataDir: string): string => join(dataDir, 'last-backup.json');

/** `made`: the moment of its snapshot. */
export function noteBackup(dataDir: string, { made, file }: LastBackup): void {
  const note: LastBackup = { made, file };
  writeFileSync(`${noteIn(dataDir)}.new`, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  renameSync(`${noteIn(dataDir)}.new`, noteIn(dataDir));
}

export function lastBackup(dataDir: string): LastBackup | undefined {
  try {
    const { made, file } = JSON.parse(readFileSync(noteIn(dataDir), 'utf8')) as Partial<LastBackup>;
    return typeof made === 'string' && typeof file === 'string' && !Number.isNaN(Date.parse(made)) ? { made, file } : undefined;
  } catch {
    return undefined;
  }
}
