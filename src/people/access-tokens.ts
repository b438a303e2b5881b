// Bearer tokens for programs and for the command line.
import { randomUUID } from 'node:crypto';
import type { Database, Session } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { nameFault } from './account-name.ts';
import { attempt } from './attempt.ts';
import type { Issued, Rights } from './contract.ts';
import { rightsFault } from './rights.ts';
import { makeToken, tokenHash } from './token.ts';

export interface TokenRequest extends Rights {
  name: string;
  purpose?: string;
  /** The client whose rights hold at every use in place of these. */
  client?: string;
}

export function issueToken(db: Database, of: TokenRequest, validMs: number, now: Date): Promise<Result<Issued>> {
  return attempt(async () => {
    const wrongName = nameFault(of.name);
    if (wrongName !== undefined) return fail('invalid', wrongName, 'name');
    const wrongRights = rightsFault(of);
    if (wrongRights !== undefined) return fail('invalid', wrongRights.message, wrongRights.where);
    if (!(validMs > 0)) return fail('invalid', 'A token must be valid for some time.', 'validMs');
    return ok(await insertToken(db, of, validMs, now));
  });
}

export async function insertToken(session: Session, of: TokenRequest, validMs: number, now: Date): Promise<Issued> {
  const token = makeToken('token');
  const expires = new Date(now.getTime() + validMs);
  await session.query({
    name: 'token insert',
    text: `insert into access_token (hash, id, client, name, role, organisations, patients, purpose, created, expires)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      tokenHash(token),
      randomUUID(),
      of.client ?? null,
      of.name,
      of.role,
      of.organisations ?? null,
      of.patients ?? null,
      of.purpose ?? null,
      now,
      expires,
    ],
  });
  return { token, expires };
}
