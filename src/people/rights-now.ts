// What an account, a client or a token may do now, asked without its secret: for work that goes on after its request has ended.
import type { Database } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Person } from '../policy/contract.ts';
import { attempt } from './attempt.ts';
import { type RightsRow, rightsOf } from './rights.ts';

/** `id`: of the Person that `authenticate` answered. */
export function rightsNow(db: Database, id: string, now: Date): Promise<Result<Person>> {
  return attempt(async () => {
    const { rows } = await db.query<RightsRow & { id: string; name: string }>({
      name: 'rights now',
      text: `select id, name, role, organisations, patients from account where id = $1 and not disabled
union all select id, name, role, organisations, null from client where id = $1 and not disabled
union all select id, name, role, organisations, patients from access_token where id = $1 and client is null and expires > $2`,
      values: [id, now],
    });
    const row = rows[0];
    return row === undefined
      ? fail('forbidden', 'The account was disabled or removed, or its token was withdrawn or has expired')
      : ok({ id: row.id, name: row.name, ...rightsOf(row) });
  });
}
