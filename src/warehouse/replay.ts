// The tables made from position 0, and whether those that are kept say the same.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceType } from '../fhir/generated/types.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { RecordStore } from '../record/contract.ts';
import type { CompiledView } from './contract.ts';
import { living } from './store/compaction.ts';
import { openDuck } from './store/duck.ts';
import { Keeper, type KeeperSettings } from './store/keeper.ts';
import { type Manifest, readManifest } from './store/manifest.ts';

type Changes = Pick<RecordStore, 'changesAmong'>;

export interface ReplayOptions {
  /** Changes behind it are left. Absent: all. */
  until?: bigint;
  progress?: (position: bigint) => void;
}

/** Makes the tables of a folder anew. Answers with what there is then, and how many rows did not fit their view. */
export async function rebuild(
  record: Changes,
  settings: KeeperSettings,
  views: readonly CompiledView[],
  { until, progress }: ReplayOptions = {},
): Promise<{ manifest: Manifest; faults: number }> {
  const keeper = await Keeper.open(settings, views, true);
  try {
    let after = 0n;
    for (;;) {
      const { changes, reached } = await record.changesAmong(after, { span: 20_000, limit: 2_000 }, keeper.types as ResourceType[]);
      const wanted = until === undefined ? changes : changes.filter(({ position }) => position <= until);
      await keeper.take(wanted, until === undefined || reached <= until ? reached : until);
      progress?.(reached);
      if (reached === after || (until !== undefined && reached >= until)) break;
      after = reached;
    }
    await keeper.flush();
    while (await keeper.compact());
    return { manifest: keeper.manifest, faults: keeper.faults };
  } finally {
    keeper.close();
  }
}

export interface Compared {
  table: string;
  rows: number;
  /** In the table and not in one made anew; in one made anew and not in the table. */
  stale: number;
  missing: number;
}

/** Makes everything anew beside the tables, as of their position, and compares row by row. */
export async function verify(record: Changes, settings: KeeperSettings, views: readonly CompiledView[]): Promise<Result<Compared[]>> {
  const manifest = readManifest(settings.folder);
  if (manifest === undefined) return fail('not-found', 'There are no tables yet: "lamplight warehouse rebuild" makes them');
  const beside = mkdtempSync(join(settings.folder, 'verify-'));
  const duck = await openDuck(join(beside, 'spill-compare'), settings.memoryMegabytes);
  try {
    // The same pseudonyms, so that rows can be the same.
    const key = join(settings.folder, 'pseudonyms.key');
    if (existsSync(key)) copyFileSync(key, join(beside, 'pseudonyms.key'));
    const anew = await rebuild(record, { ...settings, folder: beside }, views, { until: BigInt(manifest.position) });
    const count = async (sql: string): Promise<number> =>
      Number((await duck.connection.runAndReadAll(`select count(*) from (${sql})`)).getRows()[0]?.[0] ?? 0);
    const compared: Compared[] = [];
    for (const { view } of views) {
      const rowsOf = (folder: string, of: Manifest): string | undefined => {
        const files = (of.tables[view.name] ?? []).map(({ file }) => join(folder, file));
        const dead = (of.dead[view.resource] ?? []).map(({ file }) => join(folder, file));
        return files.length === 0 ? undefined : living(files, dead);
      };
      const [kept, made] = [rowsOf(settings.folder, manifest), rowsOf(beside, anew.manifest)];
      const rows = kept === undefined ? 0 : await count(kept);
      const without = async (a: string | undefined, b: string | undefined): Promise<number> =>
        a === undefined ? 0 : count(b === undefined ? a : `(${a}) except all (${b})`);
      compared.push({ table: view.name, rows, stale: await without(kept, made), missing: await without(made, kept) });
    }
    return ok(compared);
  } finally {
    duck.close();
    rmSync(beside, { recursive: true, force: true });
  }
}
