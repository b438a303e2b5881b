// The database: which PostgreSQL, in which state, how far its schema is, who may sign in, how far the followers are.
import { existsSync } from 'node:fs';
import { clusterMajor } from '../../database/cluster.ts';
import { findBinaries } from '../../database/find-server.ts';
import { findPlace } from '../../database/place.ts';
import { findPostmaster } from '../../database/postmaster.ts';
import { lags } from '../../feed/cursor.ts';
import { migrations } from '../database.ts';
import { migrationState } from '../migration-state.ts';
import { isInstalled } from '../with-database.ts';
import { broken, type Check, doubtful, type Finding, fine } from './contract.ts';

export const programs: Check = {
  name: 'postgres',
  async look({ settings, running }) {
    if (settings.databaseUrl !== undefined) return [fine(`the one that DATABASE_URL names (${hostOf(settings.databaseUrl)})`)];
    if (!isInstalled(settings)) return [fine('one is found or taken from the package at the first start')];
    const place = findPlace(settings.dataDir);
    if (!place.ok) return [broken(place.problem.message, 'the sentence above says what is missing')];
    const { cluster, home, user, notes } = place.value;
    const findings: Finding[] = notes.map((note) => doubtful(note, 'back it up, or remove it when nobody needs it'));
    const binaries = await findBinaries({ major: clusterMajor(cluster), user, copyTo: home });
    if (!binaries.ok)
      return [...findings, broken(binaries.problem.message, 'install that version of PostgreSQL, or run "npm install" again')];
    findings.push(fine(`PostgreSQL ${binaries.value.major} from ${binaries.value.from}`));
    if (!existsSync(cluster))
      return [
        ...findings,
        doubtful(`there is no database in ${cluster}`, 'the next start makes an empty one; bring back a backup if it should not be empty'),
      ];
    const server = findPostmaster(cluster);
    if (server !== undefined && running === undefined)
      findings.push(
        doubtful(
          `its server (process ${server.pid}) runs on after a Lamplight that was killed`,
          'nothing to do: the next start takes it over',
        ),
      );
    else findings.push(fine(server === undefined ? `the database in ${cluster} is stopped` : `its server runs as process ${server.pid}`));
    return findings;
  },
};

/** Without user and password. */
function hostOf(url: string): string {
  if (!URL.canParse(url)) return 'not an address';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

export const schema: Check = {
  name: 'schema',
  async look({ database, running }) {
    if (database === undefined) return [];
    const { rows } = await database.query<{ version: string; size: string }>({
      text: `select current_setting('server_version') as version, pg_size_pretty(pg_database_size(current_database())) as size`,
    });
    const about = `PostgreSQL ${rows[0]!.version} answers; ${rows[0]!.size}`;
    const state = await migrationState(database, migrations);
    if (state.unknown.length > 0)
      return [broken(`the database was used by a newer Lamplight (step ${state.unknown[0]})`, 'run that version, or bring back a backup')];
    if (state.missing.length > 0) {
      const says = `${state.missing.length} steps of the schema are missing`;
      return [
        running === undefined
          ? doubtful(says, 'the next start applies them, and so does "lamplight migrate"')
          : broken(says, 'the one that runs is older than this program: start it again'),
      ];
    }
    return [fine(`${about}; the schema is up to date`)];
  },
};

export const people: Check = {
  name: 'people',
  async look({ database }) {
    if (database === undefined || !(await has(database, 'account'))) return [];
    const { rows } = await database.query<{ administrators: number; people: number }>({
      text: `select count(*) filter (where role = 'administrator')::int as administrators, count(*)::int as people from account where not disabled`,
    });
    const { administrators, people: count } = rows[0]!;
    if (administrators > 0) return [fine(`${many(count, 'account')}, of which ${many(administrators, 'administrator')}`)];
    return [
      doubtful(
        'there is no administrator who could sign in',
        '"lamplight serve" makes the first one; otherwise: lamplight user add NAME --role administrator',
      ),
    ];
  },
};

const many = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

const behindWantedMs = 60_000;

export const followers: Check = {
  name: 'followers',
  async look({ database, running }) {
    if (database === undefined || (await migrationState(database, migrations)).missing.length > 0) return [];
    const all = await lags(database);
    const findings: Finding[] = [];
    for (const { name, problem, behindMs, followed } of all) {
      if (problem !== undefined)
        findings.push(
          doubtful(`${name} does not go on: ${problem}`, 'the log names the change; it tries again by itself unless its code is at fault'),
        );
      else if (running !== undefined && !followed)
        findings.push(doubtful(`nobody follows as ${name}`, 'it begins when the modules have started; otherwise the log says why not'));
      else if (running !== undefined && behindMs > behindWantedMs)
        findings.push(doubtful(`${name} is ${Math.round(behindMs / 60_000)} min behind`, 'it catches up by itself after a large load'));
    }
    return findings.length > 0 || all.length === 0 ? findings : [fine(`${all.map(({ name }) => name).join(', ')}: no problem`)];
  },
};

async function has(
  database: { query<R>(statement: { text: string; values: unknown[] }): Promise<{ rows: R[] }> },
  table: string,
): Promise<boolean> {
  const { rows } = await database.query<{ found: boolean }>({ text: 'select to_regclass($1) is not null as found', values: [table] });
  return rows[0]!.found;
}
