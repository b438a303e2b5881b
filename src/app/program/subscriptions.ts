// Who is told of changes: subscriptions.
import type { Command } from 'commander';
import { examples, type Run } from './form.ts';

export function addSubscriptions(program: Command, run: Run): void {
  program
    .command('subscriptions')
    .description('list who is told of changes: state, last event, and why a receiver waits')
    .option('--state <state>', 'only those that are requested, active, error or off')
    .option('--json', 'one subscription a line as JSON')
    .addHelpText('after', examples('lamplight subscriptions', 'lamplight subscriptions --state error --json'))
    .action(run(async (settings, options) => (await import('../commands/subscriptions.ts')).subscriptionsCommand(settings, options)));
}
