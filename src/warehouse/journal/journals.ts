// The journals that there are, and where they lie.
import { join } from 'node:path';
import type { KeeperSettings } from '../store/keeper.ts';
import { audit } from './audit.ts';
import type { Journal } from './contract.ts';
import { messages } from './messages.ts';
import { beginning } from './reading.ts';

export const journals: readonly Journal[] = [audit, messages];

export const journalFolder = (warehouse: string): string => join(warehouse, 'journal');

/** Of a keeper of journals, beside one of the record: spans are written whole, so that nothing is written in the middle of one. */
export const journalKeeper = (settings: KeeperSettings): KeeperSettings => ({
  ...settings,
  folder: journalFolder(settings.folder),
  pseudonymsOf: settings.folder,
  memoryMegabytes: Math.min(settings.memoryMegabytes, 256),
  rowsAtOnce: Number.POSITIVE_INFINITY,
  beginning,
});

/** Whether a query may name a journal: only then does it need one. Nothing else of its text is read here. */
export const mayName = (sql: string, journal: Journal): boolean => sql.toLowerCase().includes(journal.table.view.name);

export const journalsNamed = (sql: string): string[] =>
  journals.filter((journal) => mayName(sql, journal)).map(({ table }) => table.view.name);
