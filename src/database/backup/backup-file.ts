// A backup as a file: it bears its name only when all of it is on disk and was read again and found right.
import { createReadStream, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { verifyBackup } from './backup.ts';
import type { BackupSummary } from './contract.ts';
import { Refusal, settled } from './refusal.ts';

export interface FileWish {
  passphrase: string | undefined;
  /** Replace a file of that name. */
  force: boolean;
  /** Hears that writing is done and checking begins. */
  checking?(): void;
}

/** Whether a backup may get this name. Devices, folders and pipes are not replaced for any wish. */
export function mayWrite(file: string, force: boolean): Result<void> {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there === undefined) return ok(undefined);
  if (!there.isFile()) return fail('invalid', `${file} is no ordinary file: name one, or "-" for standard output.`);
  return force ? ok(undefined) : fail('conflict', `${file} is there already: choose another name, or replace it with --force.`);
}

/** `file` for its owner only; on any failure nothing is left of it. Bytes that throw Refusal or DatabaseError are a problem. */
export const writeBackupFile = (
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  wish: FileWish,
): Promise<Result<BackupSummary & { fileBytes: number }>> =>
  settled(async () => {
    const free = mayWrite(file, wish.force);
    if (!free.ok) return free;
    const part = `${file}.part`;
    // Of a backup that was killed.
    await rm(part, { force: true });
    const handle = await open(part, 'wx+', 0o600);
    let whole = false;
    try {
      for await (const chunk of bytes) await writeAll(handle, chunk);
      await handle.sync();
      wish.checking?.();
      const checked = await verifyBackup(handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 }), wish.passphrase);
      if (!checked.ok)
        throw new Refusal(
          'unsupported',
          `What was written is not what is read again, so the disk is not to be trusted: ${checked.problem.message}`,
        );
      const own = await handle.stat();
      if (own.ino !== (await stat(part)).ino) throw new Refusal('conflict', `Another backup was writing to ${file} at the same time.`);
      const stillFree = mayWrite(file, wish.force);
      if (!stillFree.ok) return stillFree;
      await rename(part, file);
      whole = true;
      await syncFolder(dirname(file));
      return ok({ ...checked.value, fileBytes: own.size });
    } finally {
      await handle.close().catch(() => {});
      if (!whole) await rm(part, { force: true });
    }
  });

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
}

/** The bytes of a file, with how many were read told as it goes. */
export async function* readFileBytes(file: string, hear: (count: number) => void = () => {}): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hear(chunk.length);
    yield chunk;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
