// Accounts of people: making, listing, changing. Signing in is in sign-in.ts.
import { randomUUID } from 'node:crypto';
import type { Database, Session } from '../database/contract.ts';
import { DatabaseError } from '../database/failure.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { nameFault, nameKey } from './account-name.ts';
import { attempt } from './attempt.ts';
import type { Account, NewAccount, Rights } from './contract.ts';
import { hashPassword } from './password.ts';
import { passwordFault } from './password-rule.ts';
import { type RightsRow, rightsFault, rightsOf } from './rights.ts';

interface AccountRow extends RightsRow {
  id: string;
  name: string;
  practitioner: string | null;
  disabled: boolean;
  created: Date;
}

const columns = 'id, name, role, organisations, patients, practitioner, disabled, created';

const accountOf = (row: AccountRow): Account => ({
  ...rightsOf(row),
  id: row.id,
  name: row.name,
  ...(row.practitioner === null ? {} : { practitioner: row.practitioner }),
  disabled: row.disabled,
  created: row.created,
});

const unknownAccount = (name: string) => fail('not-found', `There is no account named ${name}.`);

/** `trusted`: the password is the operator's choice and is not judged (first-administrator.ts). */
export function createAccount(db: Database, account: NewAccount, now: Date, trusted = false): Promise<Result<Account>> {
  return attempt(async () => {
    const wrongName = nameFault(account.name);
    if (wrongName !== undefined) return fail('invalid', wrongName, 'name');
    const wrongPassword = trusted ? undefined : passwordFault(account.password, account.name);
    if (wrongPassword !== undefined) return fail('invalid', wrongPassword, 'password');
    const wrongRights = rightsFault(account);
    if (wrongRights !== undefined) return fail('invalid', wrongRights.message, wrongRights.where);

    const password = await hashPassword(account.password);
    if (!password.ok) return password;
    try {
      const { rows } = await db.query<AccountRow>({
        text: `insert into account (id, name, name_key, password, role, organisations, patients, practitioner, created)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${columns}`,
        values: [
          randomUUID(),
          account.name,
          nameKey(account.name),
          password.value,
          account.role,
          account.organisations ?? null,
          account.patients ?? null,
          account.practitioner ?? null,
          now,
        ],
      });
      return ok(accountOf(rows[0]!));
    } catch (error) {
      if (error instanceof DatabaseError && error.constraint === 'account_name_key_key') {
        return fail('conflict', `There is already an account named ${account.name}.`, 'name');
      }
      throw error;
    }
  });
}

export function listAccounts(db: Database): Promise<Result<Account[]>> {
  return attempt(async () => {
    const { rows } = await db.query<AccountRow>({ text: `select ${columns} from account order by name_key` });
    return ok(rows.map(accountOf));
  });
}

export function setPassword(db: Database, name: string, password: string): Promise<Result<void>> {
  return attempt(async () => {
    const fault = passwordFault(password, name);
    if (fault !== undefined) return fail('invalid', fault, 'password');
    const hashed = await hashPassword(password);
    if (!hashed.ok) return hashed;
    const { rowCount } = await db.query({
      text: `with changed as (update account set password = $2 where name_key = $1 returning id),
          ended as (delete from session using changed where account = changed.id)
        select id from changed`,
      values: [nameKey(name), hashed.value],
    });
    return rowCount === 1 ? ok(undefined) : unknownAccount(name);
  });
}

export interface AccountChange extends Partial<Rights> {
  practitioner?: string;
  disabled?: boolean;
}

export function changeAccount(db: Database, name: string, change: AccountChange): Promise<Result<Account>> {
  return attempt(() =>
    db.transaction(async (session): Promise<Result<Account>> => {
      // Locks all administrators, so that two of them cannot disable each other at once.
      const { rows } = await session.query<AccountRow & { name_key: string }>({
        text: `select ${columns}, name_key from account where name_key = $1 or role = 'administrator' order by id for update`,
        values: [nameKey(name)],
      });
      const row = rows.find((one) => one.name_key === nameKey(name));
      if (row === undefined) return unknownAccount(name);
      const next: Account = { ...accountOf(row), ...change };
      const fault = rightsFault(next);
      if (fault !== undefined) return fail('invalid', fault.message, fault.where);
      const governs = (one: { role: string; disabled: boolean }) => one.role === 'administrator' && !one.disabled;
      if (governs(row) && !governs(next) && rows.filter(governs).length === 1) {
        return fail('conflict', `${row.name} is the only administrator. Make another one first.`);
      }
      return ok(await store(session, next));
    }),
  );
}

async function store(session: Session, account: Account): Promise<Account> {
  if (account.disabled) session.query({ text: 'delete from session where account = $1', values: [account.id] });
  const { rows } = await session.query<AccountRow>({
    text: `update account set role = $2, organisations = $3, patients = $4, practitioner = $5, disabled = $6 where id = $1 returning ${columns}`,
    values: [
      account.id,
      account.role,
      account.organisations ?? null,
      account.patients ?? null,
      account.practitioner ?? null,
      account.disabled,
    ],
  });
  return accountOf(rows[0]!);
}
