// The command line: what there is, in the order in which --help lists it. Each family of commands is described in a file of
// program/; a command is a function (settings, arguments, options) → exit status, and its module is loaded when it runs.
// Conventions: https://clig.dev
import { Command } from 'commander';
import { version } from '../gateways/version.ts';
import { printProblem } from './print.ts';
import { addCarrying } from './program/carry.ts';
import { addExchange } from './program/exchange.ts';
import { type Ended, examples, type Run } from './program/form.ts';
import { addCompletion, addInstallation, addServe } from './program/installation.ts';
import { addMedication } from './program/medication.ts';
import { addMethods } from './program/methods.ts';
import { addPeople } from './program/people.ts';
import { addRecord } from './program/record.ts';
import { addSimulate } from './program/simulate.ts';
import { addSubscriptions } from './program/subscriptions.ts';
import { addTerminology } from './program/terminology.ts';
import { addWarehouse } from './program/warehouse.ts';
import { readSettings } from './settings.ts';

export function makeProgram(ended: Ended): Command {
  const run: Run =
    (command) =>
    async (...args) => {
      const settings = readSettings();
      ended(settings.ok ? await command(settings.value, ...args) : printProblem(settings.problem));
    };

  const program = new Command('lamplight')
    .version(version)
    .description('The patient record, exchange, safety and insight of a hospital in one open system')
    .enablePositionalOptions()
    .showHelpAfterError('hint: add --help for what there is')
    .addHelpText('after', examples('lamplight serve', 'lamplight load patients/ && lamplight search Patient name=smith'));

  addServe(program, run);
  addCarrying(program, run);
  addRecord(program, run);
  addExchange(program, run);
  addMedication(program, run);
  addMethods(program, run);
  addSimulate(program, run);
  addSubscriptions(program, run);
  addTerminology(program, run);
  addPeople(program, run);
  addInstallation(program, run, ended);
  addWarehouse(program, run);
  addCompletion(program, ended);
  return program;
}
