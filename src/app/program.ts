// The command line: what there is, and where each command lives. A command is a function (settings, arguments, options) →
// exit status; its module is loaded when it runs. Conventions: https://clig.dev
import { Command } from 'commander';
import { version } from '../gateways/version.ts';
import { roles } from '../policy/contract.ts';
import { addMedication } from './medication-program.ts';
import { printProblem } from './print.ts';
import { readSettings, type Settings } from './settings.ts';

/** Hears the exit status of the command that ran. */
export type Ended = (status: number) => void;

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;

const roleList = roles.join(', ');

export function makeProgram(ended: Ended): Command {
  /** Reads the settings, runs the command, and hands on its exit status. */
  function run<Args extends unknown[]>(command: (settings: Settings, ...args: Args) => Promise<number>): (...args: Args) => Promise<void> {
    return async (...args) => {
      const settings = readSettings();
      ended(settings.ok ? await command(settings.value, ...args) : printProblem(settings.problem));
    };
  }

  const program = new Command('lamplight')
    .version(version)
    .description('The patient record, exchange, safety and insight of a hospital in one open system')
    .enablePositionalOptions()
    .showHelpAfterError('hint: add --help for what there is')
    .addHelpText('after', examples('lamplight serve', 'lamplight load patients/ && lamplight search Patient name=smith'));

  program
    .command('serve')
    .description('start Lamplight; stays in the foreground')
    .addHelpText('after', examples('lamplight serve', 'LAMPLIGHT_PORT=9000 LAMPLIGHT_DEMO=off lamplight serve'))
    .action(run(async (settings) => (await import('./commands/serve.ts')).serveCommand(settings)));

  const remote = (command: Command): Command =>
    command
      .option('--url <address>', 'FHIR base of the server (otherwise LAMPLIGHT_URL, the running Lamplight, or the stopped one)')
      .option('--token <token>', 'bearer token; better in LAMPLIGHT_TOKEN, where other users of the machine do not see it');

  remote(program.command('load'))
    .description('load NDJSON, Bundles and single resources (.ndjson, .jsonl, .json, also .gz); "-" is standard input')
    .argument('<files...>', 'files, folders or -')
    .option('--jobs <n>', 'requests under way at once', '4')
    .option('--dry-run', 'check the structure of everything and write nothing')
    .option('--report <file>', 'write every refusal as a line of JSON')
    .option('--restart', 'load again what earlier loads have done')
    .option('--no-logical-references', 'refuse references such as Practitioner?identifier=… that find no target')
    .option('--patience <seconds>', 'how long to try again when the server is away', '60')
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', examples('lamplight load synthea/', 'zcat export.ndjson.gz | lamplight load - --report refused.ndjson'))
    .action(run(async (settings, paths: string[], options) => (await import('./commands/load.ts')).loadCommand(settings, paths, options)));

  remote(program.command('export'))
    .description('write everything, or a part of it, as NDJSON into a folder (Bulk Data)')
    .argument('<folder>', 'new or empty')
    .option('--type <types>', 'only these resource types, separated by commas')
    .option('--since <instant>', 'only what changed since, with what was deleted')
    .option('--after <folder>', 'an earlier export: the same as --since with its time')
    .option('--filter <search>', 'only what matches, such as "Observation?status=final" (may be given more than once)', collect)
    .option('--patients', 'only what is in the compartments of patients')
    .option('--group <id>', 'only what is in the compartments of the members of this Group')
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'lamplight export backup/',
        'lamplight export tuesday/ --after monday/',
        'lamplight export study/ --group trial-7 --type Patient,Observation',
      ),
    )
    .action(
      run(async (settings, folder: string, options) => (await import('./commands/export.ts')).exportCommand(settings, folder, options)),
    );

  remote(program.command('import'))
    .description('take over what "lamplight export" wrote, or what another server exports, with its versions and times; again is safe')
    .argument('[paths...]', 'folders of exports, or files of NDJSON')
    .option('--from <base>', "another server's FHIR base: its bulk export is asked for, fetched and taken over; run again it goes on")
    .option('--group <id>', 'with --from: only what is in the compartments of the members of this Group')
    .option('--type <types>', 'with --from: only these resource types, separated by commas')
    .option('--since <instant>', 'with --from: only what changed since, with what was deleted, as versions of today')
    .option('--restart', 'with --from: give up an import that has not ended')
    .option('--new-versions', 'make versions of today, also in place of what is there')
    .option('--report <file>', 'write every refusal as a line of JSON')
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'lamplight import monday/ tuesday/',
        'lamplight import study/ --new-versions --report refused.ndjson',
        'LAMPLIGHT_IMPORT_TOKEN=… lamplight import --from https://other.example.org/fhir --group trial-7 --type Patient,Observation',
      ),
    )
    .action(
      run(async (settings, paths: string[], options) =>
        options.from === undefined
          ? (await import('./commands/import.ts')).importCommand(settings, paths, options)
          : (await import('./commands/import-from.ts')).importFromCommand(settings, paths, options),
      ),
    );

  remote(program.command('search'))
    .description('search resources; prints one a line')
    .argument('<type>', 'resource type, such as Patient')
    .argument('[query...]', 'name=value words (taken as they are), or one query string that begins with "?"')
    .option('--all', 'follow the pages to the end')
    .option('--count <n>', 'resources a page')
    .option('--table <columns>', 'columns by path, such as id,name.family,birthDate')
    .option('--json', 'print the Bundle as it is')
    .option('--quiet', 'no word on further pages')
    .addHelpText(
      'after',
      examples(
        'lamplight search Patient name=smith birthdate=gt1980 --table id,name.family,birthDate',
        "lamplight search Observation '?code=8480-6&_sort=-date' --all > pressures.ndjson",
      ),
    )
    .action(
      run(async (settings, type: string, query: string[], options) =>
        (await import('./commands/search.ts')).searchCommand(settings, type, query, options),
      ),
    );

  remote(program.command('get'))
    .description('print one resource')
    .argument('<reference>', 'TYPE/ID, such as Patient/123')
    .option('--version <n>', 'this version of it')
    .option('--history', 'all versions, newest first, one a line')
    .option('--json', 'on one line, as stored')
    .addHelpText('after', examples('lamplight get Patient/123', 'lamplight get Patient/123 --history'))
    .action(
      run(async (settings, reference: string, options) => (await import('./commands/get.ts')).getCommand(settings, reference, options)),
    );

  remote(program.command('feed'))
    .description('print what changed, one change a line, in the one order in which it happened')
    .option('--after <position>', 'changes after this position, or "now"', '0')
    .option('--types <list>', 'only these resource types, separated by commas')
    .option('--follow', 'stay and print what comes; Ctrl-C ends it')
    .addHelpText('after', examples('lamplight feed --after 1000 --types Observation', 'lamplight feed --after now --follow'))
    .action(run(async (settings, options) => (await import('./commands/feed.ts')).feedCommand(settings, options)));

  remote(program.command('audit'))
    .description('print who did what to whose record, newest first')
    .option('--patient <id>', 'who has seen or changed the chart of this patient')
    .option('--account <name>', 'what this account, client or token did')
    .option('--since <date>', 'from this date or time on, such as 2026-01-31')
    .option('--until <date>', 'up to this date or time')
    .option('--action <list>', 'only these: seen, changed, or single ones such as read,delete')
    .option('--outcome <list>', 'only these: done, refused, missing, conflict, failed')
    .option('--count <n>', 'rows a page')
    .option('--all', 'follow the pages to the end')
    .option('--json', 'one row a line as JSON')
    .addHelpText(
      'after',
      examples('lamplight audit --patient 123 --action seen', 'lamplight audit --account ada --since 2026-01-31 --all --json'),
    )
    .action(run(async (settings, options) => (await import('./commands/audit.ts')).auditCommand(settings, options)));

  const exchange = program.command('exchange').description('messages of other systems: find, look at, do again');
  exchange.addHelpText('after', examples('lamplight exchange list --state failed', 'lamplight exchange show ID --ledger'));
  const commandsOf = () => import('./commands/exchange.ts');
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
  exchange
    .command('convert')
    .description('print the FHIR that a file says, without storing anything')
    .argument('<file>', 'a message; "-" is standard input')
    .option('--format <format>', 'hl7v2, ccda, x12 or devices; otherwise its beginning tells')
    .option('--ledger', 'what becomes of each leaf instead')
    .addHelpText(
      'after',
      examples('lamplight exchange convert message.hl7 | jq .entry[].resource', 'lamplight exchange convert - --ledger < message.hl7'),
    )
    .action(run(async (settings, file: string, options) => (await commandsOf()).convertMessage(settings, file, options)));
  exchange
    .command('produce')
    .description('print the message or document that says what stands in the record; stores nothing')
    .argument('<about>', 'Type/id, or the file of a Bundle; "-" is standard input')
    .requiredOption('--kind <kind>', 'such as ADT^A01, ORU^R01, 837P or CCD')
    .option('--format <format>', 'hl7v2, x12 or ccda; otherwise the kind tells')
    .option('--sender <name>', 'APPLICATION/FACILITY of HL7 v2, QUALIFIER/ID of X12, of a document who keeps it')
    .option('--receiver <name>', 'the same of who is to get it')
    .option('--character-set <name>', 'MSH-18 of HL7 v2, such as 8859/1')
    .option('--verbose', 'say what has no place in the message')
    .addHelpText(
      'after',
      examples(
        "lamplight exchange produce DiagnosticReport/123 --kind 'ORU^R01'",
        'lamplight exchange produce Patient/123 --kind CCD --verbose > chart.xml',
      ),
    )
    .action(
      run(async (settings, about: string, options) =>
        (await import('./commands/exchange-produce.ts')).produceMessage(settings, about, options),
      ),
    );
  exchange
    .command('preview')
    .description('show the first rows of a CSV file as the columns of a channel read them, without storing anything')
    .argument('<file>', 'a CSV file; "-" is standard input')
    .requiredOption('--channel <name>', 'the channel whose columns it follows')
    .option('--rows <number>', 'how many rows; 10 without it')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight exchange preview weights.csv --channel weights',
        'lamplight exchange preview weights.csv --channel weights --json',
      ),
    )
    .action(run(async (settings, file: string, options) => (await commandsOf()).previewRows(settings, file, options)));
  exchange
    .command('receive')
    .description('take files as if they had arrived by their channel')
    .argument('<files...>', 'messages, or CSV files of a channel')
    .option('--format <format>', 'hl7v2, ccda, x12 or devices; otherwise its beginning tells')
    .option('--channel <name>', 'the channel that they belong to')
    .option('--again', 'rows of CSV that were received before are meant to be done again')
    .option('--json', 'one receipt a line as JSON')
    .addHelpText('after', examples('lamplight exchange receive day/*.hl7', 'lamplight exchange receive claim.txt --format x12'))
    .action(run(async (settings, files: string[], options) => (await commandsOf()).receiveFiles(settings, files, options)));
  exchange
    .command('apple-health')
    .description('take the export of Apple Health as the phone wrote it: its zip, or export.xml; again is safe')
    .argument('<file>', 'export.zip or export.xml')
    .requiredOption('--patient <system|value>', 'whose export it is: an identifier with its system')
    .option('--json', 'the count as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight exchange apple-health export.zip --patient "http://north.example.org/mrn|123"',
        'lamplight exchange apple-health export.xml --patient "urn:oid:1.2.3|42" --json',
      ),
    )
    .action(run(async (settings, file: string, options) => (await commandsOf()).receiveAppleHealth(settings, file, options)));

  addMedication(program, run, examples);

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
    .action(run(async (_settings, file: string, options) => (await import('./commands/forecast.ts')).forecastCommand(file, options)));

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
    .option('--baseline-years <n>', 'years of the past that a step is judged by')
    .option('--alpha <share>', 'alarms by chance that are taken, by step')
    .option('--format <format>', 'table (alarms only), json, csv or svg', 'table')
    .addHelpText(
      'after',
      examples(
        'lamplight surveillance salmonella.csv --method farrington-flexible',
        'lamplight surveillance - --column cases --baseline-years 3 --format svg < weekly.csv > weekly.svg',
      ),
    )
    .action(
      run(async (_settings, file: string, options) => (await import('./commands/surveillance.ts')).surveillanceCommand(file, options)),
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
    .action(run(async (_settings, file: string, options) => (await import('./commands/chart.ts')).chartCommand(file, options)));

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
    .action(run(async (settings, options) => (await import('./commands/simulate.ts')).simulateCommand(settings, options)));
  simulate
    .command('report')
    .description('compare files of "lamplight simulate --out" with published figures, each with its source')
    .argument('<folder>', 'what --out wrote')
    .option('--json', 'one comparison a line as JSON')
    .addHelpText('after', examples('lamplight simulate report year/', 'lamplight simulate report year/ --json'))
    .action(run(async (_, folder: string, options) => (await import('./commands/simulate-report.ts')).simulateReport(folder, options)));

  program
    .command('subscriptions')
    .description('list who is told of changes: state, last event, and why a receiver waits')
    .option('--state <state>', 'only those that are requested, active, error or off')
    .option('--json', 'one subscription a line as JSON')
    .addHelpText('after', examples('lamplight subscriptions', 'lamplight subscriptions --state error --json'))
    .action(run(async (settings, options) => (await import('./commands/subscriptions.ts')).subscriptionsCommand(settings, options)));

  const terminology = program.command('terminology').description('code systems as they are released, in versions side by side');
  terminology.addHelpText('after', examples('lamplight terminology load Loinc_2.80.zip', 'lamplight terminology list'));
  terminology
    .command('load')
    .description('load release files as published: SNOMED CT, RxNorm, LOINC, ICD-10-CM, NDC, CVX, UCUM, HCPCS, FHIR packages')
    .argument('<files...>', 'zip, tgz, text, CSV, XML or JSON; what it is, its content tells')
    .option('--release <version>', 'version, where the file does not tell it')
    .option('--no-use', 'leave the version in use that was in use')
    .option('--json', 'print what was loaded as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples('lamplight terminology load SnomedCT_USEditionRF2.zip', 'lamplight terminology load ndctext.zip --release 2026-01-15'),
    )
    .action(
      run(async (settings, files: string[], options) =>
        (await import('./commands/terminology.ts')).loadTerminology(settings, files, options),
      ),
    );
  terminology
    .command('list')
    .description('list what is loaded, and which version answers')
    .option('--json', 'one release a line as JSON')
    .addHelpText('after', examples('lamplight terminology list', 'lamplight terminology list --json'))
    .action(run(async (settings, options) => (await import('./commands/terminology.ts')).listTerminology(settings, options)));
  terminology
    .command('use')
    .description('choose the version that answers where none is named')
    .argument('<system>', 'such as http://loinc.org')
    .argument('<version>', 'as the list shows it')
    .addHelpText('after', examples('lamplight terminology use http://loinc.org 2.79', 'lamplight terminology list'))
    .action(
      run(async (settings, system: string, version: string) =>
        (await import('./commands/terminology.ts')).useTerminology(settings, system, version),
      ),
    );
  terminology
    .command('remove')
    .description('remove a version')
    .argument('<system>', 'such as http://loinc.org')
    .argument('<version>', 'as the list shows it')
    .addHelpText('after', examples('lamplight terminology remove http://loinc.org 2.79', 'lamplight terminology list'))
    .action(
      run(async (settings, system: string, version: string) =>
        (await import('./commands/terminology.ts')).removeTerminology(settings, system, version),
      ),
    );

  const user = program.command('user').description('accounts of people');
  const rights = (command: Command): Command =>
    command
      .option('--organisation <id>', 'only what this organisation holds (may be given more than once)', collect)
      .option('--patient <id>', 'role patient: whose record (may be given more than once)', collect);
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
    .action(run(async (settings, name: string, options) => (await import('./commands/user.ts')).addUser(settings, name, options)));
  user
    .command('list')
    .description('list all accounts')
    .option('--json', 'one account a line as JSON')
    .addHelpText('after', examples('lamplight user list', 'lamplight user list --json | grep administrator'))
    .action(run(async (settings, options) => (await import('./commands/user.ts')).listUsers(settings, options)));
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
    .action(run(async (settings, name: string, options) => (await import('./commands/user.ts')).setUser(settings, name, options)));
  user
    .command('password')
    .description('set a new password and end the sessions of the account')
    .argument('<name>')
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText('after', examples('lamplight user password ada', 'pass show ada | lamplight user password ada --password-stdin'))
    .action(run(async (settings, name: string, options) => (await import('./commands/user.ts')).passwordOfUser(settings, name, options)));
  user
    .command('disable')
    .description('end the sessions of an account and let it sign in no more')
    .argument('<name>')
    .option('--json', 'print the account as JSON')
    .addHelpText('after', examples('lamplight user disable ada', 'lamplight user set ada --enable'))
    .action(run(async (settings, name: string, options) => (await import('./commands/user.ts')).disableUser(settings, name, options)));

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
    .action(run(async (settings, name: string, options) => (await import('./commands/client.ts')).addClient(settings, name, options)));
  client
    .command('list')
    .description('list all clients')
    .option('--json', 'one client a line as JSON')
    .addHelpText('after', examples('lamplight client list', 'lamplight client list --json'))
    .action(run(async (settings, options) => (await import('./commands/client.ts')).listClients(settings, options)));
  client
    .command('disable')
    .description('end the tokens of a client and let it sign in no more')
    .argument('<name>')
    .addHelpText('after', examples('lamplight client disable laboratory', 'lamplight client list'))
    .action(run(async (settings, name: string) => (await import('./commands/client.ts')).disableClient(settings, name)));

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
    .action(run(async (settings, options) => (await import('./commands/token.ts')).tokenCommand(settings, options)));

  program
    .command('backup')
    .description('write all of the database, as of one moment, into one file while it goes on serving; "-" is standard output')
    .argument('<file>', 'new, or - for standard output')
    .option('--passphrase-file <file>', 'encrypt it with the passphrase in this file (otherwise LAMPLIGHT_BACKUP_PASSPHRASE)')
    .option('--verify', 'write nothing: check that the file is whole and unchanged')
    .option('--force', 'replace a file of that name')
    .option('--json', 'print what is in it as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'lamplight backup monday.lamplight --passphrase-file /etc/lamplight/passphrase',
        'lamplight backup --verify monday.lamplight',
        'lamplight backup - | ssh elsewhere "cat > monday.lamplight"',
      ),
    )
    .action(run(async (settings, file: string, options) => (await import('./commands/backup.ts')).backupCommand(settings, file, options)));

  program
    .command('restore')
    .description('bring a backup into an empty database and up to this version; all of it or nothing; "-" is standard input')
    .argument('<file>', 'what "lamplight backup" wrote, or -')
    .option('--passphrase-file <file>', 'the passphrase of the backup is in this file (otherwise LAMPLIGHT_BACKUP_PASSPHRASE)')
    .option('--json', 'print what was restored as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      examples(
        'LAMPLIGHT_DATA_DIR=/srv/lamplight-new lamplight restore monday.lamplight',
        'DATABASE_URL=postgres://db/new lamplight restore monday.lamplight --passphrase-file /etc/lamplight/passphrase',
      ),
    )
    .action(
      run(async (settings, file: string, options) => (await import('./commands/restore.ts')).restoreCommand(settings, file, options)),
    );

  program
    .command('settings')
    .description('list every setting with its value now, its default and what it means')
    .option('--markdown', 'as docs/settings.md')
    .option('--json', 'one setting a line as JSON')
    .addHelpText('after', examples('lamplight settings', 'LAMPLIGHT_PORT=9000 lamplight settings --json'))
    .action(async (options) => ended(await (await import('./commands/settings.ts')).settingsCommand(options)));

  program
    .command('doctor')
    .description('say what is wrong with this installation and how to mend it')
    .option('--json', 'one check a line as JSON')
    .option('--quiet', 'only what is not fine')
    .addHelpText('after', examples('lamplight doctor', 'LAMPLIGHT_DATA_DIR=/srv/lamplight lamplight doctor --json'))
    .action(async (options) => ended(await (await import('./commands/doctor.ts')).doctorCommand(options)));

  program
    .command('migrate')
    .description('bring the database up to this version (serve does so by itself)')
    .option('--dry-run', 'only list the steps')
    .addHelpText('after', examples('lamplight migrate --dry-run', 'DATABASE_URL=postgres://db/lamplight lamplight migrate'))
    .action(run(async (settings, options) => (await import('./commands/migrate.ts')).migrateCommand(settings, options)));

  program
    .command('reindex')
    .description('make the search index anew, of what is not indexed by the search parameters in force; the server may run')
    .option('--type <type>', 'only this resource type; may be given several times', collect)
    .option('--parameter <code>', 'only types that have this search parameter')
    .option('--all', 'also what is indexed as it should be')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', examples('lamplight reindex', 'lamplight reindex --type Patient --parameter eye'))
    .action(run(async (settings, options) => (await import('./commands/reindex.ts')).reindexCommand(settings, options)));

  const warehouse = program
    .command('warehouse')
    .description('the record as tables: how they stand, made anew, compared with the record, asked in SQL, described')
    .addHelpText('after', examples('lamplight warehouse status', 'lamplight warehouse query "select count(*) from patients"'));
  warehouse
    .command('status')
    .description('list the tables and the position of the feed up to which they tell')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples('lamplight warehouse status', 'lamplight warehouse status --json'))
    .action(run(async (settings, options) => (await import('./commands/warehouse.ts')).warehouseStatus(settings, options)));
  warehouse
    .command('rebuild')
    .description('make all tables anew from the first change on; a running Lamplight does it itself')
    .option('--quiet', 'no progress')
    .addHelpText('after', examples('lamplight warehouse rebuild', 'LAMPLIGHT_DATA_DIR=/srv/lamplight lamplight warehouse rebuild --quiet'))
    .action(run(async (settings, options) => (await import('./commands/warehouse.ts')).warehouseRebuild(settings, options)));
  warehouse
    .command('verify')
    .description('make all tables anew beside those that are kept, and compare row by row')
    .option('--json', 'one table a line as JSON')
    .addHelpText('after', examples('lamplight warehouse verify', 'lamplight warehouse verify --json'))
    .action(run(async (settings, options) => (await import('./commands/warehouse.ts')).warehouseVerify(settings, options)));
  warehouse
    .command('query')
    .description('one SELECT over the tables, without what identifies; leaves a row in the audit trail')
    .argument('<sql>', 'in the SQL of DuckDB')
    .option('--identified', 'with names, keys, days and texts as they are')
    .option('--csv', 'print as CSV')
    .option('--json', 'one row a line as JSON')
    .addHelpText(
      'after',
      examples(
        'lamplight warehouse query "select class, count(*) from encounters group by class"',
        'lamplight warehouse query "select * from observations limit 5" --csv',
      ),
    )
    .action(
      run(async (settings, sql: string, options) => (await import('./commands/warehouse.ts')).warehouseQuery(settings, sql, options)),
    );

  warehouse
    .command('dictionary')
    .description('print what the tables and their columns are, from the views alone: no server is needed')
    .argument('[table]', 'only this one, such as patients or omop.person')
    .option('--format <format>', 'markdown, csv or json', 'markdown')
    .addHelpText(
      'after',
      examples('lamplight warehouse dictionary > dictionary.md', 'lamplight warehouse dictionary omop.person --format csv'),
    )
    .action(
      run(async (settings, table: string | undefined, options) =>
        (await import('./commands/dictionary.ts')).warehouseDictionary(settings, table, options),
      ),
    );

  program
    .command('completion')
    .description('print a completion script for a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      examples('source <(lamplight completion bash)', 'lamplight completion fish > ~/.config/fish/completions/lamplight.fish'),
    )
    .action(async (shell: string) => ended((await import('./commands/completion.ts')).completionCommand(program, shell)));

  return program;
}
