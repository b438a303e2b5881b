// As whom PostgreSQL runs. It refuses to run as root, so root starts it as a user who owns nothing else of importance.
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ServerUser {
  uid: number;
  gid: number;
}

/** In this order: one made for Lamplight, the one that PostgreSQL packages make, the one that every system has. */
const preferred = ['lamplight', 'postgres', '_postgres', 'nobody'];

/** undefined: as ourselves, because we are not root. */
export function serverUser(passwd: string = readPasswd()): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = passwd.split('\n').map((line) => line.split(':'));
  for (const name of preferred) {
    const [, , uid, gid] = entries.find((entry) => entry[0] === name) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 65_534, gid: 65_534 };
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}

/** Whether that user (no further groups: Node drops them) may enter this folder and every one above it. */
export function canEnter(folder: string, user: ServerUser | undefined): boolean {
  if (user === undefined) return mayOurselves(folder);
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

function mayOurselves(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
