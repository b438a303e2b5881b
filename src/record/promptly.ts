// Whether a read waits for the disk. Its audit row is part of its transaction either way; docs/decisions/0008 says what the
// difference is and what it costs. https://www.postgresql.org/docs/current/wal-async-commit.html

/**
 * `prompt`: a read is answered when its audit row is committed; it is on disk a moment later, at the latest with the next
 * acknowledged write. `durable`: a read is answered when its audit row is on disk.
 */
export type ReadAudit = 'prompt' | 'durable';

/** For the FROM list of a statement that runs by itself and writes nothing but audit rows; never inside a larger transaction. */
export const promptly = (audit: ReadAudit): string =>
  audit === 'prompt' ? `, (select set_config('synchronous_commit', 'off', true)) as promptly` : '';
