// The command line: what there is, and where each command lives. Commands are functions (settings, options) → exit status.
import { Command } from 'commander';
import { version } from '../gateways/version.ts';
import { printProblem } from './print.ts';
import { readSettings, type Settings } from './settings.ts';

const program = new Command('lamplight')
  .version(version)
  .description('The patient record, exchange, safety and insight of a hospital in one open system');
program.showHelpAfterError('hint: "lamplight --help" lists the commands').configureOutput({ outputError: (text, write) => write(text) });

/** Reads the settings, runs the command, and makes its answer the exit status. Modules are loaded when their command runs. */
function run<Args extends unknown[]>(command: (settings: Settings, ...args: Args) => Promise<number>): (...args: Args) => Promise<void> {
  return async (...args) => {
    const settings = readSettings();
    process.exitCode = settings.ok ? await command(settings.value, ...args) : printProblem(settings.problem);
  };
}

program
  .command('serve')
  .description('start Lamplight; stays in the foreground')
  .action(run(async (settings) => (await import('./commands/serve.ts')).serveCommand(settings)));

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

program
  .command('token')
  .description('print a bearer token')
  .requiredOption('--role <role>', 'administrator, clinician, nurse, pharmacist, analyst, records-officer, patient or system')
  .option('--organisation <id>', 'only what this organisation holds (may be given more than once)', collect)
  .option('--patient <id>', 'role patient: whose record (may be given more than once)', collect)
  .option('--hours <n>', 'how long it is valid', '12')
  .option('--name <name>', 'name in the audit trail')
  .option('--json', 'print token and expiry as JSON')
  .action(run(async (settings, options) => (await import('./commands/token.ts')).tokenCommand(settings, options)));

program.exitOverride((error) => {
  // Asking for help is no fault; a command that was not understood is (status 2).
  process.exit(error.exitCode === 0 ? 0 : 2);
});
await program.parseAsync();
