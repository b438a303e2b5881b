// The feed as the record gives it: changes after a position, in order. Positions become visible in their own order
// (they are given out under a lock that is held to the end of the commit), so a follower never has to look back.
import type { Database } from '../database/contract.ts';
import type { Change } from './contract.ts';
import { typeOfNumber } from './keys.ts';
import { operationOf } from './write-statements.ts';

interface ChangeRow {
  position: bigint;
  at: Date;
  account: string;
  operation: number;
  type: number;
  id: string;
  name: string | null;
  version: number;
  pat: string;
  body: string | null;
}

const text = `
select c.position, c.at, c.account, c.operation, c.type, c.id, v.name, c.version, c.pat, v.body
from change c
left join lateral (
  select name, body from resource where type = c.type and id = c.id and version = c.version
  union all
  select name, body from history where type = c.type and id = c.id and version = c.version
) v on true
where c.position > $1 order by c.position limit $2`;

/** Oldest first, at most `limit`. */
export async function changesAfter(database: Pick<Database, 'query'>, after: bigint, limit: number): Promise<Change[]> {
  const { rows } = await database.query<ChangeRow>({ name: 'changes-after', text, values: [after.toString(), limit] });
  return rows.map((row) => ({
    position: row.position,
    at: row.at,
    by: row.account,
    operation: operationOf(row.operation),
    type: typeOfNumber(row.type),
    id: row.name ?? row.id,
    version: row.version,
    pat: row.pat,
    body: row.body ?? '',
  }));
}
