// The made-up hospital: simulate, and the comparison of its files with published figures.
import type { Command } from 'commander';
import { examples, type Run } from './form.ts';

export function addSimulate(program: Command, run: Run): void {
  const simulate = program
    .command('simulate')
    .description('a made-up hospital that lives: speaks to a running Lamplight, or writes a year of files with the truth beside them')
    .option('--days <n>', 'so many days; without it a year of files, or until it is stopped')
    .option('--patients <n>', 'people of the town; visits and beds follow from it', '20000')
    .option('--seed <seed>', 'the same seed and start give the same hospital (otherwise LAMPLIGHT_DEMO_SEED)')
    .option('--out <folder>', 'write NDJSON files into this new folder, for "lamplight load"')
    .option('--to <address>', 'speak to this Lamplight (otherwise the one that runs on the data folder)')
    .option('--token <token>', 'bearer token of role system; better in LAMPLIGHT_TOKEN')
    .option('--speed <n>', 'virtual seconds a real one, 1 to 10000', '1')
    .option('--from <date>', 'when it begins (files: the first of January of last year; speaking: now)')
    .option('--mllp <host:port>', 'where HL7 v2 is heard, or off (otherwise LAMPLIGHT_MLLP_PORT)')
    .option('--mqtt <url>', 'where devices are heard, such as mqtt://127.0.0.1:1883; without it monitors are silent')
    .option('--x12 <folder>', 'write claims and payments into this folder in place of sending them')
    .option('--truth <file>', 'append what was planted to this file, one fact a line')
    .option('--planted <n>', 'how much is planted: 0 nothing, 1 as usual', '1')
    .option('--beds <n>', 'beds a ward (otherwise by the number of patients)')
    .option('--past <days>', 'speaking: first tell the visits of so many days before, once')
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'lamplight simulate --days 365 --patients 20000 --seed 7 --out year/',
        'lamplight simulate --speed 60',
        'lamplight simulate report year/',
      ),
    )
    .action(run(async (settings, options) => (await import('../commands/simulate.ts')).simulateCommand(settings, options)));
  simulate
    .command('report')
    .description('compare files of "lamplight simulate --out" with published figures, each with its source')
    .argument('<folder>', 'what --out wrote')
    .option('--json', 'one comparison a line as JSON')
    .addHelpText('after', examples('lamplight simulate report year/', 'lamplight simulate report year/ --json'))
    .action(run(async (_, folder: string, options) => (await import('../commands/simulate-report.ts')).simulateReport(folder, options)));
}
