// The commands below "lamplight warehouse".
import type { Command } from 'commander';
import { examples, type Run } from './form.ts';

export function addWarehouse(program: Command, run: Run): void {
  const warehouse = program
    .command('warehouse')
    .description('the record as tables: how they stand, made anew, compared with the record, asked in SQL, described')
    .addHelpText('after', examples('lamplight warehouse status', 'lamplight warehouse query "select count(*) from patients"'));
  warehouse
    .command('status')
    .description('list the tables and the position of the feed up to which they tell')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples('lamplight warehouse status', 'lamplight warehouse status --json'))
    .action(run(async (settings, options) => (await import('../commands/warehouse.ts')).warehouseStatus(settings, options)));
  warehouse
    .command('rebuild')
    .description('make all tables anew from the first change on; a running Lamplight does it itself')
    .option('--quiet', 'no progress')
    .addHelpText('after', examples('lamplight warehouse rebuild', 'LAMPLIGHT_DATA_DIR=/srv/lamplight lamplight warehouse rebuild --quiet'))
    .action(run(async (settings, options) => (await import('../commands/warehouse.ts')).warehouseRebuild(settings, options)));
  warehouse
    .command('verify')
    .description('make all tables anew beside those that are kept, and compare row by row')
    .option('--json', 'one table a line as JSON')
    .addHelpText('after', examples('lamplight warehouse verify', 'lamplight warehouse verify --json'))
    .action(run(async (settings, options) => (await import('../commands/warehouse.ts')).warehouseVerify(settings, options)));
  warehouse
    .command('query')
    .description('one SELECT over the tables, without what identifies; leaves a row in the audit trail')
    .argument('<sql>', 'in the SQL of DuckDB')
    .option('--identified', 'with names, keys, days and texts as they are')
    .option('--csv', 'print as CSV')
    .option('--json', 'one row a line as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight warehouse query "select class, count(*) from encounters group by class"',
        'lamplight warehouse query "select * from observations limit 5" --csv',
      ),
    )
    .action(
      run(async (settings, sql: string, options) => (await import('../commands/warehouse.ts')).warehouseQuery(settings, sql, options)),
    );

  warehouse
    .command('dictionary')
    .description('print what the tables and their columns are, from the views alone: no server is needed')
    .argument('[table]', 'only this one, such as patients or omop.person')
    .option('--format <format>', 'markdown, csv or json', 'markdown')
    .addHelpText(
      'after',
      examples('lamplight warehouse dictionary > dictionary.md', 'lamplight warehouse dictionary omop.person --format csv'),
    )
    .action(
      run(async (settings, table: string | undefined, options) =>
        (await import('../commands/dictionary.ts')).warehouseDictionary(settings, table, options),
      ),
    );
}
