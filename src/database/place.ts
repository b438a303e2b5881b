// Where the embedded cluster lives. In `<dataDir>/postgres` wherever the server's user can get there; otherwise (root with a
// data folder below a closed home) in a folder of its own under /var/lib, which `<dataDir>/postgres.place` points to.
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, ok, type Result } from '../fhir/result.ts';
import { canEnter, type ServerUser, serverUser } from './server-user.ts';

export interface Place {
  /** Holds the cluster, its socket folder and, where needed, a copy of the server programs. The server's user can enter it. */
  home: string;
  /** PGDATA. May not exist yet. */
  cluster: string;
  /** undefined: the server runs as ourselves. */
  user: ServerUser | undefined;
  passwordFile: string;
  /** What a person should know about the choice. */
  notes: string[];
}

/** Finds the place, or makes it. `shelter`: where folders for unreachable data folders go. */
export function findPlace(dataDir: string, shelter = '/var/lib'): Result<Place> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const root = realpathSync(dataDir);
  const home = pointedTo(root) ?? homeFor(root, shelter);
  if (!home.ok) return home;

  const cluster = join(home.value, 'postgres');
  const passwordFile = join(root, 'postgres.password');
  const owner = existsSync(cluster) ? statSync(cluster) : undefined;
  const self = process.getuid?.();
  if (owner !== undefined && self !== 0 && owner.uid !== self) {
    return fail('forbidden', `${cluster} belongs to user ${owner.uid}: start Lamplight as that user, or as the one that first started it.`);
  }
  const user = self === 0 && owner !== undefined ? { uid: owner.uid, gid: owner.gid } : serverUser();
  return ok({ home: home.value, cluster, user, passwordFile, notes: older(home.value) });
}

/** A root that first ran with a closed data folder noted where it went instead. */
function pointedTo(root: string): Result<string> | undefined {
  const pointer = join(root, 'postgres.place');
  if (!existsSync(pointer)) return undefined;
  const home = readFileSync(pointer, 'utf8').trim();
  if (!existsSync(home))
    return fail('not-found', `${pointer} names ${home}, which is missing: bring it back, or remove the file to start empty.`);
  const owner = ownerOf(home);
  if (owner !== root && owner !== undefined && pointerOf(owner) === home) {
    return fail('conflict', `${home} belongs to the data folder ${owner}; ${root} is a copy of it. Use ${owner}, or remove ${pointer}.`);
  }
  if (owner !== root) writeFileSync(join(home, ownerFile), root);
  return ok(home);
}

const ownerFile = 'lamplight-data-folder';
const ownerOf = (home: string): string | undefined => readOrUndefined(join(home, ownerFile));
const pointerOf = (root: string): string | undefined => readOrUndefined(join(root, 'postgres.place'));

/** `/var/lib/lamplight-0123456789ab-2`: the one without a number belonged to a data folder of the same name that was removed. */
function older(home: string): string[] {
  const [, first] = /^(.*\/lamplight-[0-9a-f]{12})-\d+$/.exec(home) ?? [];
  return first !== undefined && existsSync(first) ? [`an older database of a removed data folder is still in ${first}`] : [];
}

function readOrUndefined(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function homeFor(root: string, shelter: string): Result<string> {
  const user = serverUser();
  if (user === undefined || existsSync(join(root, 'postgres'))) return ok(root);
  if (canEnter(dirname(root), user)) {
    if (!canEnter(root, user)) {
      // The server's group may pass through, and nobody else; what lies in it stays closed by its own mode.
      chownSync(root, -1, user.gid);
      chmodSync(root, (statSync(root).mode & 0o707) | 0o010);
    }
    return ok(root);
  }
  if (!existsSync(shelter) || !canEnter(shelter, user)) {
    return fail(
      'forbidden',
      `User ${user.uid}, as whom PostgreSQL must run, can enter neither ${root} nor ${shelter}. Choose another data folder.`,
    );
  }
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 12);
  for (let number = 1; ; number += 1) {
    const home = join(shelter, `lamplight-${hash}${number === 1 ? '' : `-${number}`}`);
    // An older one without a pointer to it is somebody's record: it is left alone.
    if (existsSync(home)) continue;
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, -1, user.gid);
    chmodSync(home, 0o710);
    writeFileSync(join(home, ownerFile), root);
    writeFileSync(join(root, 'postgres.place'), `${home}\n`, { mode: 0o600 });
    return ok(home);
  }
}
