// Methods on a file of numbers, without a record: forecast, surveillance, chart.
import type { Command } from 'commander';
import { collect, examples, type Run } from './form.ts';

export function addMethods(program: Command, run: Run): void {
  program
    .command('forecast')
    .description('forecast a series in a CSV file, with intervals and its error on the past beside the seasonal naive')
    .argument('<file>', 'with a line of names, a column of dates and one of numbers; "-" is standard input')
    .option('--column <name>', 'of the numbers (otherwise the first that has some)')
    .option('--date <name>', 'of the dates (otherwise the first that has them)')
    .option('--horizon <n>', 'steps ahead (otherwise two seasons, at most 28)')
    .option('--season <n>', 'steps in a season (otherwise by the dates: 24 hours, 7 days, 12 months)')
    .option(
      '--method <name>',
      'combination, ets, theta, stl, ses, harmonic, bent-trend or seasonal-naive; without it the combination, or the seasonal naive where that came nearer in the past',
    )
    .option('--level <list>', 'per cent that the intervals are to hold', '80,95')
    .option('--holidays <file>', 'dates, one a line, with a name behind a comma; past and coming ones')
    .option('--format <format>', 'table, json, csv or svg', 'table')
    .option('--evaluate', 'print only how such forecasts would have done from ten moments of the past')
    .addHelpText(
      'after',
      examples(
        'lamplight forecast arrivals.csv --horizon 28 --holidays holidays.csv',
        'lamplight forecast arrivals.csv --method ets --evaluate',
        'lamplight forecast - --column attendances --format svg < monthly.csv > forecast.svg',
      ),
    )
    .action(run(async (_settings, file: string, options) => (await import('../commands/forecast.ts')).forecastCommand(file, options)));

  program
    .command('surveillance')
    .description('find the weeks or days of a CSV file that hold more cases than chance explains, rarest first')
    .argument('<file>', 'with a line of names, a column of dates and one of counts; "-" is standard input')
    .option(
      '--method <name>',
      'farrington-flexible, farrington, combined, ears-c1, ears-c2, ears-c3, cusum, rki, bayes or glrnb',
      'combined',
    )
    .option('--column <name>', 'of the counts (otherwise the first that has numbers)')
    .option('--date <name>', 'of the dates (otherwise the first that has them)')
    .option('--total <name>', 'of what the counts are a part of, such as all visits: then their share is judged')
    .option('--baseline-years <n>', 'years of the past that a step is judged by')
    .option('--alpha <share>', 'alarms by chance that are taken, by step')
    .option('--format <format>', 'table (alarms only), json, csv or svg', 'table')
    .addHelpText(
      'after',
      examples(
        'lamplight surveillance salmonella.csv --method farrington-flexible',
        'lamplight surveillance emergency.csv --column influenza --total visits',
        'lamplight surveillance - --column cases --baseline-years 3 --format svg < weekly.csv > weekly.svg',
      ),
    )
    .action(
      run(async (_settings, file: string, options) => (await import('../commands/surveillance.ts')).surveillanceCommand(file, options)),
    );

  program
    .command('chart')
    .description('draw a control chart or a funnel plot of a CSV file, with the rules that points break')
    .argument('<file>', 'with a line of names; "-" is standard input')
    .requiredOption('--kind <kind>', 'xmr, p, p-laney, np, u, u-laney, c, g, t or funnel')
    .option('--column <name>', 'of the counts or measurements (otherwise the first of numbers)')
    .option('--denominator <name>', 'of those examined, or of the bed days')
    .option('--date <name>', 'of the dates (otherwise the first that has them)')
    .option('--unit <name>', 'of the names of units, for a funnel')
    .option('--baseline <n>', 'as many first points make the limits (otherwise all)')
    .option('--phase <start>', 'new limits from a date or the number of a point, as 2026-03-01=why (may be given more than once)', collect)
    .option('--run <n>', 'points on one side that are a sign: 7 or 8', '7')
    .option('--overdispersion <kind>', 'of a funnel: none, multiplicative or additive', 'none')
    .option('--format <format>', 'table, json, csv or svg', 'table')
    .addHelpText(
      'after',
      examples(
        'lamplight chart falls.csv --kind u --column falls --denominator bed_days --baseline 24',
        'lamplight chart deaths.csv --kind funnel --column deaths --denominator stays --unit ward --format svg > funnel.svg',
      ),
    )
    .action(run(async (_settings, file: string, options) => (await import('../commands/chart.ts')).chartCommand(file, options)));
}
