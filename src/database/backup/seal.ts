// Encryption with a passphrase, in the age format (https://age-encryption.org/v1): scrypt, then ChaCha20-Poly1305 in chunks of
// 64 KiB of which the last is marked. Whoever has the passphrase can also open the file with the program `age`.
import { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';
import { damaged, Refusal } from './refusal.ts';

export const sealedStart = 'age-encryption.org/v1';

/** Work of scrypt as a power of two: about 2 s and 256 MB for each guess. Less only in tests. */
const usualWork = 18;

export async function* seal(bytes: AsyncIterable<Uint8Array>, passphrase: string, workFactor = usualWork): AsyncGenerator<Uint8Array> {
  const age = new Encrypter();
  age.setPassphrase(passphrase);
  age.setScryptWorkFactor(workFactor);
  yield* await age.encrypt(ReadableStream.from(bytes));
}

export async function* unseal(bytes: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array> {
  const age = new Decrypter();
  age.addPassphrase(passphrase);
  let opened = false;
  // What the source itself throws must come out as it is.
  let fault: unknown;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  try {
    const open = await age.decrypt(ReadableStream.from(watched()));
    opened = true;
    yield* open;
  } catch (error) {
    if (fault !== undefined) throw fault;
    if (!opened && error instanceof Error && error.message.includes('no identity matched'))
      throw new Refusal('forbidden', 'The passphrase is not that of this backup, or the beginning of the backup is damaged.');
    throw damaged(opened ? 'a part of it was changed or is missing' : 'its beginning was changed or is missing');
  }
}
