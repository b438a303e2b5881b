// How imports sign in at other servers, from the settings of this process. The key is read at the start: a file that cannot be read must
// not be found out in the night.
import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../fhir/result.ts';
import { assertionFor, type ServerSignIn, signInAt } from '../gateways/bulk/from-server-sign-in.ts';
import type { Settings } from './settings.ts';

export function importSignIn(settings: Settings): Result<ServerSignIn> {
  const { importToken, importClient, importKey, importScope, importTokenUrl } = settings;
  const more = importTokenUrl === undefined ? {} : { tokenUrl: importTokenUrl };
  if (importClient === undefined || importKey === undefined)
    return ok(signInAt({ scope: importScope, ...(importToken === undefined ? {} : { token: importToken }) }));
  let key: string;
  try {
    key = readFileSync(importKey, 'utf8');
  } catch {
    return fail('not-found', `LAMPLIGHT_IMPORT_KEY names ${importKey}, which cannot be read`);
  }
  const tried = assertionFor(importClient, key, 'https://localhost/', Date.now());
  if (!tried.ok) return fail('invalid', `LAMPLIGHT_IMPORT_KEY: ${tried.problem.message}`);
  return ok(
    signInAt({ client: importClient, key, scope: importScope, ...more, ...(importToken === undefined ? {} : { token: importToken }) }),
  );
}
