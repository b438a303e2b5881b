// Whether the record as it lies in the database is whole: everything that was acknowledged is there, nothing is there by
// half, and the tables say the same. Looks past the program, at every row.
import type { Session } from '../../src/database/contract.ts';
import type { Resource } from '../../src/fhir/generated/types.ts';
import { indexRows } from '../../src/record/index-rows.ts';
import { keyOfId, typeNumber, typeOfNumber } from '../../src/record/keys.ts';
import { prepare } from '../../src/record/prepare.ts';
import type { Ledger } from './ledger.ts';

/** Findings in words; none where all is well. At most ten of each kind. */
export async function faultsOf(database: Session, ledger: Ledger): Promise<string[]> {
  const versions = await versionsOf(database);
  return [
    ...lostWrites(versions, ledger),
    ...partialWrites(versions, ledger),
    ...(await tableFaults(database)),
    ...(await indexFaults(database)),
  ].slice(0, 50);
}

interface Version {
  type: number;
  id: string;
  version: number;
  deleted: boolean;
  body: string;
}

async function versionsOf(database: Session): Promise<Map<string, Version>> {
  const { rows } = await database.query<Version>({
    text: `select type, id, version, deleted, body from resource union all select type, id, version, deleted, body from history`,
  });
  return new Map(rows.map((row) => [`${row.type}/${row.id}/${row.version}`, row]));
}

const few = (faults: string[]): string[] => (faults.length > 10 ? [...faults.slice(0, 10), `… and ${faults.length - 10} more`] : faults);

function lostWrites(versions: Map<string, Version>, ledger: Ledger): string[] {
  const faults: string[] = [];
  for (const { type, id, version, marker } of ledger.acknowledged) {
    const name = `${type}/${id} version ${version}`;
    const stored = versions.get(`${typeNumber(type)}/${keyOfId(id)}/${version}`);
    if (stored === undefined) faults.push(`lost: ${name} was acknowledged and is not there`);
    else if (marker === undefined && !stored.deleted) faults.push(`lost: ${name} was acknowledged as a deletion and is none`);
    else if (marker !== undefined && !stored.body.includes(`"${marker}"`)) faults.push(`lost: ${name} was acknowledged with other content`);
  }
  return few(faults);
}

/** All or none of what each write would make; none of it where the client was told that it was refused. */
function partialWrites(versions: Map<string, Version>, ledger: Ledger): string[] {
  const found = new Map<string, number>();
  for (const { body } of versions.values()) {
    const marker = /"(m-[\w-]+-x)"/.exec(body)?.[1];
    if (marker !== undefined) found.set(marker, (found.get(marker) ?? 0) + 1);
  }
  const faults: string[] = [];
  for (const [marker, { resources, told }] of ledger.sent) {
    const stored = found.get(marker) ?? 0;
    if (stored !== 0 && stored !== resources) faults.push(`partly: ${stored} of ${resources} resources of ${marker} are there`);
    if (stored !== 0 && told === 'refused') faults.push(`${marker} was refused, and is there all the same`);
    if (stored === 0 && told === 'done') faults.push(`lost: ${marker} was done, and nothing of it is there`);
  }
  return few(faults);
}

