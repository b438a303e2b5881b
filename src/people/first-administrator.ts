// The account that a fresh installation begins with.
import { randomInt } from 'node:crypto';
import type { Database } from '../database/contract.ts';
import { ok, type Result } from '../fhir/result.ts';
import { createAccount } from './accounts.ts';
import { attempt } from './attempt.ts';
import type { FirstAdministrator } from './contract.ts';
import { passwordFault } from './password-rule.ts';

const name = 'admin';

export function ensureFirstAdministrator(db: Database, given: string | undefined, now: Date): Promise<Result<FirstAdministrator>> {
  return attempt(async () => {
    const { rows } = await db.query({ text: `select 1 from account where role = 'administrator' limit 1` });
    if (rows.length > 0) return ok({});
    const password = given ?? makePassword();
    const made = await createAccount(db, { name, password, role: 'administrator' }, now, true);
    if (!made.ok) return made.problem.kind === 'conflict' ? ok({}) : made;
    if (given === undefined) return ok({ made: { name, password } });
    const advice = passwordFault(given, name);
    return ok({ made: { name }, ...(advice === undefined ? {} : { advice }) });
  });
}

/** Without letters and digits that look alike. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** 100 random bits in groups of five, to be copied by hand. */
const makePassword = (): string =>
  Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')).join('-');
