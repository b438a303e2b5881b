// Who may sign in: the commands below "lamplight user" and "lamplight client", and token.
import type { Command } from 'commander';
import { roles } from '../../policy/contract.ts';
import { collect, examples, type Run, rights, roleList } from './form.ts';

export function addPeople(program: Command, run: Run): void {
  const user = program.command('user').description('accounts of people');
  user.addHelpText('after', examples('lamplight user add ada --role clinician', 'lamplight user list'));
  rights(user.command('add'))
    .description('make an account; asks for its password')
    .argument('<name>', 'name for signing in')
    .requiredOption('--role <role>', roleList)
    .option('--practitioner <reference>', 'who this is, such as Practitioner/123')
    .option('--password-stdin', 'read the password from standard input')
    .option('--json', 'print the account as JSON')
    .addHelpText(
      'after',
      examples('lamplight user add ada --role clinician', 'pass show ward-7 | lamplight user add ward-7 --role nurse --password-stdin'),
    )
    .action(run(async (settings, name: string, options) => (await import('../commands/user.ts')).addUser(settings, name, options)));
  user
    .command('list')
    .description('list all accounts')
    .option('--json', 'one account a line as JSON')
    .addHelpText('after', examples('lamplight user list', 'lamplight user list --json | grep administrator'))
    .action(run(async (settings, options) => (await import('../commands/user.ts')).listUsers(settings, options)));
  rights(user.command('set'))
    .description('change the rights of an account')
    .argument('<name>')
    .option('--role <role>', roleList)
    .option('--practitioner <reference>', 'who this is')
    .option('--whole-site', 'no limit to organisations any more')
    .option('--enable', 'let a disabled account sign in again')
    .option('--json', 'print the account as JSON')
    .addHelpText(
      'after',
      examples('lamplight user set ada --role pharmacist', 'lamplight user set ada --organisation north --organisation south'),
    )
    .action(run(async (settings, name: string, options) => (await import('../commands/user.ts')).setUser(settings, name, options)));
  user
    .command('password')
    .description('set a new password and end the sessions of the account')
    .argument('<name>')
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText('after', examples('lamplight user password ada', 'pass show ada | lamplight user password ada --password-stdin'))
    .action(run(async (settings, name: string, options) => (await import('../commands/user.ts')).passwordOfUser(settings, name, options)));
  user
    .command('disable')
    .description('end the sessions of an account and let it sign in no more')
    .argument('<name>')
    .option('--json', 'print the account as JSON')
    .addHelpText('after', examples('lamplight user disable ada', 'lamplight user set ada --enable'))
    .action(run(async (settings, name: string, options) => (await import('../commands/user.ts')).disableUser(settings, name, options)));

  const client = program.command('client').description('other programs that sign in (OAuth 2 client credentials)');
  client.addHelpText('after', examples('lamplight client add laboratory --role system', 'lamplight client list'));
  client
    .command('add')
    .description('make a client and print its secret, shown only now')
    .argument('<name>', 'its client_id')
    .requiredOption('--role <role>', roles.filter((role) => role !== 'patient').join(', '))
    .option('--organisation <id>', 'only what this organisation holds (may be given more than once)', collect)
    .option('--json', 'print client and secret as JSON')
    .addHelpText('after', examples('lamplight client add laboratory --role system', 'lamplight client add research --role analyst --json'))
    .action(run(async (settings, name: string, options) => (await import('../commands/client.ts')).addClient(settings, name, options)));
  client
    .command('list')
    .description('list all clients')
    .option('--json', 'one client a line as JSON')
    .addHelpText('after', examples('lamplight client list', 'lamplight client list --json'))
    .action(run(async (settings, options) => (await import('../commands/client.ts')).listClients(settings, options)));
  client
    .command('disable')
    .description('end the tokens of a client and let it sign in no more')
    .argument('<name>')
    .addHelpText('after', examples('lamplight client disable laboratory', 'lamplight client list'))
    .action(run(async (settings, name: string) => (await import('../commands/client.ts')).disableClient(settings, name)));

  rights(program.command('token'))
    .description('print a bearer token for scripts')
    .requiredOption('--role <role>', roleList)
    .option('--hours <n>', 'how long it is valid', '12')
    .option('--name <name>', 'name in the audit trail')
    .option('--json', 'print token and expiry as JSON')
    .addHelpText(
      'after',
      examples(
        'curl -H "Authorization: Bearer $(lamplight token --role analyst)" http://127.0.0.1:8080/fhir/Patient',
        'lamplight token --role patient --patient 123 --hours 1',
      ),
    )
    .action(run(async (settings, options) => (await import('../commands/token.ts')).tokenCommand(settings, options)));
}
