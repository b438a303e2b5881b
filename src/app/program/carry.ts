// Taking in and giving out: load, export, import.
import type { Command } from 'commander';
import { collect, examples, type Run, remote } from './form.ts';

export function addCarrying(program: Command, run: Run): void {
  remote(program.command('load'))
    .description('load NDJSON, Bundles and single resources (.ndjson, .jsonl, .json, also .gz); "-" is standard input')
    .argument('<files...>', 'files, folders or -')
    .option('--jobs <n>', 'requests under way at once', '4')
    .option('--dry-run', 'check the structure of everything and write nothing')
    .option('--report <file>', 'write every refusal as a line of JSON')
    .option('--restart', 'load again what earlier loads have done')
    .option('--no-logical-references', 'refuse references such as Practitioner?identifier=… that find no target')
    .option('--patience <seconds>', 'how long to try again when the server is away', '60')
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', examples('lamplight load synthea/', 'zcat export.ndjson.gz | lamplight load - --report refused.ndjson'))
    .action(run(async (settings, paths: string[], options) => (await import('../commands/load.ts')).loadCommand(settings, paths, options)));

  remote(program.command('export'))
    .description('write everything, or a part of it, as NDJSON into a folder (Bulk Data)')
    .argument('<folder>', 'new or empty')
    .option('--type <types>', 'only these resource types, separated by commas')
    .option('--since <instant>', 'only what changed since, with what was deleted')
    .option('--after <folder>', 'an earlier export: the same as --since with its time')
    .option('--filter <search>', 'only what matches, such as "Observation?status=final" (may be given more than once)', collect)
    .option('--patients', 'only what is in the compartments of patients')
    .option('--group <id>', 'only what is in the compartments of the members of this Group')
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'lamplight export backup/',
        'lamplight export tuesday/ --after monday/',
        'lamplight export study/ --group trial-7 --type Patient,Observation',
      ),
    )
    .action(
      run(async (settings, folder: string, options) => (await import('../commands/export.ts')).exportCommand(settings, folder, options)),
    );

  remote(program.command('import'))
    .description('take over what "lamplight export" wrote, or what another server exports, with its versions and times; again is safe')
    .argument('[paths...]', 'folders of exports, or files of NDJSON')
    .option('--from <base>', "another server's FHIR base: its bulk export is asked for, fetched and taken over; run again it goes on")
    .option('--group <id>', 'with --from: only what is in the compartments of the members of this Group')
    .option('--type <types>', 'with --from: only these resource types, separated by commas')
    .option('--since <instant>', 'with --from: only what changed since, with what was deleted, as versions of today')
    .option('--restart', 'with --from: give up an import that has not ended')
    .option('--new-versions', 'make versions of today, also in place of what is there')
    .option('--report <file>', 'write every refusal as a line of JSON')
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'lamplight import monday/ tuesday/',
        'lamplight import study/ --new-versions --report refused.ndjson',
        'LAMPLIGHT_IMPORT_TOKEN=… lamplight import --from https://other.example.org/fhir --group trial-7 --type Patient,Observation',
      ),
    )
    .action(
      run(async (settings, paths: string[], options) =>
        options.from === undefined
          ? (await import('../commands/import.ts')).importCommand(settings, paths, options)
          : (await import('../commands/import-from.ts')).importFromCommand(settings, paths, options),
      ),
    );
}
