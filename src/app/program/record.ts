// What stands in the record, and who did what to it: search, get, feed, audit.
import type { Command } from 'commander';
import { examples, type Run, remote } from './form.ts';

export function addRecord(program: Command, run: Run): void {
  remote(program.command('search'))
    .description('search resources; prints one a line')
    .argument('<type>', 'resource type, such as Patient')
    .argument('[query...]', 'name=value words (taken as they are), or one query string that begins with "?"')
    .option('--all', 'follow the pages to the end')
    .option('--count <n>', 'resources a page')
    .option('--table <columns>', 'columns by path, such as id,name.family,birthDate')
    .option('--json', 'print the Bundle as it is')
    .option('--quiet', 'no word on further pages')
    .addHelpText(
      'after',
      examples(
        'lamplight search Patient name=smith birthdate=gt1980 --table id,name.family,birthDate',
        "lamplight search Observation '?code=8480-6&_sort=-date' --all > pressures.ndjson",
      ),
    )
    .action(
      run(async (settings, type: string, query: string[], options) =>
        (await import('../commands/search.ts')).searchCommand(settings, type, query, options),
      ),
    );

  remote(program.command('get'))
    .description('print one resource')
    .argument('<reference>', 'TYPE/ID, such as Patient/123')
    .option('--version <n>', 'this version of it')
    .option('--history', 'all versions, newest first, one a line')
    .option('--json', 'on one line, as stored')
    .addHelpText('after', examples('lamplight get Patient/123', 'lamplight get Patient/123 --history'))
    .action(
      run(async (settings, reference: string, options) => (await import('../commands/get.ts')).getCommand(settings, reference, options)),
    );

  remote(program.command('feed'))
    .description('print what changed, one change a line, in the one order in which it happened')
    .option('--after <position>', 'changes after this position, or "now"', '0')
    .option('--types <list>', 'only these resource types, separated by commas')
    .option('--follow', 'stay and print what comes; Ctrl-C ends it')
    .addHelpText('after', examples('lamplight feed --after 1000 --types Observation', 'lamplight feed --after now --follow'))
    .action(run(async (settings, options) => (await import('../commands/feed.ts')).feedCommand(settings, options)));

  remote(program.command('audit'))
    .description('print who did what to whose record, newest first')
    .option('--patient <id>', 'who has seen or changed the chart of this patient')
    .option('--account <name>', 'what this account, client or token did')
    .option('--since <date>', 'from this date or time on, such as 2026-01-31')
    .option('--until <date>', 'up to this date or time')
    .option('--action <list>', 'only these: seen, changed, or single ones such as read,delete')
    .option('--outcome <list>', 'only these: done, refused, missing, conflict, failed')
    .option('--count <n>', 'rows a page')
    .option('--all', 'follow the pages to the end')
    .option('--json', 'one row a line as JSON')
    .addHelpText(
      'after',
      examples('lamplight audit --patient 123 --action seen', 'lamplight audit --account ada --since 2026-01-31 --all --json'),
    )
    .action(run(async (settings, options) => (await import('../commands/audit.ts')).auditCommand(settings, options)));
}
