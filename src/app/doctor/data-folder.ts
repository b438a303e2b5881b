// The data folder: there, ours, closed to others, with room; and who holds it.
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isInstalled } from '../with-database.ts';
import { broken, type Check, doubtful, type Finding, fine } from './contract.ts';

const freeMin = 256 * 1024 ** 2;
const freeWanted = 2 * 1024 ** 3;

export const dataFolder: Check = {
  name: 'data folder',
  look({ settings }) {
    const folder = resolve(settings.dataDir);
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) {
      if (settings.databaseUrl !== undefined) return [fine(`${folder} is made at the first start`)];
      return [
        doubtful(`${folder} does not exist`, 'the first "lamplight serve" makes it; otherwise name the right one with LAMPLIGHT_DATA_DIR'),
      ];
    }
    if (!stat.isDirectory()) return [broken(`${folder} is no folder`, 'move the file away, or set LAMPLIGHT_DATA_DIR')];
    const findings: Finding[] = [];
    try {
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch {
      findings.push(
        broken(`${folder} cannot be written by this user`, `run as its owner (user ${stat.uid}), or give it: chown -R "$USER" ${folder}`),
      );
    }
    if ((stat.mode & 0o007) !== 0) findings.push(doubtful(`every user of this machine may look into ${folder}`, `chmod o-rwx ${folder}`));
    if (!isInstalled(settings)) findings.push(doubtful(`${folder} holds no Lamplight yet`, 'the first "lamplight serve" makes it'));
    return findings.length > 0 ? findings : [fine(folder)];
  },
};

export const freeDisk: Check = {
  name: 'free disk',
  look({ settings }) {
    const folder = existing(resolve(settings.dataDir));
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const says = `${(free / 1024 ** 3).toFixed(1)} GB free at ${folder}`;
    const hint = 'make room, or move the data folder to a larger disk: a full one stops every write';
    if (free < freeMin) return [broken(`only ${says}`, hint)];
    return [free < freeWanted ? doubtful(`only ${says}`, hint) : fine(says)];
  },
};

function existing(folder: string): string {
  let at = folder;
  while (!existsSync(at)) at = resolve(at, '..');
  return at;
}

export const instance: Check = {
  name: 'instance',
  look({ settings, running }) {
    if (running !== undefined)
      return [fine(`runs as process ${running.pid}${running.address === undefined ? ', starting' : ` at ${running.address}`}`)];
    const file = join(settings.dataDir, 'lamplight.json');
    if (existsSync(file))
      return [doubtful(`${file} was left behind by a Lamplight that was killed`, 'nothing to do: the next start takes it away')];
    return [fine('not running')];
  },
};
