// Making the embedded cluster (initdb) and writing its configuration.
// https://www.postgresql.org/docs/current/app-initdb.html
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Place } from './place.ts';
import type { Binaries } from './programs.ts';
import { memoryBytes, serverSettings, settingsFile } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';

/** The one role of the embedded server; it owns everything. */
export const serverRole = 'lamplight';

/** Environment of the server's programs: nothing of ours leaks in (PGDATA, PGOPTIONS, LD_PRELOAD …). */
export const serverEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' });

/** Major version that made the cluster; undefined where there is none yet. */
export function clusterMajor(cluster: string): number | undefined {
  const file = join(cluster, 'PG_VERSION');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

/** Locales to try, best first: characters beyond ASCII are known as such, while sorting stays that of bytes (fast, same everywhere). */
function localeFlags(major: number): string[][] {
  const builtin = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  return [...(major >= 17 ? [builtin] : []), ['--lc-collate=C', '--lc-ctype=C.UTF-8'], ['--locale=C']];
}

/**
 * Makes the cluster under a second name and gives it its own when it is complete and on disk, so a kill in between leaves
 * nothing that looks like one. Takes about 0.7 s.
 */
export async function makeCluster(binaries: Binaries, place: Place): Promise<Result<void>> {
  const fresh = `${place.cluster}.new`;
  const password = savedPassword(place.passwordFile);
  const passwordForServer = join(place.home, 'postgres.first-password');
  try {
    let said = '';
    for (const locale of localeFlags(binaries.major)) {
      rmSync(fresh, { recursive: true, force: true });
      mkdirSync(fresh, { mode: 0o700 });
      writeOwned(passwordForServer, password, place.user);
      own(fresh, place.user);
      const flags = ['-D', fresh, '-U', serverRole, '-E', 'UTF8', '--data-checksums', '--no-sync', '--auth=scram-sha-256'];
      const made = await run(binaries.initdb, [...flags, `--pwfile=${passwordForServer}`, ...locale], place.user);
      said = made.said;
      if (!made.ok) continue;
      appendFileSync(join(fresh, 'postgresql.conf'), "\ninclude_if_exists = 'lamplight.conf'\n");
      writeOwned(join(fresh, 'pg_hba.conf'), '# Only the Unix socket, only with a password.\nlocal all all scram-sha-256\n', place.user);
      const synced = await run(binaries.initdb, ['--sync-only', '-D', fresh], place.user);
      if (!synced.ok) return fail('unsupported', `The new database in ${fresh} cannot be written to disk: ${synced.said}`);
      renameSync(fresh, place.cluster);
      syncFolder(dirname(place.cluster));
      return ok(undefined);
    }
    return fail('unsupported', `A new PostgreSQL database could not be made in ${place.home}: ${said}`);
  } finally {
    rmSync(passwordForServer, { force: true });
  }
}

/** Writes lamplight.conf for this machine. True where it changed, so that a running server needs a restart. */
export async function configure(binaries: Binaries, place: Place, durable: boolean): Promise<boolean> {
  const file = join(place.cluster, 'lamplight.conf');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lz4 = before === '' ? await knowsLz4(binaries, place) : /^default_toast_compression = 'lz4'$/m.test(before);
  const after = settingsFile(serverSettings({ major: binaries.major, lz4, memoryBytes: memoryBytes(), durable }));
  if (before === after) return false;
  writeOwned(`${file}.new`, after, place.user);
  renameSync(`${file}.new`, file);
  return true;
}

/** Asks the program to take the value; it exits with an error where it was built without lz4. */
async function knowsLz4(binaries: Binaries, place: Place): Promise<boolean> {
  const ask = ['-D', place.cluster, '-C', 'default_toast_compression', '-c', 'default_toast_compression=lz4'];
  return (await run(binaries.postgres, ask, place.user)).ok;
}

/** The password of the server's role: made once, kept in a file that only the owner of the data folder can read. */
export function savedPassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  writeFileSync(`${file}.new`, `${password}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  syncFolder(dirname(file));
  return password;
}

function writeOwned(file: string, text: string, user: ServerUser | undefined): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
  own(file, user);
}

function own(path: string, user: ServerUser | undefined): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

/** A folder only the server's user can enter. */
export function makeOwnedFolder(folder: string, user: ServerUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  own(folder, user);
  chmodSync(folder, 0o700);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Runs one of the server's programs to its end. `said`: the end of what it wrote, for a person. */
function run(program: string, args: string[], user: ServerUser | undefined): Promise<{ ok: boolean; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...user, cwd: '/', env: serverEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-4000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => resolve({ ok: false, said: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, said: said.trim().split('\n').slice(-3).join(' ') }));
  });
}
