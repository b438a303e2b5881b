// lamplight restore: a backup into an empty database, then up to this program. Until all of it was found right there is nothing.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { openForRestore } from '../../database/backup/backup.ts';
import { readFileBytes } from '../../database/backup/backup-file.ts';
import type { Restored } from '../../database/backup/copy-in.ts';
import { settled } from '../../database/backup/refusal.ts';
import type { Connection } from '../../database/contract.ts';
import { migrate } from '../../database/migrate.ts';
import { connect } from '../../database/pool.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { afterRestore, auditWhole } from '../backup/about.ts';
import { passphraseOf } from '../backup/passphrase.ts';
import { migrations } from '../database.ts';
import { commandName } from '../destination/choose.ts';
import { showProgress } from '../load/progress.ts';
import { printData, printHint, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withServer } from '../with-server.ts';

export interface RestoreOptions {
  passphraseFile?: string;
  json?: boolean;
  quiet?: boolean;
}

type Done = Restored & { upgraded: string[] };

export async function restoreCommand(settings: Settings, file: string, options: RestoreOptions): Promise<number> {
  const started = performance.now();
  const passphrase = passphraseOf(settings, options.passphraseFile);
  if (!passphrase.ok) return printProblem(passphrase.problem);
  const done = await restored(settings, file, passphrase.value, options.quiet === true);
  if (!done.ok) return printProblem(done.problem);
  const { summary, leftOut, upgraded } = done.value;
  for (const table of leftOut) printNote(`left out: the table ${table}, which is not Lamplight's`);
  if (options.json === true) await printData(JSON.stringify({ file, ...summary, leftOut, upgraded }));
  else {
    const { made, position, lamplight } = summary.header;
    printNote(
      `${summary.rows.toLocaleString('en')} rows restored as of ${made}, feed position ${position}, Lamplight ${lamplight} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
    );
    if (upgraded.length > 0)
      printNote(`brought up to this version by ${upgraded.length} ${upgraded.length === 1 ? 'step' : 'steps'}: ${upgraded.join(', ')}`);
    printHint('sessions and tokens have ended: people sign in again, scripts fetch new tokens; "lamplight doctor" looks at the rest');
  }
  return 0;
}

async function restored(settings: Settings, file: string, passphrase: string | undefined, quiet: boolean): Promise<Result<Done>> {
  const fileBytes = file === '-' ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  const progress = showProgress(fileBytes, quiet, process.stderr, 'rows');
  try {
    const bytes = file === '-' ? process.stdin : readFileBytes(file, progress.bytes);
    const ears = { rows: progress.resources, note: progress.note };
    const opened = await openForRestore(bytes, passphrase, { migrations, afterwards: afterRestore, ears });
    if (!opened.ok) return opened;
    const backup = opened.value;
    try {
      return await withServer(
        settings,
        async ({ connection }) => {
          const came = await backup.restoreInto(connection);
          if (!came.ok) return came;
          const upgraded = await upToDate(connection, file);
          if (upgraded.ok) return ok({ ...came.value, upgraded: upgraded.value });
          const { kind, message } = upgraded.problem;
          return fail(
            kind,
            `All of the backup is restored, but not yet brought up to this version; "lamplight migrate" goes on. ${message}`,
          );
        },
        { alone: true },
      );
    } finally {
      await backup.close();
    }
  } finally {
    progress.end();
  }
}

/** The steps since the backup, and a row in the audit trail. */
async function upToDate(connection: Connection, file: string): Promise<Result<string[]>> {
  const database = await connect(connection, { connectionsMax: 2 });
  if (!database.ok) return database;
  try {
    return await settled(async () => {
      const applied = await migrate(database.value, migrations);
      if (applied.ok)
        await auditWhole(database.value, 'restore', commandName(), file === '-' ? 'from=standard input' : `file=${resolve(file)}`);
      return applied;
    });
  } finally {
    await database.value.close();
  }
}
