// Everything of this folder over one database: the implementation of contract.ts.
import type { Database } from '../database/contract.ts';
import { ok, type Result } from '../fhir/result.ts';
import { issueToken } from './access-tokens.ts';
import { changeAccount, createAccount, listAccounts, setPassword } from './accounts.ts';
import { attempt } from './attempt.ts';
import { authenticator } from './authenticate.ts';
import { bound } from './bound.ts';
import { clientCredentials, createClient, disableClient, listClients } from './clients.ts';
import { defaultSettings, type People, type PeopleSettings } from './contract.ts';
import { ensureFirstAdministrator } from './first-administrator.ts';
import { rightsNow } from './rights-now.ts';
import { prove, signIn, signOut } from './sign-in.ts';
import { tokenHash } from './token.ts';

export function openPeople(db: Database, given: Partial<PeopleSettings> = {}): People {
  const settings = { ...defaultSettings, ...given };
  const { authenticate, forget } = authenticator(db, settings);
  /** What changes rights is felt at once in this process. */
  const thenForget = async <T>(work: Promise<Result<T>>, token?: string): Promise<Result<T>> => {
    const result = await work;
    forget(token);
    return result;
  };

  return {
    createAccount: (account, now) => createAccount(db, account, now),
    setPassword: (name, password) => thenForget(setPassword(db, name, password)),
    changeAccount: (name, change) => thenForget(changeAccount(db, name, change)),
    listAccounts: () => listAccounts(db),
    ensureFirstAdministrator: (password, now) => ensureFirstAdministrator(db, password, now),
    signIn: (tried, now) => signIn(db, settings, tried, now),
    prove: (tried, now) => prove(db, settings, tried, now),
    signOut: (token, from, now) => thenForget(signOut(db, token, from, now), token),
    createClient: (client, now) => createClient(db, client, now),
    listClients: () => listClients(db),
    disableClient: (name) => thenForget(disableClient(db, name)),
    clientCredentials: (tried, now) => clientCredentials(db, settings, tried, now),
    issueToken: (of, validMs, now) => issueToken(db, of, validMs, now),
    revoke: (token) => thenForget(revoke(db, token), token),
    authenticate,
    rightsNow: (id, now) => rightsNow(db, id, now),
    bound: (practitioners, id) => bound(db, practitioners, id),
    tidy: (now) => tidy(db, settings, now),
  };
}

function revoke(db: Database, token: string): Promise<Result<void>> {
  return attempt(async () => {
    await db.query({
      text: 'with ended as (delete from session where hash = $1) delete from access_token where hash = $1',
      values: [tokenHash(token)],
    });
    return ok(undefined);
  });
}

const weekMs = 7 * 24 * 3_600_000;

/** Until then an expired token is still told from an unknown one. */
function tidy(db: Database, settings: PeopleSettings, now: Date): Promise<Result<void>> {
  return attempt(async () => {
    const before = now.getTime() - weekMs;
    await db.transaction(async (session) => {
      session.query({ text: 'delete from session where created < $1', values: [new Date(before - settings.sessionHours * 3_600_000)] });
      session.query({ text: 'delete from access_token where expires < $1', values: [new Date(before)] });
      session.query({
        text: 'delete from sign_in_guard where last < $1 and (locked_until is null or locked_until < $1)',
        values: [new Date(before)],
      });
    });
    return ok(undefined);
  });
}
