// Which PostgreSQL server programs to run: an installed one (newest first), or those that the npm package carries.
import { readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, ok, type Result } from '../fhir/result.ts';
import { bundledServer } from './bundled.ts';
import { type Binaries, serverIn } from './programs.ts';
import type { ServerUser } from './server-user.ts';

/** Same floor as for a server that is named by DATABASE_URL (pool.ts). */
const oldestMajor = 14;

/** Folders of which each may hold one version: Debian, Red Hat, Homebrew on either processor, Postgres.app. */
const versionedFolders: { parent: string; child: RegExp; bin: string }[] = [
  { parent: '/usr/lib/postgresql', child: /^\d+$/, bin: 'bin' },
  { parent: '/usr', child: /^pgsql-\d+$/, bin: 'bin' },
  { parent: '/opt/homebrew/opt', child: /^postgresql@\d+$/, bin: 'bin' },
  { parent: '/usr/local/opt', child: /^postgresql@\d+$/, bin: 'bin' },
  { parent: '/Applications/Postgres.app/Contents/Versions', child: /^\d+$/, bin: 'bin' },
];

export interface Search {
  /** A cluster can only be run by the major version that made it. */
  major?: number;
  user: ServerUser | undefined;
  /** Where the bundled programs are copied when their own folder cannot be used. */
  copyTo: string;
  /** Only for tests: leave out installed servers. */
  bundledOnly?: boolean;
}

export async function findBinaries(search: Search): Promise<Result<Binaries>> {
  const fits = (found: Binaries) => found.major >= oldestMajor && (search.major === undefined || found.major === search.major);
  const installed = search.bundledOnly ? [] : installedServers();
  const chosen = installed.filter(fits).sort((a, b) => b.major - a.major)[0];
  if (chosen !== undefined) return ok(chosen);

  const bundled = await bundledServer(search.user, search.copyTo);
  if (!bundled.ok) return installed.length === 0 ? bundled : wrongVersion(installed, search.major);
  return fits(bundled.value) ? bundled : wrongVersion([...installed, bundled.value], search.major);
}

function wrongVersion(found: Binaries[], major: number | undefined): Result<Binaries> {
  const have = `found: ${found.map((one) => `${one.major} (${one.from})`).join(', ')}`;
  return major === undefined
    ? fail('unsupported', `No PostgreSQL server of version ${oldestMajor} or newer (${have}). Install one, or set DATABASE_URL.`)
    : fail('unsupported', `The database was made by PostgreSQL ${major} and needs that version (${have}). Install postgresql-${major}.`);
}

function installedServers(): Binaries[] {
  const folders = versionedFolders.flatMap(({ parent, child, bin }) =>
    list(parent)
      .filter((name) => child.test(name))
      .map((name) => join(parent, name, bin)),
  );
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set([...folders, ...onPath])].flatMap((folder) => {
    const found = serverIn(folder, folder);
    return found === undefined ? [] : [found];
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
