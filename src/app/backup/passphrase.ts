// The passphrase of a backup: from a file or from the setting, never from the command line, where others would see it.
import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Settings } from '../settings.ts';

const shortest = 12;

/** undefined: none is wished. Line ends behind it are not part of it. */
export function passphraseOf(settings: Settings, file: string | undefined): Result<string | undefined> {
  if (file === undefined && settings.backupPassphrase === undefined) return ok(undefined);
  let text = settings.backupPassphrase ?? '';
  if (file !== undefined) {
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return fail('not-found', `The passphrase cannot be read from ${file}`);
    }
  }
  const passphrase = text.replace(/[\r\n]+$/, '');
  return passphrase.length >= shortest
    ? ok(passphrase)
    : fail(
        'invalid',
        `The passphrase has ${passphrase.length} characters: take at least ${shortest}, such as four words that have nothing to do with one another`,
      );
}
