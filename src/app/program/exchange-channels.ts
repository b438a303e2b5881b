// Of "lamplight exchange": channels, how long their messages are kept, and what senders usually say.
import type { Command } from 'commander';
import { examples, type Run } from './form.ts';

const commandsOf = () => import('../commands/exchange-channels.ts');

export function addChannels(exchange: Command, run: Run): void {
  exchange
    .command('channels')
    .description('list channels: state, rate, lag, why the oldest waits')
    .option('--json', 'one channel a line as JSON')
    .addHelpText('after', examples('lamplight exchange channels', 'lamplight exchange channels --json'))
    .action(run(async (settings, options) => (await commandsOf()).listChannels(settings, options)));
  exchange
    .command('check')
    .description('check the files of a folder of channels, without starting anything')
    .argument('[folder]', 'otherwise the one that LAMPLIGHT_CHANNELS names')
    .addHelpText('after', examples('lamplight exchange check channels', 'LAMPLIGHT_CHANNELS=channels lamplight exchange check'))
    .action(run(async (settings, folder: string | undefined) => (await commandsOf()).checkChannels(settings, folder)));
  exchange
    .command('reload')
    .description('have the running Lamplight read the files of its channels again; nothing is lost, and a wrong file changes nothing')
    .option('--dry-run', 'only say what would be otherwise')
    .option('--json', 'all of it as one JSON object')
    .addHelpText('after', examples('lamplight exchange reload --dry-run', 'lamplight exchange reload'))
    .action(run(async (settings, options) => (await import('../commands/exchange-reload.ts')).reloadChannels(settings, options)));
  for (const [word, paused, says] of [
    ['pause', true, 'let messages of a channel wait'],
    ['resume', false, 'do what waits in a channel'],
  ] as const)
    exchange
      .command(word)
      .description(says)
      .argument('<channel>', 'its name')
      .addHelpText('after', examples(`lamplight exchange ${word} hl7v2`, `lamplight exchange ${word} x12`))
      .action(run(async (settings, name: string) => (await commandsOf()).pauseChannel(settings, name, paused)));
  exchange
    .command('prune')
    .description('give up old messages that are done: originals, ledgers and results; never what waits')
    .option('--channel <name>', 'of this channel only')
    .option('--days <n>', 'older than this, instead of what channels and settings say')
    .option('--failed', 'failed ones too')
    .option('--dry-run', 'say how many, and do nothing')
    .option('--json', 'one channel a line as JSON')
    .addHelpText('after', examples('lamplight exchange prune --dry-run', 'lamplight exchange prune --channel hl7v2 --days 90'))
    .action(run(async (settings, options) => (await commandsOf()).pruneMessages(settings, options)));
  exchange
    .command('unmapped')
    .description('list what messages of a sender usually say that has no home in FHIR')
    .argument('<sender>', 'such as ADT/NORTH')
    .option('--kind <kind>', 'such as ADT^A01')
    .option('--json', 'one leaf a line as JSON')
    .addHelpText('after', examples('lamplight exchange unmapped ADT/NORTH', 'lamplight exchange unmapped LAB/NORTH --kind ORU^R01'))
    .action(run(async (settings, sender: string, options) => (await commandsOf()).listUnmapped(settings, sender, options)));
}
