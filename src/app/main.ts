// The program "lamplight": runs the command line and makes its answer the exit status: 0 done, 1 not done, 2 not understood.
import type { CommanderError } from 'commander';
import { printHint, printProblem } from './print.ts';
import { makeProgram } from './program.ts';

// Whoever reads our output may have had enough (`lamplight search … | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const program = makeProgram((status) => {
  process.exitCode = status;
});

/** Asking for help is no fault; a command that was not understood is. */
function endedByCommander(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? 0 : 2);
}
for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)])
  command.exitOverride(endedByCommander);

try {
  await program.parseAsync();
} catch (error) {
  printProblem({
    kind: 'invalid',
    message: `Something went wrong that should not: ${error instanceof Error ? error.message : String(error)}`,
  });
  if (process.env['LAMPLIGHT_LOG_LEVEL'] === 'debug') console.error(error);
  else printHint('LAMPLIGHT_LOG_LEVEL=debug shows where; "lamplight doctor" looks at the installation');
  process.exitCode = 1;
}
