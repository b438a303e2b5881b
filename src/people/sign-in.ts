// Signing in with name and password, and out again.
import type { Database, Session } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Person } from '../policy/contract.ts';
import { nameKey } from './account-name.ts';
import { attempt } from './attempt.ts';
import type { Issued, PeopleSettings } from './contract.ts';
import { addressSubject, countAttempt, forgive, nameSubject } from './lock-out.ts';
import { checkPassword } from './password.ts';
import { type RightsRow, rightsOf } from './rights.ts';
import { makeToken, tokenHash } from './token.ts';

interface SignInRow extends RightsRow {
  id: string;
  name: string;
  password: string;
  disabled: boolean;
}

export type Outcome = 'success' | 'refused' | 'locked' | 'signed-out' | 'client' | 'client-refused';

/** One row of the trail, to be sent with the other statements of its transaction. */
export function noteSignIn(
  session: Session,
  row: { at: Date; account: string | null; name: string; from: string; outcome: Outcome },
): Promise<unknown> {
  return session.query({
    name: 'sign-in note',
    text: 'insert into sign_in (at, account, name, address, outcome) values ($1, $2, $3, $4, $5)',
    values: [row.at, row.account, withoutNul(row.name).slice(0, 100), withoutNul(row.from).slice(0, 100), row.outcome],
  });
}

/** The one character that PostgreSQL's text cannot hold. */
const withoutNul = (text: string): string => text.replaceAll('\0', ' ');

/** The same for an unknown name, a wrong password and a disabled account. */
const refused = fail('forbidden', 'The name or the password is wrong.');

interface Tried {
  name: string;
  password: string;
  from: string;
}

export async function signIn(
  db: Database,
  settings: PeopleSettings,
  tried: Tried,
  now: Date,
): Promise<Result<Issued & { person: Person }>> {
  const token = makeToken('session');
  const expires = new Date(now.getTime() + settings.sessionHours * 3_600_000);
  const person = await entered(db, settings, tried, now, (session, account) => {
    session.query({
      name: 'session insert',
      text: 'insert into session (hash, account, created, used) values ($1, $2, $3, $3)',
      values: [tokenHash(token), account, now],
    });
  });
  return person.ok ? ok({ token, expires, person: person.value }) : person;
}

export const prove = (db: Database, settings: PeopleSettings, tried: Tried, now: Date): Promise<Result<Person>> =>
  entered(db, settings, tried, now, () => undefined);

/** `beside`: what else belongs to the transaction of an attempt that succeeded. */
function entered(
  db: Database,
  settings: PeopleSettings,
  tried: Tried,
  now: Date,
  beside: (session: Session, account: string) => void,
): Promise<Result<Person>> {
  return attempt(async () => {
    const key = withoutNul(nameKey(tried.name));
    const name = nameSubject(key, settings);
    const address = addressSubject(withoutNul(tried.from), settings);
    const note = { at: now, name: tried.name, from: tried.from };

    const lockedUntil = await db.transaction(async (session) => {
      const lockMs = settings.lockMinutes * 60_000;
      // The address first: an attempt on a locked name counts against whoever makes it.
      const until = (await countAttempt(session, address, lockMs, now)) ?? (await countAttempt(session, name, lockMs, now));
      if (until !== undefined) await noteSignIn(session, { ...note, account: null, outcome: 'locked' });
      return until;
    });
    if (lockedUntil !== undefined) {
      return fail('busy', `Too many failed sign-ins. Try again after ${lockedUntil.toISOString()}.`);
    }

    const { rows } = await db.query<SignInRow>({
      name: 'sign-in account',
      text: 'select id, name, password, disabled, role, organisations, patients from account where name_key = $1',
      values: [key],
    });
    const account = rows[0];
    const right = await checkPassword(account?.password, tried.password);
    if (!right.ok) return right;
    if (account === undefined || !right.value || account.disabled) {
      await noteSignIn(db, { ...note, account: account?.id ?? null, outcome: 'refused' });
      return refused;
    }

    await db.transaction(async (session) => {
      forgive(session, name, address, now);
      noteSignIn(session, { ...note, account: account.id, outcome: 'success' });
      beside(session, account.id);
    });
    return ok({ id: account.id, name: account.name, ...rightsOf(account) });
  });
}

/** Signing out of a session that has ended already is fine. */
export function signOut(db: Database, token: string, from: string, now: Date): Promise<Result<void>> {
  return attempt(() =>
    db.transaction(async (session): Promise<Result<void>> => {
      const { rows } = await session.query<{ id: string; name: string }>({
        name: 'session end',
        text: `with ended as (delete from session where hash = $1 returning account)
          select id, name from account join ended on ended.account = account.id`,
        values: [tokenHash(token)],
      });
      for (const { id, name } of rows) noteSignIn(session, { at: now, account: id, name, from, outcome: 'signed-out' });
      return ok(undefined);
    }),
  );
}
