// The commands below "lamplight exchange": messages found, looked at and done again; those on channels and files stand beside.
import type { Command } from 'commander';
import { addChannels } from './exchange-channels.ts';
import { addFiles } from './exchange-files.ts';
import { examples, type Run } from './form.ts';

export function addExchange(program: Command, run: Run): void {
  const exchange = program.command('exchange').description('messages of other systems: find, look at, do again');
  exchange.addHelpText('after', examples('lamplight exchange list --state failed', 'lamplight exchange show ID --ledger'));
  const commandsOf = () => import('../commands/exchange.ts');
  const found = (command: Command): Command =>
    command
      .option('--channel <name>', 'of this channel')
      .option('--state <state>', 'waiting, done, failed or dropped')
      .option('--control-id <id>', 'MSH-10, ISA13, or the id of the document')
      .option('--key <key>', 'a business key in it: record number, visit, order, accession, claim')
      .option('--kind <kind>', 'such as ADT^A01 or 837P')
      .option('--sender <sender>', 'such as ADT/NORTH')
      .option('--resource <reference>', 'that made or changed it, such as Patient/123')
      .option('--since <time>', 'received at or after')
      .option('--until <time>', 'received before');
  found(exchange.command('list'))
    .description('list messages, newest first')
    .option('--direction <direction>', 'in or out')
    .option('--count <n>', 'most that are printed', '50')
    .option('--all', 'everything')
    .option('--json', 'one message a line as JSON')
    .addHelpText('after', examples('lamplight exchange list --key 100234', 'lamplight exchange list --state failed --json | jq .problem'))
    .action(run(async (settings, options) => (await commandsOf()).listMessages(settings, options)));
  exchange
    .command('show')
    .description('print a message: its state and why, its original bytes, its ledger')
    .argument('<id>', 'as the list shows it')
    .option('--original', 'the bytes as they were received')
    .option('--ledger', 'what became of each leaf')
    .option('--unmapped', 'the leaves that have no home in FHIR')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('lamplight exchange show ID --unmapped', 'lamplight exchange show ID --original > message.hl7'))
    .action(run(async (settings, id: string, options) => (await commandsOf()).showMessage(settings, id, options)));
  found(exchange.command('again'))
    .description('do messages again, from their stored bytes')
    .argument('[ids...]', 'as the list shows them; or say what finds them')
    .option('--dry-run', 'say how many, and do nothing')
    .addHelpText('after', examples('lamplight exchange again ID', 'lamplight exchange again --state failed --since 2026-07-01'))
    .action(run(async (settings, ids: string[], options) => (await commandsOf()).againMessages(settings, ids, options)));
  exchange
    .command('drop')
    .description('leave a message out; it is kept')
    .argument('<id>', 'as the list shows it')
    .option('--why <reason>', 'for whoever looks at it later')
    .addHelpText(
      'after',
      examples('lamplight exchange drop ID --why "a test message"', 'lamplight exchange drop ID --why "sent twice by hand"'),
    )
    .action(run(async (settings, id: string, options) => (await commandsOf()).dropMessage(settings, id, options)));
  exchange
    .command('try')
    .description('print what a stored message would do now: resources before and after; writes nothing')
    .argument('<id>', 'as the list shows it')
    .addHelpText('after', examples('lamplight exchange try ID | jq .changes', 'lamplight exchange try ID | jq .ledger'))
    .action(run(async (settings, id: string) => (await commandsOf()).tryMessage(settings, id)));
  addChannels(exchange, run);
  addFiles(exchange, run);
}
