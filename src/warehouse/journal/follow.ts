// Keeps the journals within seconds: looks every second what was written, and tidies in between. What fails begins again from what
// the manifest says; a keeper that was away for longer than is said what was given up begins anew.
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../database/contract.ts';
import { keepOn, pause, rebuildMark } from '../follow.ts';
import { Keeper, type KeeperSettings, type KeptChange } from '../store/keeper.ts';
import type { Journal, Told } from './contract.ts';
import { type Pages, readOn } from './reading.ts';

export interface JournalParts {
  database: Database;
  journals: readonly Journal[];
  /** Of `journalKeeper`. */
  settings: KeeperSettings;
  /** How often it is looked. Default one second. */
  everyMs?: number;
  failed(error: unknown): void;
}

/** Rows gathered before they are written, while there is more to read. */
const rowsAtOnce = 100_000;
/** What was given up is said for so long (src/exchange/prune.ts), less a day for clocks. */
const awayMsMax = 29 * 24 * 3_600_000;

export const keepJournals = (parts: JournalParts): { stop(): Promise<void> } => keepOn((signal) => keepOnce(parts, signal), parts.failed);

async function keepOnce({ database, journals, settings, everyMs = 1_000 }: JournalParts, signal: AbortSignal): Promise<void> {
  const mark = join(settings.folder, rebuildMark);
  mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
  const keeper = await Keeper.open(settings, tablesOf(journals), existsSync(mark) || wasAway(settings));
  rmSync(mark, { force: true });
  try {
    while (!signal.aborted && !existsSync(mark)) {
      await takeAll(keeper, readOn(database, journals, BigInt(keeper.manifest.position)), signal);
      await keeper.compact();
      await pause(everyMs, signal);
    }
  } finally {
    keeper.close();
  }
}

export const tablesOf = (journals: readonly Journal[]) => journals.map(({ table }) => table);

/** All that is read, on disk. */
export async function takeAll(keeper: Keeper, reading: AsyncIterable<Pages>, signal?: AbortSignal): Promise<void> {
  for await (const { pages, reached } of reading) {
    // At once: the keeper passes over what stands where it has been.
    const changes = pages.flatMap(({ journal, told }) => told.map((one) => changeOf(journal, one, reached)));
    await keeper.take(changes, reached);
    if (keeper.gathered >= rowsAtOnce) await keeper.flush();
    if (signal?.aborted === true) break;
  }
  await keeper.flush();
}

const changeOf = ({ table }: Journal, { id, pat, fresh, values }: Told, position: bigint): KeptChange => ({
  type: table.view.resource,
  id,
  pat,
  position,
  operation: values === undefined ? 'delete' : fresh ? 'create' : 'update',
  body: values === undefined ? '' : JSON.stringify(values),
});

function wasAway({ folder, now }: KeeperSettings): boolean {
  const found = statSync(join(folder, 'manifest.json'), { throwIfNoEntry: false });
  return found !== undefined && now().getTime() - found.mtimeMs > awayMsMax;
}
