// The installation itself: serve, backup, restore, settings, doctor, migrate, reindex, completion.
import type { Command } from 'commander';
import { collect, type Ended, examples, type Run } from './form.ts';

export function addServe(program: Command, run: Run): void {
  program
    .command('serve')
    .description('start Lamplight; stays in the foreground')
    .addHelpText('after', examples('lamplight serve', 'LAMPLIGHT_PORT=9000 LAMPLIGHT_DEMO=off lamplight serve'))
    .action(run(async (settings) => (await import('../commands/serve.ts')).serveCommand(settings)));
}

export function addInstallation(program: Command, run: Run, ended: Ended): void {
  program
    .command('backup')
    .description('write all of the database, as of one moment, into one file while it goes on serving; "-" is standard output')
    .argument('<file>', 'new, or - for standard output')
    .option('--passphrase-file <file>', 'encrypt it with the passphrase in this file (otherwise LAMPLIGHT_BACKUP_PASSPHRASE)')
    .option('--verify', 'write nothing: check that the file is whole and unchanged')
    .option('--force', 'replace a file of that name')
    .option('--json', 'print what is in it as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'lamplight backup monday.lamplight --passphrase-file /etc/lamplight/passphrase',
        'lamplight backup --verify monday.lamplight',
        'lamplight backup - | ssh elsewhere "cat > monday.lamplight"',
      ),
    )
    .action(run(async (settings, file: string, options) => (await import('../commands/backup.ts')).backupCommand(settings, file, options)));

  program
    .command('restore')
    .description('bring a backup into an empty database and up to this version; all of it or nothing; "-" is standard input')
    .argument('<file>', 'what "lamplight backup" wrote, or -')
    .option('--passphrase-file <file>', 'the passphrase of the backup is in this file (otherwise LAMPLIGHT_BACKUP_PASSPHRASE)')
    .option('--json', 'print what was restored as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'LAMPLIGHT_DATA_DIR=/srv/lamplight-new lamplight restore monday.lamplight',
        'DATABASE_URL=postgres://db/new lamplight restore monday.lamplight --passphrase-file /etc/lamplight/passphrase',
      ),
    )
    .action(
      run(async (settings, file: string, options) => (await import('../commands/restore.ts')).restoreCommand(settings, file, options)),
    );

  program
    .command('settings')
    .description('list every setting with its value now, its default and what it means')
    .option('--markdown', 'as docs/settings.md')
    .option('--json', 'one setting a line as JSON')
    .addHelpText('after', examples('lamplight settings', 'LAMPLIGHT_PORT=9000 lamplight settings --json'))
    .action(async (options) => ended(await (await import('../commands/settings.ts')).settingsCommand(options)));

  program
    .command('doctor')
    .description('say what is wrong with this installation and how to mend it')
    .option('--json', 'one check a line as JSON')
    .option('--quiet', 'only what is not fine')
    .addHelpText('after', examples('lamplight doctor', 'LAMPLIGHT_DATA_DIR=/srv/lamplight lamplight doctor --json'))
    .action(async (options) => ended(await (await import('../commands/doctor.ts')).doctorCommand(options)));

  program
    .command('migrate')
    .description('bring the database up to this version (serve does so by itself)')
    .option('--dry-run', 'only list the steps')
    .addHelpText('after', examples('lamplight migrate --dry-run', 'DATABASE_URL=postgres://db/lamplight lamplight migrate'))
    .action(run(async (settings, options) => (await import('../commands/migrate.ts')).migrateCommand(settings, options)));

  program
    .command('reindex')
    .description('make the search index anew, of what is not indexed by the search parameters in force; the server may run')
    .option('--type <type>', 'only this resource type; may be given several times', collect)
    .option('--parameter <code>', 'only types that have this search parameter')
    .option('--all', 'also what is indexed as it should be')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', examples('lamplight reindex', 'lamplight reindex --type Patient --parameter eye'))
    .action(run(async (settings, options) => (await import('../commands/reindex.ts')).reindexCommand(settings, options)));
}

export function addCompletion(program: Command, ended: Ended): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      examples('source <(lamplight completion bash)', 'lamplight completion fish > ~/.config/fish/completions/lamplight.fish'),
    )
    .action(async (shell: string) => ended((await import('../commands/completion.ts')).completionCommand(program, shell)));
}
