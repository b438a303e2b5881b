// The form that all commands share: how one is run, how its examples look, and the options that several have.
import type { Command } from 'commander';
import { roles } from '../../policy/contract.ts';
import type { Settings } from '../settings.ts';

/** Hears the exit status of the command that ran. */
export type Ended = (status: number) => void;

/** Reads the settings, runs the command, and hands on its exit status. */
export type Run = <Args extends unknown[]>(
  command: (settings: Settings, ...args: Args) => Promise<number>,
) => (...args: Args) => Promise<void>;

export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;

/** For an option that may be given more than once. */
export const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

export const roleList = roles.join(', ');

/** Of commands that ask a server. */
export const remote = (command: Command): Command =>
  command
    .option('--url <address>', 'FHIR base of the server (otherwise LAMPLIGHT_URL, the running Lamplight, or the stopped one)')
    .option('--token <token>', 'bearer token; better in LAMPLIGHT_TOKEN, where other users of the machine do not see it');

/** What an account or a token may do. */
export const rights = (command: Command): Command =>
  command
    .option('--organisation <id>', 'only what this organisation holds (may be given more than once)', collect)
    .option('--patient <id>', 'role patient: whose record (may be given more than once)', collect);