/** Each select gives the rows that contradict its sentence. */
const sentences: [sentence: string, text: string][] = [
  [
    'every version has one change, and every change a version',
    `with v as (select type, id, version from resource union all select type, id, version from history),
     c as (select type, id, version, count(*) as n from change group by 1, 2, 3)
     select coalesce(v.type, c.type) as type, coalesce(v.id, c.id) as id, coalesce(v.version, c.version) as version, c.n
     from v full join c on c.type = v.type and c.id = v.id and c.version = v.version
     where v.id is null or c.id is null or c.n <> 1`,
  ],
  [
    'the versions of a resource are 1 to n, the last of them current',
    `with v as (select type, id, version from resource union all select type, id, version from history)
     select v.type, v.id, count(*) as n, max(v.version) as last, max(r.version) as current
     from v left join resource r on r.type = v.type and r.id = v.id group by 1, 2
     having count(*) <> max(v.version) or max(r.version) is distinct from max(v.version) or min(v.version) <> 1`,
  ],
  [
    'the feed gives the versions of a resource in their order',
    `select type, id, version from (
       select type, id, version, lag(version) over (partition by type, id order by position) as before from change
     ) c where version <> coalesce(before, 0) + 1`,
  ],
  [
    'the directory names each resource once, in its compartment',
    `select coalesce(d.type, r.type) as type, coalesce(d.id, r.id) as id from directory d
     full join resource r on r.type = d.type and r.id = d.id and r.pat = d.pat where d.id is null or r.id is null`,
  ],
  ['a deleted resource has no body and no keys', `select type, id from resource where deleted and (body <> '' or keys <> '{}')`],
  [
    'values belong to a resource that is there',
    `select v.id, v.parameter from (select id, pat, parameter from range_value union all select id, pat, parameter from string_value) v
     where not exists (select 1 from resource r where r.type = (v.parameter >> 32) and r.id = v.id and r.pat = v.pat and not r.deleted)`,
  ],
  [
    'every change has its audit row',
    `select c.type, c.id, c.version, c.n, a.n as audited
     from (select type, id, count(*) as n, max(version) as version from change group by 1, 2) c
     left join (
       select type, target as id, count(*) as n from audit
       where outcome = 200 and action in ('create', 'update', 'delete') group by 1, 2
     ) a on a.type = c.type and a.id = c.id where a.n is null or a.n < c.n`,
  ],
];

async function tableFaults(database: Session): Promise<string[]> {
  const faults: string[] = [];
  for (const [sentence, text] of sentences) {
    const { rows } = await database.query({ text: `${text} limit 11` });
    faults.push(
      ...few(rows.map((row) => `not so: ${sentence}: ${JSON.stringify(row, (_, v) => (typeof v === 'bigint' ? String(v) : v))}`)),
    );
  }
  return faults;
}

interface Indexed {
  type: number;
  id: string;
  name: string | null;
  pat: string;
  at: Date;
  body: string;
  keys: string[];
  ranges: string[] | null;
  strings: string[] | null;
}

/** The index holds of each current resource exactly what extraction says now. */
async function indexFaults(database: Session): Promise<string[]> {
  const { rows } = await database.query<Indexed>({
    text: `select r.type, r.id, r.name, r.pat, r.at, r.body, r.keys::text[] as keys,
      (select array_agg(v.parameter || ' ' || v.part || ' ' || v.low || ' ' || v.high order by 1) from range_value v where v.id = r.id and v.pat = r.pat and v.parameter >> 32 = r.type) as ranges,
      (select array_agg(v.parameter || ' ' || v.part || ' ' || v.folded order by 1) from string_value v where v.id = r.id and v.pat = r.pat and v.parameter >> 32 = r.type) as strings
      from resource r where not r.deleted`,
  });
  const faults: string[] = [];
  for (const row of rows) {
    const resource = JSON.parse(row.body) as Resource;
    const name = `${typeOfNumber(row.type)}/${row.name ?? row.id}`;
    const expected = indexRows(resource);
    const { pat } = prepare(resource, resource.id!, row.at);
    if (`${resource.resourceType}/${resource.id}` !== name)
      faults.push(`${name} holds the body of ${resource.resourceType}/${resource.id}`);
    if (pat !== row.pat) faults.push(`${name} is in the wrong compartment`);
    const same =
      sorted(row.keys) === sorted([...expected.keys].map(String)) &&
      sorted(row.ranges ?? []) === sorted(expected.ranges.map((v) => `${v.parameter} ${v.part} ${v.low} ${v.high}`)) &&
      sorted(row.strings ?? []) === sorted(expected.strings.map((v) => `${v.parameter} ${v.part} ${v.folded}`));
    if (!same) faults.push(`the index of ${name} is not what its body says`);
  }
  return few(faults);
}

const sorted = (values: string[]): string => [...values].sort().join('\n');
