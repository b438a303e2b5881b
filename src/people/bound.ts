// Which account a Practitioner of the record is: whose badge was scanned, and whether it is the badge of who is signed in.
import type { Database } from '../database/contract.ts';
import { ok, type Result } from '../fhir/result.ts';
import { attempt } from './attempt.ts';
import type { Bound } from './contract.ts';
import { type RightsRow, rightsOf } from './rights.ts';

export function bound(db: Database, practitioners: readonly string[], id: string): Promise<Result<Bound[]>> {
  return attempt(async () => {
    const { rows } = await db.query<RightsRow & { id: string; name: string; practitioner: string }>({
      name: 'accounts of practitioners',
      text: `select id, name, practitioner, role, organisations, patients from account
where not disabled and practitioner is not null and (practitioner = any($1::text[]) or id = $2)`,
      values: [practitioners, id],
    });
    return ok(rows.map((row) => ({ practitioner: row.practitioner, person: { id: row.id, name: row.name, ...rightsOf(row) } })));
  });
}
