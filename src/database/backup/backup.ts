// Making a backup, checking one, restoring one: what the command line calls.
import { ok, type Result } from '../../fhir/result.ts';
import type { Connection } from '../contract.ts';
import { openCopyConnection } from './connection.ts';
import type { BackupAbout, BackupEars, BackupHeader, BackupSummary, CheckedPiece } from './contract.ts';
import { copyIn, type Restored, type RestoreWish, stepsOf } from './copy-in.ts';
import { copyOut } from './copy-out.ts';
import { openBackup } from './open.ts';
import { damaged, settled } from './refusal.ts';
import { seal } from './seal.ts';
import { writeBackup } from './write.ts';

/** The bytes of a backup of one moment; the database goes on serving. Throws Refusal and DatabaseError. */
export async function* backupBytes(
  connection: Connection,
  about: BackupAbout,
  passphrase: string | undefined,
  ears: BackupEars = {},
): AsyncGenerator<Uint8Array> {
  const on = await openCopyConnection(connection);
  try {
    const bytes = writeBackup(copyOut(on, about, ears), ears.rows);
    yield* passphrase === undefined ? bytes : seal(bytes, passphrase);
  } finally {
    await on.close();
  }
}

/** Reads all of it, and compares every count and hash. */
export const verifyBackup = (
  bytes: AsyncIterable<Uint8Array>,
  passphrase: string | undefined,
  hearRows: (count: number) => void = () => {},
): Promise<Result<BackupSummary>> =>
  settled(async () => {
    for await (const piece of openBackup(bytes, passphrase)) {
      if (piece.kind === 'rows') hearRows(piece.ended);
      if (piece.kind === 'end') return ok(piece.summary);
    }
    throw damaged('its end is missing');
  });

export interface OpenedBackup {
  header: BackupHeader;
  /**
   * Into an empty database, in one transaction: all of it or nothing. The schema is then that of the backup; `migrate` brings it
   * up to this program.
   */
  restoreInto(connection: Connection): Promise<Result<Restored>>;
  close(): Promise<void>;
}

/** Opens a backup as far as its header, so that one that cannot be restored is refused before a database is touched. */
export const openForRestore = (
  bytes: AsyncIterable<Uint8Array>,
  passphrase: string | undefined,
  wish: RestoreWish,
): Promise<Result<OpenedBackup>> =>
  settled<OpenedBackup>(async () => {
    const pieces: AsyncGenerator<CheckedPiece> = openBackup(bytes, passphrase);
    const first = await pieces.next();
    if (first.done === true || first.value.kind !== 'header') throw damaged('its beginning is missing');
    const { header } = first.value;
    const steps = stepsOf(header, wish.migrations);
    const close = async (): Promise<void> => {
      await pieces.return(undefined);
    };
    if (!steps.ok) {
      await close();
      return steps;
    }
    return ok({
      header,
      close,
      restoreInto: (connection) =>
        settled(async () => {
          const on = await openCopyConnection(connection);
          try {
            return ok(await copyIn(on, header, steps.value, pieces, wish));
          } finally {
            // What was not committed is gone with the connection.
            await on.close();
            await close();
          }
        }),
    });
  });
