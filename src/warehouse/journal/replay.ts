// The journals made anew from what the database holds, and whether those that are kept say the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../database/contract.ts';
import type { Compared } from '../replay.ts';
import { living } from '../store/compaction.ts';
import { type Duck, openDuck } from '../store/duck.ts';
import { fileList } from '../store/file-list.ts';
import { Keeper, type KeeperSettings } from '../store/keeper.ts';
import { type Manifest, readManifest } from '../store/manifest.ts';
import { identifier } from '../view/sql-text.ts';
import type { Journal } from './contract.ts';
import { tablesOf, takeAll } from './follow.ts';
import { readOn } from './reading.ts';

/** `cut`: a position at which a span is to end, so that what was written later can be told apart. */
export async function rebuildJournals(
  database: Database,
  settings: KeeperSettings,
  journals: readonly Journal[],
  cut?: bigint,
): Promise<Manifest> {
  const keeper = await Keeper.open(settings, tablesOf(journals), true);
  try {
    if (cut !== undefined) await takeAll(keeper, readOn(database, journals, BigInt(keeper.manifest.position), cut));
    await takeAll(keeper, readOn(database, journals, BigInt(keeper.manifest.position)));
    while (await keeper.compact());
    return keeper.manifest;
  } finally {
    keeper.close();
  }
}

/**
 * Row by row, as of the position of those that are kept. A row that was written again since is left out: what it said then nobody
 * knows any more. So are columns that are looked up elsewhere.
 */
export async function verifyJournals(database: Database, settings: KeeperSettings, journals: readonly Journal[]): Promise<Compared[]> {
  const manifest = readManifest(settings.folder);
  if (manifest === undefined) return [];
  const beside = mkdtempSync(join(settings.folder, 'verify-'));
  const duck = await openDuck(join(beside, 'spill-compare'), settings.memoryMegabytes);
  try {
    const position = BigInt(manifest.position);
    const anew = await rebuildJournals(database, { ...settings, folder: beside }, journals, position);
    const compared: Compared[] = [];
    for (const journal of journals)
      compared.push(await compare(duck, journal, position, filesOf(settings.folder, manifest, journal), filesOf(beside, anew, journal)));
    return compared;
  } finally {
    duck.close();
    rmSync(beside, { recursive: true, force: true });
  }
}

interface Files {
  rows: string[];
  dead: string[];
}

const filesOf = (folder: string, { tables, dead }: Manifest, { table: { view } }: Journal): Files => ({
  rows: (tables[view.name] ?? []).map(({ file }) => join(folder, file)),
  dead: (dead[view.resource] ?? []).map(({ file }) => join(folder, file)),
});

async function compare(duck: Duck, { table, lookedUp }: Journal, position: bigint, kept: Files, made: Files): Promise<Compared> {
  const columns = table.columns.filter(({ name }) => !lookedUp.includes(name)).map(({ name }) => identifier(name));
  const since = [
    ...(made.rows.length === 0 ? [] : [`select _id from read_parquet(${fileList(made.rows)}) where _position > ${position}`]),
    ...(made.dead.length === 0 ? [] : [`select id as _id from read_parquet(${fileList(made.dead)}) where position > ${position}`]),
  ];
  const select = ({ rows, dead }: Files): string =>
    rows.length === 0
      ? `select ${columns.map((name) => `null as ${name}`).join(', ')} where false`
      : `select ${columns.join(', ')} from (${living(rows, dead)})${since.length === 0 ? '' : ` where _id not in (${since.join(' union all ')})`}`;
  const count = async (sql: string): Promise<number> =>
    Number((await duck.connection.runAndReadAll(`select count(*) from (${sql})`)).getRows()[0]?.[0] ?? 0);
  return {
    table: table.view.name,
    rows: kept.rows.length === 0 ? 0 : await count(living(kept.rows, kept.dead, '1')),
    stale: await count(`(${select(kept)}) except all (${select(made)})`),
    missing: await count(`(${select(made)}) except all (${select(kept)})`),
  };
}
