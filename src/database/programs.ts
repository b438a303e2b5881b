// The PostgreSQL programs of one folder, with the version that they say themselves.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Binaries {
  postgres: string;
  initdb: string;
  major: number;
  /** For doctor and logs. */
  from: string;
}

/** The server in this folder, with the version that it says itself; undefined where there is none that runs. */
export function serverIn(folder: string, from: string): Binaries | undefined {
  const postgres = join(folder, 'postgres');
  const initdb = join(folder, 'initdb');
  if (!existsSync(postgres) || !existsSync(initdb)) return undefined;
  const said = spawnSync(postgres, ['--version'], { encoding: 'utf8', timeout: 10_000 }).stdout ?? '';
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(said)?.[1]);
  return Number.isNaN(major) ? undefined : { postgres, initdb, major, from };
}
