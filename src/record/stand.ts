// Whether resources still stand in the versions in which somebody remembers them: what is laid over a memory of the record commits
// only where the memory was true.
import type { Session } from '../database/contract.ts';
import type { Place } from './contract.ts';
import { keyOfId, typeNumber } from './keys.ts';

const text = `
select 1 from unnest($1::int2[], $2::uuid[], $3::int4[]) as q(type, id, version)
left join resource r on r.type = q.type and r.id = q.id
where coalesce(r.version, 0) <> q.version limit 1`;

export async function stand(session: Session, places: readonly Place[]): Promise<boolean> {
  if (places.length === 0) return true;
  const values = [
    `{${places.map(({ type }) => typeNumber(type)).join(',')}}`,
    `{${places.map(({ id }) => keyOfId(id)).join(',')}}`,
    `{${places.map(({ version }) => version).join(',')}}`,
  ];
  return (await session.query({ name: 'stand', text, values })).rows.length === 0;
}
