// Which releases there are: found by system and version, put into use, removed.
import type { Database, Session } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { About, Release } from './contract.ts';
import { stageOf } from './load/stage.ts';

interface Row {
  id: number;
  system: string;
  version: string;
  kind: Release['kind'];
  state: Release['state'];
  in_use: boolean;
  size: number;
  about: string;
  begun: Date;
  completed: Date | null;
}

const columns = 'id, system, version, kind, state, in_use, size, about, begun, completed';

const releaseOf = (row: Row): Release => ({
  id: row.id,
  system: row.system,
  version: row.version,
  kind: row.kind,
  state: row.state,
  inUse: row.in_use,
  size: row.size,
  about: JSON.parse(row.about) as About,
  begun: row.begun,
  ...(row.completed === null ? {} : { completed: row.completed }),
});

/** The release that answers for a system: of a version, or the one in use. */
export async function findRelease(database: Session, system: string, version?: string): Promise<Release | undefined> {
  const { rows } = await database.query<Row>({
    name: 'terminology-release',
    text: `select ${columns} from terminology_release where system = $1 and state = 'ready' and kind = 'code-system'
      and case when $2::text is null then in_use else version = $2 end`,
    values: [system, version ?? null],
  });
  return rows[0] === undefined ? undefined : releaseOf(rows[0]);
}

export async function listReleases(database: Session): Promise<Release[]> {
  const { rows } = await database.query<Row>({
    text: `select ${columns} from terminology_release order by system, version, id`,
  });
  return rows.map(releaseOf);
}

/** The system whose value set of all codes has this address. */
export async function systemOfValueSet(database: Session, url: string): Promise<string | undefined> {
  const { rows } = await database.query<{ system: string }>({
    name: 'terminology-value-set',
    text: `select system from terminology_release where state = 'ready' and kind = 'code-system' and in_use and about::jsonb ->> 'valueSet' = $1`,
    values: [url],
  });
  return rows[0]?.system;
}

/** Makes a version the one that answers where none is named. */
export async function putIntoUse(database: Database, system: string, version: string): Promise<Result<void>> {
  return database.transaction(async (session) => {
    const { rows } = await session.query<{ id: number }>({
      text: `select id from terminology_release where system = $1 and version = $2 and state = 'ready'`,
      values: [system, version],
    });
    const [found] = rows;
    if (found === undefined)
      return fail('not-found', `${system} is not loaded in version ${version}: "lamplight terminology list" shows what is`);
    await session.query({ text: 'update terminology_release set in_use = false where system = $1 and in_use', values: [system] });
    await session.query({ text: 'update terminology_release set in_use = true where id = $1', values: [found.id] });
    return ok(undefined);
  });
}

/** Takes a version away; the newest other one comes into use where it was. */
export async function removeRelease(database: Database, system: string, version: string): Promise<Result<void>> {
  const { rows } = await database.query<{ id: number }>({
    text: `update terminology_release set state = 'removing' where system = $1 and version = $2 and state <> 'removing' returning id`,
    values: [system, version],
  });
  if (rows.length === 0)
    return fail('not-found', `${system} is not loaded in version ${version}: "lamplight terminology list" shows what is`);
  await sweep(database);
  await database.query({
    text: `update terminology_release set in_use = true where id = (
      select id from terminology_release where system = $1 and state = 'ready' order by completed desc limit 1)
      and not exists (select 1 from terminology_release where system = $1 and in_use)`,
    values: [system],
  });
  return ok(undefined);
}

const rowsAtOnce = 20_000;

/** Deletes what is being removed, in pieces, so that no lock is held for long; goes on after a kill. */
export async function sweep(database: Database): Promise<void> {
  const { rows } = await database.query<{ id: number }>({ text: `select id from terminology_release where state = 'removing'` });
  for (const { id } of rows) {
    for (const table of ['terminology_concept', 'terminology_closure', 'terminology_posting', 'terminology_resource']) {
      for (;;) {
        const { rowCount } = await database.query({
          text: `delete from ${table} where ctid = any(array(select ctid from ${table} where release = $1 limit ${rowsAtOnce}))`,
          values: [id],
        });
        if (rowCount < rowsAtOnce) break;
      }
    }
    await database.query({ text: `drop table if exists ${stageOf(id)}` });
    await database.query({ text: 'delete from terminology_release where id = $1', values: [id] });
  }
}
