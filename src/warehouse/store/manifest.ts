// What the folder of the warehouse holds, in one file that is replaced as a whole: which Parquet files make which table, and up to
// which position of the feed they tell. A file that it does not name is not there, whatever lies in the folder.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompiledView } from '../contract.ts';

/** Immutable Parquet. `cleaned`: what was replaced or deleted up to this position is not in it any more. */
export interface Segment {
  file: string;
  rows: number;
  /** Positions of the changes that it was made of. */
  from: string;
  to: string;
  cleaned: string;
}

export interface Manifest {
  format: 1;
  /** Names this folder among the followers of the feed. */
  id: string;
  /** Everything up to here is in the tables. */
  position: string;
  /** Of the views as they were when the tables were made: others need others. */
  definitions: string;
  /** By view. */
  tables: Record<string, Segment[]>;
  /** By resource type: (id, position) of what was replaced or deleted at that position. Rows before it do not count. */
  dead: Record<string, Segment[]>;
  /** Not of the tables any more, but perhaps still being read. */
  retired: { file: string; at: string }[];
}

const name = 'manifest.json';

export const definitionsOf = (views: readonly CompiledView[]): string =>
  createHash('sha256')
    .update(JSON.stringify(views.map(({ view }) => view)))
    .digest('hex');

export const emptyManifest = (definitions: string, beginning = 0n): Manifest => ({
  format: 1,
  id: randomUUID().slice(0, 8),
  position: String(beginning),
  definitions,
  tables: {},
  dead: {},
  retired: [],
});

/** Undefined where there is none, or one that this program does not read: the tables are then made anew. */
export function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, name);
  if (!existsSync(file)) return undefined;
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    return read.format === 1 ? read : undefined;
  } catch {
    return undefined;
  }
}

export async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const temporary = join(folder, `${name}.next`);
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(manifest, undefined, 1));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(folder, name));
  await synced(folder);
}

/** How long a query may go on reading a file that the tables no longer need. */
const graceMs = 10 * 60_000;

/** Removes what no manifest names and what was retired long enough ago. */
export function sweep(folder: string, manifest: Manifest, now: Date): Manifest {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const retired = manifest.retired.filter(({ at }) => now.getTime() - Date.parse(at) < graceMs);
  const kept = new Set([
    ...[...Object.values(manifest.tables), ...Object.values(manifest.dead)].flat().map(({ file }) => file),
    ...retired.map(({ file }) => file),
  ]);
  for (const file of readdirSync(folder))
    if (/\.parquet(\.next)?$/.test(file) && !kept.has(file)) rmSync(join(folder, file), { force: true });
  return { ...manifest, retired };
}
