// From the bytes of a file to checked pieces, encrypted or not: what it is says its beginning.
import type { CheckedPiece } from './contract.ts';
import { readBackup } from './read.ts';
import { Refusal } from './refusal.ts';
import { sealedStart, unseal } from './seal.ts';

/**
 * A passphrase that is given must be needed: otherwise whoever can replace the file could put one of their own in its place.
 */
export async function* openBackup(bytes: AsyncIterable<Uint8Array>, passphrase: string | undefined): AsyncGenerator<CheckedPiece> {
  const source = bytes[Symbol.asyncIterator]();
  try {
    yield* opened(source, passphrase);
  } finally {
    // Also one of which only the beginning was read: an open pipe would keep the program waiting.
    await source.return?.();
  }
}

async function* opened(source: AsyncIterator<Uint8Array>, passphrase: string | undefined): AsyncGenerator<CheckedPiece> {
  const first: Uint8Array[] = [];
  let known = 0;
  while (known < sealedStart.length) {
    const next = await source.next();
    if (next.done === true) break;
    first.push(next.value);
    known += next.value.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => source };
  }
  const sealed = Buffer.concat(first).toString('latin1', 0, sealedStart.length) === sealedStart;
  if (sealed && passphrase === undefined)
    throw new Refusal('forbidden', 'The backup is encrypted: give its passphrase with --passphrase-file or LAMPLIGHT_BACKUP_PASSPHRASE.');
  if (!sealed && passphrase !== undefined)
    throw new Refusal(
      'invalid',
      'A passphrase was given, but this is not an encrypted backup: leave the passphrase out if you trust where the file comes from.',
    );
  yield* readBackup(sealed ? unseal(whole(), passphrase!) : whole());
}
