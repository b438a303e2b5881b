// Whether there is a backup that is young enough. The data folder's note says when "lamplight backup" last made one from here;
// a site that copies its database by other means may pass over the warning.
import { existsSync } from 'node:fs';
import { lastBackup } from '../backup/last-backup.ts';
import { isInstalled } from '../with-database.ts';
import { type Check, doubtful, fine } from './contract.ts';

const dayMs = 86_400_000;
const daysWanted = 7;

export const backup: Check = {
  name: 'last backup',
  async look({ settings, database, now }) {
    if (!isInstalled(settings) || database === undefined) return [];
    const hint = 'lamplight backup FILE; best every night, to another machine (docs/upgrade.md)';
    const last = lastBackup(settings.dataDir);
    if (last === undefined) {
      const { rows } = await database.query<{ log: boolean }>({ text: `select to_regclass('migration') is not null as log` });
      if (!rows[0]!.log) return [];
      const { rows: first } = await database.query<{ since: Date | null }>({ text: 'select min(applied) as since from migration' });
      const ageDays = (now.getTime() - (first[0]?.since ?? now).getTime()) / dayMs;
      return ageDays > daysWanted
        ? [doubtful('no backup was ever made from this data folder', hint)]
        : [fine('none yet, and the record is young: lamplight backup FILE makes one')];
    }
    const ageDays = Math.floor((now.getTime() - Date.parse(last.made)) / dayMs);
    if (ageDays >= daysWanted) return [doubtful(`the last backup is ${ageDays} days old`, hint)];
    if (last.file !== '-' && !existsSync(last.file)) return [fine(`${last.made}; its file ${last.file} is no longer there`)];
    return [fine(`${last.made}, ${last.file === '-' ? 'to standard output' : last.file}`)];
  },
};
