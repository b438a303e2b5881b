// What the data folder remembers of the last backup, for doctor and administrators. A note, not a promise: the file may have been moved
// since.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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

/** With what can be said of it: a file was read again and found right before it was noted (commands/backup.ts), a stream was not. */
export function shownLastBackup(dataDir: string): (LastBackup & { verified: boolean; there: boolean }) | undefined {
  const last = lastBackup(dataDir);
  if (last === undefined) return undefined;
  const isFile = last.file !== '-';
  return { ...last, verified: isFile, there: isFile && existsSync(last.file) };
}
