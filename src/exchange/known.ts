// Which resource of the record a message means: by business keys that were met before, else by the record's own search, else a new
// one with the id that sender and key give. Never by name: two people may share one (docs/design of identity: by assigner only).
import type { Session } from '../database/contract.ts';
import type { Resource } from '../fhir/generated/types.ts';
import type { Query } from '../fhir/search/contract.ts';
import { parseQuery } from '../fhir/search/query.ts';
import type { Said } from '../formats/contract.ts';
import { namedUuid } from '../methods/named-uuid.ts';
import type { Caller, RecordStore } from '../record/contract.ts';

export const keyHash = (type: string, key: string): string => namedUuid('key', type, key);

/** A number that nobody is said to have assigned is the sender's own: another sender's 4711 is somebody else. */
export const keyOf = (key: string, sender: string): string => (key.startsWith('|') ? `${sender}${key}` : key);

/** `system|value` of all identifiers that identify alone, those without a system within the sender. */
export const keysOf = (said: Said, sender: string): string[] => identifying(said).map((key) => keyOf(key, sender));

function identifying(said: Said): string[] {
  if (!said.byIdentifier) return [];
  if (said.keys !== undefined) return said.keys;
  const { identifier } = said.resource as Resource & { identifier?: unknown };
  const list = Array.isArray(identifier) ? identifier : [];
  return list.flatMap((one: { system?: string; value?: string }) => (one.value === undefined ? [] : [`${one.system ?? ''}|${one.value}`]));
}

/** Resources by the hashes of their keys. */
export async function targetsOf(session: Session, hashes: readonly string[]): Promise<Map<string, string>> {
  if (hashes.length === 0) return new Map();
  const { rows } = await session.query<{ key: string; target: string }>({
    name: 'exchange-keys',
    text: 'select key, target from exchange_key where key = any($1::uuid[])',
    values: [hashes],
  });
  return new Map(rows.map(({ key, target }) => [key, target]));
}

/** Whether clocks are still as somebody remembers them; version 0: nothing was said of it. */
export async function clocksStand(session: Session, remembered: readonly (readonly [target: string, version: number])[]): Promise<boolean> {
  if (remembered.length === 0) return true;
  const { rows } = await session.query({
    name: 'exchange-clocks-stand',
    text: `
select 1 from unnest($1::text[], $2::int4[]) as q(target, version)
left join exchange_clock c on c.target = q.target
where coalesce(c.version, 0) <> q.version limit 1`,
    values: [remembered.map(([target]) => target), remembered.map(([, version]) => version)],
  });
  return rows.length === 0;
}

/** What the record itself knows by these identifiers, where no message has named it yet. At most two: more than one is a doubt. */
export async function search(record: RecordStore, caller: Caller, said: Said, keys: readonly string[]): Promise<string[]> {
  const escaped = keys.map((key) => key.replace(/[\\,$|]/g, (mark) => (mark === '|' ? '|' : `\\${mark}`)).replace(/(\|.*)\|/g, '$1\\|'));
  const query = parseQuery(said.resource.resourceType, [
    ['identifier', escaped.join(',')],
    ['_count', '2'],
  ]);
  if (!query.ok) return [];
  const asked: Query = query.value;
  const page = await record.search(caller, asked);
  return page.ok ? page.value.matches.map(({ type, id }) => `${type}/${id}`) : [];
}
